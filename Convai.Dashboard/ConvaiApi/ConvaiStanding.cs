namespace Convai.Dashboard.ConvaiApi;

/// <summary>How a call ended.</summary>
/// <param name="At">UTC.</param>
/// <param name="Endpoint">Such as <c>character/get</c>.</param>
/// <param name="Took">With waiting for a place under the rate limit and repeated attempts.</param>
/// <param name="Failure">Null where Convai answered as it should.</param>
public sealed record ConvaiCallEnd(DateTimeOffset At, string Endpoint, TimeSpan Took, ConvaiFailure? Failure);

/// <summary>How it stands with Convai, judged by the calls that this server has made anyway.</summary>
/// <param name="Last">The last call that tells something of Convai: one held back by the rate limit does not.</param>
public sealed record ConvaiStanding(ConvaiCallEnd? Last, ConvaiCallEnd? LastSuccess, ConvaiCallEnd? LastFailure)
{
    /// <summary>The last call found nobody, or nobody who takes the key. False also as long as nothing was asked.</summary>
    public bool IsInTrouble =>
        Last?.Failure?.Kind is ConvaiFailureKind.Unreachable or ConvaiFailureKind.TimedOut or ConvaiFailureKind.KeyRejected or ConvaiFailureKind.KeyMissing;
}

/// <param name="Calls">So many places of the last minute are taken, those kept for saves under way among them.</param>
/// <param name="PerMinute">So many there are.</param>
/// <param name="SilentFor">For how long Convai has asked to be left alone; zero for not at all.</param>
public sealed record ConvaiUse(int Calls, int PerMinute, TimeSpan SilentFor);
