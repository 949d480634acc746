using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Convai.Dashboard.Data;

public static class Database
{
    public static void AddDatabase(this IHostApplicationBuilder builder)
    {
        builder.Services.AddDbContextFactory<DashboardDbContext>((provider, options) => options.UseSqlite(ConnectionString(provider.GetRequiredService<IOptions<DataOptions>>().Value)));
        builder.Services.AddSingleton<DatabaseLook>();
        builder.Services.AddHostedService<DatabaseStarter>();
    }

    internal static string ConnectionString(DataOptions data) =>
        new SqliteConnectionStringBuilder { DataSource = Path.Combine(data.FullPath, "dashboard.db"), DefaultTimeout = 5 }.ToString();
}

/// <summary>Brings the schema up to date before the first request: one process at a time.</summary>
internal sealed partial class DatabaseStarter(IDbContextFactory<DashboardDbContext> contexts, IOptions<DataOptions> data, ILogger<DatabaseStarter> logger) : IHostedService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var turn = await TakeTurnAsync(cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var pending = await db.Database.GetPendingMigrationsAsync(cancellationToken);
        if (!pending.Any())
        {
            return;
        }

        // EF's own lock is a row that outlives a killed process. Whoever has the file's lock knows that it is nobody's any more.
        await db.Database.ExecuteSqlRawAsync("""DROP TABLE IF EXISTS "__EFMigrationsLock" """, cancellationToken);
        await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL", cancellationToken);
        await db.Database.MigrateAsync(cancellationToken);
        LogMigrated(pending.Count());
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The operating system gives the lock back, however the process ends.</summary>
    private async Task<FileStream> TakeTurnAsync(CancellationToken cancellationToken)
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

    [LoggerMessage(1, LogLevel.Information, "The database was brought up to date: {Count} migrations.")]
    private partial void LogMigrated(int count);
}
