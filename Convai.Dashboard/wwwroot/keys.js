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
function getLetter(event) {
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
    const shortcut = shortcuts[isPlain(event) ? event.key : event.altKey || event.shiftKey ? "" : `ctrl ${getLetter(event)}`];
    const element = shortcut && !(shortcut.isText && isTyping(event)) && document.querySelector(shortcut.selector);
    if (element) {
        event.preventDefault();
        // Nothing is done behind an open dialog, nor again while the keys are held.
        if (!event.repeat && !document.querySelector(".mud-dialog, dialog[open]")) {
            shortcut.act(element);
        }
    }
});

// data-letters: while the focus is in it, a letter or digit clicks the element in it that has this as its data-letter.
document.addEventListener("keydown", event => {
    if (!isPlain(event) || isTyping(event) || document.querySelector(".mud-dialog, dialog[open]")) {
        return;
    }

    // The innermost part that knows the letter: a row has its own, and none of another row's. A form within has none (data-letters="none").
    let part = event.target.closest("[data-letters]");
    let element = null;
    for (; part && !element && part.dataset.letters !== "none"; part = part.parentElement.closest("[data-letters]")) {
        const own = part;
        element = [...part.querySelectorAll(`[data-letter="${CSS.escape(getLetter(event))}"]`)].find(letter => letter.closest("[data-letters]") === own);
    }
    if (element) {
        event.preventDefault();
        // A held key goes on only where that is harmless.
        if (!event.repeat || element.dataset.repeats !== undefined) {
            element.click();
        }
    }
});

// data-rows: the rows of a table are one stop of Tab. It passes the focus on to a row (data-row), the one that had it last if that is still
// there; the arrow keys, J and K move to the same part (data-part) of another row, and left and right within the row.
const steps = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1 };
let lastRow = "";
let lastScrollY = 0;

const getParts = row => [...row.querySelectorAll("[data-part]")].filter(part => part.checkVisibility() && !part.disabled);
const getRowStart = row => row.querySelector("[data-row-start]");

function enterRows(rows) {
    // Taking the focus may have scrolled the whole table into view.
    scrollTo(scrollX, lastScrollY);
    const all = [...rows.querySelectorAll("[data-row]")];
    const bar = 100;
    const row = all.find(row => row.dataset.row === lastRow) ?? all.find(row => row.getBoundingClientRect().top >= bar) ?? all[0];
    if (row) {
        getRowStart(row)?.focus({ preventScroll: true });
        scrollToRow(row);
    }
}

function scrollToRow(row) {
    // The bar and the table's heading stick to the top, the selection to the bottom.
    const box = row.getBoundingClientRect();
    scrollBy(0, box.top < 100 ? box.top - 100 : Math.max(0, box.bottom - innerHeight + 80));
}

document.addEventListener("click", event => {
    if (event.target.closest("[data-skip-to-rows]")) {
        document.querySelector("[data-rows]")?.focus();
    }
    // Blazor follows the link, but the focus would stay where it is.
    if (event.target.closest("[data-skip-to-content]")) {
        event.preventDefault();
        document.getElementById("content").focus();
    }
});

// Esc leaves a row that is edited, wherever the focus is in it; in an open list it closes the list only.
document.addEventListener("keydown", event => {
    if (event.key === "Escape" && !event.repeat && !event.target.closest("[role=combobox][aria-expanded=true]")) {
        event.target.closest("[data-row]")?.querySelector("[data-cancel-row]:not(:disabled)")?.click();
    }
});

document.addEventListener("focusin", event => {
    const rows = event.target.closest("[data-rows]");
    for (const other of document.querySelectorAll("[data-rows]")) {
        other.tabIndex = other === rows ? -1 : 0;
    }
    lastRow = event.target.closest("[data-row]")?.dataset.row ?? lastRow;
    if (event.target === rows) {
        enterRows(rows);
    }
});

// A row that is being saved takes no focus yet: the table keeps it until the row is as it was.
new MutationObserver(() => {
    if (document.activeElement?.matches("[data-rows]")) {
        enterRows(document.activeElement);
    }
}).observe(document.body, { subtree: true, childList: true });

document.addEventListener("keydown", event => {
    lastScrollY = scrollY;
    // The row that had the focus may have been scrolled out of the page.
    if (event.key === "Tab" && document.activeElement === document.body) {
        document.querySelectorAll("[data-rows]").forEach(rows => rows.tabIndex = 0);
    }
    const row = isPlain(event) && !isTyping(event) && event.target.closest("[data-row]");
    if (!row) {
        return;
    }

    const parts = getParts(row);
    const index = parts.indexOf(event.target);
    const step = steps[event.key.length === 1 ? getLetter(event) : event.key];
    const columnStep = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (index >= 0 && step) {
        event.preventDefault();
        let other = row;
        do {
            other = step > 0 ? other.nextElementSibling : other.previousElementSibling;
        } while (other && other.dataset.row === undefined);
        const part = other && (getParts(other).find(candidate => candidate.matches(event.target.localName) && candidate.className === event.target.className) ?? getRowStart(other));
        if (part) {
            part.focus({ preventScroll: true });
            scrollToRow(other);
        }
    } else if (index >= 0 && columnStep) {
        event.preventDefault();
        parts[index + columnStep]?.focus({ preventScroll: true });
    } else if (event.key === "Escape") {
        document.querySelector("[data-clear-selection]")?.click();
    }
});

// A menu of links and buttons is gone through with the arrow keys too; the arrow down opens it.
document.addEventListener("keydown", event => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const opener = event.target.closest("[popovertarget][aria-haspopup]");
    const menu = opener ? document.getElementById(opener.getAttribute("popovertarget")) : event.target.closest("[popover]:popover-open");
    const isMenu = menu && document.querySelector(`[popovertarget="${CSS.escape(menu.id)}"][aria-haspopup]`);
    const items = !isMenu || menu.querySelector("input:not([type=hidden]), select, textarea") ? [] : [...menu.querySelectorAll("a, button")];
    if (!step || !isPlain(event) || event.defaultPrevented || items.length === 0 || (opener && step < 0)) {
        return;
    }

    event.preventDefault();
    if (opener) {
        menu.showPopover({ source: opener });
    }
    items[Math.min(Math.max(items.indexOf(document.activeElement) + step, 0), items.length - 1)].focus();
});

// data-keys="ArrowUp Enter": the server handles these keys, so they neither move the caret nor scroll the page.
document.addEventListener("keydown", event => {
    if (isPlain(event) && event.target.closest("[data-keys]")?.dataset.keys.split(" ").includes(event.key)) {
        event.preventDefault();
    }
});

// data-replaced: the box shows what was chosen, and typing replaces that instead of adding to it, also right after a choice.
let typingField = null;

function selectReplaced(event) {
    // data-selected: what the focus is moved to, other than by a click into it, is replaced by what is typed.
    if (event.type === "focusin" && event.target.matches?.("[data-selected]")) {
        event.target.select();
    }
    if (event.target.matches?.("[data-replaced]") && !event.target.dataset.searching) {
        typingField = null;
        event.target.select();
    }
}

document.addEventListener("focusin", selectReplaced);
document.addEventListener("click", selectReplaced);
document.addEventListener("input", event => typingField = event.target);
document.addEventListener("keydown", event => {
    if (event.key === "Enter" || event.key === "Escape") {
        typingField = null;
    } else if (event.target !== typingField && event.target.matches("[data-replaced]") && event.key.length === 1 && isPlain(event)) {
        event.target.select();
    }
});
