namespace Convai.Dashboard.Data;

/// <summary>
/// UTC that never goes backwards. The journal compares when a reading of Convai began with when a write was answered, so a computer whose clock is set
/// back would take every later reading for an older one. While the underlying clock is behind, this one runs at four fifths of its speed until it has
/// been caught up: an hour takes five. Durations inside the program come from timestamps, which no clock setting touches.
/// </summary>
/// <param name="clock">The computer's clock, or the database's where several servers share one.</param>
public sealed class MonotonicClock(TimeProvider clock) : TimeProvider
{
    private readonly Lock _lock = new();
    private DateTimeOffset _last;
    private long _lastTimestamp;

    public override TimeZoneInfo LocalTimeZone => clock.LocalTimeZone;

    public override long TimestampFrequency => clock.TimestampFrequency;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            var timestamp = clock.GetTimestamp();
            var (now, atLeast) = (clock.GetUtcNow(), _last + (clock.GetElapsedTime(_lastTimestamp, timestamp) * 4 / 5));
            (_last, _lastTimestamp) = (now > atLeast ? now : ToMicroseconds(atLeast), timestamp);
            return _last;
        }
    }

    /// <summary>Continues from a time that an earlier run has recorded, if that is ahead of this computer's clock.</summary>
    /// <returns>How far this computer's clock is behind; zero or less if it is not.</returns>
    public TimeSpan ContinueFrom(DateTimeOffset recorded)
    {
        lock (_lock)
        {
            var behind = recorded - GetUtcNow();
            _last = behind > TimeSpan.Zero ? recorded : _last;
            return behind;
        }
    }

    public override long GetTimestamp() => clock.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => clock.CreateTimer(callback, state, dueTime, period);

    // Cut to the precision of PostgreSQL, so that a time in memory equals the one that is read back.
    private static DateTimeOffset ToMicroseconds(DateTimeOffset time) => time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMicrosecond));
}
