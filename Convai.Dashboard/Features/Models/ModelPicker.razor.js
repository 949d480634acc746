// Does what the server cannot do in time: keeps the focus in the search box while a row is clicked, and scrolls the active row into view.
// Keys are in keys.js.
export function attach(root, picker) {
    // The component may be gone by the time its script has been fetched.
    if (!root) {
        return;
    }

    const input = root.querySelector("[role=combobox]");
    const list = root.querySelector("[role=listbox]");
    root.addEventListener("mousedown", event => event.target !== input && event.preventDefault());
    // A row that becomes a favourite moves to another group; the list keeps its scroll position.
    let isStarring = false;
    root.addEventListener("click", event => isStarring = Boolean(event.target.closest(".picker-star, .picker-foot")));
    new MutationObserver(changes => {
        const active = document.getElementById(input.getAttribute("aria-activedescendant"));
        if (active) {
            show(active);
        }

        // After a choice the box shows a name again: an input method, which sends no keys, then replaces it too.
        if (changes.some(change => change.attributeName === "data-searching") && !input.dataset.searching && document.activeElement === input) {
            input.select();
        }
    }).observe(input, { attributes: true, attributeFilter: ["aria-activedescendant", "data-searching"] });

    // The chosen model stays in view once the list shows all models again.
    new MutationObserver(() => {
        const row = document.getElementById(input.getAttribute("aria-activedescendant")) ?? list.querySelector("[aria-selected=true]");
        if (row && !input.dataset.searching && !isStarring) {
            scrollListTo(row);
        }
        isStarring = false;
    }).observe(list, { subtree: true, childList: true, attributes: true, attributeFilter: ["aria-selected"] });

    const wide = matchMedia("(min-width: 960px)");
    // The server may have disposed of the component before the page has.
    const tell = () => root.isConnected && picker.invokeMethodAsync("ShowAlwaysOpen", wide.matches).catch(() => {});
    wide.addEventListener("change", tell);
    tell();

    // Scrolls itself, because scrollIntoView would leave rows under the sticky heading, the top bar or the draft.
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
