using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Features.Team;
using Convai.Dashboard.Security;

namespace Convai.Dashboard.Features.Account;

/// <summary>What the pages about signing in, joining and one's own account say.</summary>
internal static class AccountText
{
    // Several pages.

    public const string TookTooLong = "That took too long. Try again.";
    public const string TooManyAttempts = "Too many attempts. Wait five minutes, then try again.";

    /// <summary>Why a way to sign in is refused to a person whose role the provider has not confirmed lately.</summary>
    public static string NeedsProvider(OidcOptions oidc) => $"Your role comes from {oidc.Name}, so this works only for {ProviderRoles.RoleLifetime.TotalHours} hours after signing in there. Continue with {oidc.Name}, or ask an Admin.";

    /// <summary>Why someone is not let in.</summary>
    /// <param name="wrong">What to say of a wrong password, passkey or code.</param>
    public static string Refusal(SignInOutcome outcome, OidcOptions oidc, string wrong, string tooMany = TooManyAttempts, string expired = TookTooLong) => outcome switch
    {
        SignInOutcome.TooManyAttempts => tooMany,
        SignInOutcome.Expired => expired,
        SignInOutcome.NeedsProvider => NeedsProvider(oidc),
        _ => wrong,
    };

    // Signing in.

    public const string WrongPassword = "Wrong email or password. After too many attempts an account is locked for a while: wait, or ask an Admin for a reset link.";
    public const string WrongPasskey = "This passkey doesn't belong to an account that can sign in here.";
    public const string TooManyAttemptsWithEmail = "Too many attempts with this email. Wait five minutes, then try again.";

    /// <summary>Why signing in with the organisation's provider has failed; null if it has not.</summary>
    public static string? Problem(OidcProblem problem, AuthenticationOptions options)
    {
        var name = options.Oidc.Name;
        var capitalised = DisplayText.Capitalize(name);
        return problem switch
        {
            OidcProblem.None => null,
            OidcProblem.Unreachable => $"{capitalised} can't be reached at the moment.{(options.LocalAccounts ? " Signing in with email and password still works." : " Try again in a minute.")}",
            OidcProblem.Failing => $"{capitalised} answered with an error. Nothing was changed. Try again in a minute.",
            OidcProblem.DetailsRefused => $"{capitalised} signed you in but didn't share your details with this dashboard. Nothing was changed. Ask the person who runs the dashboard to check its permissions there.",
            OidcProblem.Cancelled => "Signing in was cancelled.",
            OidcProblem.NoRole => $"{capitalised} knows you, but has given you no role in this dashboard. Ask the person who manages its groups.",
            OidcProblem.RoleUnknown => $"{capitalised} knows you, but its answer doesn't show your role: you may be in more groups than fit into it. Nothing was changed. Ask the person who runs the dashboard.",
            OidcProblem.LinkedToAnother => $"The account with your email belongs to another identity at {name}. Ask an Admin to check it: the Team page shows the account's links.",
            OidcProblem.StillSignedIn => $"You are signed out here. {capitalised} could not be notified, so you may still be signed in there.",
            OidcProblem.EmailTaken => $"An account with your email already exists, and {name} doesn't say that the email is verified. {(options.LocalAccounts ? "Sign in with email and password, or ask an Admin." : "Ask an Admin.")}",
            OidcProblem.Disabled => "Your account is disabled. Ask an Admin of your team.",
            _ => $"{capitalised} sent an answer that the dashboard didn't understand. Try again.",
        };
    }

    public const string SignedOut = $"{SecurityText.YouAreSignedOut}.";
    public const string AskForLink = "No account yet, or locked out? An Admin of your team can send you a link.";

    // The second step.

    public const string CodeOrRecoveryHint = "Six digits from your authenticator app, sent as soon as you have entered them, or one of your recovery codes.";
    public const string HasNeither = "Don't have either? An Admin of your team can send you a link to start over.";

    public const string WrongOrUsedCode = "This code is wrong or has already been used, or the account is locked for a while after too many attempts.";
    public const string StartAgain = "That took too long. Start again with your password.";

    // Opening a link: joining, or choosing a new password.

    public static string Heading(AccessLinkKind? link) => link switch
    {
        AccessLinkKind.SetUp => "Set up the dashboard",
        AccessLinkKind.Invitation => "Join the team",
        AccessLinkKind.Reset => "Choose a new password",
        _ => "Open your link",
    };

    public const string PasteLink = "Paste the link that you were given.";
    public const string NameHint = "The name your colleagues know you by.";
    public const string WhatResetDoes = "This signs you out everywhere and removes your authenticator app and passkeys. You can add them again afterwards.";

    public static string SignsOutOther(string name) => $"You are signed in as {name}. Joining here signs that account out.";

