using System.Text.RegularExpressions;
using Convai.Dashboard.Browser.Pages;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Convai.Dashboard.Browser;

/// <summary>One change to many characters, from the cast to its report and back.</summary>
[Trait("Speed", "Slow")]
public sealed class BatchTests : BrowserTest
{
    private static readonly string[] Six = ["Mira the Innkeeper", "Old Tobias", "Captain Reyes", "Sister Wren", "Dockhand Pell", "Unit 7"];

    private CastScreen Cast => new(Page);

    private BatchPlanScreen Plan => new(Page);

    private BatchRunScreen Run => new(Page);

    // Row by row, so that there is a middle to pause in.
    private protected override Task<(string Key, string? Value)[]> SettingsAsync() => Task.FromResult<(string Key, string? Value)[]>([("Batches:Parallelism", "1")]);

    [Fact]
    public async Task Batch_SelectedRows_RunsPausesResumesAndUndoes()
    {
        await OpenAsync("");
        await Cast.SelectAsync(Six);
        await Cast.Change.ClickAsync();
        await Plan.SetTemperatureAsync("0.2");
        await Plan.Review.ClickAsync();
        await Expect(Plan.Summary).ToHaveTextAsync("6 of 6 characters will change");
        await Expect(Plan.Line("Mira the Innkeeper")).ToContainTextAsync(new Regex(@"0\.70\s*→ 0\.20"));
        Assert.DoesNotContain("update", Dashboard.Host.Endpoints);

        Dashboard.Sandbox.Options.Latency = TimeSpan.FromSeconds(1);
        await Plan.Apply.ClickAsync();
        await Expect(Run.ItemsInState("Verifying")).Not.ToHaveCountAsync(0);
        await Expect(Run.Progress).ToHaveAttributeAsync("aria-valuenow", "0");
        await Run.Pause.ClickAsync();
        await Run.ExpectStateAsync("Paused");
        Dashboard.Sandbox.Options.Latency = TimeSpan.Zero;
        // What was under way comes to its end; the others wait.
        await Expect(Run.ItemsInState("Confirmed")).Not.ToHaveCountAsync(0);
        await Expect(Run.Progress).ToHaveAttributeAsync("aria-valuenow", new Regex("^[1-5]$"));
        await Expect(Run.ItemsInState("Waiting")).Not.ToHaveCountAsync(0);
        await Run.Resume.ClickAsync();
        await Run.ExpectConfirmedAsync(6);
        await Expect(Run.Progress).ToHaveAttributeAsync("aria-valuenow", "6");
        Assert.All(Six, name => Assert.Equal(0.2m, Dashboard.Host.Character(name).Temperature));

        await Run.Undo.ClickAsync();
        await Expect(Plan.Line("Mira the Innkeeper")).ToContainTextAsync(new Regex(@"0\.20\s*→ 0\.70"));
        await Plan.Apply.ClickAsync();
        await Run.ExpectConfirmedAsync(6);
        Assert.Equal([0.7m, 0.42m, 0.35m, 0.15m, 0.95m, 0m], Six.Select(name => Dashboard.Host.Character(name).Temperature));
        Assert.Empty(Problems);
    }

