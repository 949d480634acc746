using Bunit;
using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Models;
using Convai.Dashboard.Testing;
using MudBlazor;

namespace Convai.Dashboard.Features.Editing;

/// <summary>What changes with the model of the draft, and the team's notes, on the page of a character.</summary>
public sealed class EditorConsequencesTests : DashboardTestContext
{
    private const string MiraId = "57a0c93e-7472-11ef-ac22-42010a7be011";
    private const string Panel = "section[aria-label='What changes']";

    [Fact]
    public async Task Panel_ModelChanged_IsShownAndReadsToolsOnce()
    {
        await StartSandboxAsync();
        var page = await OpenAsync();
        Assert.Empty(page.FindAll(Panel));
        await TypeAsync(page, "0,3");
        Assert.Empty(page.FindAll(Panel));
        Assert.Equal(["getSupportedModel", "list"], Host.Endpoints.Order());

        await PickAsync(page, "gpt-4.1-mini");
        await page.WaitForAssertionAsync(() => Assert.Contains("Tools 2 active functions, 1 MCP server. Only tool-capable models call them", Lines(page), StringComparison.Ordinal));
        Assert.Contains("Cost Not a Flagship model", Lines(page), StringComparison.Ordinal);
        Assert.Equal("when Mira the Innkeeper moves to GPT-4.1-mini", page.Find($"{Panel} h2 + span").TextContent);
        Assert.Single(page.FindAll($"{Panel} svg"));

        await page.InvokeAsync(() => page.FindAll("button").First(button => button.TextContent == "Discard").ClickAsync());
        Assert.Empty(page.FindAll(Panel));
        await PickAsync(page, "claude-4-sonnet");
        Assert.Equal(["functions/list", "mcp/characters/list"], Host.Endpoints.Where(endpoint => endpoint.Contains('/', StringComparison.Ordinal)).Order());
        Assert.DoesNotContain("update", Host.Endpoints);
    }

    [Fact]
    public async Task Panel_AfterSave_IsHidden()
    {
        await StartSandboxAsync();
        var page = await OpenAsync();
        await PickAsync(page, "gpt-4.1-mini");
        await page.InvokeAsync(() => page.FindAll(".draft-actions button")[^1].ClickAsync());
        await page.WaitForAssertionAsync(() => Assert.Contains("Confirmed by Convai", page.Markup, StringComparison.Ordinal));
        Assert.Empty(page.FindAll(Panel));
    }

