using Convai.Dashboard.ConvaiApi;

namespace Convai.Dashboard.Features.Usage;

/// <summary>The account's usage as last read.</summary>
/// <param name="Usage">Null if it has never been read.</param>
/// <param name="ReadAt">When <paramref name="Usage"/> was read, UTC.</param>
/// <param name="Failure">Why the last attempt failed; the usage is then out of date.</param>
public sealed record UsageReading(PlanUsage? Usage, DateTimeOffset ReadAt, ConvaiFailure? Failure)
{
    /// <summary>What is left of the metric; null if Convai has not reported it, or no positive limit.</summary>
    public UsageLeft? Left(string metricId) => Left(Usage?.Metrics.FirstOrDefault(metric => string.Equals(metric.Id, metricId, StringComparison.Ordinal)));

    /// <summary>The metrics of which less than a tenth is left.</summary>
    public IReadOnlyList<UsageLeft> Low => [.. (Usage?.Metrics ?? []).Where(metric => metric.LowestRemaining is { IsLow: true }).Select(Left).OfType<UsageLeft>()];

    private UsageLeft? Left(UsageMetric? metric) => metric?.LowestRemaining is { Left: { } left, Limit: { } limit } ? new UsageLeft(metric.Id, left, limit, ReadAt) : null;
}

/// <param name="Left">From 0 to <paramref name="Limit"/>.</param>
/// <param name="Limit">More than 0.</param>
/// <param name="ReadAt">UTC.</param>
public sealed record UsageLeft(string MetricId, decimal Left, decimal Limit, DateTimeOffset ReadAt);
