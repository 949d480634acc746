// What has the focus can be removed, or disabled for good, and the browser then drops the focus to the top of the page. A part of
// the page that lets that happen names where the focus goes instead: data-home="selector", or "" for itself. While it is
// data-busy, what is disabled in it is waited for.
let last = [];
let behindDialog = [];

const isUsable = element => element.isConnected && !element.disabled;
const isInDialog = chain => chain.some(element => element.matches("[role=dialog]"));

function chainOf(element) {
    const chain = [];
    for (; element; element = element.parentElement) {
        chain.push(element);
    }

    return chain;
}

function isLost() {
    const active = document.activeElement;
    return last.length > 0 && (!active || active === document.body || active.disabled);
}

function homeOf(chain) {
    const homes = chain
        .filter(element => element.isConnected && element.dataset.home !== undefined)
        .map(element => element.dataset.home ? document.querySelector(element.dataset.home) : element);
    return [chain[0], ...homes].find(element => element && isUsable(element));
}

function restore() {
    if (!isLost() || last.some(element => element.isConnected && element.dataset.busy !== undefined)) {
        return;
    }

    if (isInDialog(last) && !last.some(element => element.isConnected && element.matches("[role=dialog]"))) {
        [last, behindDialog] = [behindDialog, []];
    }

    // Scripts of dialogs look after the focus as well: theirs is the last word.
    homeOf(last)?.focus({ preventScroll: true });
}

document.addEventListener("focusin", event => {
    const chain = chainOf(event.target);
    if (isInDialog(chain) && !isInDialog(last)) {
        behindDialog = last;
    }

    last = chain;
});

// Whoever clicks beside everything has left: only what was taken away is restored. That is known once the page has been changed.
document.addEventListener("focusout", event => queueMicrotask(() => {
    if (event.target === last[0] && isUsable(event.target) && document.activeElement === document.body && document.hasFocus()) {
        last = [];
    }
}));

new MutationObserver(restore).observe(document.body, { subtree: true, childList: true, attributeFilter: ["disabled", "data-busy"] });
