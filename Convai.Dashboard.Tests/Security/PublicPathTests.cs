using System.Net;
using Convai.Dashboard.Features.Account;
using Convai.Dashboard.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Convai.Dashboard.Security;

/// <summary>A dashboard below a path of its host.</summary>
[Trait("Speed", "Slow")]
public sealed class PublicPathTests
{
    private static readonly (string Key, string? Value)[] Below = [("PathBase", "/dashboard"), ("Proxy:Trusted:0", "127.0.0.1")];

    [Theory]
    [InlineData("")]
    [InlineData("/dashboard")]
    [InlineData("/tools/convai-dashboard_2.0~x")]
    public void PathBase_ValidOrEmpty_IsAccepted(string path) => Assert.Equal(path, Read(path));

    [Theory]
    [InlineData("dashboard")]
    [InlineData("/")]
    [InlineData("/dashboard/")]
    [InlineData("//dashboard")]
    [InlineData("/dashboard?a=b")]
    [InlineData("/dashboard#a")]
    [InlineData("/dash board")]
    [InlineData("/d%41shboard")]
    [InlineData("/dashboard\n")]
    [InlineData("/tools/../dashboard")]
    [InlineData("/.")]
    [InlineData("\\dashboard")]
    [InlineData("https://tools.studio.example/dashboard")]
    public void PathBase_Invalid_PreventsStartWithMessage(string path)
    {
        var failure = Assert.Throws<OptionsValidationException>(() => Read(path));
        Assert.StartsWith("PathBase must be a path such as /dashboard, ", Assert.Single(failure.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Urls_OutsidePathBase_Return404ExceptProbes()
    {
        await using var dashboard = await RunningDashboard.StartAsync(Below);
        using var anonymous = new AccountClient(dashboard.Address);
        foreach (var path in new[] { "/", "/account/sign-in", "/dashboards/", "/Dashboard/account/sign-in", "/favicon.svg", "/_blazor/negotiate", "/alive/" })
        {
            var answer = await anonymous.GetAsync(path);
            Assert.True(answer.StatusCode == HttpStatusCode.NotFound, path);
            Assert.StartsWith("The dashboard is at /dashboard/ ", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
            Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        }

        foreach (var path in new[] { "/alive", "/health", "/dashboard/alive", "/dashboard/health", "/dashboard/favicon.svg", "/dashboard/account/sign-in" })
        {
            Assert.True((await anonymous.GetAsync(path)).IsSuccessStatusCode, path);
        }
    }

    [Fact]
    public async Task PathBaseWithoutSlash_RedirectsToHome()
    {
        await using var dashboard = await RunningDashboard.StartAsync(Below);
        using var anonymous = new AccountClient(dashboard.Address);
        Assert.Equal("/dashboard/?model=gpt-4o", (await anonymous.GetAsync("/dashboard?model=gpt-4o")).Headers.Location?.ToString());
    }

    [Theory]
    [InlineData("/dashboard", "/dashboard")]
    [InlineData("/dashboard", null)]
    [InlineData("", "/dashboard")]
    [InlineData("", "/dashboard/")]
    public async Task SignIn_PrefixForwardedOrStripped_ReturnsToRequestedPage(string passedOn, string? prefix)
    {
        await using var dashboard = await RunningDashboard.StartAsync(Below);
        using var client = new AccountClient(dashboard.Address);
        client.Http.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        client.Http.DefaultRequestHeaders.Add("X-Forwarded-Host", "tools.studio.example");
        if (prefix is not null)
        {
            client.Http.DefaultRequestHeaders.Add("X-Forwarded-Prefix", prefix);
        }

        var sentAway = await client.GetAsync($"{passedOn}/history?kind=undo");
        Assert.Equal("https://tools.studio.example/dashboard/account/sign-in?returnUrl=%2Fhistory%3Fkind%3Dundo", sentAway.Headers.Location?.OriginalString);
        var page = await client.PageAsync(passedOn + sentAway.Headers.Location!.PathAndQuery["/dashboard".Length..]);
        Assert.Equal("/dashboard/", page.QuerySelector("base")!.GetAttribute("href"));
        var form = page.QuerySelector("form")!;
        Assert.Equal("/dashboard/account/sign-in?returnUrl=%2Fhistory%3Fkind%3Dundo", form.GetAttribute("action"));
        form.SetAttribute("action", passedOn + form.GetAttribute("action")!["/dashboard".Length..]);
        // Over http this client sends no Secure cookie by itself.
        client.Http.DefaultRequestHeaders.Add("Cookie", string.Join("; ", client.Cookies.GetAllCookies().Select(cookie => $"{cookie.Name}={cookie.Value}")));
        var signedIn = await client.SubmitAsync(page, "sign-in", ("Input.Email", "vera@studio.example"), ("Input.Password", TestPeople.Password));
        Assert.Equal("https://tools.studio.example/dashboard/history?kind=undo", signedIn.Headers.Location?.OriginalString);
        Assert.All(client.Cookies.GetAllCookies(), cookie => Assert.Equal(("/dashboard", true), (cookie.Path, cookie.Secure)));
        Assert.Contains(client.Cookies.GetAllCookies(), cookie => cookie.Name == "__Secure-dashboard");
    }

    [Theory]
    [InlineData("/dashboard", "10.1.2.3", "/dashboard", HttpStatusCode.NotFound)]
    [InlineData("/dashboard", "127.0.0.1", "/elsewhere", HttpStatusCode.NotFound)]
    [InlineData("/dashboard", "127.0.0.1", "dashboard", HttpStatusCode.NotFound)]
    [InlineData(null, "127.0.0.1", "//evil.example", HttpStatusCode.OK)]
    public async Task ForwardedPrefix_UntrustedOrOtherPath_IsIgnored(string? pathBase, string trusted, string prefix, HttpStatusCode status)
    {
        await using var dashboard = await RunningDashboard.StartAsync(("PathBase", pathBase), ("Proxy:Trusted:0", trusted));
        using var anonymous = new AccountClient(dashboard.Address);
        anonymous.Http.DefaultRequestHeaders.Add("X-Forwarded-Prefix", prefix);
        var answer = await anonymous.GetAsync("/account/sign-in");
        Assert.Equal(status, answer.StatusCode);
        Assert.DoesNotContain("evil", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tools.studio.example", "tools.studio.example")]
    [InlineData("evil.example", "localhost")]
    public async Task ForwardedHost_NotAllowed_IsIgnored(string forwarded, string host)
    {
        await using var dashboard = await RunningDashboard.StartAsync(("AllowedHosts", "tools.studio.example;localhost"), ("Proxy:Trusted:0", "127.0.0.1"), ("Proxy:Trusted:1", "::1"));
        using var anonymous = new AccountClient(new UriBuilder(dashboard.Address) { Host = "localhost" }.Uri);
        anonymous.Http.DefaultRequestHeaders.Add("X-Forwarded-Host", forwarded);
        Assert.Equal(host, (await anonymous.GetAsync("/")).Headers.Location!.Host);
        anonymous.Http.DefaultRequestHeaders.Host = "evil.example";
        Assert.Equal(HttpStatusCode.BadRequest, (await anonymous.GetAsync("/")).StatusCode);
    }

    [Fact]
    public async Task SetUpLink_WithPathBase_IncludesIt()
    {
        await using var dashboard = await RunningDashboard.StartEmptyAsync(Below);
        using var anonymous = new AccountClient(dashboard.Address);
        var secret = SetUpLink.FindSecret(dashboard.Logs);
        Assert.Contains(dashboard.Logs.Lines, line => line.Contains($"{dashboard.Address}dashboard/account/join#{secret}", StringComparison.Ordinal));
        var page = await AccountClient.ReadAsync(await anonymous.SubmitAsync("/dashboard/account/join", "join", ("Opening.Link", secret)));
        var joined = await anonymous.SubmitAsync(page, "join", ("Joining.Name", "Ida"), ("Joining.Email", "ida@studio.example"), ("Joining.Password", "tin whistle at nine"));
        Assert.Equal($"{dashboard.Address}dashboard/", joined.Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task SignOutStatusPagesAndErrors_StayBelowPathBase()
    {
        await using var dashboard = await RunningDashboard.StartAsync(Below);
        using var client = new AccountClient(dashboard.Address);
        await client.SignInAsync("vera@studio.example", TestPeople.Password, "/dashboard/account/sign-in");
        foreach (var (path, status, heading) in new[] { ("no-such-page", HttpStatusCode.NotFound, "Page not found"), ("team/log", HttpStatusCode.Forbidden, "You don't have access to this page"), ("error", HttpStatusCode.OK, "Something went wrong on our side") })
        {
            var answer = await client.GetAsync($"/dashboard/{path}");
            var page = await AccountClient.ReadAsync(answer);
            Assert.Equal((status, heading, "/dashboard/"), (answer.StatusCode, page.QuerySelector("h1")?.TextContent, page.QuerySelector("base")?.GetAttribute("href")));
        }

        var account = await client.PageAsync("/dashboard/account");
        var signedOut = await client.SubmitAsync(account, $"/dashboard{AccountFeature.SignOutPath}");
        Assert.Equal("/dashboard/account/sign-in?signedOut=true", signedOut.Headers.Location?.OriginalString);
        Assert.Equal(HttpStatusCode.Redirect, (await client.GetAsync("/dashboard/account")).StatusCode);
    }

    private static string? Read(string path)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.Sources.Add(new Microsoft.Extensions.Configuration.Memory.MemoryConfigurationSource { InitialData = [new("PathBase", path)] });
        builder.AddPublicPath();
        using var host = builder.Build();
        return host.Services.GetRequiredService<IOptions<PublicPathOptions>>().Value.PathBase;
    }
}
