// What the server cannot do in time: keep keys from moving the caret, and bring the active row into view.
let dialog;

export function attach(root) {
    dialog = root;
    const input = root?.querySelector("[role=combobox]");
    input?.addEventListener("keydown", event => {
        if (["ArrowDown", "ArrowUp", "Home", "End", "Enter"].includes(event.key) && !event.ctrlKey && !event.altKey && !event.metaKey) {
            event.preventDefault();
        }
    });
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
