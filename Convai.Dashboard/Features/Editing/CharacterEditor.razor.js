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

// Nothing on the page has to be attached to.
export const attach = () => {};
