namespace Convai.Dashboard.ConvaiApi;

/// <summary>How a call ended.</summary>
/// <param name="At">UTC.</param>
/// <param name="Endpoint">Such as <c>character/get</c>.</param>
/// <param name="Duration">Includes waiting for a permit and repeated attempts.</param>
/// <param name="Failure">Null where Convai answered as it should.</param>
public sealed record ConvaiCallOutcome(DateTimeOffset At, string Endpoint, TimeSpan Duration, ConvaiFailure? Failure);

/// <summary>The state of the connection to Convai, as seen by the calls that this server has made anyway.</summary>
/// <param name="Last">The last call that says something about Convai; one held back by the rate limit does not.</param>
public sealed record ConvaiStatus(ConvaiCallOutcome? Last, ConvaiCallOutcome? LastSuccess, ConvaiCallOutcome? LastFailure)
{
    /// <summary>True if Convai did not answer the last call or did not accept the key. False until the first call.</summary>
    public bool IsUnhealthy =>
        Last?.Failure?.Kind is ConvaiFailureKind.Unreachable or ConvaiFailureKind.TimedOut or ConvaiFailureKind.KeyRejected or ConvaiFailureKind.KeyMissing;
}

/// <param name="Calls">The permits used in the last minute, including those reserved for running saves.</param>
/// <param name="PerMinute">The number of permits in a minute.</param>
/// <param name="BackOffRemaining">How much longer Convai's back-off lasts; zero if there is none.</param>
public sealed record RateLimitUsage(int Calls, int PerMinute, TimeSpan BackOffRemaining);
