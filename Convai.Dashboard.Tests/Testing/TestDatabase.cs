using Convai.Dashboard.Data;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Convai.Dashboard.Testing;

/// <summary>
/// A database for one test: a file in its data directory, or, where the environment variable <c>TEST_DATABASE</c> is <c>PostgreSql</c>, a
/// database of its own on the tests' PostgreSQL server. Each is migrated once and copied.
/// </summary>
internal sealed class TestDatabase : IAsyncDisposable
{
    private static readonly Lazy<Task<string>> Template = new(CreateTemplateAsync);
    private static readonly Lazy<Task<byte[]>> FileTemplate = new(CreateFileTemplateAsync);

    /// <summary>What works with few connections also works with many, and each costs the server ten milliseconds; all services of a starting dashboard would open eight.</summary>
    private const int MaxConnections = 4;

    private readonly PostgresServer? _server;
    private readonly string _name;
    private IHost? _host;

    private TestDatabase(PostgresServer? server, string name) => (_server, _name) = (server, name);

    public static bool IsPostgreSql { get; } = System.Environment.GetEnvironmentVariable("TEST_DATABASE") == nameof(DatabaseProvider.PostgreSql);

    /// <summary>What a dashboard is set to, to use it.</summary>
    public IReadOnlyList<(string Key, string? Value)> Settings => _server is null ? [("Data:Directory", _name)] : GetSettings(_server, _name);

    /// <summary>For tests about what only SQLite does: its file, its locks, its ways to fail.</summary>
    public static void SkipUnlessSqlite() => Assert.SkipWhen(IsPostgreSql, "About SQLite alone.");

    /// <summary>With the three of <see cref="TestPeople"/>.</summary>
    public static Task<TestDatabase> CreateAsync(string dataDirectory)
    {
        // These are run once, and not on each database.
        Assert.DoesNotContain("None", TestContext.Current.Test?.Traits.GetValueOrDefault("Database") ?? []);
        return IsPostgreSql ? CreatePostgreSqlAsync() : CreateSqliteAsync(dataDirectory);
    }

    /// <summary>As on its first day.</summary>
    public static async Task<TestDatabase> CreateEmptyAsync(string dataDirectory) =>
        IsPostgreSql ? await CreateEmptyPostgreSqlAsync() : ForFile(dataDirectory);

    /// <summary>The SQLite file that lies in the directory, or will.</summary>
    public static TestDatabase ForFile(string dataDirectory) => new(null, dataDirectory);

    /// <summary>On PostgreSQL, whatever the other tests run on; with the three people.</summary>
    public static async Task<TestDatabase> CreatePostgreSqlAsync() => await CreateOnAsync(await PostgresServer.CommonAsync(), await Template.Value);

    /// <summary>On a server of the test's own.</summary>
    public static async Task<TestDatabase> CreatePostgreSqlAsync(PostgresServer server)
    {
        var database = await CreateOnAsync(server, null);
        await MigrateAndSeedAsync(database.Settings);
        return database;
    }

    public static async Task<TestDatabase> CreateSqliteAsync(string dataDirectory)
    {
        await File.WriteAllBytesAsync(Path.Combine(dataDirectory, "dashboard.db"), await FileTemplate.Value);
        return new TestDatabase(null, dataDirectory);
    }

    /// <summary>A new one on PostgreSQL without a schema, whatever the other tests run on.</summary>
    public static async Task<TestDatabase> CreateEmptyPostgreSqlAsync() => await CreateOnAsync(await PostgresServer.CommonAsync(), null);

    /// <summary>On PostgreSQL, its name there.</summary>
    public string Name => _name;

    /// <summary>The same as variables of a process.</summary>
    public (string Key, string Value)[] Environment => [.. Settings.Select(setting => (setting.Key.Replace(":", "__", StringComparison.Ordinal), setting.Value!))];

    /// <summary>The same database, looked at beside the dashboard.</summary>
    public Task<DashboardDbContext> OpenAsync() =>
        (_host ??= TestPeople.CreateHost(Settings)).Services.GetRequiredService<IDbContextFactory<DashboardDbContext>>().CreateDbContextAsync();

    public async ValueTask DisposeAsync()
    {
        _host?.Dispose();
        if (_server is null)
        {
            CloseFile(_name);
        }
        else
        {
            await _server.DropDatabaseAsync(_name);
        }
    }

    /// <summary>Matches go of the file, so that the directory can be deleted.</summary>
    public static void CloseFile(string dataDirectory) =>
        SqliteConnection.ClearPool(new SqliteConnection(Database.ConnectionString(new DataOptions { Directory = dataDirectory })));

    private static async Task<TestDatabase> CreateOnAsync(PostgresServer server, string? template) => new(server, await server.CreateDatabaseAsync(template));

    private static (string Key, string? Value)[] GetSettings(PostgresServer server, string name) =>
        [("Database:Provider", nameof(DatabaseProvider.PostgreSql)), ("ConnectionStrings:Dashboard", $"{server.ConnectionString(name)};Maximum Pool Size={MaxConnections}")];

    private static async Task<string> CreateTemplateAsync()
    {
        var server = await PostgresServer.CommonAsync();
        var name = await server.CreateDatabaseAsync();
        await MigrateAndSeedAsync(GetSettings(server, name));
        // Locks have a pool of their own, which outlives the host.
        NpgsqlConnection.ClearAllPools();
        return name;
    }

    private static async Task<byte[]> CreateFileTemplateAsync()
    {
        var directory = Directory.CreateTempSubdirectory("dashboard-template-");
        try
        {
            await MigrateAndSeedAsync([("Data:Directory", directory.FullName)]);
            CloseFile(directory.FullName);
            return await File.ReadAllBytesAsync(Path.Combine(directory.FullName, "dashboard.db"));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static async Task MigrateAndSeedAsync(IReadOnlyList<(string Key, string? Value)> settings)
    {
        // Disposed, the host closes its connections: a database in use is no template.
        using var host = TestPeople.CreateHost(settings);
        await host.UpgradeDatabaseAsync();
        await TestPeople.AddAsync(host.Services);
    }
}
