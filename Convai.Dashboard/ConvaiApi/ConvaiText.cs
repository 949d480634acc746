using System.Net;

namespace Convai.Dashboard.ConvaiApi;

/// <summary>What people read when a call to Convai fails. Convai's own text in it has been cleaned.</summary>
internal static class ConvaiText
{
    private const string AskForHelp = " If this keeps happening, tell the person who runs the dashboard.";

    // Convai cannot be reached.

    public const string NotReached = "Convai could not be reached.";
    public const string ConnectionLost = "The connection to Convai was lost before its answer was complete.";

    /// <param name="tries">How often it was asked.</param>
    public static string TimedOut(TimeSpan timeout, int tries) =>
        tries == 1 ? $"Convai did not answer within {Duration(timeout)}." : $"Convai did not answer within {Duration(timeout)}, in {tries} tries.";

    /// <param name="status">Named if it is an error.</param>
    public static string HavingProblems(HttpStatusCode status) => $"Convai is having problems right now{(status >= HttpStatusCode.BadRequest ? $" (HTTP {(int)status})" : null)}.";

    // Convai refuses.

    public const string KeyMissing = "No Convai API key is set on the server. Ask the person who runs the dashboard to set it.";
    public const string KeyRejected = "Convai rejected the API key. Ask the person who runs the dashboard to check it.";
    public const string UnknownCharacter = "Convai does not know this character. It may have been deleted.";
    public const string QuotaUsedUp = "The usage limit of this account's Convai plan is used up, so waiting doesn't help. Upgrade the plan in Convai, or try again when it renews.";
    public const string RateLimited = "Convai's rate limit is reached.";
    public const string TryAgainNow = "You can try again now.";

    public static string TryAgainIn(TimeSpan time) => $"Try again in {Duration(time)}.";

    public static string PlanDoesNotAllowWrites(string? convaisText) =>
        $"The Convai plan of this account does not allow changes through the API. That needs the Professional plan or above.{(convaisText is null ? "" : $" Convai says: “{convaisText}”")}";

    public static string PlanDoesNotAllow(string? convaisText) => $"The Convai plan of this account does not allow this.{(convaisText is null ? "" : $" Convai says: “{convaisText}”")}";

    public static string ValueRejected(string? convaisText) => convaisText is null ? "Convai rejected the value without saying why." : $"Convai rejected the value: “{convaisText}”";

    public const string NoAnswer = "Convai could not process the line.";

    // The answer is an error, or makes no sense.

    public static string TooLarge => $"Convai's answer is larger than the dashboard accepts.{AskForHelp}";

    public static string Error(HttpStatusCode status) => $"Convai answered with an error (HTTP {(int)status}) and did not say which.{AskForHelp}";

    public static string Error(string convaisText) => $"Convai answered with an error: “{convaisText}”";

    public static string NotUnderstood => $"Convai's answer could not be understood.{AskForHelp}";

    private static string Duration(TimeSpan time)
    {
        var seconds = Math.Max(1, (int)Math.Ceiling(time.TotalSeconds));
        return seconds switch
        {
            1 => "1 second",
            < 120 => $"{seconds} seconds",
            _ => $"{(seconds + 59) / 60} minutes",
        };
    }

    // Which model Convai would use.

    public const string CheckForbidden = "Convai does not allow this check for this account (HTTP 403). The plan may not include it.";
    public const string CheckRejected = "Convai could not check this character (HTTP 400).";
}
