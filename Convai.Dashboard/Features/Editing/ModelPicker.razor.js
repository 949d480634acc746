// What the server cannot do in time: keep keys from moving the caret or the page, keep the focus in the search box while a
// row is clicked, and bring the active row into view.
const keys = ["ArrowDown", "ArrowUp", "Home", "End", "PageDown", "PageUp", "Enter", "Escape"];

export function attach(root) {
    const input = root.querySelector("[role=combobox]");
    const list = root.querySelector("[role=listbox]");
    input.addEventListener("keydown", event => {
        if (keys.includes(event.key) && !event.ctrlKey && !event.altKey && !event.metaKey) {
            event.preventDefault();
        }
    });
    // The box shows the chosen model; typing replaces it instead of adding to it.
    const selectName = () => {
        if (!input.dataset.searching) {
            input.select();
        }
    };
    input.addEventListener("focus", selectName);
    input.addEventListener("click", selectName);
    list.addEventListener("mousedown", event => event.preventDefault());
    new MutationObserver(() => {
        const active = document.getElementById(input.getAttribute("aria-activedescendant"));
        if (active) {
            show(active);
        }
    }).observe(input, { attributes: true, attributeFilter: ["aria-activedescendant"] });

    // By hand, because scrollIntoView would scroll the page too and leave rows under the sticky heading.
    function show(row) {
        const heading = row.parentElement.firstElementChild.offsetHeight;
        const top = row.offsetTop - heading;
        const bottom = row.offsetTop + row.offsetHeight;
        if (top < list.scrollTop) {
            list.scrollTop = top;
        } else if (bottom > list.scrollTop + list.clientHeight) {
            list.scrollTop = bottom - list.clientHeight;
        }
    }
}
