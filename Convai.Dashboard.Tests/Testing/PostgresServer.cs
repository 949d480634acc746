using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Convai.Dashboard.Testing;

/// <summary>A real PostgreSQL server of the tests' own, created in a folder of its own. It can be stopped and started again.</summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    public const string User = "dashboard";
    public const string Password = "the password of the database";

    private static readonly Lazy<Task<PostgresServer>> Common = new(StartCommonAsync);
    private static readonly string? Programs = FindPrograms();

    private readonly DirectoryInfo _directory;
    private readonly int _port;
    private int _databases;

    private PostgresServer(DirectoryInfo directory, int port) => (_directory, _port) = (directory, port);

    public static bool IsInstalled => Programs is not null;

    /// <summary>One for all tests that do not stop it.</summary>
    public static Task<PostgresServer> CommonAsync() => Common.Value;

    public static void SkipUnlessInstalled() => Assert.SkipUnless(IsInstalled, "PostgreSQL is not installed here (no initdb in /usr/lib/postgresql or on the PATH).");

    public static async Task<PostgresServer> StartAsync()
    {
        var directory = Directory.CreateTempSubdirectory("dashboard-postgres-");
        var passwordFile = Path.Combine(directory.FullName, "password");
        await File.WriteAllTextAsync(passwordFile, Password);
        if (IsRoot)
        {
            await RunAsync("chown", "-R", "postgres", directory.FullName);
        }

        var server = new PostgresServer(directory, FreePort());
        await RunProgramAsync("initdb", "-D", server.Data, "-U", User, "-A", "md5", $"--pwfile={passwordFile}", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync");
        await server.RestartAsync();
        return server;
    }

    /// <param name="template">An existing database to copy.</param>
    public async Task<string> CreateDatabaseAsync(string? template = null)
    {
        var name = $"dashboard_{Interlocked.Increment(ref _databases)}_{Guid.NewGuid():N}";
        // The default since version 15 writes each page of the copy to the log, which takes four times as long.
        await ExecuteAsync(version => $"CREATE DATABASE {name}{(template is null ? "" : $" TEMPLATE {template}")}{(version.Major >= 15 ? " STRATEGY file_copy" : "")}");
        return name;
    }

    public Task DropDatabaseAsync(string name) => ExecuteAsync(_ => $"DROP DATABASE IF EXISTS {name} WITH (FORCE)");

    /// <summary>As an operator copies one, by PostgreSQL's own programs.</summary>
    public Task DumpAsync(string database, string file) => RunProgramAsync("pg_dump", "--format=custom", $"--file={file}", $"--dbname={ProgramConnection(database)}");

    public Task RestoreAsync(string database, string file) =>
        RunProgramAsync("pg_restore", "--clean", "--if-exists", "--no-owner", "--exit-on-error", "--single-transaction", $"--dbname={ProgramConnection(database)}", file);

    public string ConnectionString(string database, bool withPassword = true) =>
        $"Host=127.0.0.1;Port={_port};Database={database};Username={User}{(withPassword ? $";Password={Password}" : "")}";

    public Task RestartAsync() => RunProgramAsync(
        "pg_ctl", "start", "-s", "-w", "-D", Data, "-l", Path.Combine(_directory.FullName, "log"),
        "-o", $"-p {_port} -k {_directory.FullName} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=400 -c shared_buffers=64MB -c full_page_writes=off -c autovacuum=off");

    /// <summary>As an operator restarts it: open connections are closed.</summary>
    public async Task StopAsync()
    {
        await RunProgramAsync("pg_ctl", "stop", "-w", "-m", "fast", "-D", Data);
        // Of the connections that create and drop databases.
        NpgsqlConnection.ClearPool(new NpgsqlConnection(ConnectionString("postgres")));
    }

    /// <summary>A program of PostgreSQL's, such as pg_dump, as the user that the server runs as.</summary>
    public static async Task RunProgramAsync(string program, params string[] arguments)
    {
        var path = Path.Combine(Programs!, program);
        // It refuses to work for root.
        await (IsRoot ? RunAsync("runuser", ["-u", "postgres", "--", "env", $"PGPASSWORD={Password}", path, .. arguments]) : RunAsync(path, arguments));
    }

    public async ValueTask DisposeAsync()
    {
        await RunProgramAsync("pg_ctl", "stop", "-m", "immediate", "-D", Data);
        _directory.Delete(recursive: true);
    }

    private string ProgramConnection(string database) => $"host=127.0.0.1 port={_port} user={User} dbname={database}";

    private string Data => Path.Combine(_directory.FullName, "data");

    private static bool IsRoot => Environment.UserName == "root";

    private static async Task<PostgresServer> StartCommonAsync()
    {
        var server = await StartAsync();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => server.DisposeAsync().AsTask().Wait(TimeSpan.FromSeconds(10));
        return server;
    }

    private async Task ExecuteAsync(Func<Version, string> sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString("postgres"));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql(connection.PostgreSqlVersion), connection);
        await command.ExecuteNonQueryAsync();
    }

    public static async Task RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Path.GetTempPath(),
            // The server inherits what its starter has open, and would never close a pipe.
            RedirectStandardOutput = !arguments.Contains("start"),
        };
        using var process = Process.Start(start)!;
        if (start.RedirectStandardOutput)
        {
            await process.StandardOutput.ReadToEndAsync();
        }

        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{Path.GetFileName(program)} ended with {process.ExitCode}.");
        }
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string? FindPrograms()
    {
        const string Debian = "/usr/lib/postgresql";
        var installed = Directory.Exists(Debian) ? Directory.GetDirectories(Debian).OrderDescending(StringComparer.Ordinal).Select(version => Path.Combine(version, "bin")) : [];
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return installed.Concat(path).FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "pg_ctl")));
    }
}
