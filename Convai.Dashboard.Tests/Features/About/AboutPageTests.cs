using Bunit;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Security;
using Convai.Dashboard.Testing;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Convai.Dashboard.Features.About;

public sealed class AboutPageTests : DashboardTestContext
{
    [Fact]
    public async Task Page_ServerJustStarted_ShowsFactsWithoutConvaiCalls()
    {
        await StartSandboxAsync();
        var page = await OpenAsync();
        Assert.Equal(["Dashboard", "Database", "Convai", "Cast and changes"], page.FindAll("h2").Select(title => title.TextContent));
        Assert.StartsWith(".NET 10", Fact(page, "Runs on"), StringComparison.Ordinal);
        Assert.NotEqual("unknown", Fact(page, "Version"));
        Assert.Equal("0", Fact(page, "Open pages"));
        Assert.StartsWith(TestDatabase.IsPostgreSql ? "PostgreSQL 1" : "SQLite 3.", Fact(page, "Kind"), StringComparison.Ordinal);
        Assert.Equal(!TestDatabase.IsPostgreSql, page.FindAll("dt").Any(term => term.TextContent == "Size"));
        Assert.Equal("Sandbox", Fact(page, "Mode"));
        Assert.Equal(Host.Sandbox.BaseAddress.Authority, Fact(page, "Host"));
        Assert.Equal("Not called since the server started", Fact(page, "State"));
        Assert.All(["Last response", "Last failure"], name => Assert.Equal("none since the server started", Fact(page, name)));
        Assert.All(["Cast synced", "Last checked for outside changes"], name => Assert.Equal("not since the server started", Fact(page, name)));
        Assert.All(["Open changes", "Batches running"], name => Assert.Equal("0", Fact(page, name)));
        Assert.Equal("0 of 100 calls in the last minute", Fact(page, "Rate limit"));
        Assert.Empty(Host.Endpoints);
    }

    [Fact]
    public async Task StartOver_OpensPlan_OrShowsNothingToDo()
    {
        await StartSandboxAsync();
        var page = await OpenAsync();
        await page.InvokeAsync(() => page.FindAll("button").Single(button => button.TextContent.Trim() == "Start over…").ClickAsync());
        await page.WaitForAssertionAsync(() => Assert.Equal("The cast already has the settings it started with.", page.Find("[role=status]").TextContent));
        await Host.Services.SaveAsync(Role.Admin, new SettingsPatch(null, 0.42m));
        await page.InvokeAsync(() => page.FindAll("button").Single(button => button.TextContent.Trim() == "Start over…").ClickAsync());
        await page.WaitForAssertionAsync(() => Assert.EndsWith("/batches/1/plan", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal));
    }

