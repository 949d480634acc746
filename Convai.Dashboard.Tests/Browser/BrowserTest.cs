using System.Collections.Concurrent;
using Convai.Dashboard.Browser.Pages;
using Convai.Dashboard.Data;
using Convai.Dashboard.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace Convai.Dashboard.Browser;

/// <summary>
/// A test in a real browser, Chromium unless it says otherwise, with a dashboard and browsers of its own. Visibly skipped where no browser is installed.
/// </summary>
public abstract class BrowserTest : IAsyncLifetime
{
    private readonly ConcurrentQueue<string> _problems = new();
    private readonly ConcurrentQueue<byte[]> _received = new();
    // Each is a browser to its user: cookies, storage and all are its own.
    private readonly List<IBrowserContext> _contexts = [];

    internal RunningDashboard Dashboard { get; private protected set; } = null!;

    /// <summary>Where the dashboard under test is.</summary>
    private protected Uri Address { get; private set; } = null!;

    protected IPage Page { get; private set; } = null!;

    private protected CharacterScreen Character => new(Page);

    /// <summary>What the pages of <see cref="KeepReceived"/> have received: bodies of responses and frames of the circuit.</summary>
    protected IReadOnlyList<byte[]> Received => [.. _received];

    /// <summary>Errors in the console, uncaught exceptions, failed requests and requests to any other host.</summary>
    protected IReadOnlyList<string> Problems => [.. _problems];

    private protected virtual Engine Engine => Engine.Chromium;

    /// <summary>Who is signed in when the test begins; null for no one.</summary>
    private protected virtual Person? SignedInAs => TestPeople.Ana;

    /// <summary>What the dashboard is set to beside the usual.</summary>
    private protected virtual Task<(string Key, string? Value)[]> SettingsAsync() => Task.FromResult<(string Key, string? Value)[]>([]);

    /// <summary>What the test puts in the place of the dashboard's own services.</summary>
    private protected virtual void Configure(IServiceCollection services)
    {
    }

    /// <summary>Starts what the browser opens, and says where it is; overridden where <see cref="Dashboard"/> is not wanted.</summary>
    private protected virtual async Task<Uri> StartDashboardAsync()
    {
        Dashboard = await RunningDashboard.StartAsync(Configure, await SettingsAsync());
        return Dashboard.Address;
    }

    protected virtual BrowserNewContextOptions ContextOptions => new() { ViewportSize = new ViewportSize { Width = 1440, Height = 900 } };

    public virtual async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(SharedBrowser.ReasonToSkip(Engine) is not null, SharedBrowser.ReasonToSkip(Engine) ?? "");
        // Other tests run beside this one; a slow machine is no failure.
        Assertions.SetDefaultExpectTimeout(20_000);
        Address = await StartDashboardAsync();
        Page = await OpenOtherBrowserAsync(SignedInAs);
    }

    /// <summary>Another browser of the same machine, with cookies of its own.</summary>
    protected async Task<IPage> OpenOtherBrowserAsync(Person? person, BrowserNewContextOptions? options = null)
    {
        var browser = await (await TestContext.Current.GetFixture<SharedBrowser>())!.StartAsync(Engine);
        var context = await browser.NewContextAsync(options ?? ContextOptions);
        _contexts.Add(context);
        await FailureEvidence.BeginAsync(context);
        if (person is not null)
        {
            await SignInAsync(context, person);
        }

        var page = await context.NewPageAsync();
        Record(page);
        return page;
    }

    private async Task SignInAsync(IBrowserContext context, Person person)
    {
        using var client = await AccountClient.SignedInAsync(Address, person.Email!);
        await context.AddCookiesAsync(client.Cookies.GetCookies(Address).Select(cookie => new Cookie
        {
            Name = cookie.Name,
            Value = cookie.Value,
            Url = Address.ToString(),
        }));
    }

    /// <summary>Opens an address of the dashboard and waits until the circuit answers.</summary>
    protected Task OpenAsync(string path) => OpenAsync(Page, path);

    protected async Task OpenAsync(IPage page, string path)
    {
        await page.GotoAsync(new Uri(Address, path).ToString());
        await page.WaitForFunctionAsync("() => document.querySelector('[data-interactive]') !== null");
    }

    /// <summary>A fingerprint reader whose finger is always there.</summary>
    protected async Task AddVirtualAuthenticatorAsync()
    {
        var browser = await Page.Context.NewCDPSessionAsync(Page);
        await browser.SendAsync("WebAuthn.enable");
        await browser.SendAsync("WebAuthn.addVirtualAuthenticator", new()
        {
            ["options"] = new Dictionary<string, object>
            {
                ["protocol"] = "ctap2",
                ["transport"] = "internal",
                ["hasResidentKey"] = true,
                ["hasUserVerification"] = true,
                ["isUserVerified"] = true,
                ["automaticPresenceSimulation"] = true,
            },
        });
    }

    /// <summary>By the Tab key alone, like a person without a mouse.</summary>
    protected async Task TabToAsync(ILocator target)
    {
        for (var presses = 0; presses < 30; presses++)
        {
            if (await target.EvaluateAsync<bool>("element => element === document.activeElement"))
            {
                return;
            }

            await Page.Keyboard.PressAsync("Tab");
        }

        Assert.Fail("Tab never reached the element.");
    }

    /// <summary>From now on, for tests that look at it: every copy goes through three programs.</summary>
    /// <param name="page">Null: the one that is there from the beginning.</param>
    protected void KeepReceived(IPage? page = null)
    {
        page ??= Page;
        page.Response += async (_, response) =>
        {
            try
            {
                _received.Enqueue(System.Text.Encoding.UTF8.GetBytes(string.Join('\n', (await response.HeadersArrayAsync()).Select(header => $"{header.Name}: {header.Value}"))));
                _received.Enqueue(await response.BodyAsync());
            }
            catch (PlaywrightException)
            {
                // A redirect or a socket upgrade has no body.
            }
        };
        page.WebSocket += (_, socket) => socket.FrameReceived += (_, frame) => _received.Enqueue(frame.Binary ?? System.Text.Encoding.UTF8.GetBytes(frame.Text ?? ""));
    }

    private void Record(IPage page)
    {
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                _problems.Enqueue($"console: {message.Text}");
            }
        };
        page.PageError += (_, error) => _problems.Enqueue($"exception: {error}");
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(Address.ToString(), StringComparison.Ordinal))
            {
                _problems.Enqueue($"other host: {request.Url}");
            }
        };
        page.Response += (_, response) =>
        {
            if (response.Status >= 400)
            {
                _problems.Enqueue($"{response.Status}: {response.Url}");
            }
        };
    }

    public virtual async ValueTask DisposeAsync()
    {
        await FailureEvidence.KeepIfFailedAsync(_contexts, _problems, Dashboard?.Logs.Lines ?? []);
        foreach (var context in _contexts)
        {
            await context.CloseAsync();
        }

        if (Dashboard is not null)
        {
            await Dashboard.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }
}
