// The draft lives in this tab's storage too: it outlives a lost connection, a reload and a restart of the server.
const keyOf = id => `draft:${id}`;

export function readDraft(id) {
    return sessionStorage.getItem(keyOf(id));
}

export function storeDraft(id, json) {
    if (json === null) {
        sessionStorage.removeItem(keyOf(id));
    } else {
        sessionStorage.setItem(keyOf(id), json);
    }
}
