using Npgsql;

namespace Convai.Dashboard.Data;

/// <summary>
/// The time of the database: several servers write into one journal and compare when a reading of Convai began with when a write was answered, so
/// clocks that differ by more than such a call takes would make one look newer than the other. Between two answers of the database it advances by
/// timestamps, so setting this computer's clock does not affect it.
/// </summary>
public sealed class DatabaseClock(TimeProvider computer) : TimeProvider
{
    private Reading _reading = new(computer.GetUtcNow(), computer.GetTimestamp());

    public override TimeZoneInfo LocalTimeZone => computer.LocalTimeZone;

    public override long TimestampFrequency => computer.TimestampFrequency;

    public override DateTimeOffset GetUtcNow()
    {
        var reading = Volatile.Read(ref _reading);
        var now = reading.UtcNow + computer.GetElapsedTime(reading.Timestamp);
        // Cut to the precision of the database, so that a time in memory equals the stored one.
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
    }

    public override long GetTimestamp() => computer.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => computer.CreateTimer(callback, state, dueTime, period);

    /// <summary>Asks the database for its time, which is taken as the time in the middle of the call.</summary>
    internal async Task SetAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT clock_timestamp()", connection);
        var startedAt = GetTimestamp();
        var databaseTime = (DateTime)(await command.ExecuteScalarAsync(cancellationToken))!;
        var answeredAt = GetTimestamp();
        Volatile.Write(ref _reading, new Reading(new DateTimeOffset(databaseTime) + (computer.GetElapsedTime(startedAt, answeredAt) / 2), answeredAt));
    }

    private sealed record Reading(DateTimeOffset UtcNow, long Timestamp);
}
