// The draft lives in this tab's storage too: it outlives a lost connection, a reload and a restart of the server.
const keyOf = id => `draft:${id}`;

// A browser may forbid storage; then the draft lives in the circuit alone.
export function readDraft(id) {
    try {
        return sessionStorage.getItem(keyOf(id));
    } catch {
        return null;
    }
}

export function storeDraft(id, json) {
    try {
        if (json === null) {
            sessionStorage.removeItem(keyOf(id));
        } else {
            sessionStorage.setItem(keyOf(id), json);
        }
    } catch {
        // As above.
    }
}

// A button that is disabled or removed while it has the focus drops it to the top of the page.
let editor;
let last;

export function attach(root) {
    editor = root;
    root?.addEventListener("focusin", event => last = event.target);
}

// Asked for after a render that may not be the last one of what has just happened: everything can still be disabled.
export function restoreFocus(tries = 20) {
    const active = document.activeElement;
    const isLost = !active || active === document.body || active.disabled;
    if (!last || !isLost) {
        return;
    }

    const goal = last.isConnected && !last.disabled
        ? last
        // Never a button that acts: a second Enter pressed in a hurry must not undo what the first one did.
        : last.closest(".temperature")?.querySelector("[data-number]:not(:disabled)")
            ?? editor?.querySelector(".change-message-region:has(.message)")
            ?? (editor?.querySelector(":disabled") ? null : document.querySelector("h1"));
    if (goal) {
        goal.focus({ preventScroll: true });
    } else if (tries > 0) {
        setTimeout(() => restoreFocus(tries - 1), 50);
    }
}
