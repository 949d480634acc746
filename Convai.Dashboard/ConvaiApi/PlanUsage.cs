namespace Convai.Dashboard.ConvaiApi;

/// <summary>
/// What the account has used of its plan (<c>/user/user-api-usage</c>, seen in Convai's own SDKs and not documented). The answer's name and
/// email are not among it: they are dropped when the answer is read.
/// </summary>
/// <param name="PlanName">As Convai writes it; null if it names none.</param>
/// <param name="ValidUntil">When the plan expires, UTC, which is not when usage is reset; null if it is not reported or cannot be read.</param>
/// <param name="Metrics">In Convai's order, each id once; empty if the account reports none.</param>
public sealed record PlanUsage(string? PlanName, DateTimeOffset? ValidUntil, IReadOnlyList<UsageMetric> Metrics)
{
    public bool IsEmpty => PlanName is null && ValidUntil is null && Metrics.Count == 0;
}

/// <param name="Id">Convai's own id, such as <see cref="Interactions"/>. Other ids than the known ones occur.</param>
/// <param name="Details">Usually one. What several mean is not documented.</param>
public sealed record UsageMetric(string Id, IReadOnlyList<UsageDetail> Details)
{
    public const string Interactions = "interactions";

    /// <summary>Whether the dashboard's own calls count as such is not documented.</summary>
    public const string CoreApi = "core-api";

    public const string ProviderPool = "provider_pool_1";

    public const string PixelStreaming = "pixel_streaming";
    public const string ScenePool = "scene-pool";

    /// <summary>The detail with the smallest share left; null if no detail has a known positive limit.</summary>
    public UsageDetail? LowestRemaining => Details.Where(detail => detail.Left is not null).MinBy(detail => detail.Left / detail.Limit);
}

/// <param name="Limit">As Convai reports it. What 0 and −1 mean is not documented. Null if it is missing or no number.</param>
/// <param name="Used">Null if it is missing or no number.</param>
public sealed record UsageDetail(decimal? Limit, decimal? Used)
{
    /// <summary>Never below 0; null unless the limit is positive and the usage is known.</summary>
    public decimal? Left => Limit > 0 && Used >= 0 ? Math.Max(0, Limit.Value - Used.Value) : null;

    public bool IsLow => Left * 10 < Limit;
}
