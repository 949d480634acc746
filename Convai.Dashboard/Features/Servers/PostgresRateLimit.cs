using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Data;
using Npgsql;

namespace Convai.Dashboard.Features.Servers;

/// <summary>Counts the calls to Convai of all servers per second, by the database's clock.</summary>
internal sealed partial class PostgresRateLimit(NpgsqlDataSource source, DatabaseErrorLog errors, ILogger<PostgresRateLimit> logger) : ISharedRateLimit
{
    // Any number that no other lock uses.
    private const long Lock = 0x636F6E766170;

    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(1);

    // One round trip, and one transaction: the count under the lock stays valid until the permits are taken. Future seconds, and a back-off longer than any
    // that can be requested, were recorded before the database's clock was set back, and no longer count.
    private const string Take = """
        WITH clock AS (SELECT floor(extract(epoch FROM clock_timestamp()))::bigint AS second),
        used AS (SELECT coalesce(sum("Calls"), 0)::int AS calls, min("Second") AS oldest FROM "ConvaiCalls", clock WHERE "Second" > second - $3 AND "Second" <= second),
        silence AS (SELECT coalesce(max(extract(epoch FROM "Until" - clock_timestamp())), 0)::float8 AS seconds FROM "ConvaiSilence" WHERE "Until" <= clock_timestamp() + $4),
        taken AS (
            INSERT INTO "ConvaiCalls" ("Second", "Calls")
            SELECT second, $1 FROM clock, used, silence WHERE $1 > 0 AND calls + $1 <= $2 AND seconds <= 0
            ON CONFLICT ("Second") DO UPDATE SET "Calls" = "ConvaiCalls"."Calls" + excluded."Calls"),
        forgotten AS (DELETE FROM "ConvaiCalls" USING clock WHERE "Second" < second - 600 OR "Second" > second)
        SELECT calls + $1 <= $2 AND seconds <= 0, CASE WHEN calls + $1 <= $2 AND seconds <= 0 THEN calls + $1 ELSE calls END, seconds,
            coalesce(oldest + $3 - extract(epoch FROM clock_timestamp()), 0)::float8
        FROM used, silence, clock
        """;

    public async Task<SharedPermits> AcquireAsync(int calls, int limit, TimeSpan window, CancellationToken cancellationToken)
    {
        try
        {
            await using var batch = source.CreateBatch();
            batch.BatchCommands.Add(new NpgsqlBatchCommand($"SELECT pg_advisory_xact_lock({Lock})"));
            var take = new NpgsqlBatchCommand(Take);
            take.Parameters.Add(new NpgsqlParameter { Value = calls });
            take.Parameters.Add(new NpgsqlParameter { Value = limit });
            take.Parameters.Add(new NpgsqlParameter { Value = (long)Math.Ceiling(window.TotalSeconds) });
            take.Parameters.Add(new NpgsqlParameter { Value = ConvaiRateLimiter.MaxBackOff });
            batch.BatchCommands.Add(take);
            await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
            await reader.NextResultAsync(cancellationToken);
            await reader.ReadAsync(cancellationToken);
            var (isTaken, used, backOff) = (reader.GetBoolean(0), reader.GetInt32(1), TimeSpan.FromSeconds(reader.GetDouble(2)));
            return new SharedPermits(isTaken ? null : Shorten(backOff > TimeSpan.Zero ? backOff : TimeSpan.FromSeconds(reader.GetDouble(3))), used, backOff);
        }
        catch (Exception exception) when (DatabaseError.Describe(exception) is { } error)
        {
            // Without the database no one can sign in and nothing is written: only readings remain, and this server counts them itself.
            errors.Write(exception);
            LogDatabaseError(error);
            return new SharedPermits(null, 0, TimeSpan.Zero);
        }
    }

    public async Task BackOffAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = source.CreateCommand("""
                INSERT INTO "ConvaiSilence" ("Only", "Until") VALUES (true, clock_timestamp() + $1)
                ON CONFLICT ("Only") DO UPDATE SET "Until" =
                    CASE WHEN "ConvaiSilence"."Until" > clock_timestamp() + $2 THEN excluded."Until" ELSE greatest("ConvaiSilence"."Until", excluded."Until") END
                """);
            command.Parameters.Add(new NpgsqlParameter { Value = duration });
            command.Parameters.Add(new NpgsqlParameter { Value = ConvaiRateLimiter.MaxBackOff });
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (Exception exception) when (DatabaseError.Describe(exception) is { } error)
        {
            errors.Write(exception);
            LogDatabaseError(error);
        }
    }

    /// <summary>Retried now and then: another server may need fewer of its permits by now.</summary>
    private static TimeSpan Shorten(TimeSpan wait) =>
        wait < TimeSpan.FromMilliseconds(50) ? TimeSpan.FromMilliseconds(50) : wait < MaxWait ? wait : MaxWait;

    [LoggerMessage(1, LogLevel.Warning, "The rate limit could not be shared with the other servers. {Trouble}")]
    private partial void LogDatabaseError(string trouble);
}
