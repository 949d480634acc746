using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Convai.Dashboard.Data;

/// <summary>Why the dashboard does not start on this database, as a sentence.</summary>
public sealed class DatabaseRefusedException(string sentence) : Exception(sentence);

/// <summary>Migrates the schema before anything else starts, one process at a time, and only forward.</summary>
internal sealed partial class DatabaseUpgrade(
    IDbContextFactory<DashboardDbContext> contexts, ServerLocks locks, IOptions<DatabaseOptions> database, IOptions<DataOptions> data, TimeProvider time, ILogger<DatabaseUpgrade> logger, DatabaseClock? clock = null)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>How long to wait for a database server that starts together with the dashboard.</summary>
    private static readonly TimeSpan ServerStartTimeout = TimeSpan.FromSeconds(30);

    /// <summary>A large table may have to be rewritten, and the other servers wait for the one that does it.</summary>
    private static readonly TimeSpan MaxStepTime = TimeSpan.FromMinutes(30);

    /// <exception cref="DatabaseRefusedException">The database cannot be used, or a newer dashboard has changed it.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (database.Value.IsPostgreSql)
            {
                await AwaitServerAsync(cancellationToken);
                // EF's own lock ends with the transaction of the first migration, and another server would repeat the second.
                await using var migrationLock = await locks.AcquireAsync("upgrade", cancellationToken);
                await MigrateAsync(cancellationToken);
            }
            else
            {
                await using var migrationLock = await LockAsync(cancellationToken);
                foreach (var path in DataDirectory.Restrict(data.Value))
                {
                    LogReadableByOthers(path);
                }

                await MigrateAsync(cancellationToken);
            }

            await using var db = await contexts.CreateDbContextAsync(cancellationToken);
            await PersonNames.ReserveExistingNamesAsync(db, cancellationToken);
        }
        catch (Exception exception) when (DatabaseError.Describe(exception) is { } error)
        {
            throw new DatabaseRefusedException(error);
        }
    }

    private async Task MigrateAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        // EF builds a model of the table before it looks for it or reads it, which would slow down every start.
        var hasHistory = database.Value.IsPostgreSql
            ? """SELECT 1 WHERE to_regclass('"__EFMigrationsHistory"') IS NOT NULL"""
            : "SELECT 1 FROM sqlite_master WHERE name = '__EFMigrationsHistory'";
        if (!await db.Database.HasRowsAsync(hasHistory, cancellationToken))
        {
            await db.GetService<IHistoryRepository>().CreateIfNotExistsAsync(cancellationToken);
        }

        var known = db.Database.GetMigrations().ToList();
        var applied = await db.Database.ReadColumnAsync("""SELECT "MigrationId" FROM "__EFMigrationsHistory" ORDER BY "MigrationId" """, cancellationToken);
        if (applied.Except(known, StringComparer.Ordinal).FirstOrDefault() is { } unknown)
        {
            throw new DatabaseRefusedException(
                $"The database was migrated by a newer version of the dashboard ({unknown}), and this version does not understand it. Start the newer version again, or restore a backup made before the migration.");
        }

        if (!database.Value.IsPostgreSql)
        {
            // Set at each start, because a copy of the database, such as a restored one, comes without it.
            await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL", cancellationToken);
        }

        var pending = known.Except(applied, StringComparer.Ordinal).Count();
        if (pending > 0)
        {
            await ApplyAsync(db, pending, cancellationToken);
        }

        await PersonStore.HashPlainCodesAsync(db, cancellationToken);
    }

    private async Task ApplyAsync(DashboardDbContext db, int pending, CancellationToken cancellationToken)
    {
        if (!database.Value.IsPostgreSql)
        {
            // EF's own lock is a row that outlives a killed process. Holding the file's lock proves that no process uses it.
            await db.Database.ExecuteSqlRawAsync("""DROP TABLE IF EXISTS "__EFMigrationsLock" """, cancellationToken);
        }

        db.Database.SetCommandTimeout(MaxStepTime);
        await db.Database.MigrateAsync(cancellationToken);
        LogMigrated(pending);
    }

    private async Task AwaitServerAsync(CancellationToken cancellationToken)
    {
        var startedAt = time.GetTimestamp();
        while (true)
        {
            try
            {
                await using var db = await contexts.CreateDbContextAsync(cancellationToken);
                await db.Database.OpenConnectionAsync(cancellationToken);
                if (clock is not null)
                {
                    // Set before anything is recorded with it.
                    await clock.SetAsync((NpgsqlConnection)db.Database.GetDbConnection(), cancellationToken);
                }

                await SessionCheck.RunAsync((NpgsqlConnection)db.Database.GetDbConnection(), contexts, cancellationToken);

                return;
            }
            // EF wraps errors that it considers transient.
            catch (Exception exception) when ((exception as NpgsqlException ?? exception.InnerException) is NpgsqlException { IsTransient: true } && time.GetElapsedTime(startedAt) < ServerStartTimeout)
            {
                LogWaiting(DatabaseError.Describe(exception)!);
                await Task.Delay(TimeSpan.FromSeconds(1), time, cancellationToken);
            }
        }
    }

    /// <summary>The operating system releases the lock, however the process ends.</summary>
    private async Task<FileStream> LockAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return new FileStream(Path.Combine(data.Value.FullPath, "dashboard.db.migrating"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                await Task.Delay(Pause, cancellationToken);
            }
        }
    }

    [LoggerMessage(1, LogLevel.Information, "The database was migrated: {Count} migrations.")]
    private partial void LogMigrated(int count);

    [LoggerMessage(3, LogLevel.Warning, "Others on this machine may be able to read {Path}: its permissions could not be restricted. Keep Data:Directory private by other means.")]
    private partial void LogReadableByOthers(string path);

    [LoggerMessage(2, LogLevel.Warning, "Waiting for the database. {Trouble}")]
    private partial void LogWaiting(string trouble);
}

public static class DatabaseUpgradeExtensions
{
    /// <summary>Call it before the host starts, because its services read the database at once.</summary>
    public static Task UpgradeDatabaseAsync(this IHost host, CancellationToken cancellationToken = default) =>
        host.Services.GetRequiredService<DatabaseUpgrade>().RunAsync(cancellationToken);
}
