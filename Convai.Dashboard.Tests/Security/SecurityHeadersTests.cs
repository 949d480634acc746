using System.Net;
using System.Net.WebSockets;
using System.Text.RegularExpressions;
using Convai.Dashboard.Testing;

namespace Convai.Dashboard.Security;

[Trait("Speed", "Slow")]
public sealed partial class SecurityHeadersTests
{
    /// <summary>Of every kind of answer: a page, a redirect, a file, health, an error, and what only a signed-in person gets.</summary>
    [Fact]
    public async Task EveryResponse_HasTheApprovedHeaders()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        using var anonymous = new AccountClient(dashboard.Address);
        using var ana = await AccountClient.SignedInAsync(dashboard.Address, TestPeople.Ana.Email!);
        var answers = new List<string>();
        foreach (var (client, path) in new[]
        {
            (anonymous, "/account/sign-in"), (anonymous, "/"), (anonymous, "/favicon.svg"), (anonymous, "/health"), (anonymous, "/status/429"), (anonymous, "/no-such-page"),
            (ana, "/"), (ana, "/account"), (ana, "/history/export.csv"), (ana, "/cast/export.json"),
        })
        {
            var answer = await client.GetAsync(path);
            var headers = answer.Headers.Concat(answer.Content.Headers)
                // They differ from run to run.
                .Where(header => header.Key is not ("Date" or "Set-Cookie" or "Content-Length" or "ETag" or "Last-Modified" or "Content-Disposition" or "Location"))
                .OrderBy(header => header.Key, StringComparer.Ordinal)
                .Select(header => $"  {header.Key}: {string.Join(" | ", header.Value)}");
            answers.Add($"{(client == ana ? "signed in" : "anybody")} {path} {(int)answer.StatusCode}\n{string.Join('\n', headers)}");
        }

        Approved.Equal("headers", string.Join("\n\n", answers));
    }

    [Fact]
    public async Task Pages_HaveNoInlineScriptsOrHandlers()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        using var client = await AccountClient.SignedInAsync(dashboard.Address, TestPeople.Ana.Email!);
        using var anonymous = new AccountClient(dashboard.Address);
        foreach (var page in new[] { await client.PageAsync("/"), await client.PageAsync("/team"), await client.PageAsync("/account"), await anonymous.PageAsync("/account/sign-in"), await anonymous.PageAsync("/account/join") })
        {
            Assert.NotEmpty(page.QuerySelectorAll("script"));
            Assert.All(page.QuerySelectorAll("script"), script => Assert.True(script.HasAttribute("src")));
            Assert.DoesNotContain(page.All.SelectMany(element => element.Attributes), attribute => attribute.Name.StartsWith("on", StringComparison.OrdinalIgnoreCase));
            Assert.DoesNotMatch(OtherHost(), page.DocumentElement.OuterHtml);
        }
    }

    [Fact]
    public async Task Hsts_IsSentOnlyForHttpsFromTrustedProxy()
    {
        await using var dashboard = await RunningDashboard.StartAsync(("Proxy:Trusted:0", "127.0.0.1"), ("Proxy:Trusted:1", "::1"));
        using var client = new AccountClient(dashboard.Address);
        Assert.False((await client.GetAsync("/account/sign-in")).Headers.Contains("Strict-Transport-Security"));
        using var forwarded = Forwarded("https", "dashboard.studio.example", "203.0.113.9");
        using var visitor = new AccountClient(dashboard.Address);
        var answer = await visitor.Http.SendAsync(forwarded, Cancellation);
        Assert.Contains("max-age=31536000", Assert.Single(answer.Headers.GetValues("Strict-Transport-Security")), StringComparison.Ordinal);
        Assert.All(answer.Headers.GetValues("Set-Cookie"), cookie => Assert.Contains("secure", cookie, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task ForwardedHeaders_UntrustedProxy_AreIgnored()
    {
        await using var dashboard = await RunningDashboard.StartAsync(("Proxy:Trusted:0", "10.1.2.3"));
        using var client = new AccountClient(dashboard.Address);
        using var forwarded = Forwarded("https", "evil.example", "203.0.113.9");
        forwarded.RequestUri = new Uri("/", UriKind.Relative);
        var answer = await client.Http.SendAsync(forwarded, Cancellation);
        Assert.Equal(dashboard.Address.Authority, answer.Headers.Location!.Authority);
        Assert.False(answer.Headers.Contains("Strict-Transport-Security"));
    }

    [Theory]
    [InlineData("https://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("null", HttpStatusCode.Forbidden)]
    [InlineData("http://127.0.0.1:1", HttpStatusCode.Forbidden)]
    [InlineData("", HttpStatusCode.SwitchingProtocols)]
    public async Task Circuit_FromAnotherOrigin_IsRefused(string origin, HttpStatusCode status)
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        using var person = await AccountClient.SignedInAsync(dashboard.Address, TestPeople.Ana.Email!);
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.Cookies = person.Cookies;
        socket.Options.SetRequestHeader("Origin", origin.Length > 0 ? origin : dashboard.Address.GetLeftPart(UriPartial.Authority));
        var address = new UriBuilder(dashboard.Address) { Scheme = "ws", Path = "/_blazor" }.Uri;
        var failure = await Record.ExceptionAsync(() => socket.ConnectAsync(address, Cancellation));
        Assert.Equal(status, socket.HttpStatusCode);
        Assert.Equal(status == HttpStatusCode.SwitchingProtocols, failure is null);
    }

    [Fact]
    public async Task Circuit_Anonymous_IsRefused()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        using var anonymous = new AccountClient(dashboard.Address);
        Assert.Equal(HttpStatusCode.Unauthorized, (await anonymous.Http.PostAsync("/_blazor/negotiate?negotiateVersion=1", null, Cancellation)).StatusCode);
    }

    [Fact]
    public async Task Request_TooLargeForForm_IsRejected()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        using var anonymous = new AccountClient(dashboard.Address);
        var answer = await anonymous.SubmitAsync("/account/sign-in", "sign-in", ("Input.Email", new string('x', 300_000)));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    private static HttpRequestMessage Forwarded(string scheme, string host, string address)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/account/sign-in");
        request.Headers.Add("X-Forwarded-Proto", scheme);
        request.Headers.Add("X-Forwarded-Host", host);
        request.Headers.Add("X-Forwarded-For", address);
        return request;
    }

    [GeneratedRegex("""(?:src|href)="(?:https?:)?//""")]
    private static partial Regex OtherHost();
}
