using System.Globalization;
using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.ConvaiApi;

namespace Convai.Dashboard.Features.Usage;

/// <summary>The texts about the account's usage, the same on every page.</summary>
public static class UsageText
{
    public const string ValuesAreOlder = "The values shown are older.";

    // The page.

    public const string Lead = "How much of its plan this Convai account has used, as Convai reports it.";
    public const string NothingReported = "Convai reports neither a plan nor any usage for this account.";
    public const string NoMetrics = "Convai reports no usage for this plan.";
    public const string NotReported = "Convai doesn't report the Flagship allowance, and doesn't say whether the dashboard's own calls count as API calls.";

    public static readonly string AlreadyCurrent = $"Already up to date. The dashboard asks Convai at most once every {AccountUsage.CacheDuration.TotalMinutes} minutes.";

    /// <summary>What the day until which the plan is valid means, and what it does not.</summary>
    public static string Validity(PlanUsage usage) => $"{(usage.ValidUntil is null ? null : "The plan expires on this date. ")}Convai doesn't report when usage resets.";

    // The metrics.

    /// <summary>Null for an id that the dashboard does not know; it is shown as it is.</summary>
    public static string? Name(string metricId) => metricId switch
    {
        UsageMetric.Interactions => "Interactions",
        UsageMetric.CoreApi => "API calls",
        UsageMetric.ProviderPool => "Provider pool 1",
        UsageMetric.PixelStreaming => "Pixel streaming",
        UsageMetric.ScenePool => "Scene pool",
        _ => null,
    };

    /// <summary>Convai writes −1 where a plan has no limit.</summary>
    public static string Limit(decimal? limit) => limit < 0 ? "No limit" : Number(limit);

    /// <summary>"10,000", "−1", "12.5", "not reported".</summary>
    public static string Number(decimal? number) =>
        number is { } known ? known.ToString("#,##0.##", CultureInfo.InvariantCulture).Replace('-', '\u2212') : "not reported";

    /// <summary>"61% used · 3,880 left"; null without a positive limit. It never rounds up to 100% while something is left.</summary>
    public static string? Share(UsageDetail detail) => detail is { Left: { } left, Used: { } used, Limit: { } limit }
        ? $"{Percent(used, limit).ToString("#,##0", CultureInfo.InvariantCulture)}% used · {Number(left)} left"
        : null;

    private static decimal Percent(decimal used, decimal limit) =>
        used < limit ? Math.Min(99, Math.Round(used / limit * 100, MidpointRounding.AwayFromZero)) : Math.Floor(used / limit * 100);

    /// <summary>"Less than a tenth of the plan's interactions is left: 480 of 10,000."</summary>
    public static string Low(UsageLeft low) => $"Less than a tenth of the plan's {InSentence(low.MetricId)} is left: {RemainingOfLimit(low)}.";

    /// <summary>"18,158 of 20,000 API calls (core-api) left".</summary>
    public static string Left(UsageLeft left) => $"{RemainingOfLimit(left)} {InSentence(left.MetricId)} left";

    private static string RemainingOfLimit(UsageLeft left) => $"{Number(left.Left)} of {Number(left.Limit)}";

    private static string InSentence(string metricId) => metricId switch
    {
        UsageMetric.Interactions => "interactions",
        UsageMetric.CoreApi => "API calls (core-api)",
        UsageMetric.ProviderPool => "provider pool 1",
        UsageMetric.PixelStreaming => "pixel streaming",
        UsageMetric.ScenePool => "scene pool",
        _ => $"“{DisplayText.Sanitize(metricId)}”",
    };
}
