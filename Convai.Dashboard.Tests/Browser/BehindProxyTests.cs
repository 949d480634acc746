using System.Text.RegularExpressions;
using Convai.Dashboard.Browser.Pages;
using Convai.Dashboard.Data;
using Convai.Dashboard.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Convai.Dashboard.Browser;

/// <summary>
/// The whole way from a browser through a real nginx with TLS, in each of the ways that <c>docs/nginx.conf</c> offers. A request
/// that leaves the dashboard's own address, or its path, is a problem like any other.
/// </summary>
[Trait("Speed", "Slow")]
public sealed class BehindProxyTests : BrowserTest
{
    private static readonly (string From, string To)[] BelowPath = [("location / {", "location /dashboard/ {"), ("Path=/;", "Path=/dashboard;")];
    private static readonly (string From, string To)[] TakenOff =
        [.. BelowPath, ("proxy_pass http://dashboard;", "proxy_pass http://dashboard/;"), ("X-Forwarded-Prefix \"\"", "X-Forwarded-Prefix \"/dashboard\"")];

    private readonly List<string> _sockets = [];
    private readonly List<DashboardProcess> _processes = [];
    private (string From, string To)[] _site = [];
    private (string Key, string? Value)[] _settings = [];
    private NginxServer? _proxy;
    private OpenIdProvider? _provider;
    private DirectoryInfo? _data;
    private SandboxHost? _convai;
    private TestDatabase? _database;

    private protected override Person? SignedInAs => null;

    protected override BrowserNewContextOptions ContextOptions => new(base.ContextOptions) { IgnoreHTTPSErrors = true };

    private string Base => Address.ToString();

