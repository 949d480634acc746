using System.Net;
using System.Web;
using Convai.Dashboard.Testing;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Convai.Dashboard.Features.Account;

/// <summary>The way to the provider and back, and what a browser can make of it.</summary>
[Trait("Speed", "Slow")]
public sealed class OidcExchangeTests : OidcTest
{
    private const string Failed = "Acme sent an answer that the dashboard didn't understand. Try again.";

    [Fact]
    public async Task Challenge_RequestsCodeWithPkce()
    {
        await StartDashboardAsync(("Authentication:Oidc:Scopes:0", "groups"));
        using var client = new AccountClient(Dashboard.Address);
        var challenge = (await client.GetAsync(OidcScheme.StartPath)).Headers.Location!;
        var asked = HttpUtility.ParseQueryString(challenge.Query);
        Assert.Equal(Provider.Address, new Uri(challenge, "/"));
        Assert.Equal(("code", "S256", "openid profile email groups"), (asked["response_type"], asked["code_challenge_method"], asked["scope"]));
        Assert.Equal(43, asked["code_challenge"]?.Length);
        Assert.Null(asked["client_secret"]);
    }

    [Theory]
    [InlineData("code", "made-up")]
    [InlineData("state", "made-up")]
    [InlineData("state", null)]
    [InlineData("code", null)]
    public async Task Callback_TamperedParameter_IsRefusedWithMessage(string parameter, string? value)
    {
        await StartDashboardAsync();
        using var client = new AccountClient(Dashboard.Address);
        var callback = await CallbackAsync(client);
        AssertRefused(Failed, await ArriveAsync(await client.FollowAsync(With(callback, parameter, value))));
        await AssertSignedInAsync(false, client);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?error=server_error&error_description=%3Cscript%3E")]
    public async Task Callback_Unsolicited_IsRefusedWithMessage(string query)
    {
        await StartDashboardAsync();
        using var client = new AccountClient(Dashboard.Address);
        AssertRefused(Failed, await ArriveAsync(await client.FollowAsync($"{OidcScheme.CallbackPath}{query}")));
    }

    [Fact]
    public async Task Callback_Replayed_IsRefused()
    {
        await StartDashboardAsync();
        using var client = new AccountClient(Dashboard.Address);
        var callback = await CallbackAsync(client);
        await client.FollowAsync(callback.ToString());
        await AssertSignedInAsync(true, client);
        using var again = new AccountClient(Dashboard.Address);
        AssertRefused(Failed, await ArriveAsync(await again.FollowAsync(callback.ToString())));
        await AssertSignedInAsync(false, again);
    }

    /// <summary>Otherwise someone could make another person's browser work in their own account.</summary>
    [Fact]
    public async Task Callback_FromAnotherBrowser_IsRefused()
    {
        await StartDashboardAsync();
        using var client = new AccountClient(Dashboard.Address);
        using var other = new AccountClient(Dashboard.Address);
        await CallbackAsync(other);
        AssertRefused(Failed, await ArriveAsync(await other.FollowAsync((await CallbackAsync(client)).ToString())));
        await AssertSignedInAsync(false, other);
    }

    /// <summary>A stolen code is worth nothing: it fits the verifier of the browser that asked for it alone.</summary>
    [Fact]
    public async Task Callback_CodeFromAnotherSignIn_IsRefused()
    {
        await StartDashboardAsync();
        using var client = new AccountClient(Dashboard.Address);
        using var thief = new AccountClient(Dashboard.Address);
        var stolen = HttpUtility.ParseQueryString((await CallbackAsync(client)).Query)["code"];
        AssertRefused(Failed, await ArriveAsync(await thief.FollowAsync(With(await CallbackAsync(thief), "code", stolen))));
        await AssertSignedInAsync(false, thief);
    }

    [Fact]
    public async Task Callback_Cancelled_ShowsMessageAndKeepsReturnUrl()
    {
        Provider.IsCancelling = true;
        await StartDashboardAsync();
        var arrival = await SignInAsync(start: $"{OidcScheme.StartPath}?returnUrl=%2Faccount");
        AssertRefused("Signing in was cancelled.", arrival);
        Assert.Equal("/account", arrival.Page.QuerySelector("input[name='Input.ReturnUrl']")?.GetAttribute("value"));
    }

    [Fact]
    public async Task Callback_WrongClientSecret_IsRefusedWithMessage()
    {
        await StartDashboardAsync(("Authentication:Oidc:ClientSecret", "of-another-program"));
        AssertRefused(Failed, await SignInAsync());
    }

    [Theory]
    [InlineData("/account?from=mail", "/account?from=mail")]
    [InlineData("", "/")]
    [InlineData("https://evil.example", "/")]
    [InlineData("//evil.example", "/")]
    [InlineData("/\\evil.example", "/")]
    [InlineData("/\t/evil.example", "/")]
    // A header cannot hold it; a visit to it would have been escaped.
    [InlineData("/?search=Zoë", "/")]
    public async Task SignIn_ReturnUrl_IsFollowedOnlyWithinDashboard(string returnUrl, string path)
    {
        await StartDashboardAsync();
        Assert.Equal(new Uri(Dashboard.Address, path), (await SignInAsync(start: $"{OidcScheme.StartPath}?returnUrl={Uri.EscapeDataString(returnUrl)}")).Address);
    }

    [Fact]
    public async Task SignIn_FromProtectedPage_ReturnsToIt()
    {
        await StartDashboardAsync();
        using var client = new AccountClient(Dashboard.Address);
        var arrival = await ArriveAsync(await client.FollowAsync("/account?from=Zo%C3%AB"));
        var way = arrival.Page.QuerySelectorAll("a").Single(link => link.TextContent == "Continue with Acme").GetAttribute("href")!;
        Assert.Equal("/account?from=Zo%C3%AB", (await client.FollowAsync(way)).RequestMessage!.RequestUri!.PathAndQuery);
    }

    [Fact]
    public async Task Session_InUse_EndsAfterTwelveHours()
    {
        await StartDashboardAsync();
        using var client = new AccountClient(Dashboard.Address);
        await client.FollowAsync(OidcScheme.StartPath);
        var scheme = Dashboard.Services.GetRequiredService<IOptionsMonitor<CookieAuthenticationOptions>>().Get(IdentityConstants.ApplicationScheme);
        var session = scheme.TicketDataFormat.Unprotect(client.Cookies.GetCookies(Dashboard.Address)["dashboard"]!.Value)!.Properties;
        Assert.Equal((false, false), (session.AllowRefresh, session.IsPersistent));
        Assert.InRange(session.ExpiresUtc!.Value, DateTimeOffset.UtcNow.AddHours(11.9), DateTimeOffset.UtcNow.AddHours(12));
    }

    [Theory]
    [InlineData("/signout-oidc")]
    [InlineData("/signout-callback-oidc")]
    public async Task OidcSignOutPaths_OpenedDirectly_EndNoSession(string path)
    {
        await StartDashboardAsync();
        using var client = new AccountClient(Dashboard.Address);
        await client.FollowAsync(OidcScheme.StartPath);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync(path)).StatusCode);
        await AssertSignedInAsync(true, client);
    }

    [Fact]
    public async Task Logs_AtTrace_ContainNoOidcSecrets()
    {
        await StartDashboardAsync();
        await SignInAsync();
        Provider.AnswersByUserInfo = true;
        await SignInAsync(Dora with { Groups = [] });
        using var client = new AccountClient(Dashboard.Address);
        await client.FollowAsync(With(await CallbackAsync(client), "code", "made-up"));
        // The client secret; of two exchanges a verifier, an access token and an id token each.
        Assert.Equal(1 + (2 * 3), Provider.Secrets.Count);
        Assert.Contains(Dashboard.Logs.Lines, line => line.Contains("Redeeming code for tokens", StringComparison.Ordinal));
        Assert.DoesNotContain(Dashboard.Logs.Lines, line => Provider.Secrets.Any(secret => line.Contains(secret, StringComparison.Ordinal)));
    }

    /// <summary>The address that the provider sends the browser to, not opened yet.</summary>
    private static async Task<Uri> CallbackAsync(AccountClient client) =>
        (await client.FollowOnceAsync(await client.GetAsync(OidcScheme.StartPath))).Headers.Location!;

    private static string With(Uri address, string parameter, string? value)
    {
        var query = HttpUtility.ParseQueryString(address.Query);
        query[parameter] = value;
        if (value is null)
        {
            query.Remove(parameter);
        }

        return $"{address.AbsolutePath}?{query}";
    }
}
