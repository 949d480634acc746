using Bunit;
using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Testing;

namespace Convai.Dashboard.Features.Editing;

/// <summary>A preset on the page of a character: it fills the draft and writes nothing by itself.</summary>
[Trait("Speed", "Slow")]
public sealed class EditorPresetTests : DashboardTestContext
{
    private const string MiraId = "57a0c93e-7472-11ef-ac22-42010a7be011";

    [Fact]
    public async Task ApplyPreset_FillsTheDraft_AndSavingRecordsIt()
    {
        await StartSandboxAsync();
        var preset = await Host.Services.MakePresetAsync("Villager", "claude-4-sonnet", 0.42m);
        var page = await OpenAsync();
        await ChooseAsync(page, preset.Id);
        Assert.Equal("Save 2 changes", SaveText(page));
        Assert.DoesNotContain("update", Host.Endpoints);
        Assert.Equal("Villager", page.Find("#editor-preset option[selected]").TextContent);
        await SaveAsync(page);
        var change = Assert.Single(await Host.Services.ChangesAsync());
        Assert.Equal((ChangeKind.Preset, "Villager"), (change.Kind, change.PresetName));
        await page.WaitForAssertionAsync(() => Assert.Contains("preset “Villager” ·", page.Find(".history").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task ApplyPreset_PartlySet_IsStillRecordedAsPreset()
    {
        await StartSandboxAsync();
        var preset = await Host.Services.MakePresetAsync("Villager", "gpt-4o", 0.42m);
        var page = await OpenAsync();
        await ChooseAsync(page, preset.Id);
        Assert.Equal("Save 1 change", SaveText(page));
        await SaveAsync(page);
        Assert.Equal((ChangeKind.Preset, null, 0.42m), (await Host.Services.ChangesAsync()).Select(change => (change.Kind, change.ModelAfter, change.TemperatureAfter)).Single());
    }

    [Theory]
    [InlineData("0.43")]
    [InlineData(null)]
    public async Task ApplyPreset_EditedFurtherOrOtherFieldInDraft_IsRecordedAsEdit(string? temperature)
    {
        await StartSandboxAsync();
        var preset = await Host.Services.MakePresetAsync("Villager", temperature is null ? "claude-4-sonnet" : null, temperature is null ? null : 0.42m);
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
        var preset = await Host.Services.MakePresetAsync("Villager", "gpt-4o", 0.7m);
        var page = await OpenAsync();
        await ChooseAsync(page, preset.Id);
        await page.WaitForAssertionAsync(() => Assert.Equal("Convai already has these values, so there is nothing to save.", page.Find(".preset-field-hint").TextContent));
        Assert.Contains("No unsaved changes", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Viewer_IsOfferedNoPresets()
    {
        await StartSandboxAsync();
        await Host.Services.MakePresetAsync("Villager", "gpt-4o", 0.42m);
        Visitor.Become(Role.Viewer);
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

    private static Task TypeAsync(IRenderedComponent<CharacterPage> page, string text) => page.InvokeAsync(() => page.Find("[data-number]").InputAsync(text));

    private static string SaveText(IRenderedComponent<CharacterPage> page) =>
        string.Join(' ', Save(page).TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static async Task SaveAsync(IRenderedComponent<CharacterPage> page)
    {
        await page.InvokeAsync(() => Save(page).ClickAsync());
        await page.WaitForAssertionAsync(() => Assert.Contains("Confirmed by Convai", page.Find(".change-message-text").TextContent, StringComparison.Ordinal));
    }

    private static AngleSharp.Dom.IElement Save(IRenderedComponent<CharacterPage> page) => page.Find(".draft-actions button[aria-describedby=draft-text]");
}
