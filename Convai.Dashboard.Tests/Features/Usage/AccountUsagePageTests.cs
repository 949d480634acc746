using AngleSharp.Dom;
using Bunit;
using Convai.Dashboard.ConvaiApi.Sandbox;
using Convai.Dashboard.Data;
using Convai.Dashboard.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Convai.Dashboard.Features.Usage;

/// <summary>The page of Admins, and the bar that everyone sees.</summary>
[Trait("Speed", "Slow")]
public sealed class AccountUsagePageTests : DashboardTestContext
{
    private const string Endpoint = "user-api-usage";

    [Fact]
    public async Task Page_ShowsPlanAndMetrics_WithoutNameOrEmail()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2027, 1, 15, 9, 30, 0, TimeSpan.Zero));
        await StartSandboxAsync(time, ("Drift:ReadEvery", "00:00:00"));
        var page = await OpenAsync();
        Assert.Equal("Plan and usage", page.Find("h1").TextContent);
        Assert.Equal("Plan Name Professional Valid until 3 Mar 2027", NormalizeText(page.Find(".usage-plan")));
        Assert.Equal(
            [
                "Interactions interactions Used 6,120 Limit 10,000 61% used · 3,880 left",
                "API calls core-api Used 1,841 Limit 20,000 9% used · 18,159 left",
                "Provider pool 1 provider_pool_1 Used 412 Limit No limit",
                "Scene pool scene-pool Used 12 Limit not reported",
            ],
            page.FindAll(".usage-metric").Select(NormalizeText));
        Assert.Equal(["6120", "1841"], page.FindAll("progress").Select(bar => bar.GetAttribute("value")));
        Assert.Equal(["Used of Interactions", "Used of API calls"], page.FindAll("progress").Select(bar => bar.GetAttribute("aria-label")));
        Assert.DoesNotContain(SandboxEndpoints.UserName, page.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain(SandboxEndpoints.Email, page.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain(Host.Sandbox.ApiKey, page.Markup, StringComparison.Ordinal);
        Assert.Equal([Endpoint], Host.Endpoints);
    }

    [Theory]
    [InlineData("""{"limit": 0, "usage": 0}""", "Used 0 Limit 0")]
    [InlineData("""{"limit": "-1", "usage": "7"}""", "Used 7 Limit No limit")]
    [InlineData("""{"usage": 7}""", "Used 7 Limit not reported")]
    [InlineData("""{"limit": 100}""", "Used not reported Limit 100")]
    [InlineData("7", "Used not reported Limit not reported")]
    [InlineData("""{"limit": -1, "usage": 7}, {"limit": "100", "usage": "95"}""", "Used 7 Limit No limit Used 95 Limit 100 95% used · 5 left Less than a tenth left")]
    public async Task Page_AnyLimit_IsShownAsReported(string details, string words)
    {
        await StartSandboxAsync();
        Answer($$$"""{"usage_v2": {"metrics": [{"id": "interactions", "usage_details": [{{{details}}}]}]}}""");
        var page = await OpenAsync();
        Assert.Equal($"Interactions interactions {words}", NormalizeText(page.Find(".usage-metric")));
        Assert.Equal(words.Contains('%', StringComparison.Ordinal), page.FindAll("progress").Count == 1);
        Assert.Equal("Plan Name not reported Valid until not reported", NormalizeText(page.Find(".usage-plan")));
    }

    [Fact]
    public async Task Page_NoUsageReported_ShowsMessage()
    {
        await StartSandboxAsync();
        Answer("""{"usage": {"user_name": "Ana", "email": "ana@studio.example"}}""");
        var page = Render<AccountUsagePage>();
        await page.WaitForAssertionAsync(() => Assert.Equal("No usage reported", page.Find("h2").TextContent));
        Assert.DoesNotContain("ana@studio.example", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_HostileMetric_IsShownAsText()
    {
        await StartSandboxAsync();
        Answer("""{"usage_v2": {"plan_name": "<b>Scale</b>\u202e", "metrics": [{"id": "<script>"}, {"id": "<script>"}, {"id": "\u202e"}, {"id": ["x"]}]}}""");
        var page = await OpenAsync();
        Assert.Equal(["<script>", "\uFFFD"], page.FindAll(".usage-metric code").Select(code => code.TextContent));
        Assert.Contains("<b>Scale</b>\uFFFD", NormalizeText(page, ".usage-plan"), StringComparison.Ordinal);
        Assert.Empty(page.FindAll("script, b"));
    }

    [Fact]
    public async Task Refresh_WithinFifteenMinutes_ShowsMessageWithoutCallingConvai()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await StartSandboxAsync(time, ("Drift:ReadEvery", "00:00:00"));
        var page = await OpenAsync();
        await RefreshAsync(page);
        await page.WaitForAssertionAsync(() => Assert.Equal("Already up to date. The dashboard asks Convai at most once every 15 minutes.", page.Find("[role=status]").TextContent));
        Assert.Single(Host.Endpoints);
        time.Advance(TimeSpan.FromMinutes(16));
        await RefreshAsync(page);
        await page.WaitForAssertionAsync(() => Assert.Contains("1,842", page.Markup, StringComparison.Ordinal));
        Assert.Empty(page.FindAll("[role=status]"));
        Assert.Equal(2, Host.Endpoints.Count);
    }

    [Fact]
    public async Task Page_RefreshedByAnotherAdmin_ShowsNewUsage()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await StartSandboxAsync(time, ("Drift:ReadEvery", "00:00:00"));
        var page = await OpenAsync();
        time.Advance(TimeSpan.FromMinutes(16));
        Answer("""{"usage_v2": {"plan_name": "Scale"}}""");
        await Host.Get<AccountUsage>().ReadAsync(TestPeople.As(Role.Admin), forceRefresh: false, Cancellation);
        await page.WaitForAssertionAsync(() => Assert.Contains("Scale", NormalizeText(page, ".usage-plan"), StringComparison.Ordinal));
        Assert.Equal(2, Host.Endpoints.Count);
    }

    [Fact]
    public async Task Page_AsDesigner_IsRefusedWithoutCallingConvai()
    {
        await StartSandboxAsync();
        Visitor.SwitchRole(Role.Designer);
        var page = Render<AccountUsagePage>();
        await page.WaitForAssertionAsync(() => Assert.Equal("Only an Admin can see or change this.", NormalizeText(page, "[role=alert]")));
        Assert.Empty(page.FindAll(".usage"));
        Assert.Empty(Host.Endpoints);
    }

    [Theory]
    [InlineData(Role.Viewer)]
    [InlineData(Role.Admin)]
    public async Task Notice_LessThanATenthLeft_ShowsWithoutCallingConvai(Role role)
    {
        await StartSandboxAsync();
        Visitor.SwitchRole(role);
        var bar = Render<UsageNotice>();
        Assert.Equal("", bar.Markup.Trim());
        Assert.Empty(Host.Endpoints);
        Answer("""{"usage_v2": {"metrics": [{"id": "interactions", "usage_details": [{"limit": 10000, "usage": "9520"}]}]}}""");
        await Host.Get<AccountUsage>().ReadCallsLeftAsync(TestPeople.As(Role.Viewer), Cancellation);
        await bar.WaitForAssertionAsync(() => Assert.Equal("Less than a tenth of the plan's interactions is left: 480 of 10,000.", NormalizeText(bar, "[role=status]")));
        Assert.Single(Host.Endpoints);
    }

    private void Answer(string body) => Host.Faults[Endpoint] = new SandboxFault(SandboxFaultKind.Answer, Body: body);

    private async Task<IRenderedComponent<AccountUsagePage>> OpenAsync()
    {
        var page = Render<AccountUsagePage>();
        await page.WaitForAssertionAsync(() => Assert.NotEmpty(page.FindAll(".usage-plan")));
        return page;
    }

    private static Task RefreshAsync(IRenderedComponent<AccountUsagePage> page) =>
        page.InvokeAsync(() => page.FindAll("button").Single(button => button.TextContent.Trim() == "Refresh").ClickAsync());

    private static string NormalizeText<T>(IRenderedComponent<T> page, string selector)
        where T : Microsoft.AspNetCore.Components.IComponent => NormalizeText(page.Find(selector).TextContent);

    private static string NormalizeText(IElement card) => NormalizeText(string.Join(' ', card.QuerySelectorAll("h2, dt, dd, .usage-share").Select(part => part.TextContent)));

    private static string NormalizeText(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