    [Fact]
    public async Task StartOver_LiveMode_IsNotOffered()
    {
        await StartSandboxAsync(("Convai:Mode", "Live"), ("Convai:ApiKey", "any"), ("Drift:ReadEvery", "00:00:00"));
        Assert.DoesNotContain("Start over", (await OpenAsync()).Markup, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://10.0.0.5:8080", true)]
    [InlineData("https://convai.example", false)]
    public async Task Page_PlainHttp_ShowsNotEncrypted(string url, bool expected)
    {
        await StartSandboxAsync(("Convai:Mode", "Live"), ("Convai:ApiKey", "any"), ("Convai:BaseUrl", url), ("Convai:AllowPlainHttp", "true"), ("Drift:ReadEvery", "00:00:00"));
        var page = await OpenAsync();
        Assert.Equal(expected, page.FindAll("dt").Any(term => term.TextContent == "Connection"));
        Assert.Equal(expected, page.Markup.Contains("Not encrypted", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Page_RefreshesAutomaticallyWithoutConvaiCalls()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await StartSandboxAsync(time, SandboxHost.NoRetries, ("Drift:ReadEvery", "00:00:00"));
        var page = await OpenAsync();
        await Host.Services.ObserveAsync();
        Host.Fail("get", SandboxFaultKind.GatewayHtml);
        await Host.Client.GetCharacterAsync("any", null, Cancellation);
        var calls = Host.Endpoints.Count;
        time.Advance(TimeSpan.FromSeconds(10));
        await page.WaitForAssertionAsync(() => Assert.Equal("Last call failed", Fact(page, "State")));
        Assert.Matches("character/list in [0-9.]+ m?s$", Fact(page, "Last response"));
        Assert.Contains("character/get Convai is having problems right now (HTTP 503).", Fact(page, "Last failure"), StringComparison.Ordinal);
        Assert.Contains("24 characters", Fact(page, "Cast synced"), StringComparison.Ordinal);
        // The watch over the cast may have looked once more in the meantime.
        Assert.Matches("^(10 s ago|just now)$", Fact(page, "Last checked for outside changes"));
        Assert.Equal("2 of 100 calls in the last minute", Fact(page, "Rate limit"));
        Assert.Equal(calls, Host.Endpoints.Count);
    }

    [Fact]
    public async Task Refresh_ShowsCurrentState()
    {
        await StartSandboxAsync(SandboxHost.NoRetries);
        var page = await OpenAsync();
        Host.Faults["list"] = new SandboxFault(SandboxFaultKind.Answer, Status: 429, Body: "{}");
        await Host.Client.ListCharactersAsync(Cancellation);
        await page.InvokeAsync(() => page.Find("button").ClickAsync());
        await page.WaitForAssertionAsync(() => Assert.Matches("Rate limited by Convai. Resumes in [56][0-9] s", Fact(page, "Rate limit")));
    }

    [Fact]
    public async Task DatabaseFails_ShowsErrorAndKeepsLastValues()
    {
        await StartSandboxAsync();
        var page = await OpenAsync();
        await Host.Services.HideHistoryAsync();
        await page.InvokeAsync(() => page.Find("button").ClickAsync());
        await page.WaitForAssertionAsync(() => Assert.Equal("The dashboard's database cannot be used right now. The values shown are older.", page.Find("[role=alert]").TextContent));
        Assert.StartsWith(TestDatabase.IsPostgreSql ? "PostgreSQL" : "SQLite", Fact(page, "Kind"), StringComparison.Ordinal);
        await Host.Services.RestoreHistoryAsync();
        await page.InvokeAsync(() => page.Find("button").ClickAsync());
        await page.WaitForAssertionAsync(() => Assert.Empty(page.FindAll("[role=alert]")));
    }

    [Theory]
    [InlineData(Role.Viewer, false)]
    [InlineData(Role.Designer, false)]
    [InlineData(Role.Admin, true)]
    public async Task Service_ReportsOnlyToAdmins(Role role, bool isReported)
    {
        await StartSandboxAsync();
        var denied = await Record.ExceptionAsync(() => Host.Get<ServerStatus>().ReadAsync(TestPeople.As(role), Cancellation));
        Assert.Equal(isReported ? null : "Only an Admin can see or change this.", denied?.Message);
        await Assert.ThrowsAsync<AccessDeniedException>(() => Host.Get<ServerStatus>().ReadAsync(TestPeople.Anonymous, Cancellation));
    }

    [Theory]
    [InlineData("1.4.0+0858d39aa0b1c2", "1.4.0", "0858d39aa")]
    [InlineData("1.4.0", "1.4.0", null)]
    public void Version_IncludesCommitWhenKnown(string informational, string number, string? commit) =>
        Assert.Equal((number, commit), AboutText.Version(informational));

    [Theory]
    [InlineData(163_840, "164 KB")]
    [InlineData(1_440_000, "1.4 MB")]
    [InlineData(2_000_000_000, "2.0 GB")]
    public void Size_UsesAppropriateUnit(long bytes, string words) => Assert.Equal(words, AboutText.Size(bytes));

    private async Task<IRenderedComponent<AboutPage>> OpenAsync()
    {
        var page = Render<AboutPage>();
        await page.WaitForAssertionAsync(() => Assert.NotEmpty(page.FindAll("dl")));
        return page;
    }

    /// <summary>The last of this name: two cards have a state, the database's first.</summary>
    private static string Fact(IRenderedComponent<AboutPage> page, string name) => string.Join(
        ' ', page.FindAll("dt").Last(term => term.TextContent == name).NextElementSibling!.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
