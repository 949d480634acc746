using System.Diagnostics;

namespace Convai.Dashboard;

/// <summary>A tracked operation. Disposing ends it; without <see cref="End"/> before, it was cancelled.</summary>
/// <param name="measure">Takes the outcome and the duration in seconds; null if only the span is wanted.</param>
internal sealed class TrackedOperation(ActivitySource spans, string name, ActivityKind kind, Action<string, double>? measure) : IDisposable
{
    private readonly Activity? _span = spans.StartActivity(name, kind);
    private readonly long _startedAt = Stopwatch.GetTimestamp();
    private string _outcome = "cancelled";

    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_startedAt);

    public void Tag(string key, object value) => _span?.SetTag(key, value);

    public void End(string outcome, bool isFailure)
    {
        _outcome = outcome;
        if (isFailure)
        {
            _span?.SetStatus(ActivityStatusCode.Error);
        }
    }

    public void Dispose()
    {
        measure?.Invoke(_outcome, Elapsed.TotalSeconds);
        _span?.SetTag(DashboardTelemetry.Outcome, _outcome);
        _span?.Dispose();
    }
}
