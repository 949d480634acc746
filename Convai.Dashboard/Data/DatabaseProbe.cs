using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Convai.Dashboard.Data;

/// <param name="Kind">Such as SQLite.</param>
/// <param name="Version">As the database reports it; null if it did not answer.</param>
/// <param name="Bytes">The size on this server's disk; null if its files are elsewhere.</param>
/// <param name="Error">Why it cannot be used, as a sentence; null where it answered.</param>
public sealed record DatabaseStatus(string Kind, string? Version, long? Bytes, string? Error);

/// <summary>Checks whether the database answers and accepts changes, by trying it on a connection of its own for no longer than <see cref="Timeout"/>.</summary>
public sealed class DatabaseProbe(IDbContextFactory<DashboardDbContext> contexts, IOptions<DatabaseOptions> options, TimeProvider time)
{
    internal static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private Task<DatabaseStatus>? _probing;

    /// <summary>Never fails because of the database.</summary>
    public async Task<DatabaseStatus> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await ProbeOnceAsync().WaitAsync(Timeout, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return new DatabaseStatus(Kind, null, null, "The dashboard's database does not answer.");
        }
    }

    /// <summary>A database that hangs blocks only one thread, however many callers ask.</summary>
    private Task<DatabaseStatus> ProbeOnceAsync()
    {
        lock (_lock)
        {
            return _probing is { IsCompleted: false } ? _probing : _probing = Task.Run(ProbeAsync);
        }
    }

    private async Task<DatabaseStatus> ProbeAsync()
    {
        try
        {
            await using var db = await contexts.CreateDbContextAsync();
            db.Database.SetCommandTimeout(Timeout);
            await db.Database.OpenConnectionAsync();
            // Opening a file does not read it, so this asks for a row.
            await db.Users.AnyAsync();
            var connection = db.Database.GetDbConnection();
            if (!options.Value.IsPostgreSql)
            {
                await ProbeWritingAsync(db);
            }

            return new DatabaseStatus(Kind, connection.ServerVersion, GetSize(connection.DataSource), null);
        }
        catch (Exception exception)
        {
            return new DatabaseStatus(Kind, null, null, DatabaseError.Describe(exception) ?? DatabaseError.Unspecific);
        }
    }

    /// <summary>Writes and rolls back, because reading does not notice a full disk or a read-only file.</summary>
    private static async Task ProbeWritingAsync(DashboardDbContext db)
    {
        await using var transaction = await db.Database.BeginTransactionAsync();
        await db.Database.ExecuteSqlRawAsync("""CREATE TABLE "WriteProbe" ("Data" BLOB); INSERT INTO "WriteProbe" VALUES (zeroblob(65536))""");
    }

    private string Kind => options.Value.IsPostgreSql ? "PostgreSQL" : "SQLite";

    /// <summary>Includes the changes that SQLite has not yet moved into the file itself.</summary>
    private static long? GetSize(string dataSource) => File.Exists(dataSource)
        ? new[] { dataSource, $"{dataSource}-wal" }.Select(path => new FileInfo(path)).Where(file => file.Exists).Sum(file => file.Length)
        : null;
}
