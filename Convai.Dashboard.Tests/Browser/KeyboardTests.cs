using Convai.Dashboard.Browser.Pages;
using Convai.Dashboard.Data;
using Convai.Dashboard.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Convai.Dashboard.Browser;

/// <summary>The keys that work from anywhere, and what a person keeps at hand.</summary>
[Trait("Speed", "Slow")]
public sealed class KeyboardTests : BrowserTest
{
    private ILocator Palette => Page.GetByRole(AriaRole.Dialog, new() { Name = "Go to", Exact = true });

    private ILocator Help => Page.GetByRole(AriaRole.Dialog, new() { Name = "Keyboard shortcuts" });

    [Fact]
    public async Task Palette_TypedImmediately_OpensTheCharacter()
    {
        await OpenAsync("history");
        await Page.Keyboard.PressAsync("Control+k");
        // Not a letter is lost, and Enter waits for the answer to the last one.
        await Page.Keyboard.TypeAsync("mira the");
        await Expect(Palette.GetByRole(AriaRole.Option)).ToHaveCountAsync(1);
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "Mira the Innkeeper" })).ToBeFocusedAsync();
        await Expect(Palette).ToBeHiddenAsync();

        // From one character straight to another, in one go.
        await Page.Keyboard.PressAsync("Control+k");
        await Page.Keyboard.TypeAsync("captain reyes");
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "Captain Reyes" })).ToBeVisibleAsync();
        await Expect(Page.Locator("#content")).ToBeFocusedAsync();
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task Palette_ReopenedBeforeNextFrame_FindsWhatIsTyped()
    {
        await OpenAsync("history");
        await Page.Keyboard.PressAsync("Control+k");
        await Expect(Palette.GetByRole(AriaRole.Option).First).ToBeVisibleAsync();
        await Palette.EvaluateAsync("palette => { palette.addEventListener('close', () => document.querySelector('[data-palette]').click(), { once: true }); palette.close(); }");
        await Page.Keyboard.TypeAsync("mira");
        await Expect(Palette.GetByRole(AriaRole.Option)).ToContainTextAsync(["Mira the Innkeeper"]);
        Assert.Empty(Problems);
    }

    /// <summary>What people do with it instead of going anywhere, by keyboard alone.</summary>
    [Fact]
    public async Task Palette_RunsActions()
    {
        await OpenAsync("history");
        await RunAsync("switch theme");
        await Expect(Page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
        await Expect(Palette).ToBeHiddenAsync();

        var file = await Page.RunAndWaitForDownloadAsync(() => RunAsync("export json"));
        Assert.EndsWith(".json", file.SuggestedFilename, StringComparison.Ordinal);
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "History" })).ToBeVisibleAsync();

        await RunAsync("shortcuts");
        await Expect(Help.GetByRole(AriaRole.Button, new() { Name = "Close" })).ToBeFocusedAsync();
        await Page.Keyboard.PressAsync("Escape");
        await Expect(Help).ToHaveCountAsync(0);

        await RunAsync("new preset");
        await Expect(Page.GetByRole(AriaRole.Dialog).GetByLabel("Name", new() { Exact = true })).ToBeFocusedAsync();
        await Page.Keyboard.TypeAsync("Villager");
        await Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Radio, new() { Name = "Set to" }).CheckAsync();
        await Page.GetByRole(AriaRole.Dialog).GetByLabel("Temperature value").FillAsync("0.4");
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "Presets" })).ToBeVisibleAsync();
        await Expect(Page.GetByRole(AriaRole.Rowheader, new() { Name = "Villager" })).ToBeVisibleAsync();

        await RunAsync("jonas");
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "Jonas Brandt", Exact = true })).ToBeVisibleAsync();
        await RunAsync("sign out");
        await Expect(Page.GetByText("You are signed out.")).ToBeVisibleAsync();
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task Palette_BeforeTyping_OffersRecentCharacters()
    {
        await OpenAsync(CharacterScreen.Path);
        await OpenAsync("history");
        await Page.Keyboard.PressAsync("Control+k");
        var recent = Palette.GetByRole(AriaRole.Group, new() { Name = "Recent characters" });
        await Expect(recent.GetByRole(AriaRole.Option)).ToHaveTextAsync(["Mira the Innkeeper GPT-4o · 0.70"]);
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "Mira the Innkeeper" })).ToBeVisibleAsync();
        await Page.Keyboard.PressAsync("Control+k");
        await Expect(Palette.GetByRole(AriaRole.Group, new() { Name = "Actions" })).ToBeVisibleAsync();
        await Expect(recent).ToHaveCountAsync(0);
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task Palette_Escape_RestoresFocusAndDialogsNeverStack()
    {
        await OpenAsync("");
        await Page.Keyboard.PressAsync("/");
        await Page.Keyboard.TypeAsync("?");
        await Page.Keyboard.PressAsync("Control+k");
        await Expect(Palette.GetByRole(AriaRole.Option).First).ToBeVisibleAsync();
        await Page.Keyboard.TypeAsync("?/");
        await Expect(Palette.GetByRole(AriaRole.Combobox)).ToHaveValueAsync("?/");
        await Page.Keyboard.PressAsync("Escape");
        await Expect(Palette).ToBeHiddenAsync();
        await Expect(new CastScreen(Page).Search).ToBeFocusedAsync();
        await Expect(new CastScreen(Page).Search).ToHaveValueAsync("?");
        await Expect(Help).ToHaveCountAsync(0);

        var elsewhere = new TopBar(Page).ThemeSwitch;
        await elsewhere.FocusAsync();
        await Page.Keyboard.PressAsync("?");
        await Expect(Help.GetByRole(AriaRole.Button, new() { Name = "Close" })).ToBeFocusedAsync();
        await Page.Keyboard.PressAsync("Control+k");
        await Page.Keyboard.PressAsync("?");
        await Expect(Palette).ToBeHiddenAsync();
        await Expect(Help).ToHaveCountAsync(1);
        await Page.Keyboard.PressAsync("Escape");
        await Expect(Help).ToHaveCountAsync(0);
        await Expect(elsewhere).ToBeFocusedAsync();
        await Page.Keyboard.PressAsync("Control+k");
        await Expect(Palette.GetByRole(AriaRole.Combobox)).ToHaveValueAsync("");
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task Favourite_SurvivesReload_AndIsPrivate()
    {
        await OpenAsync(CharacterScreen.Path);
        await Page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        await Character.Model.ClickAsync();
        await Page.Keyboard.TypeAsync("opus 4.1");
        await Expect(Page.Locator(".picker-option-active")).ToHaveAttributeAsync("data-code", "claude-opus-4.1");
        await Page.Keyboard.PressAsync("Control+d");
        await Expect(Page.Locator(".picker-foot [role=status]")).ToHaveTextAsync("Claude-Opus-4.1 is a favourite.");
        await Page.Keyboard.PressAsync("Escape");
        await Character.Model.ClickAsync();
        await Page.Locator("[data-code='gemini-2.5-flash'] .picker-star").ClickAsync();
        await Expect(Favourites(Page)).ToHaveCountAsync(2);

        await Page.ReloadAsync();
        await Page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        await Character.Model.ClickAsync();
        await Expect(Favourites(Page)).ToHaveCountAsync(2);
        await Expect(Favourites(Page).First).ToHaveAttributeAsync("data-code", "claude-opus-4.1");
        await Expect(Character.Draft).ToHaveCountAsync(0);

        var jonas = await OpenOtherBrowserAsync(TestPeople.For(Role.Designer));
        await jonas.GotoAsync(new Uri(Address, CharacterScreen.Path).ToString());
        await jonas.WaitForLoadStateAsync(LoadState.NetworkIdle);
        await new CharacterScreen(jonas).Model.ClickAsync();
        await Expect(jonas.Locator(".picker-star").First).ToBeVisibleAsync();
        await Expect(Favourites(jonas)).ToHaveCountAsync(0);
        Assert.Empty(Problems);
    }

    private async Task RunAsync(string words)
    {
        await Page.Keyboard.PressAsync("Control+k");
        await Page.Keyboard.TypeAsync(words);
        await Page.Keyboard.PressAsync("Enter");
    }

    private static ILocator Favourites(IPage page) => page.GetByRole(AriaRole.Group, new() { Name = "Favourites" }).GetByRole(AriaRole.Option);
}
