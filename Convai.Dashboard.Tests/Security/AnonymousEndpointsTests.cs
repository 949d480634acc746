using System.Net;
using Convai.Dashboard.Testing;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.DependencyInjection;

namespace Convai.Dashboard.Security;

/// <summary>Only the approved addresses work without signing in. Everything else leads to the sign-in page.</summary>
[Trait("Speed", "Slow")]
public sealed class AnonymousEndpointsTests
{
    [Fact]
    public async Task Endpoints_AllowingAnonymous_MatchApprovedListAndAssets()
    {
        await using var dashboard = await RunningDashboard.StartAsync([.. Oidc]);
        Approved.Equal("anonymous addresses", string.Join('\n', Endpoints(dashboard).Where(AllowsAnonymous).Select(PatternOf).Distinct().Order(StringComparer.Ordinal)));
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task Endpoints_Anonymous_RedirectToSignInOrRefuse(string method)
    {
        await using var dashboard = await RunningDashboard.StartAsync([.. Oidc]);
        using var anonymous = new AccountClient(dashboard.Address);
        var asked = 0;
        foreach (var pattern in Endpoints(dashboard).Where(endpoint => !IsAsset(endpoint) && !AllowsAnonymous(endpoint)).Select(PatternOf).Distinct().Concat(["/no-such-page", "/characters/../team"]))
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), pattern.Replace("{Id}", "ana", StringComparison.Ordinal).Replace("{**path:nonfile}", "x", StringComparison.Ordinal));
            var answer = await anonymous.Http.SendAsync(request, TestContext.Current.CancellationToken);
            var isSentToSignIn = answer.StatusCode == HttpStatusCode.Redirect && answer.Headers.Location!.AbsolutePath == SignInSchemes.SignInPath;
            Assert.True(isSentToSignIn || answer.StatusCode is HttpStatusCode.Unauthorized, $"{method} {pattern} gave {(int)answer.StatusCode}");
            Assert.DoesNotContain("Mira the Innkeeper", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
            asked++;
        }

        Assert.True(asked > 10);
    }

    [Fact]
    public async Task AnonymousPages_ShowNoCastOrTeamData()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        await dashboard.Services.GetRequiredService<Features.Characters.CastDirectory>().ReadAsync(false, TestContext.Current.CancellationToken);
        using var anonymous = new AccountClient(dashboard.Address);
        foreach (var path in new[] { "/account/sign-in", "/account/join", "/account/two-step", "/status/403", "/error", "/health", "/alive" })
        {
            var text = await anonymous.Http.GetStringAsync(path, TestContext.Current.CancellationToken);
            Assert.DoesNotContain("Mira the Innkeeper", text, StringComparison.Ordinal);
            Assert.DoesNotContain("studio.example", text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("/", null, HttpStatusCode.Redirect)]
    [InlineData("/team", "navigate", HttpStatusCode.Redirect)]
    [InlineData("/team", "cors", HttpStatusCode.Unauthorized)]
    [InlineData("/_blazor", "navigate", HttpStatusCode.Unauthorized)]
    public async Task Anonymous_PageRedirectsToSignIn_ScriptGets401(string path, string? mode, HttpStatusCode status)
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        using var anonymous = new AccountClient(dashboard.Address);
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.ParseAdd("*/*");
        if (mode is not null)
        {
            request.Headers.Add("Sec-Fetch-Mode", mode);
        }

        Assert.Equal(status, (await anonymous.Http.SendAsync(request, TestContext.Current.CancellationToken)).StatusCode);
    }

    private static (string Key, string? Value)[] Oidc =>
    [
        ("Authentication:Oidc:Authority", "http://127.0.0.1:9"),
        ("Authentication:Oidc:ClientId", "dashboard"),
        ("Authentication:Oidc:DefaultRole", "Viewer"),
    ];

    private static IEnumerable<RouteEndpoint> Endpoints(RunningDashboard dashboard) =>
        dashboard.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    private static bool AllowsAnonymous(RouteEndpoint endpoint) => !IsAsset(endpoint) && endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null;

    private static bool IsAsset(RouteEndpoint endpoint) => endpoint.Metadata.GetMetadata<StaticAssetDescriptor>() is not null;

    private static string PatternOf(RouteEndpoint endpoint) => $"/{endpoint.RoutePattern.RawText!.TrimStart('/')}";
}
