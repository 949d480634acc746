// Shared by every page and independent of the server: the theme, the time zone, menus, pictures. Keys are in keys.js.

const systemIsDark = matchMedia("(prefers-color-scheme: dark)");

function setCookie(name, value) {
    const path = new URL(document.baseURI).pathname;
    document.cookie = `${name}=${value}; path=${path}; max-age=31536000; samesite=lax`;
}

// The server writes times as the clock on the person's wall shows them. On the very first page it asks for the zone once the circuit has
// started (Routes.razor).
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "UTC";
document.documentElement.dataset.zone = zone;
setCookie("zone", zone);

function switchTheme() {
    const root = document.documentElement;
    const isDark = root.dataset.theme ? root.dataset.theme === "dark" : systemIsDark.matches;
    root.dataset.theme = isDark ? "light" : "dark";
    setCookie("theme", root.dataset.theme);
}

document.addEventListener("click", event => {
    if (event.target.closest("[data-theme-switch]")) {
        switchTheme();
    }
    // Not before the circuit has started: it would replace the dialog and close it.
    if (event.target.closest("[data-palette]") && document.querySelector("[data-interactive]")) {
        const palette = document.getElementById("palette");
        // Until the next frame the box of a palette that was just closed still has the focus, and the server would not hear of it again.
        palette.querySelector("input").blur();
        palette.showModal();
    }
    // A menu closes when its link is followed, since the page may stay the same.
    if (event.target.closest("[popover] :is(a, [data-shortcuts])")) {
        event.target.closest("[popover]").hidePopover();
    }
    const explained = event.target.closest("[data-explain]");
    if (explained) {
        explain(explained);
    }
    const address = event.target.closest("[data-copy-address]");
    if (address) {
        copyAddress(address);
    }
    const copy = event.target.closest("[data-copy]");
    if (copy) {
        copyFrom(copy);
    }
});

// When the bar has room for the pages again, their menu has nothing to show (MainNav.razor).
matchMedia("(min-width: 960px)").addEventListener("change", () => document.querySelector("#main-nav:popover-open")?.hidePopover());

// The circuit replaces the page of the first response. What the person did there is carried over as soon as the new page has the
// same parts: the open menu, the focus, what was typed, and the button that was pressed last, which the server then receives as if it
// were typed and pressed now.
if (!document.querySelector("[data-interactive]")) {
    const address = location.href;
    const typed = new Map();
    let menu = "";
    let focused = "";
    let pressed = "";
    const listening = new AbortController();
    const listen = (type, listener) => document.addEventListener(type, listener, { capture: true, signal: listening.signal });
    listen("beforetoggle", event => menu = event.newState === "open" ? event.target.id : "");
    listen("focusin", event => focused = event.target.id);
    // The theme and the menus do not need the server.
    listen("click", event => pressed = getButtonKey(event.target.closest("button:not([popovertarget], [data-theme-switch])")));
    listen("input", event => event.target.id && typed.set(event.target.id, event.target.value));
    new MutationObserver((changes, observer) => {
        if (!document.querySelector("[data-interactive]")) {
            return;
        }

        if (location.href !== address) {
            observer.disconnect();
            return;
        }

        if (!listening.signal.aborted) {
            listening.abort();
            document.getElementById(menu)?.showPopover();
        }
        // A skeleton may come first, and fields may be disabled until the circuit knows the person.
        const ready = id => document.querySelector(`#${CSS.escape(id)}:not(:disabled)`);
        const field = focused && ready(focused);
        if (field && !document.activeElement?.matches("input, textarea, select, button, a")) {
            field.focus({ preventScroll: true });
        }
        focused = field ? "" : focused;
        for (const [id, value] of typed) {
            const into = ready(id);
            if (into) {
                typed.delete(id);
                setValue(into, value);
            }
        }
        const buttons = pressed ? [...document.querySelectorAll("button:not(:disabled)")].filter(button => getButtonKey(button) === pressed) : [];
        if (buttons.length === 1) {
            pressed = "";
            // A press moves the focus too, which says where it goes once the button is gone.
            buttons[0].focus({ preventScroll: true });
            buttons[0].click();
        }
        if (!focused && !pressed && typed.size === 0) {
            observer.disconnect();
        }
    }).observe(document.body, { subtree: true, childList: true, attributeFilter: ["data-interactive", "disabled"] });
}

