using Bunit;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Models;
using Convai.Dashboard.Testing;
using MudBlazor;

namespace Convai.Dashboard.Features.Batches;

/// <summary>What the models of a plan change: from cached facts, and from Convai only on request.</summary>
public sealed class PlanConsequencesTests : DashboardTestContext
{
    private const string Mira = "Mira the Innkeeper";
    private const string MiraId = "57a0c93e-7472-11ef-ac22-42010a7be011";

    [Fact]
    public async Task Plan_ShowsCachedToolsAndTotals_WithoutCallingConvai()
    {
        await StartSandboxAsync();
        await Host.Get<CharacterTools>().ReadAsync(MiraId, Cancellation);
        var page = await OpenAsync(new SettingsPatch("claude-4-sonnet", null));
        Assert.Equal("What changes Leaves a model that is being retired: 1 · No longer Flagship: 2 · Active functions or MCP servers: 1 · Tools not checked: 2", Totals(page));
        Assert.Contains("no longer Flagship · 2 active functions, 1 MCP server", Row(page, Mira), StringComparison.Ordinal);
        Assert.Contains("leaves a model that is being retired · tools not checked", Row(page, "Market Crier"), StringComparison.Ordinal);
        Assert.Single(Host.Endpoints, "functions/list");
        Assert.NotEmpty(page.FindAll("[aria-label='Check tools (4 calls)']"));
    }

    [Fact]
    public async Task CheckTools_ReadsUncheckedOnesAndHidesButton()
    {
        await StartSandboxAsync();
        Visitor.SwitchRole(Role.Viewer);
        var page = await OpenAsync(new SettingsPatch("claude-4-sonnet", null));
        await page.InvokeAsync(() => page.Find("[aria-label='Check tools (6 calls)']").ClickAsync());
        await page.WaitForAssertionAsync(() => Assert.EndsWith("Active functions or MCP servers: 2", Totals(page), StringComparison.Ordinal));
        Assert.Empty(page.FindAll("[aria-label^='Check tools']"));
        Assert.Equal(6, Host.Endpoints.Count(endpoint => endpoint.Contains('/', StringComparison.Ordinal)));
    }

    [Fact]
    public async Task CheckTools_Stopped_KeepsResults()
    {
        await StartSandboxAsync();
        Host.Fail("mcp/characters/list", SandboxFaultKind.Hang, after: 1);
        var page = await OpenAsync(new SettingsPatch("claude-4-sonnet", null));
        _ = page.InvokeAsync(() => page.Find("[aria-label='Check tools (6 calls)']").ClickAsync());
        await page.WaitForAssertionAsync(() => Assert.Contains("Checking tools: 1 of 3", page.Markup, StringComparison.Ordinal));
        await page.InvokeAsync(() => page.Find("[aria-label='Stop checking tools']").ClickAsync());
        await page.WaitForAssertionAsync(() => Assert.NotEmpty(page.FindAll("[aria-label='Check tools (4 calls)']")));
    }

    [Fact]
    public async Task Plan_TemperatureOnly_ShowsNoModelConsequences()
    {
        await StartSandboxAsync();
        var page = await OpenAsync(new SettingsPatch(null, 0.42m));
        Assert.Empty(page.FindAll(".plan-changes"));
        Assert.DoesNotContain("What changes", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatChanges_Clicked_OpensFullTableWithTeamNote()
    {
        await StartSandboxAsync();
        await Host.Get<ModelNotes>().WriteAsync(TestPeople.As(Role.Designer), "claude-4-sonnet", "Dry.", null, ModelLists.WithoutAccountList(), Cancellation);
        var dialogs = Render<MudDialogProvider>();
        var page = await OpenAsync(new SettingsPatch("claude-4-sonnet", null));
        _ = page.InvokeAsync(() => page.Find($"[aria-label='What changes: {Mira}']").ClickAsync());
        await dialogs.WaitForAssertionAsync(() => Assert.Contains("Team note Dry. Jonas Brandt", Words(dialogs.Find("section[aria-label='What changes']").TextContent), StringComparison.Ordinal));
        Assert.Contains("from GPT-4o to Claude-4-Sonnet", dialogs.Markup, StringComparison.Ordinal);
        Assert.Contains("In-Context knowledge may fall back", dialogs.Markup, StringComparison.Ordinal);
    }

    private async Task<IRenderedComponent<BatchPlanPage>> OpenAsync(SettingsPatch change)
    {
        var batchId = await BatchTest.PlanAsync(Host, change, character => character.Name is Mira or "Dockhand Pell" or "Market Crier");
        var page = Render<BatchPlanPage>(parameters => parameters.Add(page => page.Id, batchId));
        await page.WaitForAssertionAsync(() => Assert.NotEmpty(page.FindAll("tbody tr")));
        await page.WaitForAssertionAsync(() => Assert.Contains("getSupportedModel", Host.Endpoints));
        await page.WaitForAssertionAsync(() => Assert.NotEmpty(page.FindAll(".plan-words")));
        return page;
    }

    private static string Totals(IRenderedComponent<BatchPlanPage> page) => Words(page.Find(".plan-changes p").TextContent);

    private static string Row(IRenderedComponent<BatchPlanPage> page, string name) =>
        Words(page.FindAll("tbody tr").Single(row => row.TextContent.Contains(name, StringComparison.Ordinal)).TextContent);

    private static string Words(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
