using Bunit;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Features.History;
using Convai.Dashboard.Testing;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;

namespace Convai.Dashboard.Features.Presets;

[Trait("Speed", "Slow")]
public sealed class PresetsPageTests : DashboardTestContext
{
    private const string Mira = "Mira the Innkeeper";
    private const string Pell = "Dockhand Pell";

    [Fact]
    public async Task NoPresets_ShowsEmptyState_DesignerCanCreate()
    {
        await StartSandboxAsync();
        Visitor.SwitchRole(Role.Viewer);
        var page = Render<PresetsPage>();
        await page.WaitForAssertionAsync(() => Assert.Equal("No presets yet", page.Find("h2").TextContent));
        Assert.Contains("A Designer can create one.", page.Markup, StringComparison.Ordinal);
        Assert.Empty(page.FindAll("button"));
    }

    [Fact]
    public async Task Presets_AreListedWithValuesUsersAndDeviations()
    {
        await StartWithUsesAsync();
        var page = await OpenAsync();
        var row = page.Find("tbody tr");
        Assert.Contains("Who passes by", row.TextContent, StringComparison.Ordinal);
        Assert.Contains("GPT-4o", row.TextContent, StringComparison.Ordinal);
        Assert.Contains("OpenAI · gpt-4o", row.TextContent, StringComparison.Ordinal);
        Assert.Contains("0.50", row.TextContent, StringComparison.Ordinal);
        Assert.Contains("by Jonas Brandt", row.TextContent, StringComparison.Ordinal);
        Assert.Equal("2 characters", NormalizeText(page.Find("summary").TextContent));
        Assert.Equal(["1 changed since Re-apply to 1… Villager"], States(page));
        Assert.Equal([Mira, Pell], page.FindAll("details a").Select(link => link.TextContent));
        Assert.Contains("differs Temperature: 0.90 → becomes 0.50", NormalizeText(page.FindAll("details li")[0].TextContent), StringComparison.Ordinal);
        Assert.Equal("1 preset · 1 character changed since", page.Find("[role=status]").TextContent);
    }

    [Fact]
    public async Task Viewer_SeesEverythingWithoutActions()
    {
        await StartWithUsesAsync();
        Visitor.SwitchRole(Role.Viewer);
        var page = await OpenAsync();
        Assert.Empty(page.FindAll("button"));
        Assert.NotEmpty(page.FindAll("summary"));
    }

    [Fact]
    public async Task Reapply_PlansDeviatingCharactersAndOpensPlan()
    {
        await StartWithUsesAsync();
        var page = await OpenAsync();
        await ClickAsync(page, "Re-apply to 1…");
        await page.WaitForAssertionAsync(() => Assert.EndsWith("/batches/1/plan", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal));
        var (batch, rows) = Assert.Single(await Host.Services.PlansAsync());
        Assert.Equal((ChangeKind.Preset, "Villager", "Re-apply preset “Villager”"), (batch.Kind, batch.PresetName, batch.Title));
        Assert.Equal((Mira, null, 0.5m, 0.9m), (Assert.Single(rows).CharacterName, rows[0].ModelAfter, rows[0].TemperatureAfter, rows[0].TemperatureBefore));
        Assert.Equal(3, Host.Endpoints.Count(endpoint => endpoint == "update"));
    }

