using System.Reflection;
using System.Text.RegularExpressions;
using Convai.Dashboard.Features.Account;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Testing;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Convai.Dashboard.Security;

/// <summary>Whatever is in an address or a form: no page fails because of it, and none of its control characters reaches the log.</summary>
[Trait("Speed", "Slow")]
public sealed partial class HostileRequestsTests
{
    private const string Mark = "hostile-mark";

    private static readonly string[] Values = [$"{Mark}\r\n\u001b[31mforged\u2028line", "abc", "-1", "99999999999999999999", "NaN", "\0", "%ZZ", "2026-13-45", "../../etc", "' OR 1=1 --", "<script>", new('x', 200)];

    private static IEnumerable<Type> Pages => typeof(AccountFeature).Assembly.GetTypes().Where(type => type.GetCustomAttributes<RouteAttribute>().Any());

    /// <summary>The framework ends the request, or the open page, with an exception for a value that is not of the parameter's type.</summary>
    [Fact]
    public void QueryParameters_AreAllStrings()
    {
        var typed = Pages.SelectMany(Parameters<SupplyParameterFromQueryAttribute>).Where(property => property.PropertyType != typeof(string) && property.PropertyType != typeof(string[]));
        Assert.Empty(typed.Select(property => $"{property.DeclaringType!.Name}.{property.Name}"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("ana@studio.example")]
    public async Task Urls_HostileValues_CauseNoServerError(string? email)
    {
        await using var dashboard = await RunningDashboard.StartAsync(
            ("Authentication:Oidc:Authority", "http://127.0.0.1:9"), ("Authentication:Oidc:ClientId", "dashboard"), ("Authentication:Oidc:DefaultRole", "Viewer"));
        using var client = email is null ? new AccountClient(dashboard.Address) : await AccountClient.SignedInAsync(dashboard.Address, email);
        var endpoints = dashboard.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<Microsoft.AspNetCore.StaticAssets.StaticAssetDescriptor>() is null && !endpoint.RoutePattern.RawText!.Contains("_blazor", StringComparison.Ordinal))
            .ToList();
        var names = QueryNames(endpoints);
        Assert.Contains("signedOut", names);
        Assert.Contains("stay", names);
        foreach (var pattern in endpoints.Select(endpoint => $"/{endpoint.RoutePattern.RawText!.TrimStart('/')}").Distinct())
        {
            foreach (var value in Values)
            {
                var path = string.Join('/', pattern.Split('/').Select(part => part.StartsWith('{') ? Uri.EscapeDataString(value) : part));
                var query = string.Join('&', names.Select(name => $"{name}={Uri.EscapeDataString(value)}"));
                await AssertNoFaultAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(dashboard.Address, $"{path}?{query}")), client);
            }
        }

        AssertNotInConsole(dashboard);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("ana@studio.example")]
    public async Task Forms_HostileValues_CauseNoServerError(string? email)
    {
        // Not how often, but what.
        await using var dashboard = await RunningDashboard.StartAsync(services => services.Configure<Microsoft.AspNetCore.RateLimiting.RateLimiterOptions>(limiter => limiter.GlobalLimiter = null));
        var pages = new List<(Type Page, AccountClient Client)>();
        foreach (var page in Pages.Where(page => Parameters<SupplyParameterFromFormAttribute>(page).Any()))
        {
            // All at first: one of the forms signs out, and others lock the account.
            pages.Add((page, email is null ? new AccountClient(dashboard.Address) : await AccountClient.SignedInAsync(dashboard.Address, email)));
        }

        foreach (var (page, client) in pages)
        {
            var path = page.GetCustomAttribute<RouteAttribute>()!.Template;
            var document = await client.PageAsync(path);
            var fields = Parameters<SupplyParameterFromFormAttribute>(page).SelectMany(form => form.PropertyType.GetProperties().Select(field => $"{form.Name}.{field.Name}")).ToList();
            foreach (var form in document.QuerySelectorAll("input[name=_handler]").Select(input => input.GetAttribute("value")!))
            {
                foreach (var value in Values)
                {
                    var token = document.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
                    var posted = fields.Select(field => KeyValuePair.Create(field, value)).Append(new("_handler", form)).Append(new("__RequestVerificationToken", token));
                    await AssertNoFaultAsync(new HttpRequestMessage(HttpMethod.Post, new Uri(dashboard.Address, path)) { Content = new FormUrlEncodedContent(posted) }, client);
                }
            }

            client.Dispose();
        }

        AssertNotInConsole(dashboard);
    }

    private static async Task AssertNoFaultAsync(HttpRequestMessage request, AccountClient client)
    {
        using (request)
        {
            using var answer = await client.Http.SendAsync(request, Cancellation);
            Assert.True((int)answer.StatusCode < 500, $"{request.Method} {request.RequestUri} gave {(int)answer.StatusCode}");
        }
    }

    /// <summary>The console shows warnings and worse of the framework, and what the dashboard says itself.</summary>
    private static void AssertNotInConsole(RunningDashboard dashboard) =>
        Assert.DoesNotContain(dashboard.Logs.Lines, line => line.Contains(Mark, StringComparison.Ordinal) && IsShown().IsMatch(line));

    [GeneratedRegex(@"^((Warning|Error|Critical) |Information Convai\.Dashboard)")]
    private static partial Regex IsShown();

    private static IEnumerable<PropertyInfo> Parameters<TAttribute>(Type page)
        where TAttribute : Attribute =>
        page.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).Where(property => property.IsDefined(typeof(TAttribute)));

    /// <summary>Of pages, of endpoints, and those that filters read from the address themselves.</summary>
    private static IReadOnlyList<string> QueryNames(IEnumerable<RouteEndpoint> endpoints) =>
    [
        .. Pages.SelectMany(Parameters<SupplyParameterFromQueryAttribute>).Select(property => property.GetCustomAttribute<SupplyParameterFromQueryAttribute>()!.Name ?? property.Name)
            .Concat(endpoints.SelectMany(endpoint => endpoint.Metadata.GetMetadata<MethodInfo>()?.GetParameters() ?? []).Where(parameter => parameter.ParameterType == typeof(string)).Select(parameter => parameter.Name!))
            .Concat(endpoints.SelectMany(endpoint => endpoint.Metadata.GetOrderedMetadata<IParameterBindingMetadata>()).Select(parameter => parameter.Name))
            .Concat(new HistoryFilter().ToQuery().Keys)
            .Concat(FilterNames)
            .Distinct(StringComparer.Ordinal),
    ];

    // Those of CastFilter, of the exports and of a provider's answer, which are read by hand.
    private static readonly string[] FilterNames = ["q", "provider", "model", "nomodel", "flag", "band", "t", "moderation", "unlisted", "changed", "drifted", "sort", "dir", "ids", "code", "error"];
}
