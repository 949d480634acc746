using Microsoft.Extensions.Internal;

namespace Convai.Dashboard;

/// <summary>The time by which entries of a memory cache expire: it advances by timestamps, so setting the computer's clock does not affect it.</summary>
internal sealed class CacheClock(TimeProvider time) : ISystemClock
{
    private readonly DateTimeOffset _startedAt = time.GetUtcNow();
    private readonly long _timestamp = time.GetTimestamp();

    public DateTimeOffset UtcNow => _startedAt + time.GetElapsedTime(_timestamp);
}