    [Fact]
    public async Task EditedPreset_UpdateAndReapply_AreSeparate()
    {
        await StartWithUsesAsync();
        var page = await OpenAsync();
        var opened = Assert.Single(await Host.Get<PresetLibrary>().ReadAsync(TestPeople.As(Role.Viewer), Cancellation));
        await Host.Get<PresetLibrary>().SaveAsync(TestPeople.As(Role.Designer), opened, new PresetValues("Villager", null, "gpt-4o", 0.6m), Cancellation);
        await page.WaitForAssertionAsync(() => Assert.Equal(["1 on an earlier version Apply update to 1… Villager", "1 changed since Re-apply to 1… Villager"], States(page)));
        Assert.Equal("1 preset · 1 character on an earlier version · 1 character changed since", page.Find("[role=status]").TextContent);
        Assert.Equal(["differs", "earlier version"], page.FindAll("details li .preset-muted").Select(word => word.TextContent));
        await ClickAsync(page, "Apply update to 1…");
        await page.WaitForAssertionAsync(() => Assert.EndsWith("/batches/1/plan", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal));
        var (batch, rows) = Assert.Single(await Host.Services.PlansAsync());
        Assert.Equal((ChangeKind.Preset, opened.Id, 2, "Update preset “Villager”"), (batch.Kind, batch.PresetId, batch.PresetVersion, batch.Title));
        Assert.Equal((Pell, 0.6m), (Assert.Single(rows).CharacterName, rows[0].TemperatureAfter));
    }

    [Fact]
    public async Task Reapply_AfterDemotion_IsRefusedByTheService()
    {
        await StartWithUsesAsync();
        Visitor.SwitchRole(Role.Designer);
        var page = await OpenAsync();
        await Host.Get<Features.Team.TeamDirectory>().ChangeRoleAsync(TestPeople.As(Role.Admin), "jonas", Role.Viewer, Cancellation);
        await ClickAsync(page, "Re-apply to 1…");
        await page.WaitForAssertionAsync(() => Assert.Contains("An Admin can give you the Designer role", page.Find("[role=alert]").TextContent, StringComparison.Ordinal));
        Assert.Empty(await Host.Services.PlansAsync());
    }

    [Fact]
    public async Task NewPreset_IsValidatedSavedAndListed()
    {
        await StartSandboxAsync();
        var dialogs = Render<MudDialogProvider>();
        var page = Render<PresetsPage>();
        await page.WaitForAssertionAsync(() => Assert.Equal("No presets yet", page.Find("h2").TextContent));
        _ = ClickAsync(page, "New preset…");
        await dialogs.WaitForAssertionAsync(() => Assert.NotEmpty(dialogs.FindAll("#preset-name")));
        await TypeAsync(dialogs, "#preset-name", "Villager");
        await dialogs.InvokeAsync(() => dialogs.FindAll(".segment input")[1].ChangeAsync("on"));
        await TypeAsync(dialogs, "#preset-temperature-number", "1,5");
        await SubmitAsync(dialogs);
        Assert.Equal("Enter a value between 0 and 1, not 1.50.", dialogs.Find(".note-danger").TextContent);
        await TypeAsync(dialogs, "#preset-temperature-number", "0,42");
        await dialogs.InvokeAsync(() => dialogs.Find("#preset-model").ClickAsync());
        await dialogs.InvokeAsync(() => dialogs.Find("[id='preset-model-claude-4-sonnet']").ClickAsync());
        await TypeAsync(dialogs, "#preset-note", "Who passes by");
        await SubmitAsync(dialogs);
        await page.WaitForAssertionAsync(() => Assert.Contains("Villager", page.Find("tbody").TextContent, StringComparison.Ordinal));
        var preset = Assert.Single((await Host.Get<PresetLibrary>().ReadAsync(TestPeople.As(Role.Viewer), Cancellation))!);
        Assert.Equal(("Villager", "claude-4-sonnet", 0.42m, "Who passes by"), (preset.Name, preset.ModelCode, preset.Temperature, preset.Note));
        Assert.DoesNotContain("update", Host.Endpoints);
    }

