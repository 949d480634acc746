using System.Net;
using System.Text;
using Convai.Dashboard.Features.Account;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Security;
using Convai.Dashboard.Testing;
using Microsoft.EntityFrameworkCore;

namespace Convai.Dashboard.Data;

/// <summary>Saved while the dashboard runs, and put back as an operator would: with the real program, and PostgreSQL's own.</summary>
[Trait("Database", "Chosen")]
[Trait("Speed", "Slow")]
public sealed class DatabaseBackupTests : IDisposable
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("dashboard-");

    [Fact]
    public async Task Sqlite_Restored_MatchesTheBackup()
    {
        await using var database = await TestDatabase.CreateSqliteAsync(_data.FullName);
        byte[] backup;
        CookieContainer signedIn;
        await using (var process = await DashboardProcess.StartAsync(_data.FullName))
        {
            using var ana = await AccountClient.SignedInAsync(process.Address, TestPeople.Ana.Email!);
            await PrepareAsync(database);
            var ended = await DashboardProcess.RunAsync("backup", _data.FullName);
            Assert.Equal((0, "Backed up. The file holds password hashes and keys: keep it private."), (ended.ExitCode, ended.Error));
            (backup, signedIn) = (ended.Output, ana.Cookies);
            await ChangeAsync(database, ana);

            var refused = await DashboardProcess.RunAsync("restore", _data.FullName, backup);
            Assert.Equal((1, "Nothing was restored: The database is in use. Stop the dashboard first."), (refused.ExitCode, refused.Error));
            TestDatabase.CloseFile(_data.FullName);
            await process.KillAsync();
        }

        Directory.Delete(Path.Combine(_data.FullName, "keys"), recursive: true);
        var restored = await DashboardProcess.RunAsync("restore", _data.FullName, backup);
        Assert.Equal((0, "Restored. The previous database is kept beside it as dashboard.db.replaced."), (restored.ExitCode, restored.Error));
        await using (var process = await DashboardProcess.StartAsync(_data.FullName))
        {
            await AssertRestoredAsync(database, process.Address, signedIn);
            Assert.Equal("wal", await ReadAsync(database, "PRAGMA journal_mode"));
            TestDatabase.CloseFile(_data.FullName);
        }

        Assert.DoesNotContain(Directory.GetFileSystemEntries(_data.FullName), entry => Path.GetFileName(entry).StartsWith('.'));
    }

    [Fact]
    public async Task Sqlite_RestoredToEmptyDirectory_AllowsSignIn()
    {
        byte[] backup;
        await using (await TestDatabase.CreateSqliteAsync(_data.FullName))
        {
            backup = (await DashboardProcess.RunAsync("backup", _data.FullName)).Output;
        }

        var elsewhere = Path.Combine(_data.FullName, "elsewhere");
        Assert.Equal("Restored.", (await DashboardProcess.RunAsync("restore", elsewhere, backup)).Error);
        await using var process = await DashboardProcess.StartAsync(elsewhere);
        using var ana = await AccountClient.SignedInAsync(process.Address, TestPeople.Ana.Email!);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Not a backup")]
    public async Task Sqlite_RestoreOfInvalidBackup_LeavesDatabaseUnchanged(string backup)
    {
        await using var database = await TestDatabase.CreateSqliteAsync(_data.FullName);
        var before = await File.ReadAllBytesAsync(Path.Combine(_data.FullName, "dashboard.db"), Cancellation);
        var ended = await DashboardProcess.RunAsync("restore", _data.FullName, Encoding.UTF8.GetBytes(backup));
        Assert.Equal((1, "Nothing was restored: This is not a backup of a dashboard, or part of it is missing."), (ended.ExitCode, ended.Error));
        Assert.Equal(before, await File.ReadAllBytesAsync(Path.Combine(_data.FullName, "dashboard.db"), Cancellation));
        Assert.Equal(["dashboard.db"], Directory.GetFileSystemEntries(_data.FullName).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Sqlite_Corrupted_IsReplacedByTheBackup()
    {
        await using var database = await TestDatabase.CreateSqliteAsync(_data.FullName);
        var backup = (await DashboardProcess.RunAsync("backup", _data.FullName)).Output;
        await File.WriteAllTextAsync(Path.Combine(_data.FullName, "dashboard.db"), new string('x', 10_000), Cancellation);
        await File.WriteAllTextAsync(Path.Combine(_data.FullName, "dashboard.db-wal"), new string('x', 10_000), Cancellation);
        Assert.Equal(0, (await DashboardProcess.RunAsync("restore", _data.FullName, backup)).ExitCode);
        await using var process = await DashboardProcess.StartAsync(_data.FullName);
        using var ana = await AccountClient.SignedInAsync(process.Address, TestPeople.Ana.Email!);
    }

    [Fact]
    public async Task Sqlite_BackupWithoutDatabase_ReportsError()
    {
        var ended = await DashboardProcess.RunAsync("backup", _data.FullName);
        Assert.Equal((1, "Nothing was backed up: There is no database in Data:Directory."), (ended.ExitCode, ended.Error));
    }

    [Fact]
    public async Task PostgreSql_Backup_PointsToPgDump()
    {
        var ended = await DashboardProcess.RunAsync("backup", _data.FullName, environment: [("Database__Provider", "PostgreSql"), ("ConnectionStrings__Dashboard", "Host=db")]);
        Assert.Equal((1, "Nothing was backed up: PostgreSQL has its own programs for this, pg_dump and pg_restore; docs/backup-and-upgrade.md explains how to use them."), (ended.ExitCode, ended.Error));
    }

    [Fact]
    public async Task PostgreSql_Restored_MatchesTheBackup()
    {
        PostgresServer.SkipUnlessInstalled();
        var server = await PostgresServer.CommonAsync();
        await using var database = await TestDatabase.CreatePostgreSqlAsync();
        var file = Path.Combine(Path.GetTempPath(), $"{database.Name}.dump");
        CookieContainer signedIn;
        await using (var process = await DashboardProcess.StartAsync(_data.FullName, database.Environment))
        {
            using var ana = await AccountClient.SignedInAsync(process.Address, TestPeople.Ana.Email!);
            await PrepareAsync(database);
            await server.DumpAsync(database.Name, file);
            signedIn = ana.Cookies;
            await ChangeAsync(database, ana);
        }

        await using (var db = await database.OpenAsync())
        {
            await db.Database.ExecuteSqlRawAsync("""DELETE FROM "DataProtectionKeys" """, Cancellation);
        }

        await server.RestoreAsync(database.Name, file);
        await using (var process = await DashboardProcess.StartAsync(_data.FullName, database.Environment))
        {
            await AssertRestoredAsync(database, process.Address, signedIn);
        }

        File.Delete(file);
    }

    public void Dispose() => _data.Delete(recursive: true);

    private static async Task PrepareAsync(TestDatabase database)
    {
        await using var db = await database.OpenAsync();
        db.AddRange(Line("Before the backup"), new SecurityEvent { At = DateTimeOffset.UtcNow, Kind = SecurityEventKind.Invited, Detail = "Before the backup" });
        await db.SaveChangesAsync(Cancellation);
    }

    private static async Task ChangeAsync(TestDatabase database, AccountClient ana)
    {
        Assert.Contains("Your name is now Someone Else.", (await AccountClient.ReadAsync(await ana.SubmitAsync(AccountFeature.AccountPath, "name", ("Name.Name", "Someone Else")))).Body!.TextContent, StringComparison.Ordinal);
        await using var db = await database.OpenAsync();
        db.AddRange(Line("After the backup"), TestPeople.Create("new", "New Comer", Role.Admin));
        await db.SaveChangesAsync(Cancellation);
    }

    private static async Task AssertRestoredAsync(TestDatabase database, Uri address, CookieContainer signedIn)
    {
        // A person who was signed in when the backup was made still is: the keys were restored with it.
        using var handler = new HttpClientHandler { CookieContainer = Move(signedIn, address), AllowAutoRedirect = false };
        using var before = new HttpClient(handler) { BaseAddress = address };
        Assert.Equal(HttpStatusCode.OK, (await before.GetAsync(AccountFeature.AccountPath, Cancellation)).StatusCode);
        using var ana = await AccountClient.SignedInAsync(address, TestPeople.Ana.Email!);
        Assert.Contains("Ana Keller, ana@studio.example, Admin", (await ana.PageAsync(AccountFeature.AccountPath)).Body!.TextContent, StringComparison.Ordinal);

        await using var db = await database.OpenAsync();
        Assert.Equal(3, await db.Users.CountAsync(Cancellation));
        Assert.Equal(["Before the backup"], await db.Set<ChangeRecord>().Where(change => change.Reason != null).Select(change => change.Reason).ToListAsync(Cancellation));
        Assert.Equal(1, await db.Set<SecurityEvent>().CountAsync(line => line.Detail == "Before the backup", Cancellation));
        foreach (var sql in new[] { """DELETE FROM "Changes" """, """UPDATE "Changes" SET "PersonName" = 'x'""", """DELETE FROM "SecurityEvents" """ })
        {
            Assert.Contains("cannot be edited", (await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => db.Database.ExecuteSqlRawAsync(sql, Cancellation))).Message, StringComparison.Ordinal);
        }

        // New lines get numbers that no line had.
        db.Add(Line("After the restore"));
        await db.SaveChangesAsync(Cancellation);
    }

    /// <summary>The restored dashboard listens at another port, and cookies do not care.</summary>
    private static CookieContainer Move(CookieContainer cookies, Uri address)
    {
        var moved = new CookieContainer();
        foreach (Cookie cookie in cookies.GetAllCookies())
        {
            moved.Add(address, new Cookie(cookie.Name, cookie.Value));
        }

        return moved;
    }

    private static async Task<string> ReadAsync(TestDatabase database, string sql)
    {
        await using var db = await database.OpenAsync();
        return (await db.Database.SqlQueryRaw<string>(sql).ToListAsync(Cancellation)).Single();
    }

    private static ChangeRecord Line(string reason) => new()
    {
        At = DateTimeOffset.UtcNow,
        Kind = ChangeKind.Edit,
        PersonId = "ana",
        PersonName = "Ana Keller",
        CharacterId = "someone",
        CharacterName = "Someone",
        TemperatureBefore = 0.1m,
        TemperatureAfter = 0.2m,
        Reason = reason,
        State = ChangeState.Confirmed,
        SettledAt = DateTimeOffset.UtcNow,
    };
}
