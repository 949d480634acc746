// What the server cannot do in time: keep keys from moving the caret or the page, keep the focus in the search box while a
// row is clicked, and bring the active row into view.
const keys = ["ArrowDown", "ArrowUp", "Home", "End", "PageDown", "PageUp", "Enter", "Escape"];

export function attach(root, picker) {
    // The component may be gone by the time its script has been fetched.
    if (!root) {
        return;
    }

    const input = root.querySelector("[role=combobox]");
    const list = root.querySelector("[role=listbox]");
    let isFresh = true;
    input.addEventListener("keydown", event => {
        // The box shows the chosen model; typing replaces it instead of adding to it, also right after a choice.
        if (event.key === "Enter" || event.key === "Escape") {
            isFresh = true;
        } else if (isFresh && event.key.length === 1 && !event.ctrlKey && !event.altKey && !event.metaKey) {
            isFresh = false;
            input.select();
        }

        // Ctrl+D is the server's: a favourite, not a bookmark.
        const isPlain = !event.ctrlKey && !event.altKey && !event.metaKey;
        if (isPlain ? keys.includes(event.key) : event.key.toLowerCase() === "d" && !event.altKey && !event.shiftKey) {
            event.preventDefault();
        }
    });
    const selectName = () => {
        if (!input.dataset.searching) {
            isFresh = true;
            input.select();
        }
    };
    input.addEventListener("focus", selectName);
    input.addEventListener("click", selectName);
    root.addEventListener("mousedown", event => event.target !== input && event.preventDefault());
    // A row that becomes a favourite leaves for another group: the list stays where it is.
    let isStarring = false;
    root.addEventListener("click", event => isStarring = Boolean(event.target.closest(".picker-star, .picker-foot")));
    new MutationObserver(() => {
        const active = document.getElementById(input.getAttribute("aria-activedescendant"));
        if (active) {
            show(active);
        }
    }).observe(input, { attributes: true, attributeFilter: ["aria-activedescendant"] });

    // What was chosen stays in sight once the list shows all models again.
    new MutationObserver(() => {
        const row = document.getElementById(input.getAttribute("aria-activedescendant")) ?? list.querySelector("[aria-selected=true]");
        if (row && !input.dataset.searching && !isStarring) {
            scrollListTo(row);
        }
        isStarring = false;
    }).observe(list, { subtree: true, childList: true, attributes: true, attributeFilter: ["aria-selected"] });

    const wide = matchMedia("(min-width: 960px)");
    // The server may have let go of the component before the page has.
    const tell = () => root.isConnected && picker.invokeMethodAsync("ShowAlwaysOpen", wide.matches).catch(() => {});
    wide.addEventListener("change", tell);
    tell();

    // By hand, because scrollIntoView would leave rows under the sticky heading, the top bar or the draft.
    function scrollListTo(row) {
        const heading = row.parentElement.firstElementChild.offsetHeight;
        const top = row.offsetTop - heading;
        const bottom = row.offsetTop + row.offsetHeight;
        if (top < list.scrollTop) {
            list.scrollTop = top;
        } else if (bottom > list.scrollTop + list.clientHeight) {
            list.scrollTop = bottom - list.clientHeight;
        }
    }

    function show(row) {
        scrollListTo(row);
        const box = row.getBoundingClientRect();
        const dock = document.querySelector(".draft-dock");
        const floor = dock && getComputedStyle(dock).position === "sticky" ? dock.getBoundingClientRect().top : innerHeight;
        if (box.bottom > floor - 8) {
            scrollBy(0, box.bottom - floor + 8);
        } else if (box.top < 64) {
            scrollBy(0, box.top - 64);
        }
    }
}
