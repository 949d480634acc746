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

export function restoreFocus() {
    if (last && (document.activeElement === document.body || document.activeElement === null)) {
        const goal = last.isConnected && !last.disabled
            ? last
            : editor?.querySelector(".message-actions button:not(:disabled), .draft-actions button:not(:disabled), [role=combobox]");
        goal?.focus({ preventScroll: true });
    }
}
