using System.Globalization;
using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Features.Batches;

namespace Convai.Dashboard.Features.About;

/// <summary>The texts of the page about the server.</summary>
internal static class AboutText
{
    private const int ShortCommit = 9;

    /// <summary>The title of the plan.</summary>
    public const string StartOver = "Start the sandbox over";

    public const string Lead = "The version and health of this server. Updates every 10 seconds without calling Convai.";
    public const string SandboxIs = "Its cast is invented, and changes to it are kept when the server restarts.";
    public const string WhatStartingOverDoes = "Creates a plan that resets every character's model, temperature and reasoning. Nothing changes until you apply it.";
    public const string Unencrypted = "Convai:AllowPlainHttp allows plain http, so the API key and the characters' settings can be read on the network.";

    public const string NoSandbox = "This server doesn't run in sandbox mode, so the plan was not created.";
    public const string IsAtItsStart = "The cast already has the settings it started with.";

    /// <param name="trouble">Why the cast cannot be read, as a sentence.</param>
    public static string NoCast(string? trouble) => $"{trouble} {BatchText.PlanNotCreated}".TrimStart();

    /// <summary>"1.4.0", and the beginning of the commit if it is known.</summary>
    public static (string Number, string? Commit) Version(string informational) => informational.Split('+', 2) switch
    {
        [var number, { Length: > ShortCommit } commit] => (number, commit[..ShortCommit]),
        [var number, var commit] => (number, commit),
        _ => (informational, null),
    };

    public static string Size(long bytes) => bytes switch
    {
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1_000.0:0} KB"),
        < 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1_000_000.0:0.0} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1_000_000_000.0:0.0} GB"),
    };

    public static string Duration(TimeSpan time) => time.TotalSeconds < 1
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0} ms")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s");

    public static (BadgeTone Tone, string Text) Status(ConvaiStatus status) => status switch
    {
        { Last: null } => (BadgeTone.Neutral, "Not called since the server started"),
        { IsUnhealthy: false } => (BadgeTone.Good, "Healthy"),
        { Last.Failure.Kind: ConvaiFailureKind.KeyRejected or ConvaiFailureKind.KeyMissing } => (BadgeTone.Danger, "API key rejected"),
        _ => (BadgeTone.Danger, "Last call failed"),
    };

    public static string RateLimit(RateLimitUsage usage) => $"{usage.Calls} of {usage.PerMinute} calls in the last minute";

    public static string Pages(int open, int connected) => open == connected ? $"{open}" : $"{open}, {open - connected} disconnected";
}
