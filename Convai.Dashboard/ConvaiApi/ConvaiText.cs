using System.Globalization;
using System.Net;

namespace Convai.Dashboard.ConvaiApi;

/// <summary>What people read when a call to Convai fails. Convai's own text in it has been cleaned.</summary>
internal static class ConvaiText
{
    private const string RejectedKey = "Convai rejected the API key.";
    private const string DoesNotKnow = "Convai doesn't know this character.";
    private const string Unreadable = "Convai's answer could not be understood.";
    private const string AskForHelp = " If this keeps happening, tell the person who runs the dashboard.";

    // Convai cannot be reached.

    public const string NotReached = "Convai could not be reached.";
    public const string ConnectionLost = "The connection to Convai was lost before its answer was complete.";

    /// <param name="tries">How often it was asked.</param>
    public static string TimedOut(TimeSpan timeout, int tries) =>
        tries == 1 ? $"Convai didn't answer within {Duration(timeout)}." : $"Convai didn't answer within {Duration(timeout)}, in {tries} tries.";

    /// <param name="status">Named if it is an error.</param>
    public static string HavingProblems(HttpStatusCode status) => $"Convai is having problems right now{(status >= HttpStatusCode.BadRequest ? $" (HTTP {(int)status})" : null)}.";

    // Convai rejects.

    public const string KeyMissing = "No Convai API key is set on the server. Ask the person who runs the dashboard to set it.";
    public const string KeyRejected = $"{RejectedKey} Ask the person who runs the dashboard to check it.";
    public const string UnknownCharacter = $"{DoesNotKnow} It may have been deleted.";
    public const string QuotaUsedUp = "The usage limit of this account's Convai plan is used up, so waiting doesn't help. Upgrade the plan in Convai, or try again when it renews.";
    public const string RateLimited = "Convai's rate limit is reached.";
    public const string TryAgainNow = "You can try again now.";

    public static string TryAgainIn(TimeSpan time) => $"Try again in {Duration(time)}.";

    /// <summary>While the dashboard waits by itself.</summary>
    public static string BackOff(TimeSpan remaining) => string.Create(CultureInfo.InvariantCulture, $"Rate limited by Convai. Resumes in {Math.Ceiling(remaining.TotalSeconds):0} s.");

    public static string PlanDoesNotAllowWrites(string? convaisText) =>
        $"The Convai plan of this account doesn't allow changes through the API. That needs the Professional plan or above.{(convaisText is null ? "" : $" Convai says: “{convaisText}”")}";

    public static string PlanDoesNotAllow(string? convaisText) => $"The Convai plan of this account doesn't allow this.{(convaisText is null ? "" : $" Convai says: “{convaisText}”")}";

    public static string ValueRejected(string? convaisText) => convaisText is null ? "Convai rejected the value without saying why." : $"Convai rejected the value: “{convaisText}”";

    public const string NoAnswer = "Convai could not process the line.";

    // The answer is an error, or makes no sense.

    public static string TooLarge => $"Convai's answer is larger than the dashboard accepts.{AskForHelp}";

    public static string Error(HttpStatusCode status) => $"Convai answered with an error (HTTP {(int)status}) and didn't say which.{AskForHelp}";

    public static string Error(string convaisText) => $"Convai answered with an error: “{convaisText}”";

    public static string NotUnderstood => $"{Unreadable}{AskForHelp}";

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

    // What happened, for the history: in the past tense, and without advice.

    public static string WhatHappened(ConvaiFailureKind? kind) => kind switch
    {
        ConvaiFailureKind.KeyMissing => "No Convai API key was set on the server.",
        ConvaiFailureKind.KeyRejected => RejectedKey,
        ConvaiFailureKind.PlanDoesNotAllowWrites => "The Convai plan of this account didn't allow changes.",
        ConvaiFailureKind.UnknownCharacter => DoesNotKnow,
        ConvaiFailureKind.ValueRejected => "Convai rejected the value.",
        ConvaiFailureKind.RateLimited => "Convai's rate limit was reached.",
        ConvaiFailureKind.QuotaUsedUp => "The usage limit of this account's Convai plan was used up.",
        ConvaiFailureKind.TimedOut => "Convai didn't answer in time.",
        ConvaiFailureKind.ErrorAnswer => "Convai answered with an error.",
        ConvaiFailureKind.NotUnderstood => Unreadable,
        _ => "Convai could not be reached, or had an internal error.",
    };

    // Which model Convai would use.

    public const string CheckForbidden = "Convai doesn't allow this check for this account (HTTP 403). The plan may not include it.";
    public const string CheckRejected = "Convai could not check this character (HTTP 400).";
}
