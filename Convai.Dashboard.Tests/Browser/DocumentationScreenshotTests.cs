using System.Text.RegularExpressions;
using Convai.Dashboard.Browser.Pages;
using Convai.Dashboard.ConvaiApi.Sandbox;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Team;
using Convai.Dashboard.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Convai.Dashboard.Browser;

/// <summary>
/// The pictures in docs/pictures, of a team at work. They are written together with the approved ones, so a screen that no longer looks like
/// its picture in the documents fails here.
/// </summary>
[Trait("Speed", "Slow")]
public sealed class DocumentationScreenshotTests : AccessibilityTest
{
    /// <summary>With the dashboard's own sandbox: it knows the day, and has pictures of the characters.</summary>
    private protected override Task<(string Key, string? Value)[]> SettingsAsync() => Task.FromResult<(string Key, string? Value)[]>([("Convai:Mode", "Sandbox")]);

    [Fact]
    public async Task DocumentationScreenshots_MatchApprovedOnes()
    {
        await WorkAsync();
        await OpenAsync("");
        await Expect(Page.GetByText("were changed in Convai")).ToBeVisibleAsync();
        await TakeAsync("cast");

        await OpenAsync("history");
        await Expect(Page.GetByText("warmer welcome").First).ToBeVisibleAsync();
        await TakeAsync("history");

        await OpenAsync(CharacterScreen.Path);
        await Character.ChooseModelAsync("Claude-4-Sonnet");
        await Character.Number.FillAsync("0.42");
        await Expect(Character.Draft).ToContainTextAsync("2 settings changed");
        await Character.Model.ClickAsync();
        await TakeAsync("character");
        await Page.Keyboard.PressAsync("Escape");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Discard", Exact = true }).ClickAsync();

        await OpenAsync("presets");
        await Expect(Page.GetByText("Villager").First).ToBeVisibleAsync();
        await TakeAsync("presets");

        await OpenAsync("");
        await Page.GetByRole(AriaRole.Checkbox, new() { NameRegex = new Regex("^Select all ") }).CheckAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Change 24 characters…" }).ClickAsync();
        var dialog = Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Preset").SelectOptionAsync("Villager");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Review plan" }).ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Button, new() { Name = "Apply to" })).ToBeVisibleAsync();
        await TakeAsync("batch");

        await Dashboard.Services.GetRequiredService<TeamDirectory>().InviteAsync(TestPeople.As(Role.Admin), "tomas@studio.example", Role.Designer, Cancellation);
        await OpenAsync("team");
        await Expect(Page.GetByText("tomas@studio.example")).ToBeVisibleAsync();
        await TakeAsync("team");
        AssertNoViolations();
    }

    private async Task WorkAsync()
    {
        var services = Dashboard.Services;
        await services.ObserveAsync();
        var villager = await services.CreatePresetAsync("Villager", "gpt-4o-mini", 0.4m, "For everyone who only passes by.");
        await services.ApplyPresetAsync(villager, "Market Crier");
        await services.SaveAsync(Role.Designer, new SettingsPatch("claude-4-sonnet", null), "Hedda Stormborn");
        await services.SaveAsync(Role.Admin, new SettingsPatch("gpt-4.1-nano", 0.83m), "Pip", "he may be silly");
        await services.ObserveAsync();
        var characters = services.GetRequiredService<SandboxServer>().Account.Characters;
        characters.Single(character => character.Name == "Old Tobias").Temperature = 0.36m;
        characters.Single(character => character.Name == "Sister Wren").ModelCode = "gpt-4.1";
        await services.ObserveAsync();
        await services.SaveAsync(Role.Designer, new SettingsPatch(null, 0.11m), "Unit 7", "a robot does not improvise");
        await services.SaveAsync(Role.Admin, new SettingsPatch(null, 0.75m), reason: "warmer welcome");
    }

    private async Task TakeAsync(string name)
    {
        await Page.WaitForFunctionAsync("() => [...document.images].every(image => image.complete)");
        if (ApprovedPictures.AreApproved)
        {
            await Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
            await Page.ScreenshotAsync(new() { Path = Path.Combine(ApprovedPictures.Folder, "../../../docs/pictures", $"{name}.png"), Animations = ScreenshotAnimations.Disabled });
        }

        await CheckAccessibilityAsync($"documents, {name}");
    }
}
