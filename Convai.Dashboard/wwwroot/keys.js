// Every key on every page passes through here first. Part of this works before the circuit has started and before a component's own script is there.

// What an input method is still composing (keyCode 229 in every browser, isComposing in most) and what a browser's autofill sends
// (an event without a key) must not reach any handler, neither ours nor the server's. The window receives them before everything else.
for (const type of ["keydown", "keypress", "keyup"]) {
    addEventListener(type, event => {
        if (event.isComposing || event.keyCode === 229 || typeof event.key !== "string") {
            event.stopImmediatePropagation();
        }
    }, true);
}

const click = element => element.click();

// Letters are compared only here, because other handlers would ignore the keyboard layout.
const shortcuts = {
    "ctrl s": { selector: "[data-save]", act: click },
    // On pages without a circuit it is a field.
    "ctrl k": { selector: "[data-palette]", act: element => element.matches("input") ? element.focus() : element.click() },
    "ctrl arrowup": { selector: "[data-previous-character]", act: click },
    "ctrl arrowdown": { selector: "[data-next-character]", act: click },
    "ctrl d": { selector: ".picker:focus-within [data-favourite]", act: click },
    "/": { selector: "[data-search]", act: element => element.focus(), isText: true },
    "?": { selector: "[data-shortcuts]", act: click, isText: true },
};

// Returns the letter that the key produces if that is Latin, so Dvorak and AZERTY use their own positions. A layout of another
// script (Cyrillic, Greek, Hebrew) has no such letters; there the position counts, as in the browser's own shortcuts.
function letterOf(event) {
    const isForeign = /[^\x00-\x7f]/.test(event.key) && !/\p{Script=Latin}/u.test(event.key);
    return (isForeign && /^Key([A-Z])$/.exec(event.code)?.[1] || event.key).toLowerCase();
}

function isPlain(event) {
    return !event.ctrlKey && !event.metaKey && !event.altKey;
}

function isTyping(event) {
    return event.target.closest("input:not([type=checkbox], [type=radio], [type=range]), textarea, select, [contenteditable]");
}

document.addEventListener("keydown", event => {
    const shortcut = shortcuts[isPlain(event) ? event.key : event.altKey || event.shiftKey ? "" : `ctrl ${letterOf(event)}`];
    const element = shortcut && !(shortcut.isText && isTyping(event)) && document.querySelector(shortcut.selector);
    if (element) {
        event.preventDefault();
        // Nothing is done behind an open dialog, nor again while the keys are held.
        if (!event.repeat && !document.querySelector(".mud-dialog, dialog[open]")) {
            shortcut.act(element);
        }
    }
});

// data-letters: while the focus is in it, a letter or digit clicks the element in it that has it as its data-letter.
document.addEventListener("keydown", event => {
    const element = isPlain(event) && !isTyping(event) && !document.querySelector(".mud-dialog, dialog[open]")
        && event.target.closest("[data-letters]")?.querySelector(`[data-letter="${CSS.escape(letterOf(event))}"]`);
    if (element) {
        event.preventDefault();
        // A held key goes on only where that is harmless.
        if (!event.repeat || element.dataset.repeats !== undefined) {
            element.click();
        }
    }
});

// data-keys="ArrowUp Enter": the server handles these keys, so they neither move the caret nor scroll the page.
document.addEventListener("keydown", event => {
    if (isPlain(event) && event.target.closest("[data-keys]")?.dataset.keys.split(" ").includes(event.key)) {
        event.preventDefault();
    }
});

// data-replaced: the box shows what was chosen, and typing replaces that instead of adding to it, also right after a choice.
let searching = null;

function select(event) {
    if (event.target.matches?.("[data-replaced]") && !event.target.dataset.searching) {
        searching = null;
        event.target.select();
    }
}

document.addEventListener("focusin", select);
document.addEventListener("click", select);
document.addEventListener("input", event => searching = event.target);
document.addEventListener("keydown", event => {
    if (event.key === "Enter" || event.key === "Escape") {
        searching = null;
    } else if (event.target !== searching && event.target.matches("[data-replaced]") && event.key.length === 1 && isPlain(event)) {
        event.target.select();
    }
});
