using Npgsql;

namespace Convai.Dashboard.Data;

/// <summary>
/// The time of the database: several servers write into one journal and compare when a reading of Convai began with when a write was answered, so
/// that clocks which differ by more than such a call takes would make the one pass for newer than the other.
/// </summary>
public sealed class DatabaseClock : TimeProvider
{
    private long _aheadTicks;

    public override DateTimeOffset GetUtcNow()
    {
        var ticks = base.GetUtcNow().UtcTicks + Interlocked.Read(ref _aheadTicks);
        // As exact as what the database keeps: a time in memory is the one that is stored.
        return new DateTimeOffset(ticks - (ticks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);
    }

    /// <summary>Asks the database, whose answer counts for the middle of the time that it took.</summary>
    internal async Task SetAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT clock_timestamp()", connection);
        var (before, startedAt) = (base.GetUtcNow(), GetTimestamp());
        var theirs = (DateTime)(await command.ExecuteScalarAsync(cancellationToken))!;
        Interlocked.Exchange(ref _aheadTicks, (theirs - (before + (GetElapsedTime(startedAt) / 2)).UtcDateTime).Ticks);
    }
}
