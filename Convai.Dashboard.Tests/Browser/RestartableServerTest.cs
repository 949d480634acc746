using System.Diagnostics;
using Convai.Dashboard.Browser.Pages;
using Convai.Dashboard.ConvaiApi.Sandbox;
using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Testing;
using Microsoft.EntityFrameworkCore;

namespace Convai.Dashboard.Browser;

/// <summary>The server is a process of its own that can be ended and started again on the same files; Convai's stand-in outlives it, unless the server has its own.</summary>
public abstract class RestartableServerTest : BrowserTest
{
    protected const decimal Before = 0.70m;
    protected const decimal After = 0.42m;

    private SandboxHost? _convai;
    private DirectoryInfo? _data;
    private TestDatabase? _database;

    private protected DashboardProcess Server { get; set; } = null!;

    private protected SandboxHost Convai => _convai!;

    protected string DataDirectory => _data!.FullName;

    private protected SandboxCharacter Mira => Convai.Character("Mira the Innkeeper");

    private protected virtual string Mode => "Live";

    private protected override async Task<Uri> StartDashboardAsync()
    {
        _convai = await SandboxHost.StartAsync();
        _data = Directory.CreateTempSubdirectory("dashboard-");
        _database = await TestDatabase.CreateSqliteAsync(DataDirectory);
        Server = await StartServerAsync("http://127.0.0.1:0");
        return Server.Address;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (Server is not null)
        {
            await Server.DisposeAsync();
        }

        if (_convai is not null)
        {
            await _convai.DisposeAsync();
        }

        if (_data is not null)
        {
            await _database!.DisposeAsync();
            _data.Delete(recursive: true);
        }

        GC.SuppressFinalize(this);
    }

    private protected Task<DashboardProcess> StartServerAsync(string address) => DashboardProcess.StartAsync(
        DataDirectory,
        ("ASPNETCORE_URLS", address),
        ("Convai__Mode", Mode),
        ("Convai__ApiKey", Convai.Sandbox.ApiKey),
        ("Convai__BaseUrl", Convai.Sandbox.BaseAddress.ToString()),
        ("Convai__MaxRequestsPerMinute", "10000"),
        // On a slow machine as well it is the end of the server that ends a call, and no timeout.
        ("Convai__ReadTimeout", "00:02:00"),
        ("Convai__WriteTimeout", "00:02:00"));

    protected async Task SaveAsync()
    {
        await OpenAsync(CharacterScreen.Path);
        await Character.Number.FillAsync("0.42");
        await Character.Save.ClickAsync();
    }

    protected int CountRequests(string endpoint) => Convai.Endpoints.Count(asked => asked == endpoint);

    /// <summary>The only line of the journal: the write is there once, and nothing of it passes for a change made outside.</summary>
    protected async Task<ChangeRecord> ReadAsync(string directory)
    {
        await using var db = OpenDatabase(directory);
        return Assert.Single(await db.Set<ChangeRecord>().AsNoTracking().ToListAsync(Cancellation));
    }

    protected DashboardDbContext OpenDatabase(string directory) => new(new DbContextOptionsBuilder<DashboardDbContext>()
        .UseSqlite(Database.ConnectionString(new DataOptions { Directory = directory }))
        // Which tables there are depends on the settings of Identity.
        .UseApplicationServiceProvider(Convai.Services)
        .Options);

    protected static async Task WaitUntilAsync<T>(Func<Task<T>> read, T expected)
    {
        var since = Stopwatch.StartNew();
        for (var seen = await read(); !Equals(seen, expected); seen = await read())
        {
            Assert.True(since.Elapsed < TimeSpan.FromMinutes(1), $"After a minute it is still {seen} and not {expected}.");
            await Task.Delay(50, Cancellation);
        }
    }
}
