// Does what the server cannot do in time: keeps the focus in the search box while a row is clicked, and scrolls the active row into view.
// Keys are in keys.js.
export function attach(root) {
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

    const panel = root.querySelector(".picker-panel[popover]");
    if (panel) {
        openOver(panel);
    }

    // Beside the dialog, where it hides no field; where there is no room or no dialog, below the box or above it, and as wide.
    function openOver() {
        const gap = 8;
        const place = () => {
            if (!root.isConnected) {
                removeEventListener("resize", place);
                removeEventListener("scroll", place, true);
                return;
            }

            const box = input.getBoundingClientRect();
            const dialog = root.closest(".mud-dialog")?.getBoundingClientRect();
            const room = dialog ? innerWidth - dialog.right - 2 * gap : 0;
            const isBeside = room >= 300;
            const above = box.top - 2 * gap;
            const below = innerHeight - box.bottom - 2 * gap;
            const height = isBeside ? Math.min(560, innerHeight - 2 * gap) : Math.min(440, Math.max(above, below));
            const width = isBeside ? Math.min(420, room) : Math.min(Math.max(box.width, 280), innerWidth - 2 * gap);
            panel.style.width = `${width}px`;
            panel.style.maxHeight = `${height}px`;
            panel.style.left = `${isBeside ? dialog.right + gap : Math.max(gap, Math.min(box.left, innerWidth - width - gap))}px`;
            panel.style.top = `${isBeside ? Math.max(gap, Math.min(box.top, innerHeight - panel.offsetHeight - gap))
                : below >= Math.min(above, 240) ? box.bottom + gap / 2 : box.top - panel.offsetHeight - gap / 2}px`;
        };
        panel.showPopover();
        place();
        addEventListener("resize", place);
        // The list's own scrolling moves nothing else.
        addEventListener("scroll", event => event.target !== list && place(), true);
        new ResizeObserver(place).observe(panel);
    }

    // Scrolls itself, because scrollIntoView would leave rows under the sticky heading, the top bar or the draft.
    function scrollListTo(row) {
        const heading = row.parentElement.firstElementChild.offsetHeight;
        const top = row.offsetTop - heading;
        const bottom = row.offsetTop + row.offsetHeight;
        if (top < list.scrollTop) {
            list.scrollTop = top;
        } else if (bottom > list.scrollTop + list.clientHeight) {
            // A row always begins right below the heading, which would otherwise cover a part of it.
            const first = [...list.querySelectorAll("[role=option]")].find(option => option.offsetTop - heading >= bottom - list.clientHeight);
            list.scrollTop = first.offsetTop - heading;
        }
    }

    function show(row) {
        scrollListTo(row);
        if (panel) {
            return;
        }

        const box = row.getBoundingClientRect();
        const dock = document.querySelector(".draft-dock");
        const floor = dock && getComputedStyle(dock).position === "sticky" ? dock.getBoundingClientRect().top : innerHeight;
        // The whole list, if there is room above it.
        const over = list.getBoundingClientRect().bottom - floor + 8;
        const room = input.getBoundingClientRect().top - 64;
        if (over > 0 && room > 0) {
            scrollBy(0, Math.min(over, room));
        } else if (box.bottom > floor - 8) {
            scrollBy(0, box.bottom - floor + 8);
        } else if (box.top < 64) {
            scrollBy(0, box.top - 64);
        }
    }
}
