using Convai.Dashboard.Browser.Pages;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Convai.Dashboard.Browser;

/// <summary>The preset of a character: how it differs, put back, edited by a colleague, detached.</summary>
[Trait("Speed", "Slow")]
public sealed class CharacterPresetTests : BrowserTest
{
    private const string Mira = "Mira the Innkeeper";

    [Fact]
    public async Task Preset_OnCharacterPage_IsReappliedUpdatedAndDetached()
    {
        var shopkeeper = await Dashboard.Services.CreatePresetAsync("Shopkeeper", null, 0.6m);
        await Dashboard.Services.ApplyPresetAsync(shopkeeper, Mira);
        await Dashboard.Services.SaveAsync(Role.Admin, new SettingsPatch(null, 0.9m));
        await OpenAsync(CharacterScreen.Path);
        await Expect(Character.Preset).ToContainTextAsync("temperature differs");
        await Expect(Character.Preset.GetByRole(AriaRole.Insertion)).ToHaveTextAsync("0.90");

        await Page.GetByRole(AriaRole.Button, new() { Name = "Re-apply" }).ClickAsync();
        await Expect(Character.Number).ToHaveValueAsync("0.60");
        await Expect(Page.GetByText("Save to re-apply it.")).ToBeVisibleAsync();
        await Character.Save.ClickAsync();
        await Expect(Character.Confirmation).ToBeVisibleAsync();
        await Expect(Character.Preset).Not.ToContainTextAsync("differs");

        await Dashboard.Services.EditPresetAsync(shopkeeper, 0.7m);
        await Expect(Character.Preset).ToContainTextAsync("earlier version");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Apply update" }).ClickAsync();
        await Expect(Character.Number).ToHaveValueAsync("0.70");
        await Character.Save.ClickAsync();
        await Expect(Character.Preset).Not.ToContainTextAsync("earlier version");

        await Page.GetByRole(AriaRole.Button, new() { Name = "Detach Shopkeeper" }).FocusAsync();
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Page.GetByText("Detached from “Shopkeeper”. The values stay.")).ToBeVisibleAsync();
        // The button is gone: the list of presets has the focus.
        await Expect(Page.GetByLabel("Preset", new() { Exact = true })).ToBeFocusedAsync();
        Assert.Equal(0.7m, Dashboard.Host.Character(Mira).Temperature);

        await Page.GetByLabel("Preset", new() { Exact = true }).SelectOptionAsync("Shopkeeper");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Assign “Shopkeeper”" }).ClickAsync();
        await Expect(Character.Preset).ToContainTextAsync("Shopkeeper");
        Assert.Empty(Problems);
    }
}
