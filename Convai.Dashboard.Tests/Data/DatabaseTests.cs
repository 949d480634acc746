using Convai.Dashboard.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Convai.Dashboard.Data;

[Trait("Speed", "Slow")]
public sealed class DatabaseTests
{
    [Fact]
    public async Task Start_AfterProcessKilledDuringMigration_IgnoresItsLock()
    {
        TestDatabase.SkipUnlessSqlite();
        await using var dashboard = await RunningDashboard.StartEmptyAsync();
        await using var db = await OpenAsync(dashboard);
        // As a killed process leaves it: the migration not noted, the lock's row still there.
        await db.Database.ExecuteSqlRawAsync("DELETE FROM \"__EFMigrationsHistory\"", Cancellation);
        await DropTablesAsync(db);
        await db.Database.ExecuteSqlRawAsync("CREATE TABLE IF NOT EXISTS \"__EFMigrationsLock\" (\"Id\" INTEGER NOT NULL PRIMARY KEY, \"Timestamp\" TEXT NOT NULL); INSERT OR IGNORE INTO \"__EFMigrationsLock\" VALUES (1, '2020-01-01')", Cancellation);
        await Upgrade(dashboard).RunAsync(Cancellation).WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        Assert.Empty(await db.Users.ToListAsync(Cancellation));
    }

    private static async Task DropTablesAsync(DashboardDbContext db)
    {
        var tables = await db.Database.SqlQueryRaw<string>("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' AND name NOT LIKE '!_!_EF%' ESCAPE '!'").ToListAsync(Cancellation);
        await db.Database.OpenConnectionAsync(Cancellation);
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = $"PRAGMA foreign_keys = OFF; {string.Join(' ', tables.Select(table => $"DROP TABLE \"{table}\";"))} PRAGMA foreign_keys = ON;";
        await command.ExecuteNonQueryAsync(Cancellation);
        await db.Database.CloseConnectionAsync();
    }

    [Fact]
    public async Task Start_SeveralConcurrently_MigratesOnceAndUsesWriteAheadLogging()
    {
        await using var dashboard = await RunningDashboard.StartEmptyAsync();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Upgrade(dashboard).RunAsync(Cancellation), Cancellation)));
        await using var db = await OpenAsync(dashboard);
        Assert.Equal(db.Database.GetMigrations(), await db.Database.GetAppliedMigrationsAsync(Cancellation));
        Assert.Empty(await db.Database.GetPendingMigrationsAsync(Cancellation));
        Assert.False(db.Database.HasPendingModelChanges());
        Assert.Equal(TestDatabase.IsPostgreSql ? null : "wal", TestDatabase.IsPostgreSql ? null : (await db.Database.SqlQueryRaw<string>("PRAGMA journal_mode").ToListAsync(Cancellation)).Single());
    }

    [Fact]
    public async Task Email_DuplicateInDifferentCase_IsRejected()
    {
        await using var host = await SandboxHost.StartAsync();
        await using var db = await host.Get<IDbContextFactory<DashboardDbContext>>().CreateDbContextAsync(Cancellation);
        db.Add(new Person { UserName = "Ana@Studio.Example", NormalizedUserName = "ANA@STUDIO.EXAMPLE" });
        var failure = await Assert.ThrowsAsync<DbUpdateException>(() => db.SaveChangesAsync(Cancellation));
        Assert.True(DatabaseError.IsUniqueViolation(failure));
    }

    private static DatabaseUpgrade Upgrade(RunningDashboard dashboard) => dashboard.Services.GetRequiredService<DatabaseUpgrade>();

    private static Task<DashboardDbContext> OpenAsync(RunningDashboard dashboard) =>
        dashboard.Services.GetRequiredService<IDbContextFactory<DashboardDbContext>>().CreateDbContextAsync(Cancellation);
}
