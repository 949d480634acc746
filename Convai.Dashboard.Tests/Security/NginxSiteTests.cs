using System.Net;
using Convai.Dashboard.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Convai.Dashboard.Security;

/// <summary>What <c>docs/nginx.conf</c> promises by itself, with any server behind it: here one that echoes the request.</summary>
[Trait("Speed", "Slow")]
public sealed class NginxSiteTests
{
    [Fact]
    public async Task ForgedForwardedHeaders_AreReplaced()
    {
        await using var echo = await StartEchoAsync("");
        await using var nginx = await NginxServer.StartAsync([AddressOf(echo)]);
        using var browser = new HttpClient(NewHandler()) { BaseAddress = nginx.Address };
        using var request = new HttpRequestMessage(HttpMethod.Get, "page?a=b") { Version = HttpVersion.Version20 };
        foreach (var (name, value) in new[] { ("X-Forwarded-For", "203.0.113.9"), ("X-Forwarded-Proto", "http"), ("X-Forwarded-Host", "evil.example"), ("X-Forwarded-Prefix", "/evil") })
        {
            request.Headers.Add(name, value);
        }

        var answer = await browser.SendAsync(request, Cancellation);
        Assert.Equal((HttpStatusCode.OK, HttpVersion.Version20), (answer.StatusCode, answer.Version));
        var headers = (await answer.Content.ReadAsStringAsync(Cancellation)).Split('\n').Where(line => line.StartsWith("X-", StringComparison.Ordinal) || line.StartsWith("Host", StringComparison.Ordinal));
        Assert.Equal(
            [$"Host: {nginx.Address.Authority}", "X-Forwarded-For: 127.0.0.1", $"X-Forwarded-Host: {nginx.Address.Authority}", "X-Forwarded-Proto: https"],
            headers.Order(StringComparer.Ordinal));

        using var upgrade = new HttpRequestMessage(HttpMethod.Get, "") { Version = HttpVersion.Version11, Headers = { { "Upgrade", "h2c" }, { "Connection", "Upgrade" } } };
        Assert.DoesNotContain("Upgrade", await (await browser.SendAsync(upgrade, Cancellation)).Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);

        var toHttps = await browser.GetAsync(new Uri(nginx.HttpAddress, "history?kind=undo"), Cancellation);
        Assert.Equal((HttpStatusCode.MovedPermanently, "https://localhost/history?kind=undo"), (toHttps.StatusCode, toHttps.Headers.Location?.OriginalString));
    }

    [Fact]
    public async Task Browsers_SameNetwork_StickToServerAndFailOver()
    {
        await using var first = await StartEchoAsync("first");
        await using var second = await StartEchoAsync("second");
        await using var nginx = await NginxServer.StartAsync([AddressOf(first), AddressOf(second)]);
        var browsers = Enumerable.Range(0, 20).Select(_ => new HttpClient(NewHandler()) { BaseAddress = nginx.Address }).ToList();
        var servers = await AskAllAsync(browsers);
        Assert.Equal(2, servers.Distinct().Count());
        Assert.Equal(servers, await AskAllAsync(browsers));
        Assert.Equal(servers, await AskAllAsync(browsers, HttpMethod.Post));

        await first.StopAsync(Cancellation);
        Assert.All(await AskAllAsync(browsers, HttpMethod.Post), server => Assert.Equal("second", server));
        Assert.All(await AskAllAsync(browsers), server => Assert.Equal("second", server));
        browsers.ForEach(browser => browser.Dispose());
    }

    private static async Task<IReadOnlyList<string>> AskAllAsync(IEnumerable<HttpClient> browsers, HttpMethod? method = null)
    {
        var servers = new List<string>();
        foreach (var browser in browsers)
        {
            using var request = new HttpRequestMessage(method ?? HttpMethod.Get, "");
            var answer = await browser.SendAsync(request, Cancellation);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            servers.Add((await answer.Content.ReadAsStringAsync(Cancellation)).Split('\n')[0]);
        }

        return servers;
    }

    // The certificate is the test's own.
    private static HttpClientHandler NewHandler() => new() { AllowAutoRedirect = false, ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator };

    private static async Task<WebApplication> StartEchoAsync(string name)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(context => context.Response.WriteAsync($"{name}\n{string.Join('\n', context.Request.Headers.Select(header => $"{header.Key}: {header.Value}"))}"));
        await app.StartAsync(Cancellation);
        return app;
    }

    private static Uri AddressOf(WebApplication app) => new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
}
