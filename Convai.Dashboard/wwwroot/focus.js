// The focused element can be removed or disabled, and the browser then drops the focus to the top of the page. A part of the
// page where this happens names where the focus goes instead: data-home="selector", or "" for itself. While it is data-busy,
// the focus waits for what is disabled in it.
let lastChain = [];
let chainBehindDialog = [];

const isUsable = element => element.isConnected && !element.disabled;
const isInDialog = chain => chain.some(element => element.matches("[role=dialog]"));

function getAncestors(element) {
    const chain = [];
    for (; element; element = element.parentElement) {
        chain.push(element);
    }

    return chain;
}

function isFocusLost() {
    const active = document.activeElement;
    return lastChain.length > 0 && (!active || active === document.body || active.disabled);
}

function findHome(chain) {
    const homes = chain.filter(element => element.isConnected && (element.popover || element.dataset.home !== undefined)).map(resolveHome);
    return [chain[0], ...homes].find(element => element && isUsable(element) && element.checkVisibility());
}

function resolveHome(element) {
    // The contents of a menu are hidden once it has closed; the button that opens it is not.
    const selector = element.popover ? `[popovertarget="${element.id}"]` : element.dataset.home;
    return selector ? document.querySelector(selector) : element;
}

function restoreFocus() {
    if (!isFocusLost() || lastChain.some(element => element.isConnected && element.dataset.busy !== undefined)) {
        return;
    }

    if (isInDialog(lastChain) && !lastChain.some(element => element.isConnected && element.matches("[role=dialog]"))) {
        [lastChain, chainBehindDialog] = [chainBehindDialog, []];
    }

    findHome(lastChain)?.focus({ preventScroll: true });
}

// Handles MudBlazor's dialogs; the browser's own (<dialog>) do all this by themselves. The focus goes into a dialog when it
// opens, Tab stays in it, and nothing behind it takes the focus, which returns to where it was once the dialog has closed.
const topDialog = () => document.querySelector("dialog[open]") ? null : [...document.querySelectorAll(".mud-dialog")].at(-1);

const tabStopsIn = dialog => [...dialog.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")]
    // In a group of radio buttons Tab stops only at the chosen one. The library adds empty stops around its content.
    .filter(stop => !stop.disabled && stop.checkVisibility() && !(stop.type === "radio" && !stop.checked) && !stop.matches(".mud-focus-trap > div"));

function focusFirst(dialog) {
    const stops = tabStopsIn(dialog);
    (stops.find(stop => stop.dataset.first !== undefined) ?? stops.find(stop => stop.matches("input, select, textarea")) ?? stops[0] ?? dialog).focus();
}

function focusOpenDialog() {
    const dialog = topDialog();
    if (dialog && !dialog.contains(document.activeElement) && !dialog.querySelector("[data-busy]")) {
        focusFirst(dialog);
    }
}

document.addEventListener("keydown", event => {
    const dialog = event.key === "Tab" ? topDialog() : null;
    if (!dialog) {
        return;
    }

    const stops = tabStopsIn(dialog);
    const isAtEnd = document.activeElement === stops.at(event.shiftKey ? 0 : -1);
    if (isAtEnd || !stops.some(stop => stop === document.activeElement)) {
        event.preventDefault();
        (stops.at(event.shiftKey ? -1 : 0) ?? dialog).focus();
    }
});

// Handled here and not by the library, which attaches its handler after it has shown the dialog: a key in between would be lost.
document.addEventListener("keydown", event => {
    // In an open list of a combobox Esc closes the list only.
    if (event.key === "Escape" && !event.repeat && !event.target.closest("[role=combobox][aria-expanded=true]")) {
        topDialog()?.querySelector("[data-dismiss]:not(:disabled)")?.click();
    }
});

document.addEventListener("focusin", event => {
    const dialog = topDialog();
    if (dialog && !dialog.contains(event.target)) {
        focusFirst(dialog);
        return;
    }

    // A handler before this one may have passed the focus on; then its own event came first.
    if (event.target !== document.activeElement) {
        return;
    }

    const chain = getAncestors(event.target);
    if (isInDialog(chain) && !isInDialog(lastChain)) {
        chainBehindDialog = lastChain;
    }

    lastChain = chain;
});

// Clicking an empty area drops focus on purpose. Only focus lost because its element was removed or disabled is restored, which is known once the DOM has changed.
document.addEventListener("focusout", event => queueMicrotask(() => {
    if (event.target === lastChain[0] && !event.relatedTarget && isUsable(event.target) && document.activeElement === document.body && document.hasFocus()) {
        lastChain = [];
    }
}));

new MutationObserver(() => {
    restoreFocus();
    focusOpenDialog();
}).observe(document.body, { subtree: true, childList: true, attributeFilter: ["disabled", "data-busy"] });
