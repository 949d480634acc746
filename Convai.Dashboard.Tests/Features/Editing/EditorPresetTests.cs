using Bunit;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Presets;
using Convai.Dashboard.Testing;

namespace Convai.Dashboard.Features.Editing;

/// <summary>A preset on the page of a character: its own one and how it differs, and another one that fills the draft.</summary>
[Trait("Speed", "Slow")]
public sealed class EditorPresetTests : DashboardTestContext
{
    private const string MiraId = "57a0c93e-7472-11ef-ac22-42010a7be011";

    [Fact]
    public async Task ApplyPreset_FillsDraft_AndSavingRecordsIt()
    {
        await StartSandboxAsync();
        var preset = await Host.Services.CreatePresetAsync("Villager", "claude-4-sonnet", 0.42m);
        var page = await OpenAsync();
        await ChooseAsync(page, preset.Id);
        Assert.Equal("2 settings changed", DraftText(page));
        Assert.DoesNotContain("update", Host.Endpoints);
        Assert.Equal("Villager", page.Find("#editor-preset option[selected]").TextContent);
        await SaveAsync(page);
        var change = Assert.Single(await Host.Services.ChangesAsync());
        Assert.Equal((ChangeKind.Preset, "Villager"), (change.Kind, change.PresetName));
        await page.WaitForAssertionAsync(() => Assert.Contains("preset “Villager” ·", page.Find(".history").TextContent, StringComparison.Ordinal));
        await page.WaitForAssertionAsync(() => Assert.Equal("Preset Villager Detach Villager", OwnText(page)));
    }

    [Fact]
    public async Task OwnPreset_ChangedByHand_ShowsDifferenceAndReapplies()
    {
        await StartSandboxAsync();
        var preset = await Host.Services.CreatePresetAsync("Villager", "gpt-4o", 0.42m);
        await Host.Services.ApplyPresetAsync(preset, "Mira the Innkeeper");
        await Host.Services.SaveAsync(Role.Admin, new SettingsPatch(null, 0.9m));
        var page = await OpenAsync();
        Assert.Equal("Preset Villager temperature differs Temperature: 0.42 → becomes 0.90 Re-apply Detach Villager", OwnText(page));
        await ClickAsync(page, "Re-apply");
        Assert.Equal("1 setting changed", DraftText(page));
        Assert.Equal("Save to re-apply it.", page.Find(".preset-field-hint").TextContent);
        await SaveAsync(page);
        var change = (await Host.Services.ChangesAsync())[^1];
        Assert.Equal((ChangeKind.Preset, preset.Id, 1, 0.42m), (change.Kind, change.PresetId, change.PresetVersion, change.TemperatureAfter));
        await page.WaitForAssertionAsync(() => Assert.Equal("Preset Villager Detach Villager", OwnText(page)));
    }

    [Fact]
    public async Task OwnPreset_MarksTemperature_UntilDetached()
    {
        await StartSandboxAsync();
        var preset = await Host.Services.CreatePresetAsync("Villager", null, 0.42m);
        await Host.Services.ApplyPresetAsync(preset, "Mira the Innkeeper");
        await Host.Services.SaveAsync(Role.Admin, new SettingsPatch(null, 0.9m));
        var page = await OpenAsync();
        Assert.Equal("saved 0.90 preset 0.42", Ticks(page));
        await ClickAsync(page, "Detach Villager");
        await page.WaitForAssertionAsync(() => Assert.Equal("saved 0.90", Ticks(page)));

        static string Ticks(IRenderedComponent<CharacterPage> page) => string.Join(' ', page.FindAll(".slider-saved text").Select(text => text.TextContent));
    }

    [Fact]
    public async Task OwnPreset_EditedElsewhere_IsEarlierVersion()
    {
        await StartSandboxAsync();
        var preset = await Host.Services.CreatePresetAsync("Villager", null, 0.42m);
        await Host.Services.ApplyPresetAsync(preset, "Mira the Innkeeper");
        var page = await OpenAsync();
        await Host.Get<PresetLibrary>().SaveAsync(TestPeople.As(Role.Designer), preset, new PresetValues("Townsfolk", null, null, 0.5m), Cancellation);
        await page.WaitForAssertionAsync(() => Assert.Equal("Preset Townsfolk earlier version Temperature: 0.42 → becomes 0.50 Apply update Detach Townsfolk", OwnText(page)));
    }

    [Fact]
    public async Task Detach_KeepsValuesAndShowsIt()
    {
        await StartSandboxAsync();
        var preset = await Host.Services.CreatePresetAsync("Villager", "gpt-4o", 0.42m);
        await Host.Services.ApplyPresetAsync(preset, "Mira the Innkeeper");
        var page = await OpenAsync();
        await ClickAsync(page, "Detach Villager");
        await page.WaitForAssertionAsync(() => Assert.Equal("Detached from “Villager”. The values stay.", page.Find(".preset-field-hint").TextContent));
        Assert.Empty(page.FindAll(".preset-own"));
        Assert.Equal(0.42m, Host.Character("Mira the Innkeeper").Temperature);
    }

    [Fact]
    public async Task Detach_AfterDemotion_IsRefusedByTheService()
    {
        await StartSandboxAsync();
        var preset = await Host.Services.CreatePresetAsync("Villager", "gpt-4o", 0.42m);
        await Host.Services.ApplyPresetAsync(preset, "Mira the Innkeeper");
        Visitor.SwitchRole(Role.Designer);
        var page = await OpenAsync();
        await Host.Get<Team.TeamDirectory>().ChangeRoleAsync(TestPeople.As(Role.Admin), "jonas", Role.Viewer, Cancellation);
        await ClickAsync(page, "Detach Villager");
        await page.WaitForAssertionAsync(() => Assert.Contains("An Admin can give you the Designer role", page.Find(".preset-field [role=alert]").TextContent, StringComparison.Ordinal));
        Assert.NotEmpty(page.FindAll(".preset-own"));
    }

