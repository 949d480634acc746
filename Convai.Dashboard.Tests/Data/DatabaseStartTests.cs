using Convai.Dashboard.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Convai.Dashboard.Data;

/// <summary>A database that cannot be started on: the real program says why in one sentence that holds no secret, and ends with 1.</summary>
[Trait("Database", "Chosen")]
[Trait("Speed", "Slow")]
public sealed class DatabaseStartTests : IDisposable
{
    private const string Secret = "a-secret-that-must-not-be-printed";

    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("dashboard-");

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.PostgreSql)]
    public async Task Start_NewerSchema_IsRefused(DatabaseProvider provider)
    {
        await using var database = await CreateAsync(provider);
        await using (var db = await database.OpenAsync())
        {
            await db.Database.ExecuteSqlRawAsync("""INSERT INTO "__EFMigrationsHistory" VALUES ('20991231000000_Tomorrow', '99.0.0')""", Cancellation);
        }

        TestDatabase.CloseFile(_data.FullName);
        await AssertRefusedAsync(
            "The database was migrated by a newer version of the dashboard (20991231000000_Tomorrow), and this version does not understand it. Start the newer version again, or restore a backup made before the migration.",
            database.Environment);
    }

    [Fact]
    public async Task Start_MissingConnectionString_NamesTheSetting() => await AssertRefusedAsync(
        "ConnectionStrings:Dashboard is missing: with Database:Provider PostgreSql it says where the database is, such as Host=db;Database=dashboard;Username=dashboard.",
        ("Database__Provider", "PostgreSql"));

    [Theory]
    [InlineData($"Host=db;Nonsense={Secret}")]
    [InlineData(Secret)]
    [InlineData($"Database={Secret}")]
    public async Task Start_InvalidConnectionString_IsRefusedWithoutPrintingIt(string connection) => await AssertRefusedAsync(
        "ConnectionStrings:Dashboard is not a valid PostgreSQL connection string, such as Host=db;Database=dashboard;Username=dashboard.",
        ("Database__Provider", "PostgreSql"), ("ConnectionStrings__Dashboard", connection));

    [Fact]
    public async Task Start_MissingPasswordFile_NamesTheSetting() => await AssertRefusedAsync(
        "Database:PasswordFile points to a file that is missing, empty, or unreadable for the user the dashboard runs as.",
        ("Database__Provider", "PostgreSql"), ("ConnectionStrings__Dashboard", "Host=127.0.0.1"), ("Database__PasswordFile", $"/nowhere/{Secret}"));

    [Fact]
    public async Task Start_UnknownProvider_NamesTheSetting() => await AssertRefusedAsync("Database:Provider has a value that cannot be read as DatabaseProvider.", ("Database__Provider", Secret));

    [Fact]
    public async Task Start_ConnectionStringWithoutProvider_ReportsItAsUnused() => await AssertRefusedAsync(
        "ConnectionStrings:Dashboard is set, but Database:Provider is not PostgreSql; SQLite keeps its file in Data:Directory and needs no connection string.", ("ConnectionStrings__Dashboard", $"Host=db;Password={Secret}"));

    [Fact]
    public async Task Start_WrongPassword_IsRefusedImmediately()
    {
        PostgresServer.SkipUnlessInstalled();
        await using var database = await TestDatabase.CreateEmptyPostgreSqlAsync();
        var server = await PostgresServer.CommonAsync();
        await AssertRefusedAsync(
            "The dashboard's database rejected the dashboard's user name or password.",
            ("Database__Provider", "PostgreSql"), ("ConnectionStrings__Dashboard", $"{server.ConnectionString(database.Name, withPassword: false)};Password={Secret}"));
    }

    [Fact]
    public async Task Start_MissingDatabase_IsRefusedImmediately()
    {
        PostgresServer.SkipUnlessInstalled();
        var server = await PostgresServer.CommonAsync();
        await AssertRefusedAsync(
            "The dashboard's database does not exist on its server.", ("Database__Provider", "PostgreSql"), ("ConnectionStrings__Dashboard", server.ConnectionString("nowhere")));
    }

    /// <summary>Before, the dashboard started, reported itself healthy, and failed every save.</summary>
    [Theory]
    [InlineData("transaction", "extra_float_digits,options", DatabaseError.SharedSessions)]
    [InlineData("statement", "extra_float_digits,options", DatabaseError.SharedSessions)]
    [InlineData("transaction", "extra_float_digits", DatabaseError.StartUpParameterRefused)]
    public async Task Start_PoolerSharesSessions_IsRefused(string poolMode, string ignored, string sentence)
    {
        PostgresServer.SkipUnlessInstalled();
        await using var database = await TestDatabase.CreateEmptyPostgreSqlAsync();
        await using var bouncer = await PgBouncerServer.StartAsync(await PostgresServer.CommonAsync(), poolMode, ignored);
        await AssertRefusedAsync(sentence, ("Database__Provider", "PostgreSql"), ("ConnectionStrings__Dashboard", bouncer.ConnectionString(database.Name)));
    }

    [Fact]
    public async Task Start_PoolerKeepsSessions_AllowsSignIn()
    {
        PostgresServer.SkipUnlessInstalled();
        await using var database = await TestDatabase.CreatePostgreSqlAsync();
        await using var bouncer = await PgBouncerServer.StartAsync(await PostgresServer.CommonAsync(), "session", "extra_float_digits,options");
        await using var process = await DashboardProcess.StartAsync(
            _data.FullName, ("Database__Provider", "PostgreSql"), ("ConnectionStrings__Dashboard", bouncer.ConnectionString(database.Name)));
        using var ana = await AccountClient.SignedInAsync(process.Address, TestPeople.Ana.Email!);
    }

    /// <summary>The log then holds the database's own message, and no value.</summary>
    [Theory]
    [InlineData(DatabaseProvider.Sqlite, "The database answered with error 1: SQLite Error 1: 'no such table: Nothing'.")]
    [InlineData(DatabaseProvider.PostgreSql, "The database answered with error 42P01: relation \"Nothing\" does not exist")]
    public async Task UnknownError_IsLoggedWithDatabaseMessageWithoutValues(DatabaseProvider provider, string line)
    {
        await using var database = await CreateAsync(provider);
        using var logs = new RecordingLoggerProvider();
        using var host = TestPeople.CreateHost(database.Settings, logs);
        await using var db = await host.Services.GetRequiredService<IDbContextFactory<DashboardDbContext>>().CreateDbContextAsync(Cancellation);
        var failure = await Record.ExceptionAsync(() => db.Database.ExecuteSqlAsync($"INSERT INTO \"Nothing\" VALUES ({Secret})", Cancellation));
        Assert.Equal("The dashboard's database cannot be used right now.", DatabaseError.Describe(failure!));
        Assert.Contains(logs.Lines, written => written.Contains(line, StringComparison.Ordinal));
        Assert.DoesNotContain(logs.Lines, written => written.Contains(Secret, StringComparison.Ordinal));
        TestDatabase.CloseFile(_data.FullName);
    }

    [Fact]
    public async Task Start_PasswordFile_AllowsSignIn()
    {
        PostgresServer.SkipUnlessInstalled();
        await using var database = await TestDatabase.CreatePostgreSqlAsync();
        var file = Path.Combine(_data.FullName, "password");
        await File.WriteAllTextAsync(file, $"{PostgresServer.Password}\n", Cancellation);
        var server = await PostgresServer.CommonAsync();
        await using var process = await DashboardProcess.StartAsync(
            _data.FullName,
            ("Database__Provider", "PostgreSql"), ("ConnectionStrings__Dashboard", server.ConnectionString(database.Name, withPassword: false)), ("Database__PasswordFile", file));
        using var ana = await AccountClient.SignedInAsync(process.Address, TestPeople.Ana.Email!);
        Assert.Equal(["password"], Directory.GetFileSystemEntries(_data.FullName).Select(Path.GetFileName));
    }

    /// <summary>A database server that starts beside the dashboard is waited for, but not without limit.</summary>
    [Fact]
    public async Task Upgrade_ServerUnreachable_GivesUpAfter30Seconds()
    {
        using var host = TestPeople.CreateHost([("Database:Provider", "PostgreSql"), ("ConnectionStrings:Dashboard", "Host=127.0.0.1;Port=1;Database=dashboard")]);
        var time = new FakeTimeProvider();
        var startedAt = time.GetTimestamp();
        var refusal = await Assert.ThrowsAsync<DatabaseRefusedException>(() => time.AdvanceUntilAsync(UpgradeAsync()));
        Assert.Equal("The dashboard's database cannot be reached.", refusal.Message);
        Assert.InRange(time.GetElapsedTime(startedAt), TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(35));

        async Task<bool> UpgradeAsync()
        {
            await new DatabaseUpgrade(
                host.Services.GetRequiredService<IDbContextFactory<DashboardDbContext>>(),
                host.Services.GetRequiredService<ServerLocks>(),
                host.Services.GetRequiredService<IOptions<DatabaseOptions>>(),
                host.Services.GetRequiredService<IOptions<DataOptions>>(),
                time,
                NullLogger<DatabaseUpgrade>.Instance).RunAsync(Cancellation);
            return true;
        }
    }

    public void Dispose() => _data.Delete(recursive: true);

    private async Task AssertRefusedAsync(string sentence, params (string Key, string Value)[] environment)
    {
        var ended = await DashboardProcess.RunAsync("output", _data.FullName, environment: environment);
        Assert.Equal($"The dashboard cannot start:\n{sentence}", ended.Error);
        Assert.Equal(1, ended.ExitCode);
        var output = System.Text.Encoding.UTF8.GetString(ended.Output);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, output, StringComparison.Ordinal);
        Assert.DoesNotContain(PostgresServer.Password, output, StringComparison.Ordinal);
    }

    private Task<TestDatabase> CreateAsync(DatabaseProvider provider)
    {
        if (provider == DatabaseProvider.Sqlite)
        {
            return TestDatabase.CreateSqliteAsync(_data.FullName);
        }

        PostgresServer.SkipUnlessInstalled();
        return TestDatabase.CreatePostgreSqlAsync();
    }
}
