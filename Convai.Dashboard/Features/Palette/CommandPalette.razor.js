// Does what the server cannot do, or not in time: closes the dialog at once, scrolls the active row into view, and presses what every page has.
// Keys are in keys.js.
let dialog;

export function attach(root) {
    dialog = root;
    const input = root?.querySelector("[role=combobox]");
    // The focus stays in the box even if the pointer is pressed on a row.
    root?.querySelector("[role=listbox]").addEventListener("mousedown", event => event.preventDefault());
    root?.addEventListener("click", event => event.target === root && root.close());
    new MutationObserver(() => document.getElementById(input.getAttribute("aria-activedescendant"))?.scrollIntoView({ block: "nearest" }))
        .observe(input, { attributes: true, attributeFilter: ["aria-activedescendant"] });
}

export function close(isLeaving) {
    dialog?.close();
    if (isLeaving) {
        // Blazor focuses no heading when it goes from one character to the next.
        document.getElementById("content").focus({ preventScroll: true });
    }
}

// The popover of a menu hides its buttons from people, not from a click of a script.
export function click(selector) {
    document.querySelector(selector)?.click();
}

export function download(address) {
    const link = document.createElement("a");
    link.href = address;
    link.download = "";
    link.click();
}
