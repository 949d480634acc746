namespace Convai.Dashboard.Components.Shared;

/// <summary>What any page can say, and what the frame around every page says.</summary>
internal static class PageText
{
    // Any page and any dialog.

    public const string NothingChanged = "Nothing was changed.";
    public const string AddressMistyped = "The address may be mistyped.";
    public const string DraftIsKept = "Unsaved edits are kept in this browser tab.";
    public const string DiscardChange = "Discard this change?";
    public const string NotSaved = "What you entered has not been saved.";

    // The frame.

    public const string SandboxMeaning = "Everything here is invented. Nothing is sent to Convai.";
    public const string ShortcutsHint = "On a Mac, use ⌘ instead of Ctrl. While you type in a field, / and ? are ordinary characters.";

    // A page that has stopped.

    public const string ServerUnreachable = "The server can't be reached.";
    public const string PausedByServer = "The server has paused this page.";
    public const string NotResumed = "The page could not be resumed.";
    public const string HasStopped = "Something went wrong on our side, and nothing on this page works until you reload it. A save that was under way continues; its result will be in the history.";
    public const string ReloadToContinue = $"{DraftIsKept} Reload the page to continue.";

    // A page that cannot be shown.

    public const string AddressOldOrMistyped = "The address may be old or mistyped.";
    public const string TooManyPages = "That is the most one person can have open at the same time. Close some of them, then reload this one. A page that has lost its connection still counts for a few minutes.";

    public const string FormNotAccepted = $"It may have been open for too long, or you have signed in or out since. {NothingChanged} Go back, reload the page and try again.";
    public const string TooLarge = $"What you sent is larger than the dashboard accepts. {NothingChanged} Go back, shorten it and try again.";
    public const string TooManyAttempts = "Wait a minute, then try again.";
    public const string Failed = "Go back and try again. If it happens again, tell the person who runs the dashboard and give this reference:";
    public const string DidNotWork = $"{NothingChanged} Go back, reload the page and try again.";

    /// <param name="error">Why the database cannot be used, as a sentence.</param>
    public static string DatabaseFailed(string error) => $"{error} Nothing was completed. Tell the person who runs the dashboard, and try again once this is fixed. Give this reference:";
}
