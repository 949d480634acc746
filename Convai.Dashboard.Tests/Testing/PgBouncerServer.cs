using System.Diagnostics;
using Npgsql;

namespace Convai.Dashboard.Testing;

/// <summary>A real PgBouncer in front of the tests' PostgreSQL server.</summary>
internal sealed class PgBouncerServer : IAsyncDisposable
{
    private readonly DirectoryInfo _directory;
    private readonly Process _process;
    private readonly int _port;

    private PgBouncerServer(DirectoryInfo directory, Process process, int port) => (_directory, _process, _port) = (directory, process, port);

    /// <param name="poolMode">As its <c>pool_mode</c>.</param>
    /// <param name="ignored">As its <c>ignore_startup_parameters</c>.</param>
    public static async Task<PgBouncerServer> StartAsync(PostgresServer server, string poolMode, string ignored)
    {
        const string Program = "/usr/sbin/pgbouncer";
        Assert.SkipUnless(File.Exists(Program), "No pgbouncer is in /usr/sbin.");
        var directory = Directory.CreateTempSubdirectory("dashboard-pgbouncer-");
        var behind = new NpgsqlConnectionStringBuilder(server.ConnectionString("postgres"));
        var port = PostgresServer.FreePort();
        var users = Path.Combine(directory.FullName, "users");
        var settings = Path.Combine(directory.FullName, "pgbouncer.ini");
        await File.WriteAllTextAsync(users, $"\"{behind.Username}\" \"{behind.Password}\"");
        await File.WriteAllTextAsync(settings, $"""
            [databases]
            * = host={behind.Host} port={behind.Port}
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {port}
            unix_socket_dir =
            auth_type = plain
            auth_file = {users}
            pool_mode = {poolMode}
            default_pool_size = 100
            ignore_startup_parameters = {ignored}
            """);
        ProcessStartInfo start;
        if (Environment.UserName == "root")
        {
            // PgBouncer refuses to run as root.
            await PostgresServer.RunAsync("chown", "-R", "postgres", directory.FullName);
            start = new ProcessStartInfo("setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", Program, settings]);
        }
        else
        {
            start = new ProcessStartInfo(Program, settings);
        }

        start.RedirectStandardError = true;
        start.WorkingDirectory = directory.FullName;
        var bouncer = new PgBouncerServer(directory, Process.Start(start)!, port);
        await bouncer.WaitUntilListeningAsync();
        return bouncer;
    }

    public string ConnectionString(string database) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = _port,
        Database = database,
        Username = PostgresServer.User,
        Password = PostgresServer.Password,
    }.ToString();

    private async Task WaitUntilListeningAsync()
    {
        while (await _process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (line.Contains("process up", StringComparison.Ordinal))
            {
                _ = _process.StandardError.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
                return;
            }
        }

        await DisposeAsync();
        throw new InvalidOperationException("PgBouncer did not start.");
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        _directory.Delete(recursive: true);
    }
}