    [Fact]
    public async Task Viewer_SeesPresetWithoutActions()
    {
        await StartSandboxAsync();
        var preset = await Host.Services.CreatePresetAsync("Villager", "gpt-4o", 0.42m);
        await Host.Services.ApplyPresetAsync(preset, "Mira the Innkeeper");
        await Host.Services.SaveAsync(Role.Admin, new SettingsPatch("gpt-4.1", 0.9m));
        Visitor.SwitchRole(Role.Viewer);
        var page = Render<CharacterPage>(parameters => parameters.Add(character => character.Id, MiraId));
        await page.WaitForAssertionAsync(() => Assert.StartsWith("Preset Villager model and temperature differ", OwnText(page), StringComparison.Ordinal));
        Assert.Empty(page.FindAll(".preset-field button, .preset-field select"));
    }

    [Fact]
    public async Task ApplyPreset_PartlySet_IsStillRecordedAsPreset()
    {
        await StartSandboxAsync();
        var preset = await Host.Services.CreatePresetAsync("Villager", "gpt-4o", 0.42m);
        var page = await OpenAsync();
        await ChooseAsync(page, preset.Id);
        Assert.Equal("1 setting changed", DraftText(page));
        await SaveAsync(page);
        Assert.Equal((ChangeKind.Preset, null, 0.42m), (await Host.Services.ChangesAsync()).Select(change => (change.Kind, change.ModelAfter, change.TemperatureAfter)).Single());
    }

    [Theory]
    [InlineData("0.43")]
    [InlineData(null)]
    public async Task ApplyPreset_EditedFurther_IsRecordedAsEdit(string? temperature)
    {
        await StartSandboxAsync();
        var preset = await Host.Services.CreatePresetAsync("Villager", temperature is null ? "claude-4-sonnet" : null, temperature is null ? null : 0.42m);
        var page = await OpenAsync();
        if (temperature is null)
        {
            await TypeAsync(page, "0.9");
        }

        await ChooseAsync(page, preset.Id);
        if (temperature is not null)
        {
            await TypeAsync(page, temperature);
            Assert.Empty(page.FindAll("#editor-preset option[selected]:not([value=''])"));
        }

        await SaveAsync(page);
        Assert.Equal((ChangeKind.Edit, null), (await Host.Services.ChangesAsync()).Select(change => (change.Kind, change.PresetName)).Single());
    }

    [Fact]
    public async Task ApplyPreset_AlreadySet_ShowsNothingToSave()
    {
        await StartSandboxAsync();
        var preset = await Host.Services.CreatePresetAsync("Villager", "gpt-4o", 0.7m);
        var page = await OpenAsync();
        await ChooseAsync(page, preset.Id);
        await page.WaitForAssertionAsync(() => Assert.Equal("Convai already has these values, so there is nothing to save.", page.Find(".preset-field-hint").TextContent));
        Assert.Empty(page.FindAll(".draft-bar"));
        await ClickAsync(page, "Assign “Villager”");
        await page.WaitForAssertionAsync(() => Assert.Equal("Preset Villager Detach Villager", OwnText(page)));
        Assert.Empty(await Host.Services.ChangesAsync());
    }

    [Fact]
    public async Task Viewer_IsOfferedNoPresets()
    {
        await StartSandboxAsync();
        await Host.Services.CreatePresetAsync("Villager", "gpt-4o", 0.42m);
        Visitor.SwitchRole(Role.Viewer);
        var page = Render<CharacterPage>(parameters => parameters.Add(character => character.Id, MiraId));
        await page.WaitForAssertionAsync(() => Assert.NotEmpty(page.FindAll("[data-number]")));
        Assert.Empty(page.FindAll("#editor-preset"));
    }

    private async Task<IRenderedComponent<CharacterPage>> OpenAsync()
    {
        var page = Render<CharacterPage>(parameters => parameters.Add(character => character.Id, MiraId));
        await page.WaitForAssertionAsync(() => Assert.NotEmpty(page.FindAll("#editor-preset")));
        return page;
    }

    private static Task ChooseAsync(IRenderedComponent<CharacterPage> page, long id) =>
        page.InvokeAsync(() => page.Find("#editor-preset").ChangeAsync(id.ToString(System.Globalization.CultureInfo.InvariantCulture)));

    private static string OwnText(IRenderedComponent<CharacterPage> page) => NormalizeText(string.Join(' ', page.Find(".preset-own").Children.Select(part => part.TextContent)));

    private static string NormalizeText(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static Task ClickAsync(IRenderedComponent<CharacterPage> page, string words) =>
        page.InvokeAsync(() => page.FindAll(".preset-field button").Single(button => NormalizeText(button.TextContent) == words).ClickAsync());

    private static Task TypeAsync(IRenderedComponent<CharacterPage> page, string text) => page.InvokeAsync(() => page.Find("[data-number]").InputAsync(text));

    private static string DraftText(IRenderedComponent<CharacterPage> page) => page.Find(".draft-text b").TextContent;

    private static async Task SaveAsync(IRenderedComponent<CharacterPage> page)
    {
        await page.InvokeAsync(() => Save(page).ClickAsync());
        await page.WaitForAssertionAsync(() => Assert.Contains("Confirmed by Convai", page.Find(".change-message-text").TextContent, StringComparison.Ordinal));
    }

    private static AngleSharp.Dom.IElement Save(IRenderedComponent<CharacterPage> page) => page.Find(".draft-actions button[aria-describedby=draft-text]");
}
