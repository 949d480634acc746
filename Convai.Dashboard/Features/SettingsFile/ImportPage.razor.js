// What is dropped or pasted goes the way of the chosen file: one way in, with the same limits and checks.
export function attach(root, pasted) {
    // The component may be gone by the time its script has been fetched.
    if (!root) {
        return;
    }

    const file = root.querySelector("input[type=file]");
    const cells = root.querySelector("[data-cells]");
    const gone = new AbortController();
    const give = files => {
        file.files = files;
        file.dispatchEvent(new Event("change", { bubbles: true }));
    };
    const giveText = text => {
        if (text.trim()) {
            const made = new DataTransfer();
            made.items.add(new File([text], "Pasted cells", { type: pasted }));
            give(made.files);
        } else {
            cells.focus();
        }
    };
    const listen = (target, type, handle) => target.addEventListener(type, event => root.isConnected ? handle(event) : gone.abort(), { signal: gone.signal });

    const isFile = event => event.dataTransfer?.types.includes("Files");
    const mark = isOver => root.toggleAttribute("data-dropping", isOver);
    listen(document, "dragover", event => {
        if (isFile(event)) {
            // Without this a file that misses the field would replace the page.
            event.preventDefault();
            mark(true);
        }
    });
    listen(document, "dragleave", event => !event.relatedTarget && mark(false));
    listen(document, "drop", event => {
        mark(false);
        if (isFile(event)) {
            event.preventDefault();
            give(event.dataTransfer.files);
        }
    });

    listen(document, "paste", event => {
        if (event.target !== cells && event.target.closest?.("input, textarea, [contenteditable]")) {
            return;
        }

        const text = event.clipboardData.getData("text/plain");
        if (text.trim()) {
            // In place of what was pasted before; spreadsheets add a picture of the cells, which is not wanted.
            event.preventDefault();
            cells.value = text.length > 1_000_000 ? "" : text;
            giveText(text);
        } else if (event.clipboardData.files.length > 0) {
            event.preventDefault();
            give(event.clipboardData.files);
        }
    });
    listen(root.querySelector("[data-compare]"), "click", () => giveText(cells.value));
    // Pasted before this script was there.
    if (cells.value.trim()) {
        giveText(cells.value);
    }
}