    [Fact]
    public async Task AtRoot_SavesOverWebSocketWithHttpsLinksAndCookies()
    {
        await StartAsync([]);
        await SignInAsync("ana@studio.example");
        await SaveAsync();
        Assert.StartsWith("wss://localhost:", Assert.Single(_sockets), StringComparison.Ordinal);

        await OpenAsync("team");
        var team = new TeamScreen(Page);
        await team.Invite.ClickAsync();
        await team.InvitedEmail.FillAsync("lea@studio.example");
        await Page.Keyboard.PressAsync("Enter");
        Assert.StartsWith($"{Base}account/join#", await team.ReadLinkAsync(), StringComparison.Ordinal);
        // The script's own cookies hold no secret.
        var cookies = (await Page.Context.CookiesAsync()).Where(cookie => cookie.HttpOnly).ToList();
        Assert.Equal(["__Host-dashboard", "__Host-dashboard.form", "dashboard_server"], cookies.Select(cookie => cookie.Name).Order(StringComparer.Ordinal));
        Assert.All(cookies, cookie => Assert.Equal((true, true, "/"), (cookie.Secure, cookie.HttpOnly, cookie.Path)));
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task PathBase_ForwardedByProxy_KeepsEveryUrlBelowIt()
    {
        await StartAsync(BelowPath, ("PathBase", "/dashboard"), ("Convai:Mode", "Sandbox"));
        Assert.Equal($"{Base}account/sign-in?returnUrl=%2F", (await Page.APIRequest.GetAsync(Base.TrimEnd('/'), new() { IgnoreHTTPSErrors = true })).Url);
        await SignInAsync("jonas@studio.example");
        await SaveAsync();

        await OpenAsync("");
        await Expect(Page.Locator("img[data-loaded]").First).ToBeVisibleAsync();
        Assert.Contains("claude-4-sonnet,0.42", (await new CastScreen(Page).ExportAsync("Export as CSV")).Text, StringComparison.Ordinal);
        await Page.Keyboard.PressAsync("Control+k");
        await Page.Keyboard.TypeAsync("history");
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "History" })).ToBeVisibleAsync();
        await Expect(Page).ToHaveURLAsync(new Regex($"^{Regex.Escape(Base)}history"));
        Assert.Empty(Problems);

        await Page.GotoAsync(new Uri(Address, "no-such-page").ToString());
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "Page not found" })).ToBeVisibleAsync();
        await Page.GetByRole(AriaRole.Link, new() { Name = "Go to the cast", Exact = true }).ClickAsync();
        await Expect(new CastScreen(Page).Heading).ToBeVisibleAsync();

        await AddVirtualAuthenticatorAsync();
        await Page.GotoAsync(new Uri(Address, "account").ToString());
        await Page.GetByRole(AriaRole.Button, new() { Name = "Add passkey" }).ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Status)).ToContainTextAsync("was added");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Sign out", Exact = true }).ClickAsync();
        await new SignInScreen(Page).UseAPasskey.ClickAsync();
        await Expect(Page).ToHaveURLAsync(Base);
        Assert.All(await Page.Context.CookiesAsync(), cookie => Assert.StartsWith("/dashboard", cookie.Path, StringComparison.Ordinal));
        Assert.All(_sockets, socket => Assert.StartsWith(Base.Replace("https:", "wss:", StringComparison.Ordinal), socket, StringComparison.Ordinal));
        Assert.All(Problems, problem => Assert.Matches("404", problem));
    }

    [Fact]
    public async Task PathBase_StrippedByProxy_OidcSignInAndSaveWork()
    {
        _provider = await OpenIdProvider.StartAsync();
        _provider.ShowsPage = true;
        _provider.Person = new ProviderPerson("dora-1", "Dora Winter", "dora@acme.example", true, "acme-designers");
        await StartAsync(TakenOff, [("PathBase", "/dashboard"), .. _provider.Settings]);
        await Page.GotoAsync(new Uri(Address, CharacterScreen.Path).ToString());
        await Page.GetByRole(AriaRole.Link, new() { Name = "Continue with Acme" }).ClickAsync();
        Assert.Contains($"redirect_uri={Uri.EscapeDataString($"{Base}account/oidc/callback")}", Page.Url, StringComparison.Ordinal);
        await Page.GetByRole(AriaRole.Link, new() { Name = "Dora Winter" }).ClickAsync();
        await SaveAsync();
        await new TopBar(Page).SignOutAsync("Dora Winter");
        await Expect(Page).ToHaveURLAsync($"{Base}account/sign-in?signedOut=true");
        Assert.All(Problems, problem => Assert.StartsWith($"other host: {_provider.Address}authorize", problem, StringComparison.Ordinal));
    }

    [Fact]
    public async Task NoWebSockets_SavesOverLongPolling()
    {
        await StartAsync([("proxy_set_header Upgrade ", "#"), ("proxy_set_header Connection $dashboard_connection", "proxy_set_header Connection \"\"")]);
        await SignInAsync("jonas@studio.example");
        await SaveAsync();
        // The browser's own word on the connection that failed, and Blazor's two on what it does instead.
        Assert.Collection(
            Problems,
            problem => Assert.StartsWith("console: WebSocket connection to 'wss:", problem, StringComparison.Ordinal),
            problem => Assert.Contains("Failed to start the transport 'WebSockets'", problem, StringComparison.Ordinal),
            problem => Assert.Contains("using the Long Polling fallback transport", problem, StringComparison.Ordinal));
    }

    [Fact]
    public async Task TwoServers_ShareSignInsAndEvents_DraftSurvivesFailover()
    {
        PostgresServer.SkipUnlessInstalled();
        _convai = await SandboxHost.StartAsync();
        _database = await TestDatabase.CreatePostgreSqlAsync();
        _data = Directory.CreateTempSubdirectory("dashboard-");
        _processes.AddRange(await Task.WhenAll(StartServerAsync(), StartServerAsync()));
        await StartAsync([("add_header Set-Cookie", "add_header X-Server $upstream_addr always;\nadd_header Set-Cookie")]);
        await SignInAsync("jonas@studio.example");
        await WaitForCharacterAsync();
        var first = await ServerAsync();

        // Signed in at one, the browser is led to the other, as a new one would be.
        var second = first;
        while (second == first)
        {
            await Page.Context.ClearCookiesAsync(new() { Name = "dashboard_server" });
            second = await ServerAsync();
        }

        var other = await Page.Context.NewPageAsync();
        await other.GotoAsync(new Uri(Address, CharacterScreen.Path).ToString());
        await Expect(other.Locator("[data-interactive]")).ToBeVisibleAsync();
        await Character.Number.FillAsync("0.42");
        await Character.Save.ClickAsync();
        await Expect(Character.Confirmation).ToContainTextAsync("Confirmed by Convai");
        // A page that finds the change in the draft it has just read says it in its own words.
        await Expect(other.GetByText(new Regex("You changed the temperature to 0.42|Your change of .*0.42"))).ToBeVisibleAsync();

        await Character.DraftTemperatureAsync("0.33");
        await Page.EvaluateAsync("() => window.isOld = true");
        await _processes.Single(process => process.Address.Authority == first).KillAsync();
        await Page.WaitForFunctionAsync("() => !window.isOld && document.querySelector('[data-interactive]') !== null");
        await Expect(Page.GetByText("1 setting changed")).ToBeVisibleAsync();
        await Character.Save.ClickAsync();
        await Expect(Character.Confirmation).ToContainTextAsync("0.33");
        Assert.Equal(0.33m, _convai.Character("Mira the Innkeeper").Temperature);
    }

    private Task<DashboardProcess> StartServerAsync() => DashboardProcess.StartAsync(
        _data!.FullName,
        [
        .. _database!.Environment,
        ("Convai__ApiKey", _convai!.Sandbox.ApiKey),
        ("Convai__BaseUrl", _convai.Sandbox.BaseAddress.ToString()),
        ("Proxy__Trusted__0", "127.0.0.1"),
        ]);

    /// <summary>The server to which the proxy leads the browser, by its cookie.</summary>
    private async Task<string> ServerAsync() => (await Page.APIRequest.GetAsync($"{Base}alive", new() { IgnoreHTTPSErrors = true })).Headers["x-server"];

    public override ValueTask InitializeAsync() => ValueTask.CompletedTask;

    private async Task StartAsync((string From, string To)[] site, params (string Key, string? Value)[] settings)
    {
        (_site, _settings) = (site, settings);
        await base.InitializeAsync();
        Page.WebSocket += (_, socket) => _sockets.Add(socket.Url);
    }

    private protected override Task<(string Key, string? Value)[]> SettingsAsync() => Task.FromResult<(string Key, string? Value)[]>([("Proxy:Trusted:0", "127.0.0.1"), .. _settings]);

    private protected override async Task<Uri> StartDashboardAsync()
    {
        List<Uri> servers = _processes.Count > 0 ? [.. _processes.Select(process => process.Address)] : [await base.StartDashboardAsync()];
        _proxy = await NginxServer.StartAsync(servers, _site);
        return new Uri(_proxy.Address, _settings.FirstOrDefault(setting => setting.Key == "PathBase").Value is { } path ? $"{path}/" : "/");
    }

    private async Task SignInAsync(string email)
    {
        await Page.GotoAsync(new Uri(Address, CharacterScreen.Path).ToString());
        await new SignInScreen(Page).SignInAsync(email);
    }

    private async Task WaitForCharacterAsync()
    {
        await Expect(Page).ToHaveURLAsync(new Uri(Address, CharacterScreen.Path).ToString());
        await Expect(Page.GetByText("Your account's models, synced")).ToBeVisibleAsync();
    }

    private async Task SaveAsync()
    {
        await WaitForCharacterAsync();
        await Character.ChooseModelAsync("Claude-4-Sonnet");
        await Character.Slider.FillAsync("0.42");
        await Character.Save.ClickAsync();
        await Expect(Character.Confirmation).ToContainTextAsync("claude-4-sonnet");
        await Expect(Character.Confirmation).ToContainTextAsync("0.42");
    }

    public override async ValueTask DisposeAsync()
    {
        // First the browser: a page that has lost its server would explain nothing.
        await base.DisposeAsync();
        foreach (var started in (IAsyncDisposable?[])[_proxy, _provider, .. _processes, _database, _convai])
        {
            await (started?.DisposeAsync() ?? ValueTask.CompletedTask);
        }

        _data?.Delete(recursive: true);
    }
}
