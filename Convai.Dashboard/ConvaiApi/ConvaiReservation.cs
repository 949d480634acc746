namespace Convai.Dashboard.ConvaiApi;

/// <summary>
/// Permits under the rate limit, taken before a job begins, so that a write that was sent can always be verified, even if
/// others use up the rest. Permits that the job does not use are lost for the minute.
/// </summary>
public sealed class ConvaiReservation
{
    internal const string Property = "reservation";

    private int _left;

    internal ConvaiReservation(int calls) => _left = calls;

    internal bool TryTake() => Interlocked.Decrement(ref _left) >= 0;
}
