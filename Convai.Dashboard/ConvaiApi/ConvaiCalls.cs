namespace Convai.Dashboard.ConvaiApi;

/// <summary>Tracks every call: measures it for telemetry, and remembers how the last ones ended.</summary>
internal sealed class ConvaiCalls(DashboardTelemetry telemetry, TimeProvider time)
{
    private readonly Lock _lock = new();

    public ConvaiStatus Status { get; private set; } = new(null, null, null);

    public TrackedOperation Track(string path) => telemetry.StartCall(GetEndpoint(path));

    /// <summary>Not used for a call that ends in an exception because its caller cancelled it: that says nothing about Convai.</summary>
    public void End(TrackedOperation call, string path, ConvaiFailure? failure)
    {
        var end = new ConvaiCallOutcome(time.GetUtcNow(), GetEndpoint(path), call.Elapsed, failure);
        call.End(failure);
        lock (_lock)
        {
            Status = new ConvaiStatus(
                failure?.Kind == ConvaiFailureKind.RateLimited ? Status.Last : end,
                failure is null ? end : Status.LastSuccess,
                failure is null ? Status.LastFailure : end);
        }
    }

    private static string GetEndpoint(string path) => path.TrimStart('/');
}

internal static class TrackedOperationExtensions
{
    public static void End(this TrackedOperation work, ConvaiFailure? failure) =>
        work.End(failure is null ? "success" : DashboardTelemetry.ToSnakeCase(failure.Kind.ToString()), isFailure: failure is not null);
}
