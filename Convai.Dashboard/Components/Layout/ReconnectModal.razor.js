const dialog = document.getElementById("components-reconnect-modal");

// The draft is in this tab's storage already, so the browser need not ask before the page is loaded anew. Registered before
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
            if (!dialog.open) {
                dialog.showModal();
            }
            break;
        case "hide":
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
document.getElementById("components-reconnect-button").addEventListener("click", reconnect);
document.getElementById("components-resume-button").addEventListener("click", resume);
