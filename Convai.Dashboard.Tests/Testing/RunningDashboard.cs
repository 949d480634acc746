using Convai.Dashboard.ConvaiApi.Sandbox;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Convai.Dashboard.Testing;

/// <summary>
/// The whole dashboard on a real port, live against a sandbox of its own with a key that the test knows: so the test sees
/// just what a browser would see in production, and can look for the key everywhere.
/// </summary>
internal sealed class RunningDashboard : WebApplicationFactory<Program>
{
    private readonly SandboxHost _sandbox;
    private readonly (string Key, string? Value)[] _settings;
    private readonly string _dataDirectory;
    private readonly TestDatabase _database;
    private readonly Action<IServiceCollection> _configure;

    private RunningDashboard(SandboxHost sandbox, string dataDirectory, TestDatabase database, Action<IServiceCollection> configure, (string Key, string? Value)[] settings) =>
        (_sandbox, _dataDirectory, _database, _configure, _settings) = (sandbox, dataDirectory, database, configure, settings);

    public SandboxHost Host => _sandbox;

    public SandboxServer Sandbox => _sandbox.Sandbox;

    public string ConvaiKey => _sandbox.Sandbox.ApiKey;

    public RecordingLoggerProvider Logs { get; } = new();

    public string DataDirectory => _dataDirectory;

    public Uri Address => ClientOptions.BaseAddress;

    /// <summary>With the three of <see cref="TestPeople"/>.</summary>
    public static Task<RunningDashboard> StartAsync(params (string Key, string? Value)[] settings) => StartAsync(TestDatabase.CreateAsync, _ => { }, settings);

    /// <param name="configure">What a test adds to the services.</param>
    public static Task<RunningDashboard> StartAsync(Action<IServiceCollection> configure, params (string Key, string? Value)[] settings) => StartAsync(TestDatabase.CreateAsync, configure, settings);

    /// <summary>As on its first day: without any account.</summary>
    public static Task<RunningDashboard> StartEmptyAsync(params (string Key, string? Value)[] settings) => StartAsync(TestDatabase.CreateEmptyAsync, _ => { }, settings);

    private static async Task<RunningDashboard> StartAsync(Func<string, Task<TestDatabase>> createDatabase, Action<IServiceCollection> configure, (string Key, string? Value)[] settings)
    {
        var dataDirectory = Directory.CreateTempSubdirectory("dashboard-").FullName;
        return new RunningDashboard(await SandboxHost.StartConvaiAsync(), dataDirectory, await createDatabase(dataDirectory), configure, settings).Start();
    }

    private RunningDashboard Start()
    {
        UseKestrel();
        StartServer();
        return this;
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Production");
        builder.UseStaticWebAssets();
        // As a setting, because the factory would set the port only while the dashboard already starts.
        builder.UseSetting(WebHostDefaults.ServerUrlsKey, "http://127.0.0.1:0");
        builder.UseSetting("Data:Directory", _dataDirectory);
        builder.UseSetting("Convai:ApiKey", ConvaiKey);
        builder.UseSetting("Convai:BaseUrl", Sandbox.BaseAddress.ToString());
        builder.UseSetting("Convai:MaxRequestsPerMinute", "10000");
        foreach (var (key, value) in _database.Settings.Concat(_settings))
        {
            builder.UseSetting(key, value);
        }

        builder.ConfigureServices(SandboxHost.ConfigureForTests);
        // So that what a failed test leaves behind says which event was refused, and why.
        builder.ConfigureServices(services => services.Configure<CircuitOptions>(options => options.DetailedErrors = true));
        builder.ConfigureServices(_configure);
        builder.ConfigureLogging(logging => logging.ClearProviders().AddProvider(Logs).SetMinimumLevel(LogLevel.Trace).AddFilter<RecordingLoggerProvider>(null, LogLevel.Trace));
    }

    public override async ValueTask DisposeAsync()
    {
        // As a signal does it: what waits for its turn gives up before anything is waited for.
        Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        await base.DisposeAsync();
        await _sandbox.DisposeAsync();
        await _database.DisposeAsync();
        Directory.Delete(_dataDirectory, recursive: true);
    }
}