    public const string DeadLink = "This link has been used or withdrawn, or has expired. Ask an Admin for a new one.";
    public const string EnterEmail = "Enter an email address, such as ana@studio.example.";
    public const string EmailTaken = "An account with this email already exists. Sign in with it.";
    public const string EmailOfInvitation = "The address in your invitation.";

    public static string PasswordHint => $"At least {CommonPasswords.MinimumLength} characters. Several words are easy to remember.";

    public static string Invites(AccessLink link) => link.Kind == AccessLinkKind.SetUp
        ? "This creates the first account, an Admin, who can invite the others."
        : $"{link.CreatedByName} invites you as {TeamText.WithArticle(link.Role)}. This role {TeamText.For(link.Role)}";

    // Confirming one's identity.

    public static string ConfirmLead => $"Nothing has changed yet. Confirm it's you to continue. You won't be asked again for {(int)SignInSessions.ConfirmationLifetime.TotalMinutes} minutes.";
    public const string ConfirmedForPasskeys = "You've confirmed it's you. Add the passkey now.";
    public const string ConfirmedForSessions = "You've confirmed it's you. Choose again what to sign out.";

    public const string WrongConfirmation = "Wrong password. After too many attempts your account is locked for a while; you stay signed in here.";
    public const string PasskeyOfOthers = "This passkey doesn't belong to your account.";

    // Turning the authenticator app on.

    public const string AuthenticatorOn = "The authenticator app is on. Signing in with your password asks for its code from now on.";
    public const string CannotScan = "Can't scan it?";
    public const string ScanHint = "Scan this with an authenticator app on your phone, such as your password manager, then enter the code that it shows.";
    public const string TypeKeyHint = "Enter this time-based key in the app:";
    public const string CodeHint = "Six digits. They are sent as soon as you have entered them.";
    public const string YourCodes = "Your recovery codes.";
    public const string StoreCodes = "Store them with your passwords. Each one signs you in once without the app, and they won't be shown again.";

    public const string WrongCode = "This code is wrong. Check that your phone's clock is right, then enter the code that the app shows now.";

    // One's own account.

    public const string WhyAuthenticator = "With a code from an app on your phone, a stolen password is not enough.";
    public const string WhyPasskey = "Sign in with your fingerprint, face or device lock, without a password.";

    public static string AsksForCode(int codesLeft) => $"Signing in with your password asks for a code. {CodesLeft(codesLeft)}";

    public const string RoleByAdmin = "An Admin gave you this role.";

    public static string RoleByProvider(string organisation) => $"{organisation} gives you this role.";

    public static string Renamed(string name) => $"Your name is now {name}.";

    public static string NameFromProvider(string organisation) => $"Your name comes from {organisation}. Change it there.";

    public static string NewPasswordHint => $"At least {CommonPasswords.MinimumLength} characters. You'll be signed out everywhere else.";

    public const string PasswordChanged = "Your password was changed. Your other sign-ins have ended.";
    public const string WrongCurrentPassword = "The current password is wrong. Nothing was changed. After too many attempts your account is locked for a while.";
    public const string PasswordNotChanged = $"{TooManyAttempts} Nothing was changed.";

    private static string CodesLeft(int codes) => codes switch
    {
        0 => "You have no recovery codes left.",
        1 => "You have 1 recovery code left.",
        _ => $"You have {codes} recovery codes left.",
    };

    public static string AskNewCodes(int codesLeft) => codesLeft switch
    {
        0 => "Create 10 recovery codes?",
        1 => "Replace the 1 code that is left?",
        _ => $"Replace the {codesLeft} codes?",
    };

    public static string NewCodesReplace(int codesLeft) => codesLeft == 0
        ? "You'll see them once. Store them with your passwords."
        : "The old ones stop working. You'll see the new ones once: store them with your passwords.";

    public const string AskAuthenticatorOff = "Turn off the authenticator app?";
    public const string AuthenticatorOffMeans = "Your recovery codes stop working too. You'll be signed out everywhere else.";

    public const string AuthenticatorOff = "The authenticator app is off.";

    public static string PasskeyAdded(string? name) => $"The passkey “{name}” was added.";

    public static string AskRemovePasskey(string? name) => $"Remove the passkey “{name ?? "Passkey"}”?";

    public const string RemovedPasskeyMeans = "It can no longer be used to sign in here. You'll be signed out everywhere else.";

    public static string PasskeyRemoved(string? name) => $"The passkey “{name}” was removed.";

    public static string TooManyPasskeys(int max) => $"An account has at most {max} passkeys. Remove one first.";

    public const string PasskeyNotAdded = "The passkey could not be added. Try again.";

    public static string SignedOutThere(string device) => $"{device} was signed out.";

    public const string SignedOutElsewhere = "You are signed out everywhere else.";
}
