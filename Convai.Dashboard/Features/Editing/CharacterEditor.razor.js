// The draft is in this tab's storage too, so it survives a lost connection, a reload and a restart of the server.
const getStorageKey = id => `draft:${id}`;

// A browser may forbid storage; the draft is then in the circuit only.
export function readDraft(id) {
    try {
        return sessionStorage.getItem(getStorageKey(id));
    } catch {
        return null;
    }
}

export function storeDraft(id, json) {
    try {
        if (json === null) {
            sessionStorage.removeItem(getStorageKey(id));
        } else {
            sessionStorage.setItem(getStorageKey(id), json);
        }
    } catch {
        // Storage is forbidden, as above.
    }
}

// A reload must not put the candidate into a later draft again.
export function clearQuery() {
    history.replaceState(history.state, "", location.pathname);
}

// There is nothing on the page to attach to.
export const attach = () => {};
