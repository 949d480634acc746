// Keeps the number, the words and the spoken value in step with the slider while it is dragged, without a round trip.
const bandOf = value => value < 0.3 ? "predictable" : value < 0.7 ? "balanced" : "inventive";

export function attach(root) {
    // The component may be gone by the time its script has been fetched.
    if (!root) {
        return;
    }

    const range = root.querySelector("[data-range]");
    const number = root.querySelector("[data-number]");
    let isUnheard = false;
    range.addEventListener("input", () => {
        isUnheard = true;
        const text = Number(range.value).toFixed(2);
        number.value = text;
        root.dataset.band = bandOf(Number(range.value));
        range.setAttribute("aria-valuetext", `${text}, ${root.dataset.band}`);
        range.parentElement.classList.remove("slider-unset");
    });
    // A held key makes a change with every repeat; the server is told only of the last one, so its answers cannot overtake the thumb.
    let pending = 0;
    const tell = () => {
        clearTimeout(pending);
        pending = -1;
        range.dispatchEvent(new Event("change", { bubbles: true }));
        pending = 0;
    };
    range.addEventListener("change", event => {
        isUnheard = false;
        if (pending !== -1) {
            event.stopPropagation();
            clearTimeout(pending);
            pending = setTimeout(tell, 120);
        }
    });
    const tellAtOnce = () => pending > 0 && tell();
    range.addEventListener("blur", tellAtOnce);
    range.addEventListener("keydown", event => (event.ctrlKey || event.metaKey) && tellAtOnce());
    // A drag that ends where it began, or a click on the thumb of a value not set, raises no change event.
    range.addEventListener("pointerup", () => setTimeout(() => {
        if (isUnheard || range.parentElement.classList.contains("slider-unset")) {
            range.dispatchEvent(new Event("input", { bubbles: true }));
            range.dispatchEvent(new Event("change", { bubbles: true }));
        }
    }));
    // Page keys step by 0.10 in every browser; some would otherwise use another step.
    range.addEventListener("keydown", event => {
        if ((event.key === "PageUp" || event.key === "PageDown") && !event.ctrlKey && !event.metaKey && !event.altKey) {
            event.preventDefault();
            range.value = Number(range.value) + (event.key === "PageUp" ? 0.1 : -0.1);
            range.dispatchEvent(new Event("input", { bubbles: true }));
            range.dispatchEvent(new Event("change", { bubbles: true }));
        }
    });
}