    [Fact]
    public async Task Edit_ChangedBySomeoneElse_WarnsAndSavesOnRetry()
    {
        await StartSandboxAsync();
        var opened = await Host.Services.CreatePresetAsync("Villager", "gpt-4o", 0.5m);
        var dialogs = Render<MudDialogProvider>();
        var page = await OpenAsync();
        _ = ClickAsync(page, "Edit…");
        await dialogs.WaitForAssertionAsync(() => Assert.NotEmpty(dialogs.FindAll("#preset-name")));
        await Host.Get<PresetLibrary>().SaveAsync(TestPeople.As(Role.Designer), opened, new PresetValues("Villager", null, null, 0.6m), Cancellation);
        await TypeAsync(dialogs, "#preset-temperature-number", "0.7");
        await SubmitAsync(dialogs);
        await dialogs.WaitForAssertionAsync(() => Assert.Contains("Jonas Brandt has changed it since you opened it: “Villager”, Temperature → 0.60.", dialogs.Find(".note-danger").TextContent, StringComparison.Ordinal));
        Assert.Equal("0.7", dialogs.Find("#preset-temperature-number").GetAttribute("value"));
        await SubmitAsync(dialogs);
        await page.WaitForAssertionAsync(() => Assert.Contains("0.70", page.Find("tbody").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Delete_PresetInUse_AsksAndShowsUseCount()
    {
        await StartWithUsesAsync();
        var dialogs = Render<MudDialogProvider>();
        var page = await OpenAsync();
        _ = ClickAsync(page, "Delete…");
        await dialogs.WaitForAssertionAsync(() => Assert.Equal("Delete “Villager”?", dialogs.Find("h2").TextContent));
        Assert.StartsWith("2 characters use it.", dialogs.Find(".mud-dialog-content p").TextContent, StringComparison.Ordinal);
        await ClickAsync(dialogs, "Delete");
        await page.WaitForAssertionAsync(() => Assert.Equal("No presets yet", page.Find("h2").TextContent));
    }

    [Fact]
    public async Task Apply_SearchAndSelect_CreatesThePlan()
    {
        await StartWithUsesAsync();
        var dialogs = Render<MudDialogProvider>();
        var page = await OpenAsync();
        _ = ClickAsync(page, "Apply to…");
        await dialogs.WaitForAssertionAsync(() => Assert.NotEmpty(dialogs.FindAll(".apply-row")));
        Assert.True(Button(dialogs, "Review plan").HasAttribute("disabled"));
        Assert.StartsWith("Model → GPT-4o (gpt-4o) · Temperature → 0.50.", dialogs.Find(".apply-muted").TextContent, StringComparison.Ordinal);
        Assert.Equal(["GPT-4o (gpt-4o)", "· 0.90"], dialogs.FindAll(".apply-row").Single(row => row.TextContent.Contains(Mira, StringComparison.Ordinal)).QuerySelectorAll(".apply-now").Select(now => now.TextContent));
        Assert.Contains("already matches", dialogs.FindAll(".apply-row").Single(row => row.TextContent.Contains(Pell, StringComparison.Ordinal)).TextContent, StringComparison.Ordinal);
        await TypeAsync(dialogs, ".apply-search", "mira");
        await dialogs.WaitForAssertionAsync(() => Assert.Single(dialogs.FindAll(".apply-row")));
        await dialogs.InvokeAsync(() => dialogs.Find(".apply-row input").ChangeAsync(true));
        await TypeAsync(dialogs, ".apply-search", "reyes");
        await ClickAsync(dialogs, "Select all 1 shown");
        Assert.Equal("2 of 24 characters selected", dialogs.Find("[role=status]").TextContent);
        await TypeAsync(dialogs, "#apply-reason", "Before the show");
        await dialogs.InvokeAsync(() => dialogs.Find("#apply-preset").SubmitAsync());
        await page.WaitForAssertionAsync(() => Assert.EndsWith("/batches/1/plan", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal));
        var (batch, rows) = Assert.Single(await Host.Services.PlansAsync());
        Assert.Equal((ChangeKind.Preset, "Villager", "Before the show"), (batch.Kind, batch.PresetName, batch.Reason));
        Assert.Equal(["Captain Reyes", Mira], rows.Select(row => row.CharacterName).Order());
    }

    [Fact]
    public async Task ApplyDialog_FindsTheCharactersOfAGroup()
    {
        await StartWithUsesAsync();
        var villagers = (await Host.Get<CharacterGroups>().CreateAsync(TestPeople.As(Role.Designer), "Villagers", Cancellation)).Value!;
        Assert.Null((await Host.Get<CharacterGroups>().SetMembersAsync(TestPeople.As(Role.Designer), villagers.Id, [Host.Character(Mira).Id], isMember: true, Cancellation)).Error);
        var dialogs = Render<MudDialogProvider>();
        var page = await OpenAsync();
        _ = ClickAsync(page, "Apply to…");
        await dialogs.WaitForAssertionAsync(() => Assert.NotEmpty(dialogs.FindAll("#apply-group")));
        await TypeAsync(dialogs, ".apply-search", "villag");
        Assert.Equal(Mira, Assert.Single(dialogs.FindAll(".apply-name")).TextContent);
        await TypeAsync(dialogs, ".apply-search", "zzz");
        Assert.DoesNotContain("Select all", dialogs.Markup, StringComparison.Ordinal);
        await TypeAsync(dialogs, ".apply-search", "");
        await dialogs.InvokeAsync(() => dialogs.Find("#apply-group").ChangeAsync(villagers.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        await ClickAsync(dialogs, "Select all 1 shown");
        Assert.Equal("1 of 24 characters selected", dialogs.Find("[role=status]").TextContent);
    }

    [Fact]
    public async Task Page_ColleagueSavesOrCreatesPreset_ShowsIt()
    {
        await StartWithUsesAsync();
        var page = await OpenAsync();
        await Host.Services.SaveAsync(Role.Designer, new SettingsPatch(null, 0.11m), Pell);
        await page.WaitForAssertionAsync(() => Assert.Equal(["2 changed since Re-apply to 2… Villager"], States(page)));
        await Host.Services.CreatePresetAsync("Captain", null, 0.2m);
        await page.WaitForAssertionAsync(() => Assert.Equal(2, page.FindAll("tbody tr").Count));
    }

    [Fact]
    public async Task History_ShowsPresetName()
    {
        await StartWithUsesAsync();
        var page = Render<HistoryPage>();
        await page.WaitForAssertionAsync(() => Assert.Equal(2, page.FindAll(".act-reason").Count(reason => reason.TextContent.Contains("Preset “Villager”", StringComparison.Ordinal))));
    }

    private async Task StartWithUsesAsync()
    {
        await StartSandboxAsync();
        await Host.Get<CastDirectory>().ReadAsync(forceRefresh: false, Cancellation);
        var preset = await Host.Services.CreatePresetAsync("Villager", "gpt-4o", 0.5m, "Who passes by");
        await Host.Services.ApplyPresetAsync(preset, Mira);
        await Host.Services.ApplyPresetAsync(preset, Pell);
        await Host.Services.SaveAsync(Role.Designer, new SettingsPatch(null, 0.9m), Mira);
    }

    private async Task<IRenderedComponent<PresetsPage>> OpenAsync()
    {
        var page = Render<PresetsPage>();
        await page.WaitForAssertionAsync(() => Assert.NotEmpty(page.FindAll("tbody tr")));
        return page;
    }

    private static IEnumerable<string> States(IRenderedComponent<PresetsPage> page) => page.FindAll(".preset-state").Select(state => NormalizeText(state.TextContent));

    private static string NormalizeText(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static Task TypeAsync(IRenderedComponent<MudDialogProvider> dialogs, string box, string text) => dialogs.InvokeAsync(() => dialogs.Find(box).InputAsync(text));

    private static Task SubmitAsync(IRenderedComponent<MudDialogProvider> dialogs) => dialogs.InvokeAsync(() => dialogs.Find("#preset").SubmitAsync());

    private static AngleSharp.Dom.IElement Button<T>(IRenderedComponent<T> page, string words)
        where T : IComponent => page.FindAll("button").Single(button => button.TextContent.Split('\u00a0')[0].Trim() == words);

    private static Task ClickAsync<T>(IRenderedComponent<T> page, string words)
        where T : IComponent => page.InvokeAsync(() => Button(page, words).ClickAsync());
}