// Two buttons of one name are told apart by the row that they are in.
function getButtonKey(button) {
    return button && [button.closest("[data-row]")?.dataset.row, button.getAttribute("aria-label") ?? button.innerText, button.title].join(" ");
}

function setValue(field, value) {
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
}

// Esc and the cross of a search field empty it, but the change event would come only when the field loses the focus.
document.addEventListener("search", event => {
    if (event.target.value === "") {
        event.target.dispatchEvent(new Event("change", { bubbles: true }));
    }
});

// An avatar's picture covers the initials once it has loaded; if it fails, they stay. Neither event bubbles.
for (const type of ["load", "error"]) {
    document.addEventListener(type, event => {
        if (event.target instanceof HTMLImageElement && "avatar" in event.target.dataset) {
            event.target.toggleAttribute("data-loaded", type === "load");
        }
    }, true);
}
// Pictures of the first response may have loaded before this script.
for (const image of document.querySelectorAll("img[data-avatar]")) {
    image.toggleAttribute("data-loaded", image.complete && image.naturalWidth > 0);
}

// What a label or a time in a row means: its title, which neither touch nor the keyboard would show.
function explain(element) {
    const box = document.getElementById("explanation");
    box.textContent = [element, ...element.querySelectorAll("[title]")].map(part => part.title).filter(Boolean).join(" · ");
    box.showPopover();
    const { left, bottom, top } = element.getBoundingClientRect();
    box.style.left = `${Math.max(12, Math.min(left, innerWidth - box.offsetWidth - 12))}px`;
    box.style.top = `${bottom + box.offsetHeight + 8 > innerHeight ? top - box.offsetHeight - 4 : bottom + 4}px`;
}

// Without https the browser has no clipboard for pages; a field that is copied from works there too.
async function copyAddress(button) {
    const link = new URL(button.dataset.copyAddress, location.href).href;
    try {
        await navigator.clipboard.writeText(link);
    } catch {
        const field = document.createElement("textarea");
        field.value = link;
        document.body.append(field);
        field.select();
        document.execCommand("copy");
        field.remove();
    }
    document.querySelector("[data-copied]").textContent = "Link copied";
    showFeedback(button, "Copied ✓");
}

// Says on the button itself what came of a click. Its own parts return, since the circuit may change them.
const feedback = new WeakMap();
function showFeedback(button, text) {
    const before = feedback.get(button) ?? { parts: [...button.childNodes], width: button.style.minWidth };
    clearTimeout(before.timer);
    button.style.minWidth = `${button.offsetWidth}px`;
    button.replaceChildren(text);
    before.timer = setTimeout(() => {
        feedback.delete(button);
        button.replaceChildren(...before.parts);
        button.style.minWidth = before.width;
    }, 2000);
    feedback.set(button, before);
}

// If the browser forbids the clipboard (no https), the text stays selected for Ctrl+C.
async function copyFrom(button) {
    const source = document.getElementById(button.dataset.copy);
    const isField = source.matches("input");
    if (isField) {
        source.select();
    } else {
        getSelection().selectAllChildren(source);
    }
    try {
        await navigator.clipboard.writeText(isField ? source.value : [...source.children].map(line => line.textContent.trim()).join("\n"));
        showFeedback(button, "Copied ✓");
    } catch {
        showFeedback(button, "Press Ctrl+C");
    }
}

// Signing out also ends this page, which must not navigate before the answer arrives (SignedOutNotice).
document.addEventListener("submit", event => {
    if (event.target.matches("[data-sign-out]")) {
        document.documentElement.dataset.signingOut = "";
    }
});
