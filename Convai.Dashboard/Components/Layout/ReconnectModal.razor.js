const dialog = document.getElementById("components-reconnect-modal");
const stopped = document.getElementById("blazor-error-ui");
let isDown = false;

// The draft is in this tab's storage already, so the browser need not ask before the page is reloaded. Registered before
// Blazor's own listener, since they run in this order.
let isReloading = false;
window.addEventListener("beforeunload", event => {
    if (isReloading) {
        event.stopImmediatePropagation();
    }
}, { capture: true });

function reload() {
    isReloading = true;
    location.reload();
}

async function reconnect() {
    document.removeEventListener("visibilitychange", onVisible);
    try {
        if (!await Blazor.reconnect() && !await Blazor.resumeCircuit()) {
            reload();
        }
    } catch {
        document.addEventListener("visibilitychange", onVisible);
    }
}

async function resume() {
    try {
        if (!await Blazor.resumeCircuit()) {
            reload();
        }
    } catch {
        dialog.classList.replace("components-reconnect-paused", "components-reconnect-resume-failed");
    }
}

function onVisible() {
    if (document.visibilityState === "visible") {
        reconnect();
    }
}

dialog.addEventListener("components-reconnect-state-changed", event => {
    switch (event.detail.state) {
        case "show":
            isDown = true;
            if (!dialog.open) {
                dialog.showModal();
            }
            break;
        case "hide":
            isDown = false;
            dialog.close();
            break;
        case "failed":
            document.addEventListener("visibilitychange", onVisible);
            break;
        case "rejected":
            reload();
            break;
    }
});
// Blazor's script shows it only by its style, so the page behind it would still take clicks and keys.
new MutationObserver(() => {
    if (!stopped.open) {
        stopped.showModal();
    }
}).observe(stopped, { attributeFilter: ["style"] });

// Esc must not uncover a page that cannot be used. A browser lets the event be cancelled once, then closes the dialog anyway.
for (const [held, isNeeded] of [[dialog, () => isDown], [stopped, () => true]]) {
    held.addEventListener("cancel", event => event.preventDefault());
    held.addEventListener("close", () => isNeeded() && held.showModal());
}

document.getElementById("stopped-reload").addEventListener("click", reload);
document.getElementById("components-reconnect-button").addEventListener("click", reconnect);
document.getElementById("components-resume-button").addEventListener("click", resume);
