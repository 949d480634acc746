// A page that is being left by its own "Sign out" is led on by the answer to that form.
export function attach(address) {
    if (document.documentElement.dataset.signingOut === undefined) {
        location.assign(address);
    }
}
