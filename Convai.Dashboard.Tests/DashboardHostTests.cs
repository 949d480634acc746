using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Convai.Dashboard.Features.Models;
using Convai.Dashboard.Security;
using Convai.Dashboard.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Convai.Dashboard;

[Trait("Speed", "Slow")]
public sealed partial class DashboardHostTests
{
    [Fact]
    public async Task RootAppsettings_IsReadByHostedTests()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        Assert.Equal("gpt-4.1", dashboard.Services.GetRequiredService<IOptions<ModelsOptions>>().Value.Providers[0].Models[0].Code);
    }

    [Theory]
    [InlineData("*", 1)]
    [InlineData("dashboard.studio.example;127.0.0.1", 0)]
    public async Task Start_WildcardAllowedHosts_Warns(string allowed, int warnings)
    {
        await using var dashboard = await RunningDashboard.StartAsync(("AllowedHosts", allowed));
        Assert.Equal(warnings, dashboard.Logs.Lines.Count(line => line.Contains("AllowedHosts is *", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Start_ObsoleteSetting_WarnsAndExplains()
    {
        await using var dashboard = await RunningDashboard.StartAsync(("Cast:FreshFor", "00:01:00"), ("Convai:Sandbox:Faults:list:Kind", "Drop"));
        var warnings = dashboard.Logs.Lines.Where(line => line.Contains("no longer supported", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, warnings.Count);
        Assert.Contains("Cast:FreshFor is set but no longer supported: one reading of the cast serves everyone for 30 seconds. Remove it.", warnings[0], StringComparison.Ordinal);
        Assert.Contains("Convai:Sandbox:Faults is set but no longer supported: the sandbox does not fail. Remove it.", warnings[1], StringComparison.Ordinal);
    }

    /// <summary>Without the file the catalogue would be empty and the start would end with its error.</summary>
    [Theory]
    [InlineData("run", "Development")]
    [InlineData("run", "Production")]
    [InlineData("output", "Development")]
    [InlineData("output", "Production")]
    [Trait("Database", "None")]
    public async Task Start_AnyLaunchMode_ReadsAppsettingsAndServesAssets(string way, string environment)
    {
        var data = Directory.CreateTempSubdirectory("dashboard-");
        using var process = DashboardProcess.Launch(way, data.FullName, ("ASPNETCORE_ENVIRONMENT", environment), ("Convai__Mode", "Sandbox"));
        try
        {
            var address = await DashboardProcess.ReadAddressAsync(process);
            using var http = new HttpClient { BaseAddress = address };
            Assert.Equal("Healthy", await http.GetStringAsync("health", Cancellation));
            Assert.Equal("Healthy", await http.GetStringAsync("alive", Cancellation));
            var page = await http.GetStringAsync(SignInSchemes.SignInPath, Cancellation);
            Assert.Contains("Sign in</h1>", page, StringComparison.Ordinal);
            foreach (var asset in Assets().Matches(page).Select(match => match.Groups[1].Value))
            {
                Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(asset, Cancellation)).StatusCode);
            }

            Assert.True(Directory.Exists(Path.Combine(data.FullName, "keys")));
            Assert.True(File.Exists(Path.Combine(data.FullName, "dashboard.db")));
        }
        finally
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(Cancellation);
            data.Delete(recursive: true);
        }
    }

    [Fact]
    [Trait("Database", "None")]
    public async Task Start_ProductionWithoutKey_ExitsWithClearMessage()
    {
        var data = Directory.CreateTempSubdirectory("dashboard-");
        using var process = DashboardProcess.Launch("output", data.FullName, ("ASPNETCORE_ENVIRONMENT", "Production"));
        var output = process.StandardOutput.ReadToEndAsync(Cancellation);
        var error = await process.StandardError.ReadToEndAsync(Cancellation);
        await process.WaitForExitAsync(Cancellation);
        Assert.DoesNotContain("   at ", await output, StringComparison.Ordinal);
        Assert.Equal(1, process.ExitCode);
        Assert.Equal(
            "The dashboard cannot start:\nConvai:ApiKey is missing: set Convai:ApiKey or Convai:ApiKeyFile, or Convai:Mode to Sandbox to try the dashboard without an account.",
            error.ReplaceLineEndings("\n").Trim());
        data.Delete(recursive: true);
    }

    [Theory]
    [InlineData("Convai__Mode", "Sandobx", "Convai:Mode has a value that cannot be read as ConvaiMode.")]
    [InlineData("Convai__ReadTimeout", "a-secret-in-the-wrong-place", "Convai:ReadTimeout has a value that cannot be read as TimeSpan.")]
    [InlineData("Convai__ApiKeyFile", "/nowhere", "Convai:ApiKeyFile points to a file that is missing, empty, or unreadable for the user the dashboard runs as.")]
    [InlineData("PathBase", "/a-secret/", "PathBase must be a path such as /dashboard, which begins with a slash, ends without one, and has only letters, digits, '-', '_', '.' and '~' between slashes.")]
    [InlineData("Models__Providers__0__Models__0__Code", "gpt-4o", "Models:Providers has the code \"gpt-4o\" more than once (Models:Providers:0:Models:0, Models:Providers:0:Models:3).")]
    [Trait("Database", "None")]
    public async Task Start_InvalidSetting_ExitsNamingItWithoutItsValue(string key, string value, string sentence)
    {
        var data = Directory.CreateTempSubdirectory("dashboard-");
        using var process = DashboardProcess.Launch("output", data.FullName, ("ASPNETCORE_ENVIRONMENT", "Development"), (key, value));
        var output = process.StandardOutput.ReadToEndAsync(Cancellation);
        Assert.Equal($"The dashboard cannot start:\n{sentence}", (await process.StandardError.ReadToEndAsync(Cancellation)).ReplaceLineEndings("\n").Trim());
        Assert.DoesNotContain("secret", await output, StringComparison.Ordinal);
        data.Delete(recursive: true);
    }

    /// <summary>A smaller image could do without either; the settings of the build, and the base image, say otherwise.</summary>
    [Fact]
    public void Runtime_HasTimeZonesAndCultures()
    {
        Assert.Equal(TimeSpan.FromHours(2), TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin").GetUtcOffset(new DateTime(2026, 7, 1, 12, 0, 0, DateTimeKind.Utc)));
        Assert.Equal("0,7", 0.7m.ToString(CultureInfo.GetCultureInfo("de-DE")));
    }

    [Fact]
    public async Task FirstResponse_ShowsSkeletonOrCast_CallingConvaiOnce()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        dashboard.Sandbox.Options.Latency = TimeSpan.FromMilliseconds(500);
        using var client = await AccountClient.SignedInAsync(dashboard.Address, TestPeople.Vera.Email!);
        var first = await client.Http.GetStringAsync("", Cancellation);
        Assert.Contains("Loading the cast from Convai", first, StringComparison.Ordinal);
        await dashboard.Services.GetRequiredService<Features.Characters.CastDirectory>().ReadAsync(false, Cancellation);
        Assert.Contains("Mira the Innkeeper", await client.Http.GetStringAsync("", Cancellation), StringComparison.Ordinal);
        Assert.Single(dashboard.Host.Endpoints, endpoint => endpoint == "list");
    }

    [Fact]
    public async Task Catalogue_ModelAddedInConfiguration_IsOffered()
    {
        await using var dashboard = await RunningDashboard.StartAsync(
            ("Models:Providers:4:Name", "Qwen"), ("Models:Providers:4:Models:0:Name", "Qwen 4"), ("Models:Providers:4:Models:0:Code", "qwen-4"), ("Models:Providers:4:Models:0:Flags:0", "Private"));
        var model = dashboard.Services.GetRequiredService<ModelCatalogue>().Merge(null).Describe("qwen-4");
        Assert.Equal(("Qwen 4", "Qwen", ModelFlag.Private), (model.Name, model.Provider.Name, Assert.Single(model.Flags)));
    }

    [Fact]
    public async Task UnknownAddress_Returns404Page()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        using var client = await AccountClient.SignedInAsync(dashboard.Address, TestPeople.Vera.Email!);
        var answer = await client.GetAsync("no-such-page");
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("Page not found", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        Assert.False(answer.Headers.Contains("Server"));
    }

    [Fact]
    public async Task ErrorPage_NeedsNoCircuitAndShowsNoDetails()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        using var http = new HttpClient { BaseAddress = dashboard.Address };
        var page = await http.GetStringAsync("error", Cancellation);
        Assert.Contains("Something went wrong on our side", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<!--Blazor:", page, StringComparison.Ordinal);
    }

    [GeneratedRegex("""(?:src|href)="([^"#]+\.(?:js|css|woff2|svg))["?]""")]
    private static partial Regex Assets();
}
