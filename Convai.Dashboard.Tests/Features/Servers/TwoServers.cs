using Convai.Dashboard.Testing;

namespace Convai.Dashboard.Features.Servers;

/// <summary>Two servers on one PostgreSQL database, against one sandbox.</summary>
internal sealed class TwoServers : IAsyncDisposable
{
    private bool _isFirstGone;

    private TwoServers(SandboxHost convai, TestDatabase database, SandboxHost first, SandboxHost second) =>
        (Convai, Database, First, Second) = (convai, database, first, second);

    /// <summary>For its sandbox alone.</summary>
    public SandboxHost Convai { get; }

    public TestDatabase Database { get; }

    public SandboxHost First { get; }

    public SandboxHost Second { get; }

    public SandboxHost[] Both => [First, Second];

    /// <param name="server">PostgreSQL; null for the one that all tests use.</param>
    public static async Task<TwoServers> StartAsync(PostgresServer? server = null, (string Key, string? Value)[]? sandbox = null, params (string Key, string? Value)[] settings)
    {
        PostgresServer.SkipWhereThereIsNone();
        var convai = await SandboxHost.StartAsync([("Drift:ReadEvery", "00:00:00"), .. sandbox ?? []]);
        var database = await (server is null ? TestDatabase.CreatePostgreSqlAsync() : TestDatabase.CreatePostgreSqlAsync(server));
        return new TwoServers(
            convai,
            database,
            await SandboxHost.StartOnAsync(database, convai.Sandbox, settings),
            await SandboxHost.StartOnAsync(database, convai.Sandbox, settings));
    }

    public int Calls(string endpoint) => Convai.Endpoints.Count(asked => asked == endpoint);

    /// <summary>The first one is stopped for good.</summary>
    public async Task StopFirstAsync()
    {
        _isFirstGone = true;
        await First.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_isFirstGone)
        {
            await First.DisposeAsync();
        }

        await Second.DisposeAsync();
        await Database.DisposeAsync();
        await Convai.DisposeAsync();
    }
}
