// Adds to the plain forms of the account pages: the secret of a link, passkeys, showing what was typed, codes that send themselves, and
// recovery codes to keep.

// The secret follows the #, where no server or log sees it; the form sends it once.
const join = document.querySelector("form[data-join]");
function openLink() {
    if (join && location.hash.length > 1) {
        join.querySelector("input[name$='.Link']").value = location.hash.slice(1);
        history.replaceState(null, "", location.pathname);
        join.requestSubmit();
    }
}
openLink();
// A link that is opened while this page is shown changes only the #.
addEventListener("hashchange", openLink);

for (const button of document.querySelectorAll("[data-reveal]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
        const input = button.parentElement.querySelector("input");
        const isHidden = input.type === "password";
        input.type = isHidden ? "text" : "password";
        button.textContent = isHidden ? "Hide" : "Show";
        input.focus();
    });
}

// The sixth digit, typed or pasted, completes a code. The form is sent once, because a code works once.
for (const field of document.querySelectorAll("[data-code]")) {
    let isSent = false;
    field.addEventListener("input", () => {
        if (/^\d{6}$/.test(field.value.replace(/\s/g, ""))) {
            field.form.requestSubmit();
        }
    });
    field.form.addEventListener("submit", event => {
        if (isSent) {
            event.preventDefault();
        }
        isSent = true;
    });
    // The browser's "Back" may show this very page again.
    addEventListener("pageshow", event => isSent = isSent && !event.persisted);
}

for (const part of document.querySelectorAll("[data-needs-script]")) {
    part.hidden = false;
}
// The file is made here: the codes are in this page and nowhere else.
document.querySelector("[data-download]")?.addEventListener("click", event => {
    const lines = [...document.querySelectorAll(".recovery-about, #recovery-codes li")].map(line => line.textContent.trim());
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([`${lines.join("\n")}\n`], { type: "text/plain" }));
    link.download = event.target.closest("[data-download]").dataset.download;
    link.click();
    URL.revokeObjectURL(link.href);
});
document.querySelector("[data-print]")?.addEventListener("click", () => print());

// A passkey form asks the server what to ask the browser for (data-passkey), and sends what the browser answers.
if (window.PublicKeyCredential?.parseRequestOptionsFromJSON) {
    for (const part of document.querySelectorAll("[data-passkey-part]")) {
        part.hidden = false;
    }
    for (const form of document.querySelectorAll("form[data-passkey]")) {
        form.addEventListener("submit", event => {
            event.preventDefault();
            requestPasskey(form);
        });
    }
}

async function requestPasskey(form) {
    const problem = form.querySelector("[data-passkey-problem]");
    const button = form.querySelector("button");
    problem.hidden = true;
    button.disabled = true;
    try {
        const token = form.querySelector("input[name='__RequestVerificationToken']").value;
        const response = await fetch(form.dataset.passkey, { method: "POST", headers: { RequestVerificationToken: token } });
        if (response.status === 403 && form.dataset.passkeyConfirm) {
            location.assign(form.dataset.passkeyConfirm);
            return;
        }
        if (!response.ok) {
            throw new Error(`The server answered ${response.status}.`);
        }
        const options = await response.json();
        const credential = form.hasAttribute("data-passkey-new")
            ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
            : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
        form.querySelector("input[name$='.Credential']").value = JSON.stringify(credential);
        form.submit();
    } catch (error) {
        button.disabled = false;
        problem.hidden = false;
        problem.textContent = messageFor(error);
        button.focus();
    }
}

function messageFor(error) {
    switch (error.name) {
        case "NotAllowedError":
            return "No passkey was chosen, or it took too long.";
        case "InvalidStateError":
            return "This device has a passkey for your account already.";
        case "SecurityError":
            return "Passkeys need an https address with a name (or localhost).";
        default:
            return "The passkey could not be used. Try again.";
    }
}
