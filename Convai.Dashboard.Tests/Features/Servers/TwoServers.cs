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
        PostgresServer.SkipUnlessInstalled();
        var convai = await SandboxHost.StartConvaiAsync(sandbox ?? []);
        var database = await (server is null ? TestDatabase.CreatePostgreSqlAsync() : TestDatabase.CreatePostgreSqlAsync(server));
        var servers = new TwoServers(
            convai,
            database,
            await SandboxHost.StartOnAsync(database, convai.Sandbox, settings),
            await SandboxHost.StartOnAsync(database, convai.Sandbox, settings));
        // Until then a server hears nothing of the other: a visit, for one, only once it is said again after half a minute.
        while (!servers.Both.All(server => server.Logs.Lines.Any(line => line.Contains("Connected to the other servers.", StringComparison.Ordinal))))
        {
            await Task.Delay(20, Cancellation);
        }

        return servers;
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
