using Convai.Dashboard.Browser;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(SharedBrowser))]

namespace Convai.Dashboard.Browser;

public enum Engine
{
    Chromium,

    /// <summary>The distribution's own build, driven by WebDriver BiDi; Playwright's usual way needs a build of its own.</summary>
    Firefox,
}

/// <summary>
/// The browsers of the whole run, one of each engine, started by the first test that wants it: a start costs seconds, and contexts
/// share nothing with one another anyway.
/// </summary>
public sealed class SharedBrowser : IAsyncDisposable
{
    private readonly SemaphoreSlim _starting = new(1);
    private readonly Dictionary<Engine, IBrowser> _browsers = [];
    private IPlaywright? _playwright;

    // The first is Chromium without its own windows, which costs half as much; Playwright drives it by default.
    private static readonly string? Chromium = FindExecutable("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge");
    private static readonly string? Firefox = FindExecutable("firefox-esr", "firefox");

    /// <summary>Null if tests in this browser can run here and now.</summary>
    public static string? ReasonToSkip(Engine engine) => engine switch
    {
        Engine.Chromium => Chromium is null ? "No Chromium, Chrome or Edge is on the PATH." : null,
        _ when Environment.GetEnvironmentVariable("TEST_FIREFOX") != "1" => "The Firefox tests are part of .ci/run. Set TEST_FIREFOX=1 to run them here.",
        _ => Firefox is null ? "No Firefox is on the PATH." : null,
    };

    public async Task<IBrowser> StartAsync(Engine engine)
    {
        await _starting.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            _playwright ??= await Playwright.CreateAsync();
            // One that has crashed fails the tests that were in it, and no later one.
            return _browsers.GetValueOrDefault(engine) is { IsConnected: true } browser ? browser : _browsers[engine] = await LaunchAsync(_playwright, engine);
        }
        finally
        {
            _starting.Release();
        }
    }

    private static Task<IBrowser> LaunchAsync(IPlaywright playwright, Engine engine) => engine == Engine.Firefox
        ? playwright.Firefox.LaunchAsync(new BrowserTypeLaunchOptions { Channel = "moz-firefox", ExecutablePath = Firefox })
        : playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Chromium,
            Args = ["--no-sandbox", "--disable-gpu", "--in-process-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"],
        });

    private static string? FindExecutable(params string[] names) =>
        (from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
         from name in names
         let file = Path.Combine(folder, OperatingSystem.IsWindows() ? $"{name}.exe" : name)
         where File.Exists(file)
         select file).FirstOrDefault();

    public async ValueTask DisposeAsync()
    {
        foreach (var browser in _browsers.Values)
        {
            await browser.DisposeAsync();
        }

        _playwright?.Dispose();
        _starting.Dispose();
    }
}
