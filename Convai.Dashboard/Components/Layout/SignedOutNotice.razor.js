// If the page's own "Sign out" was used, the answer to that form navigates on.
export function attach(address) {
    if (document.documentElement.dataset.signingOut === undefined) {
        location.assign(address);
    }
}
