using System.Net;
using Convai.Dashboard.Features.Account;
using Convai.Dashboard.Testing;

namespace Convai.Dashboard.Security;

/// <summary>Cookie names over https, as behind a trusted proxy.</summary>
[Trait("Speed", "Slow")]
public sealed class CookiePrefixesTests
{
    [Fact]
    public async Task Https_UnprefixedCookies_AreIgnored()
    {
        await using var dashboard = await RunningDashboard.StartAsync(("Proxy:Trusted:0", "127.0.0.1"), ("Proxy:Trusted:1", "::1"));
        using var client = new AccountClient(dashboard.Address);
        client.Http.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        var page = await client.PageAsync("/account/sign-in");
        Send(client, name => name);
        Assert.Equal(HttpStatusCode.Redirect, (await client.SubmitAsync(page, "sign-in", ("Input.Email", "vera@studio.example"), ("Input.Password", TestPeople.Password))).StatusCode);
        Assert.Equal(["__Host-dashboard", "__Host-dashboard.form"], client.Cookies.GetAllCookies().Select(cookie => cookie.Name).Order(StringComparer.Ordinal));
        Assert.All(client.Cookies.GetAllCookies(), cookie => Assert.Equal((true, "/"), (cookie.Secure, cookie.Path)));

        Send(client, name => name);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/")).StatusCode);
        Send(client, name => name["__Host-".Length..]);
        Assert.Equal(HttpStatusCode.Redirect, (await client.GetAsync("/")).StatusCode);

        Send(client, name => name);
        Assert.Equal(HttpStatusCode.Redirect, (await client.SubmitAsync(await client.PageAsync("/account"), AccountFeature.SignOutPath)).StatusCode);
        Assert.DoesNotContain(client.Cookies.GetAllCookies(), cookie => cookie.Name == "__Host-dashboard");
    }

    [Fact]
    public async Task Https_ThemeCookieSetByScript_IsStillRead()
    {
        await using var dashboard = await RunningDashboard.StartAsync(("Proxy:Trusted:0", "127.0.0.1"), ("Proxy:Trusted:1", "::1"));
        using var client = new AccountClient(dashboard.Address);
        client.Http.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        client.Http.DefaultRequestHeaders.Add("Cookie", "other=1; theme=dark");
        Assert.Equal("dark", (await client.PageAsync("/account/sign-in")).DocumentElement.GetAttribute("data-theme"));
    }

    /// <summary>The connection itself is http, so the client would not send Secure cookies.</summary>
    private static void Send(AccountClient client, Func<string, string> rename)
    {
        client.Http.DefaultRequestHeaders.Remove("Cookie");
        client.Http.DefaultRequestHeaders.Add("Cookie", string.Join("; ", client.Cookies.GetAllCookies().Select(cookie => $"{rename(cookie.Name)}={cookie.Value}")));
    }
}