    /// <summary>The list opens beside the dialog; Esc closes the list and not the dialog.</summary>
    [Fact]
    public async Task ReplaceModels_ByKeyboard_MovesCharactersOffRetiredModel()
    {
        await OpenAsync("");
        await Cast.SelectAsync("Yuki Arakawa", "Market Crier", "Pip");
        await Cast.Change.ClickAsync();
        await Plan.ModelMode("Replace models").CheckAsync();
        var field = Page.Locator("#batch-swap-1");
        await Expect(field).ToHaveTextAsync("Leave unchanged");
        await field.PressAsync("Enter");
        var search = Page.Locator("#batch-swap-1-input");
        await Expect(search).ToBeFocusedAsync();
        await Expect(Page.Locator(".picker-panel")).ToBeVisibleAsync();
        var (dialog, list) = ((await Page.Locator(".mud-dialog").BoundingBoxAsync())!, (await Page.Locator(".picker-panel").BoundingBoxAsync())!);
        Assert.True(list.X >= dialog.X + dialog.Width && list.X + list.Width <= 1440, $"The list at {list.X} covers the dialog that ends at {dialog.X + dialog.Width}.");
        await search.PressAsync("Escape");
        await Expect(field).ToBeFocusedAsync();
        await Expect(Page.Locator(".picker-panel")).ToHaveCountAsync(0);
        await field.PressAsync("Enter");
        await Expect(search).ToBeFocusedAsync();
        await Page.Keyboard.TypeAsync("2.5-flash");
        await Expect(Page.Locator(".picker-option-active")).ToContainTextAsync("gemini-2.5-flash");
        await search.PressAsync("Enter");
        await Expect(field).ToBeFocusedAsync();
        await Expect(field).ToContainTextAsync("Gemini-2.5-Flash");
        await Page.Locator("#batch-swap-0").ClickAsync();
        await Page.GetByRole(AriaRole.Group, new() { Name = "Suggested replacement" }).GetByRole(AriaRole.Option).ClickAsync();
        await Expect(Page.Locator("#batch-swap-0")).ToContainTextAsync("Claude-4-Sonnet");
        await Plan.Review.ClickAsync();
        await Expect(Plan.Summary).ToHaveTextAsync("2 of 3 characters will change · 1 unchanged");
        await Plan.Apply.ClickAsync();
        await Run.ExpectStateAsync("Done");
        Assert.Equal(("claude-4-sonnet", "gemini-2.5-flash", "gpt-4o-mini"), (Dashboard.Host.Character("Yuki Arakawa").ModelCode, Dashboard.Host.Character("Market Crier").ModelCode, Dashboard.Host.Character("Pip").ModelCode));
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task Plan_OntoRetiredModel_WarnsAndExcludesByCheckbox()
    {
        await OpenAsync("");
        await Cast.SelectAsync("Mira the Innkeeper", "Pip", "Unit 7");
        await Cast.Change.ClickAsync();
        await Plan.ModelMode("Set all to").CheckAsync();
        await Page.Locator("#batch-model").ClickAsync();
        await Expect(Page.Locator("#batch-model-input")).ToBeFocusedAsync();
        await Page.Keyboard.TypeAsync("claude-3-7");
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Page.GetByText("Convai is retiring Claude-3-7-Sonnet.")).ToBeVisibleAsync();
        await Plan.Review.ClickAsync();
        await Expect(Page.Locator(".plan-warnings li").First).ToContainTextAsync("3 characters move onto Claude-3-7-Sonnet, which Convai is retiring.");
        await Page.GetByRole(AriaRole.Checkbox, new() { Name = "Include Pip" }).UncheckAsync();
        await Expect(Plan.Summary).ToHaveTextAsync("2 of 3 characters will change · 1 excluded");
        await Page.GetByRole(AriaRole.Searchbox, new() { Name = "Find a character in the plan" }).FillAsync("unit");
        await Expect(Plan.Line("Mira the Innkeeper")).ToHaveCountAsync(0);
        await Expect(Plan.Line("Unit 7")).ToBeVisibleAsync();
        await Page.GetByRole(AriaRole.Radio, new() { Name = "Excluded 1" }).CheckAsync();
        await Expect(Page.GetByText("No characters match")).ToBeVisibleAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Show all 3" }).ClickAsync();
        await Expect(Plan.Line("Pip")).ToBeVisibleAsync();
        Assert.Empty(Problems);
    }

    /// <summary>The slider moves without a round trip; the sentence follows when it is let go.</summary>
    [Fact]
    public async Task AtMost_SliderMoved_UpdatesPreview()
    {
        await OpenAsync("");
        await Cast.SelectAsync("Pip", "Unit 7");
        await Cast.Change.ClickAsync();
        await Plan.TemperatureMode("At most").CheckAsync();
        await Plan.Temperature.FillAsync("0.7");
        await Expect(Page.GetByText("1 of 2 drops to 0.70. 1 is already at or below 0.70.")).ToBeVisibleAsync();
        await Page.Locator("#batch-temperature-range").PressAsync("PageDown");
        await Expect(Page.GetByText("1 of 2 drops to 0.60.")).ToBeVisibleAsync();
        await Expect(Page.Locator(".slider-mark-moved")).ToHaveCountAsync(1);
        await Plan.Review.ClickAsync();
        await Plan.Apply.ClickAsync();
        await Run.ExpectStateAsync("Done");
        Assert.Equal((0.6m, 0m), (Dashboard.Host.Character("Pip").Temperature, Dashboard.Host.Character("Unit 7").Temperature));
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task Rehearse_OneSelected_OpensRehearsal()
    {
        await OpenAsync("");
        await Cast.SelectAsync("Pip", "Unit 7");
        await Expect(Page.GetByRole(AriaRole.Button, new() { Name = "Rehearse…" })).ToBeDisabledAsync();
        await Cast.SelectBox("Unit 7").UncheckAsync();
        await Page.GetByRole(AriaRole.Link, new() { Name = "Rehearse…" }).ClickAsync();
        await Expect(Page).ToHaveURLAsync(new Regex("/rehearse$"));
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task Preset_AppliedToTwoCharacters_ShowsTwoUses()
    {
        await OpenAsync("presets");
        var presets = new PresetsScreen(Page);
        await presets.MakeAsync("Villager", "0.3");
        await Expect(presets.Row("Villager")).ToContainTextAsync("No characters");
        await presets.ApplyAsync("Villager", "Mira the Innkeeper", "Old Tobias");
        await Expect(Plan.Heading).ToHaveTextAsync("Preset “Villager”");
        await Plan.Apply.ClickAsync();
        await Run.ExpectConfirmedAsync(2);
        await Page.GetByRole(AriaRole.Link, new() { Name = "Presets" }).First.ClickAsync();
        await Expect(presets.Row("Villager")).ToContainTextAsync("2 characters");
        Assert.Equal((0.3m, 0.3m), (Dashboard.Host.Character("Mira the Innkeeper").Temperature, Dashboard.Host.Character("Old Tobias").Temperature));
        Assert.Empty(Problems);
    }
}
