using Convai.Dashboard.Browser;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(SharedBrowser))]

namespace Convai.Dashboard.Browser;

/// <summary>
/// The one Chromium of the whole run, started by the first test that wants it: a start costs a second, and contexts share
/// nothing with one another anyway.
/// </summary>
public sealed class SharedBrowser : IAsyncDisposable
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge"];
    private readonly SemaphoreSlim _starting = new(1);
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>Null where no browser is installed.</summary>
    public static string? Executable { get; } =
        (from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
         from name in Names
         let file = Path.Combine(folder, OperatingSystem.IsWindows() ? $"{name}.exe" : name)
         where File.Exists(file)
         select file).FirstOrDefault();

    public async Task<IBrowser> StartAsync()
    {
        await _starting.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            _playwright ??= await Playwright.CreateAsync();
            // One that has crashed fails the tests that were in it, and no later one.
            return _browser is { IsConnected: true } ? _browser : _browser = await LaunchAsync(_playwright);
        }
        finally
        {
            _starting.Release();
        }
    }

    private static Task<IBrowser> LaunchAsync(IPlaywright playwright) => playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
    {
        ExecutablePath = Executable,
        Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"],
    });

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        _starting.Dispose();
    }
}
