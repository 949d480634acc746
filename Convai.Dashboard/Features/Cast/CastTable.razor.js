// That a box stands for some of the rows is a property, for which there is no attribute.
export function attach(box) {
    // The component may be gone by the time its script has been fetched.
    if (!box) {
        return;
    }

    const show = () => box.indeterminate = "mixed" in box.dataset;
    new MutationObserver(show).observe(box, { attributeFilter: ["data-mixed"] });
    show();
}
