using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.ConvaiApi.Sandbox;
using Convai.Dashboard.Data;
using Convai.Dashboard.Features.About;
using Convai.Dashboard.Features.Batches;
using Convai.Dashboard.Features.Cast;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Features.History;
using Convai.Dashboard.Features.Models;
using Convai.Dashboard.Features.Palette;
using Convai.Dashboard.Features.Presets;
using Convai.Dashboard.Features.Rehearsals;
using Convai.Dashboard.Features.Servers;
using Convai.Dashboard.Features.SettingsFile;
using Convai.Dashboard.Features.Team;
using Convai.Dashboard.Features.Usage;
using Convai.Dashboard.Observability;
using Convai.Dashboard.Security;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Convai.Dashboard.Testing;

/// <summary>
/// Everything behind the pages, without the pages: the real client over real HTTP to the real sandbox, configured by the
/// root appsettings.json and the settings of the test.
/// </summary>
internal sealed class SandboxHost : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly DirectoryInfo? _data;
    private readonly TestDatabase? _database;

    /// <summary>So that one failure is one failure; not a setting of the dashboard.</summary>
    public static readonly (string Key, string? Value) NoRetries = ("Test:ReadRetries", "0");

    private SandboxHost(IHost host, DirectoryInfo? data, TestDatabase? database) => (_host, _data, _database) = (host, data, database);

    public IServiceProvider Services => _host.Services;

    public SandboxServer Sandbox => Get<SandboxServer>();

    public SandboxOptions Options => Sandbox.Options;

    public SandboxFaults Faults => SandboxFaults.For(Sandbox);

    public ConvaiClient Client => Get<ConvaiClient>();

    public RecordingLoggerProvider Logs => Get<RecordingLoggerProvider>();

    public IReadOnlyList<string> Endpoints => [.. Sandbox.Requests.Select(request => request.Endpoint)];

    public static Task<SandboxHost> StartAsync(params (string Key, string? Value)[] settings) => StartAsync(TimeProvider.System, settings);

    public static Task<SandboxHost> StartAsync(TimeProvider time, params (string Key, string? Value)[] settings) => StartAsync(time, _ => { }, settings);

    /// <param name="configure">What a test adds to the services.</param>
    public static async Task<SandboxHost> StartAsync(TimeProvider time, Action<IServiceCollection> configure, params (string Key, string? Value)[] settings)
    {
        var data = Directory.CreateTempSubdirectory("dashboard-");
        var database = await TestDatabase.CreateAsync(data.FullName);
        return await StartAsync(time, configure, data, database, [.. database.Settings, .. settings]);
    }

    /// <summary>Convai's stand-in and the client only, without a database: for tests whose dashboard is another one.</summary>
    public static Task<SandboxHost> StartConvaiAsync(params (string Key, string? Value)[] settings) => StartConvaiAsync(_ => { }, settings);

    /// <param name="configure">What a test adds to the services.</param>
    public static Task<SandboxHost> StartConvaiAsync(Action<IServiceCollection> configure, params (string Key, string? Value)[] settings)
    {
        var builder = CreateBuilder(TimeProvider.System, settings);
        builder.AddTelemetry();
        builder.AddConvaiApi();
        ConfigureForTests(builder.Services);
        configure(builder.Services);
        return StartAsync(builder, null, null);
    }

    /// <summary>A server of several: on a database that others use as well, against the sandbox of the first.</summary>
    public static Task<SandboxHost> StartOnAsync(TestDatabase database, SandboxServer sandbox, params (string Key, string? Value)[] settings) => StartAsync(
        null,
        _ => { },
        Directory.CreateTempSubdirectory("dashboard-"),
        null,
        [.. SettingsFor(sandbox), .. database.Settings, .. settings]);

    /// <summary>For a dashboard that takes a sandbox for Convai.</summary>
    public static (string Key, string? Value)[] SettingsFor(SandboxServer sandbox) =>
        [("Convai:Mode", "Live"), ("Convai:ApiKey", sandbox.ApiKey), ("Convai:BaseUrl", sandbox.BaseAddress.ToString())];

    /// <param name="time">Null: by the clock that the dashboard brings.</param>
    private static async Task<SandboxHost> StartAsync(
        TimeProvider? time, Action<IServiceCollection> configure, DirectoryInfo data, TestDatabase? database, IEnumerable<(string Key, string? Value)> settings)
    {
        var builder = CreateBuilder(time, [("Data:Directory", data.FullName), .. settings]);
        builder.AddTelemetry();
        builder.AddDataDirectory();
        builder.AddDatabase();
        builder.AddSignInSchemes();
        builder.AddTeam();
        builder.AddConvaiApi();
        builder.AddCharacters();
        builder.AddModels();
        builder.AddUsage();
        builder.AddCast();
        builder.AddChanges();
        builder.AddHistory();
        builder.AddPresets();
        builder.AddBatches();
        builder.AddServers();
        builder.AddSettingsFile();
        builder.AddPalette();
        builder.AddRehearsals();
        builder.AddAbout();
        if (time is FakeTimeProvider)
        {
            // On PostgreSQL, servers share their pace by the database's clock, which a test cannot advance.
            builder.Services.RemoveAll<ISharedRateLimit>();
        }

        ConfigureForTests(builder.Services);
        configure(builder.Services);
        return await StartAsync(builder, data, database);
    }

    private static HostApplicationBuilder CreateBuilder(TimeProvider? time, IEnumerable<(string Key, string? Value)> settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"));
        builder.Configuration.AddInMemoryCollection([new("Convai:Mode", "Sandbox"), new("Convai:Sandbox:AnswerTime", "00:00:00")]);
        // The test's own come last, and count.
        builder.Configuration.AddInMemoryCollection(settings.Reverse().DistinctBy(setting => setting.Key).Select(setting => new KeyValuePair<string, string?>(setting.Key, setting.Value)));
        if (time is not null)
        {
            builder.Services.AddSingleton(time);
        }

        builder.Services.AddSingleton<RecordingLoggerProvider>();
        builder.Services.AddSingleton<ILoggerProvider>(provider => provider.GetRequiredService<RecordingLoggerProvider>());
        builder.Logging.SetMinimumLevel(LogLevel.Trace);
        return builder;
    }

    private static async Task<SandboxHost> StartAsync(HostApplicationBuilder builder, DirectoryInfo? data, TestDatabase? database)
    {
        var host = builder.Build();
        if (data is not null)
        {
            await host.UpgradeDatabaseAsync();
        }

        await host.StartAsync();
        _ = SandboxFaults.For(host.Services.GetRequiredService<SandboxServer>());
        return new SandboxHost(host, data, database);
    }

    /// <summary>A minute of the rate limit takes ten seconds for the sandbox, and thirteen for the dashboard, which counts whole seconds on PostgreSQL.</summary>
    public static readonly (string Key, string? Value) ShortMinutes = ("Test:ShortMinutes", "true");

    /// <summary>Passwords are hashed as in production, and not quickly.</summary>
    public static readonly (string Key, string? Value) SlowHashes = ("Test:SlowHashes", "true");

    /// <summary>A read that failed is tried again at once, or not at all (<see cref="NoRetries"/>); and see <see cref="ShortMinutes"/> and <see cref="SlowHashes"/>.</summary>
    public static void ConfigureForTests(IServiceCollection services)
    {
        services.AddOptions<ConvaiOptions>().Configure<IConfiguration>((options, configuration) =>
        {
            (options.ReadRetries, options.ReadRetryDelay) = (configuration.GetValue("Test:ReadRetries", options.ReadRetries), TimeSpan.Zero);
            options.AnswerTimeout = configuration.GetValue("Test:AnswerTimeout", options.AnswerTimeout);
            if (configuration.GetValue<bool>(ShortMinutes.Key))
            {
                (options.RateWindow, options.Sandbox.RateWindow) = (TimeSpan.FromSeconds(13), TimeSpan.FromSeconds(10));
            }
        });
        services.AddOptions<PasswordHasherOptions>().PostConfigure<IConfiguration>((hashing, configuration) =>
            hashing.IterationCount = configuration.GetValue<bool>(SlowHashes.Key) ? hashing.IterationCount : TestPeople.Iterations);
    }

    public T Get<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();

    public void Fail(string endpoint, SandboxFaultKind kind, int times = 0, int after = 0) =>
        Faults[endpoint] = new SandboxFault(kind, times, after);

    public SandboxCharacter Character(string name) => Sandbox.Account.Characters.Single(character => character.Name == name);

    public async ValueTask DisposeAsync()
    {
        // As a signal does it: what waits for its turn gives up before anything is waited for.
        Get<IHostApplicationLifetime>().StopApplication();
        await _host.StopAsync();
        var time = Get<TimeProvider>();
        var disposing = ((IAsyncDisposable)_host).DisposeAsync().AsTask();
        while (!disposing.IsCompleted)
        {
            // A call to Convai that is still running is waited for by the clock of the test, which nothing else advances now.
            (time as FakeTimeProvider)?.Advance(TimeSpan.FromMilliseconds(100));
            await Task.WhenAny(disposing, Task.Delay(1, CancellationToken.None));
        }

        await disposing;
        if (_database is not null)
        {
            await _database.DisposeAsync();
        }

        _data?.Delete(recursive: true);
    }
}
