namespace Convai.Dashboard.ConvaiApi;

/// <summary>
/// Places under the rate limit, taken before a job begins: a write that was sent is never left without its reading back because
/// others were quicker. What the job does not use is lost for the minute.
/// </summary>
public sealed class ConvaiReservation
{
    internal const string Property = "reservation";

    private int _left;

    internal ConvaiReservation(int calls) => _left = calls;

    internal bool TryTake() => Interlocked.Decrement(ref _left) >= 0;
}
