using Bunit;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Features.Models;
using Convai.Dashboard.Features.Presets;
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
        Assert.Equal("What changes Leaves a model that is being retired: 1 · No longer Flagship: 2", NormalizeText(page.Find(".plan-changes").TextContent));
        Assert.Equal(["Mira the Innkeeper has tools that Claude-4-Sonnet may not call.", "Tools of 2 characters not checked yet"], Warnings(page));
        Assert.Contains("2 active functions, 1 MCP server · no longer Flagship", Row(page, Mira), StringComparison.Ordinal);
        Assert.Contains("tools not checked · leaves a model that is being retired", Row(page, "Market Crier"), StringComparison.Ordinal);
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
        await page.WaitForAssertionAsync(() => Assert.Equal(["2 characters have tools that Claude-4-Sonnet may not call."], Warnings(page)));
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

    /// <summary>What the page of a character and the dialog mark is said here too, and what has not been checked is not called fine.</summary>
    [Fact]
    public async Task Tools_AreAWarning_AsBesideTheCharacter_AndToCheckUntilTheyAreRead()
    {
        await StartSandboxAsync();
        var page = await OpenAsync(new SettingsPatch("claude-4-sonnet", null));
        Assert.Equal(("Check before you apply", "To check 3"), (page.Find(".plan-check h2").TextContent, Filter(page, "To check")));
        Assert.Equal(["Tools of 3 characters not checked yet"], Warnings(page));
        await page.InvokeAsync(() => page.Find("[aria-label='Check tools (6 calls)']").ClickAsync());
        await page.WaitForAssertionAsync(() => Assert.Equal(["2 characters have tools that Claude-4-Sonnet may not call."], Warnings(page)));
        Assert.Equal("To check 2", Filter(page, "To check"));
        await page.InvokeAsync(() => page.Find("[aria-label^='Exclude: 2 characters have tools']").ClickAsync());
        await page.WaitForAssertionAsync(() => Assert.Equal(("Nothing needs your attention", "To check 0"), (page.Find(".plan-check h2").TextContent, Filter(page, "To check"))));
    }

    [Fact]
    public async Task Tools_ThatConvaiDidNotTell_StayToCheck()
    {
        await StartSandboxAsync(SandboxHost.NoRetries);
        Host.Fail("functions/list", SandboxFaultKind.GatewayHtml, times: 3);
        Host.Fail("mcp/characters/list", SandboxFaultKind.GatewayHtml, times: 3);
        var page = await OpenAsync(new SettingsPatch("claude-4-sonnet", null));
        await page.InvokeAsync(() => page.Find("[aria-label='Check tools (6 calls)']").ClickAsync());
        await page.WaitForAssertionAsync(() => Assert.Equal(["Tools of 3 characters could not be read"], Warnings(page)));
        Assert.NotEmpty(page.FindAll("[aria-label='Check tools (6 calls)']"));
    }

    /// <summary>How a value comes about is nothing to check.</summary>
    [Fact]
    public async Task ToCheck_LeavesOutPlainNotes()
    {
        await StartSandboxAsync();
        var cast = (await Host.Get<CastDirectory>().ReadAsync(forceRefresh: true, Cancellation)).Characters!.Where(character => character.Name is Mira or "Pip").ToList();
        var request = PlanRequest.From("Test", Changes.ChangeKind.Batch, cast, new BulkChange { Temperature = new TemperatureRule(TemperatureOperation.ChangeBy, 0.05m) });
        var made = await Host.Get<BatchPlanner>().CreateAsync(TestPeople.As(Role.Designer), request, Cancellation);
        var page = Render<BatchPlanPage>(parameters => parameters.Add(page => page.Id, made.Value!.BatchId));
        await page.WaitForAssertionAsync(() => Assert.Contains("Raise by 0.05", Row(page, Mira), StringComparison.Ordinal));
        Assert.Equal(("Nothing needs your attention", "To check 0"), (page.Find(".plan-check h2").TextContent, Filter(page, "To check")));
    }

    [Fact]
    public async Task Preset_ThatAPlanLeaves_IsNamed_AndNothingToCheck()
    {
        await StartSandboxAsync();
        var preset = await Host.Services.CreatePresetAsync("Villager", null, 0.7m);
        await Host.Services.ObserveAsync();
        Assert.Null((await Host.Get<CharacterPresets>().AssignAsync(TestPeople.As(Role.Designer), MiraId, preset, Cancellation)).Error);
        var page = await OpenAsync(new SettingsPatch(null, 0.42m));
        Assert.Contains("Will differ from preset Villager", Row(page, Mira), StringComparison.Ordinal);
        Assert.DoesNotContain("Will differ", Row(page, "Market Crier"), StringComparison.Ordinal);
        Assert.Equal("To check 0", Filter(page, "To check"));
        page = await OpenAsync(new SettingsPatch("claude-4-sonnet", null));
        Assert.DoesNotContain("Will differ", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Columns_ThatNoCharacterNeeds_AreLeftOut()
    {
        await StartSandboxAsync();
        var page = await OpenAsync(new SettingsPatch(null, 0.42m));
        Assert.Equal(["Included", "Character", "Model", "Temperature", "After", "Note"], page.FindAll("thead th").Select(head => head.TextContent));
        page = await OpenAsync(new SettingsPatch("claude-4-sonnet", null));
        Assert.Equal(["Included", "Character", "Current model", "Model after", "Temperature", "Note"], page.FindAll("thead th").Select(head => head.TextContent));
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
        await dialogs.WaitForAssertionAsync(() => Assert.Contains("Team note Dry. Jonas Brandt", NormalizeText(dialogs.Find("section[aria-label='What changes']").TextContent), StringComparison.Ordinal));
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

    private static IEnumerable<string> Warnings(IRenderedComponent<BatchPlanPage> page) => page.FindAll(".plan-warnings li > span:first-child").Select(warning => NormalizeText(warning.TextContent));

    private static string Filter(IRenderedComponent<BatchPlanPage> page, string words) => page.FindAll(".segment").Single(choice => choice.TextContent.StartsWith(words, StringComparison.Ordinal)).TextContent;

    private static string Row(IRenderedComponent<BatchPlanPage> page, string name) =>
        NormalizeText(page.FindAll("tbody tr").Single(row => row.TextContent.Contains(name, StringComparison.Ordinal)).TextContent);

    private static string NormalizeText(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
