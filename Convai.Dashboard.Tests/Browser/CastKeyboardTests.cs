using Convai.Dashboard.Browser.Pages;
using Convai.Dashboard.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Convai.Dashboard.Browser;

/// <summary>The rows of the cast by keyboard alone, and what their labels say to those who cannot hover.</summary>
[Trait("Speed", "Slow")]
public sealed class CastKeyboardTests : BrowserTest
{
    private CastScreen Cast => new(Page);

    private ILocator Explanation => Page.Locator("#explanation");

    [Fact]
    public async Task Rows_AreOneTabStop_WithArrowAndLetterKeys()
    {
        await OpenAsync("");
        await Expect(Cast.Names.First).ToBeVisibleAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Skip to table" }).FocusAsync();
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Cast.Names.Nth(0)).ToBeFocusedAsync();
        await Page.Keyboard.PressAsync("j");
        await Page.Keyboard.PressAsync("ArrowDown");
        await Expect(Cast.Names.Nth(2)).ToBeFocusedAsync();
        await Page.Keyboard.PressAsync("k");
        await Expect(Cast.Names.Nth(1)).ToBeFocusedAsync();

        // One stop forward and one back, to the row that had it.
        await Page.Keyboard.PressAsync("Shift+Tab");
        await Expect(Page.Locator("[data-rows] :focus")).ToHaveCountAsync(0);
        await Page.Keyboard.PressAsync("Tab");
        await Expect(Cast.Names.Nth(1)).ToBeFocusedAsync();
        await Page.Keyboard.PressAsync("Tab");
        await Expect(Page.Locator("[data-rows] :focus")).ToHaveCountAsync(0);
        await Page.Keyboard.PressAsync("Shift+Tab");
        await Expect(Cast.Names.Nth(1)).ToBeFocusedAsync();

        await Page.Keyboard.PressAsync("x");
        await Expect(Cast.Selection).ToContainTextAsync("1 selected");
        await Page.Keyboard.PressAsync("Escape");
        await Expect(Cast.Selection).ToHaveCountAsync(0);
        await Page.Keyboard.PressAsync("x");
        await Page.Keyboard.PressAsync("j");
        await Page.Keyboard.PressAsync("x");
        await Expect(Cast.Selection).ToContainTextAsync("2 selected");
        await Page.Keyboard.PressAsync("e");
        await Expect(Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Heading)).ToHaveTextAsync("Change 2 characters");
        await Page.Keyboard.PressAsync("Escape");
        await Expect(Page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);

        var name = await Cast.Names.Nth(2).TextContentAsync();
        await Cast.Names.Nth(2).FocusAsync();
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = name! })).ToBeVisibleAsync();
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task SkipLinks_MoveFocus()
    {
        await OpenAsync("");
        await Expect(Cast.Names.First).ToBeVisibleAsync();
        await Page.Keyboard.PressAsync("Tab");
        await Expect(Page.GetByRole(AriaRole.Link, new() { Name = "Skip to content" })).ToBeFocusedAsync();
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Page.Locator("#content")).ToBeFocusedAsync();
        await Page.Keyboard.PressAsync("Tab");
        await Expect(Page.GetByRole(AriaRole.Button, new() { Name = "Skip to table" })).ToBeFocusedAsync();
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Cast.Names.First).ToBeFocusedAsync();
    }

    [Fact]
    public async Task ClearSelection_ReturnsFocusToRow()
    {
        await OpenAsync("");
        await Cast.Names.Nth(3).FocusAsync();
        await Page.Keyboard.PressAsync("x");
        await Cast.Selection.GetByRole(AriaRole.Button, new() { Name = "Clear" }).FocusAsync();
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Cast.Names.Nth(3)).ToBeFocusedAsync();
    }

    /// <summary>The letters of the table would open another character's row.</summary>
    [Fact]
    public async Task RowEditor_Escape_ReturnsToRow()
    {
        await OpenAsync("");
        var name = await Cast.Names.Nth(4).TextContentAsync();
        await Cast.Names.Nth(4).FocusAsync();
        await Page.Keyboard.PressAsync("e");
        await Expect(Page.Locator(".picker-option").First).ToBeVisibleAsync();
        await Page.Keyboard.PressAsync("Escape");
        await Expect(Page.Locator("#row-model")).ToBeFocusedAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).FocusAsync();
        await Page.Keyboard.PressAsync("e");
        await Page.Keyboard.PressAsync("x");
        await Expect(Page.Locator(".cast-row-open .cast-name b")).ToHaveTextAsync(name!);
        await Expect(Cast.Selection).ToHaveCountAsync(0);
        await Page.Keyboard.PressAsync("Escape");
        await Expect(Page.Locator(".cast-row-open")).ToHaveCountAsync(0);
        await Expect(Cast.Names.Nth(4)).ToBeFocusedAsync();
    }

    /// <summary>Letters are text in a field, whatever they are to the table.</summary>
    [Fact]
    public async Task LetterKeys_OutsideTable_SelectNothing()
    {
        await OpenAsync("");
        await Cast.Search.ClickAsync();
        await Page.Keyboard.TypeAsync("xe");
        await Expect(Cast.Search).ToHaveValueAsync("xe");
        await Expect(Cast.Selection).ToHaveCountAsync(0);
        await Expect(Page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Labels_ByKeyboardOrPointer_ShowExplanation()
    {
        await OpenAsync("?q=captain%20reyes");
        await Expect(Cast.Names).ToHaveCountAsync(1);
        await Expect(Page.GetByRole(AriaRole.Button, new() { Name = "Not available to your account", Exact = true })).ToBeVisibleAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Skip to table" }).FocusAsync();
        await Page.Keyboard.PressAsync("Enter");
        await Page.Keyboard.PressAsync("ArrowRight");
        await Expect(Page.Locator(".cast-model .cast-edit")).ToBeFocusedAsync();
        await Page.Keyboard.PressAsync("ArrowRight");
        await Expect(Page.Locator(".cast-model .badge")).ToBeFocusedAsync();
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Explanation).ToHaveTextAsync("Convai doesn't offer this model to this account.");
        await Page.Keyboard.PressAsync("Escape");
        await Expect(Explanation).ToBeHiddenAsync();
        await Page.Locator(".cast-talked button").ClickAsync();
        await Expect(Explanation).ToContainTextAsync("Last conversation");
        // A click on a label does not open the character.
        Assert.Contains("q=captain", Page.Url, StringComparison.Ordinal);
        Assert.Empty(Problems);
    }
}
