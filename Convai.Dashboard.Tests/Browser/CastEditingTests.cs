using Convai.Dashboard.Browser.Pages;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Convai.Dashboard.Browser;

/// <summary>A character changed in its row of the cast: picker, temperature, save, undo and conflict, without leaving the page.</summary>
[Trait("Speed", "Slow")]
public sealed class CastEditingTests : BrowserTest
{
    private CastScreen Cast => new(Page);

    private ILocator Number => Page.GetByLabel("Temperature value");

    private ILocator Model => Page.GetByRole(AriaRole.Combobox, new() { Name = "Model", Exact = true });

    private ILocator Save => Page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).Locator("visible=true");

    private ILocator Outcome => Page.GetByRole(AriaRole.Region, new() { NameRegex = new("^Last change of ") });

    [Fact]
    public async Task Temperature_Typed_IsSavedAndUndoneInPlace()
    {
        await OpenAsync("?q=mira");
        await Page.GetByRole(AriaRole.Button, new() { Name = "0.70" }).ClickAsync();
        await Expect(Number).ToBeFocusedAsync();
        // What is typed replaces the value.
        await Page.Keyboard.TypeAsync("0.33");
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Outcome).ToContainTextAsync("Confirmed by Convai");
        await Expect(Number).ToHaveCountAsync(0);
        await Expect(Cast.Names.First).ToBeFocusedAsync();
        await Expect(Page.GetByRole(AriaRole.Button, new() { Name = "0.33" })).ToBeVisibleAsync();
        Assert.Equal(0.33m, Dashboard.Host.Character("Mira the Innkeeper").Temperature);

        await Outcome.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Button, new() { Name = "0.70" })).ToBeVisibleAsync();
        Assert.Equal(0.7m, Dashboard.Host.Character("Mira the Innkeeper").Temperature);
        Assert.Contains("q=mira", Page.Url, StringComparison.Ordinal);
        Assert.Empty(Problems);
    }

    /// <summary>What the server sends while someone types arrives late, and would overwrite what was typed since.</summary>
    [Fact]
    public async Task Temperature_Typed_IsNotSentBack()
    {
        await OpenAsync("?q=mira");
        await Page.GetByRole(AriaRole.Button, new() { Name = "0.70" }).ClickAsync();
        await Expect(Number).ToBeFocusedAsync();
        await Page.EvaluateAsync("""
            () => {
                const own = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value");
                const field = document.getElementById("row-temperature-number");
                window.sentBack = [];
                Object.defineProperty(field, "value", { get: own.get, set(value) { window.sentBack.push(value); own.set.call(this, value); } });
            }
            """);
        foreach (var (letter, value) in new[] { ("0", "0"), (".", "0"), ("3", "0.3"), ("7", "0.37") })
        {
            await Page.Keyboard.TypeAsync(letter);
            // Drawn together with the field.
            await Expect(Page.Locator("#row-temperature-range")).ToHaveValueAsync(value);
        }

        Assert.Empty(await Page.EvaluateAsync<string[]>("() => window.sentBack"));
        Assert.Empty(Problems);
    }

    /// <summary>The same warning as on the character's page: the table is where most changes are made.</summary>
    [Fact]
    public async Task PickModel_CharacterHasTools_WarnsInTheRow()
    {
        await OpenAsync("?q=mira");
        await Page.GetByRole(AriaRole.Button, new() { Name = "GPT-4o gpt-4o" }).ClickAsync();
        await Page.Keyboard.TypeAsync("llama 4 maverick");
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Page.Locator(".row-warning")).ToContainTextAsync("2 active functions, 1 MCP server.");
        await Page.Keyboard.PressAsync("Escape");
        await Expect(Page.Locator(".cast-row-open")).ToHaveCountAsync(0);
        Assert.Equal("gpt-4o", Dashboard.Host.Character("Mira the Innkeeper").ModelCode);
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task Model_ByKeyboardOnly_IsSavedWithReason()
    {
        await OpenAsync("?q=captain%20reyes");
        await Expect(Cast.Names).ToHaveCountAsync(1);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Skip to table" }).FocusAsync();
        await Page.Keyboard.PressAsync("Enter");
        await Page.Keyboard.PressAsync("e");
        await Expect(Model).ToBeFocusedAsync();
        await Page.Keyboard.TypeAsync("claude 4 sonnet");
        await Expect(Page.Locator(".picker-option-active")).ToHaveAttributeAsync("data-code", "claude-4-sonnet");
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Page.Locator("#row-model")).ToContainTextAsync("Claude-4-Sonnet");
        await Page.GetByLabel("Reason (optional)").FillAsync("Retired model");
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Outcome).ToContainTextAsync("Confirmed by Convai");
        Assert.Equal("claude-4-sonnet", Dashboard.Host.Character("Captain Reyes").ModelCode);
        await OpenAsync("history");
        await Expect(Page.GetByText("“Retired model”")).ToBeVisibleAsync();
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task Save_ColleagueWasFirst_AsksWhichValueToKeep()
    {
        await OpenAsync("?q=mira");
        await Page.GetByRole(AriaRole.Button, new() { Name = "0.70" }).ClickAsync();
        await Number.FillAsync("0.33");
        await Dashboard.Services.SaveAsync(Role.Designer, new SettingsPatch(null, 0.6m));
        await Save.ClickAsync();
        await Expect(Outcome.GetByRole(AriaRole.Table)).ToContainTextAsync("0.60");
        Assert.Equal(0.6m, Dashboard.Host.Character("Mira the Innkeeper").Temperature);
        await Outcome.GetByRole(AriaRole.Button, new() { Name = "Keep current value" }).ClickAsync();
        await Expect(Number).ToHaveCountAsync(0);
        await Expect(Page.GetByRole(AriaRole.Button, new() { Name = "0.60" })).ToBeVisibleAsync();
        Assert.Equal(0.6m, Dashboard.Host.Character("Mira the Innkeeper").Temperature);
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task Draft_OpeningAnotherRowOrPage_AsksFirst()
    {
        await OpenAsync("");
        await Page.GetByRole(AriaRole.Button, new() { Name = "0.95", Exact = true }).ClickAsync();
        await Number.FillAsync("1.5");
        await Save.ClickAsync();
        await Expect(Page.GetByText("Enter a value between 0 and 1, not 1.50.").Or(Page.GetByText(TemperatureParser.Hint))).ToBeVisibleAsync();
        await Number.FillAsync("0.5");
        await Cast.Character("Pip").ClickAsync();
        await Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Keep editing" }).ClickAsync();
        await Expect(Number).ToHaveValueAsync("0.50");
        // It has a button of that name too.
        await Expect(Page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Discard", Exact = true }).ClickAsync();
        await Expect(Number).ToHaveCountAsync(0);
        Assert.Equal(0.95m, Dashboard.Host.Character("Dockhand Pell").Temperature);
        Assert.Empty(Problems);
    }
}