    [Theory]
    [InlineData(403, """{"detail": "Forbidden"}""")]
    [InlineData(200, "<html>Sign in</html>")]
    public async Task Panel_ToolsUnavailable_ShowsNotKnownAndAllowsSaving(int status, string body)
    {
        await StartSandboxAsync(SandboxHost.NoRetries);
        Host.Faults["functions/list"] = Host.Faults["mcp/characters/list"] = new SandboxFault(SandboxFaultKind.Answer, Status: status, Body: body);
        var page = await OpenAsync();
        await PickAsync(page, "gpt-4.1-mini");
        await page.WaitForAssertionAsync(() => Assert.Contains("Active functions and MCP servers unknown.", Lines(page), StringComparison.Ordinal));
        await page.InvokeAsync(() => page.FindAll(".draft-actions button")[^1].ClickAsync());
        await page.WaitForAssertionAsync(() => Assert.Contains("Confirmed by Convai", page.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Panel_RestoredDraft_ReadsToolsOnlyOnRequest()
    {
        await StartSandboxAsync();
        var module = JSInterop.SetupModule(matcher => matcher.Arguments.Any(argument => $"{argument}".Contains("CharacterEditor", StringComparison.Ordinal)));
        module.Mode = JSRuntimeMode.Loose;
        module.Setup<string?>("readDraft", _ => true).SetResult("""{"OpenedModelCode":"gpt-4o","OpenedTemperature":0.7,"ModelCode":"claude-4-sonnet","Temperature":null}""");
        var page = await OpenAsync();
        await page.WaitForAssertionAsync(() => Assert.Contains("Active functions and MCP servers: not checked.", Lines(page), StringComparison.Ordinal));
        Assert.DoesNotContain("functions/list", Host.Endpoints);
        await page.InvokeAsync(() => page.Find("[aria-label='Check tools (2 calls)']").ClickAsync());
        await page.WaitForAssertionAsync(() => Assert.Contains("2 active functions, 1 MCP server.", Lines(page), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Note_Saved_IsShownInListAndPanel()
    {
        await StartSandboxAsync();
        var dialogs = Render<MudDialogProvider>();
        var page = await OpenAsync();
        await PickAsync(page, "claude-4-sonnet");
        // There is no button before the notes have been read.
        await page.WaitForAssertionAsync(() => Assert.Single(page.FindAll("[aria-label='Add a note on Claude-4-Sonnet…']")));
        _ = page.InvokeAsync(() => page.Find("[aria-label='Add a note on Claude-4-Sonnet…']").ClickAsync());
        await dialogs.WaitForAssertionAsync(() => Assert.Equal("Note on Claude-4-Sonnet", dialogs.Find("h2").TextContent));
        await dialogs.InvokeAsync(() => dialogs.Find("#model-note-text").InputAsync("Good at French."));
        await dialogs.InvokeAsync(() => dialogs.Find("form").SubmitAsync());
        await page.WaitForAssertionAsync(() => Assert.Contains("Team note Good at French. Ana Keller, just now", Lines(page), StringComparison.Ordinal));
        await OpenListAsync(page);
        Assert.Contains("Good at French.", page.Find("[data-code=claude-4-sonnet]").TextContent, StringComparison.Ordinal);
        Assert.Contains("Team note Good at French. Ana Keller, just now", NormalizeText(page.Find(".model-explanation").TextContent), StringComparison.Ordinal);
        Assert.NotEmpty(page.FindAll("[aria-label='Edit note on Claude-4-Sonnet']"));
        Assert.Empty(dialogs.FindAll("form"));
    }

    [Fact]
    public async Task Note_ChangedByColleague_KeepsTextAndSavesOnRetry()
    {
        await StartSandboxAsync();
        var notes = Host.Get<ModelNotes>();
        var dialogs = Render<MudDialogProvider>();
        var page = await OpenAsync();
        // There is no button before the notes have been read.
        await page.WaitForAssertionAsync(() => Assert.Single(page.FindAll("[aria-label='Add a note on GPT-4o…']")));
        _ = page.InvokeAsync(() => page.Find("[aria-label='Add a note on GPT-4o…']").ClickAsync());
        await dialogs.WaitForAssertionAsync(() => Assert.NotEmpty(dialogs.FindAll("form")));
        await notes.WriteAsync(TestPeople.As(Role.Designer), "gpt-4o", "Slow.", null, ModelLists.WithoutAccountList(), Cancellation);
        await dialogs.InvokeAsync(() => dialogs.Find("#model-note-text").InputAsync("Fast."));
        await dialogs.InvokeAsync(() => dialogs.Find("form").SubmitAsync());
        await dialogs.WaitForAssertionAsync(() => Assert.Equal("Jonas Brandt has changed the note since you opened it: “Slow.” Nothing was saved. Save again to replace it.", dialogs.Find("[role=alert]").TextContent));
        Assert.Equal("Fast.", dialogs.Find("#model-note-text").GetAttribute("value"));
        await dialogs.InvokeAsync(() => dialogs.Find("form").SubmitAsync());
        await OpenListAsync(page);
        await page.WaitForAssertionAsync(() => Assert.Contains("Fast.", page.Find("[data-code=gpt-4o]").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Note_WrittenByColleague_IsInRowDescription()
    {
        await StartSandboxAsync();
        var page = await OpenAsync();
        await Host.Get<ModelNotes>().WriteAsync(TestPeople.As(Role.Designer), "gpt-4o", "Slow.", null, ModelLists.WithoutAccountList(), Cancellation);
        Assert.DoesNotContain("Slow.", page.Markup, StringComparison.Ordinal);
        await OpenListAsync(page);
        await page.WaitForAssertionAsync(() => Assert.EndsWith("Team note: Slow.", page.Find(".picker-option-active").GetAttribute("aria-description"), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Viewer_SeesNote_WithoutEditing()
    {
        await StartSandboxAsync();
        await Host.Get<ModelNotes>().WriteAsync(TestPeople.As(Role.Designer), "gpt-4o", "Slow.", null, ModelLists.WithoutAccountList(), Cancellation);
        Visitor.SwitchRole(Role.Viewer);
        var page = await OpenAsync();
        await page.WaitForAssertionAsync(() => Assert.Contains("Team note Slow. Jonas Brandt", NormalizeText(page.Find(".model-explanation").TextContent), StringComparison.Ordinal));
        Assert.Empty(page.FindAll(".picker-foot"));
        Assert.DoesNotContain("Edit note", page.Markup, StringComparison.Ordinal);
    }

    private static string Lines(IRenderedComponent<CharacterPage> page) => NormalizeText(page.Find($"{Panel} tbody").TextContent);

    private static Task PickAsync(IRenderedComponent<CharacterPage> page, string code) =>
        page.InvokeAsync(async () =>
        {
            await OpenListAsync(page);
            await page.Find($"[data-code='{code}']").ClickAsync();
        });

    private static Task OpenListAsync(IRenderedComponent<CharacterPage> page) => page.InvokeAsync(() => page.Find("[role=combobox]").FocusAsync(new()));

    private static Task TypeAsync(IRenderedComponent<CharacterPage> page, string text) => page.InvokeAsync(() => page.Find("[data-number]").InputAsync(text));

    private async Task<IRenderedComponent<CharacterPage>> OpenAsync()
    {
        var page = Render<CharacterPage>(parameters => parameters.Add(page => page.Id, MiraId));
        await page.WaitForAssertionAsync(() => Assert.Contains("Your account's models, synced", page.Markup, StringComparison.Ordinal));
        return page;
    }

    private static string NormalizeText(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
