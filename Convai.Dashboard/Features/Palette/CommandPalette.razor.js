// What the server cannot do in time: close the dialog at once, and bring the active row into view. Keys are in keys.js.
let dialog;

export function attach(root) {
    dialog = root;
    const input = root?.querySelector("[role=combobox]");
    // Also where the pointer has gone down on a row, the focus stays in the box.
    root?.querySelector("[role=listbox]").addEventListener("mousedown", event => event.preventDefault());
    root?.addEventListener("click", event => event.target === root && root.close());
    new MutationObserver(() => document.getElementById(input.getAttribute("aria-activedescendant"))?.scrollIntoView({ block: "nearest" }))
        .observe(input, { attributes: true, attributeFilter: ["aria-activedescendant"] });
}

export function close(isLeaving) {
    dialog?.close();
    if (isLeaving) {
        // From one character to the next no heading is given the focus.
        document.getElementById("content").focus({ preventScroll: true });
    }
}
