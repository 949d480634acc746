using Bunit;
using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Features.Presets;
using Convai.Dashboard.Testing;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Convai.Dashboard.Features.Cast;

/// <summary>The presets in the table of all characters.</summary>
[Trait("Speed", "Slow")]
public sealed class CastPresetsTests : DashboardTestContext
{
    private const string Mira = "Mira the Innkeeper";
    private const string Pell = "Dockhand Pell";

    [Fact]
    public async Task NoPresets_ShowsNeitherColumnNorFilter()
    {
        await StartSandboxAsync();
        var page = await OpenAsync("");
        Assert.Empty(page.FindAll("td.cast-preset"));
        Assert.Empty(page.FindAll("select[aria-label=Preset]"));
    }

    [Fact]
    public async Task Column_ShowsPresetAndWhetherItDiffers()
    {
        var villager = await StartWithUsesAsync();
        var page = await OpenAsync("");
        await page.WaitForAssertionAsync(() => Assert.Equal("Villager differs", Preset(page, Mira)));
        Assert.Equal("Villager", Preset(page, Pell));
        Assert.Equal("– No preset", Preset(page, "Pip"));
        Assert.Equal("Changed since its preset was applied, here or in Convai. Temperature: 0.50 → 0.90", page.Find(".cast-preset button").GetAttribute("title"));
        // A colleague edits the preset while the page is open.
        await Host.Services.EditPresetAsync(villager, 0.6m);
        await page.WaitForAssertionAsync(() => Assert.Equal("Villager earlier version", Preset(page, Pell)));
        Assert.Equal("Villager differs", Preset(page, Mira));
        await Host.Get<CharacterPresets>().DetachAsync(TestPeople.As(Role.Designer), Host.Character(Pell).Id, villager.Id, Cancellation);
        await page.WaitForAssertionAsync(() => Assert.Equal("– No preset", Preset(page, Pell)));
    }

    [Theory]
    [InlineData("?preset=differs", new[] { Mira })]
    [InlineData("?preset=earlier", new[] { Pell })]
    [InlineData("?preset=1", new[] { Pell, Mira })]
    [InlineData("?q=villager", new[] { Pell, Mira })]
    [InlineData("?preset=1&sort=preset&dir=desc", new[] { Pell, Mira })]
    [InlineData("?preset=2", new string[0])]
    [InlineData("?preset=-1", new string[0])]
    [InlineData("?preset=99999999999999999999", new string[0])]
    public async Task Filter_ByPresetOrDifference_ReturnsMatches(string query, string[] names)
    {
        var villager = await StartWithUsesAsync();
        await Host.Services.EditPresetAsync(villager, 0.6m);
        var page = await OpenAsync(query);
        await page.WaitForAssertionAsync(() => Assert.Equal(names, page.FindAll(".cast-name a").Select(link => link.TextContent)));
    }

    [Fact]
    public async Task Filter_ChosenFromList_UpdatesUrl()
    {
        await StartWithUsesAsync();
        var page = await OpenAsync("");
        await page.WaitForAssertionAsync(() => Assert.NotEmpty(page.FindAll("select[aria-label=Preset]")));
        Assert.Equal(["Preset", "No preset", "Changed since", "On an earlier version", "Villager"], page.FindAll("select[aria-label=Preset] option").Select(option => option.TextContent));
        await page.InvokeAsync(() => page.Find("select[aria-label=Preset]").ChangeAsync("none"));
        await page.WaitForAssertionAsync(() => Assert.EndsWith("?preset=none", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal));
        Assert.DoesNotContain(Mira, page.FindAll(".cast-name a").Select(link => link.TextContent));
    }

    private async Task<Preset> StartWithUsesAsync()
    {
        await StartSandboxAsync();
        await Host.Get<CastDirectory>().ReadAsync(forceRefresh: false, Cancellation);
        var villager = await Host.Services.CreatePresetAsync("Villager", null, 0.5m);
        await Host.Services.ApplyPresetAsync(villager, Mira);
        await Host.Services.ApplyPresetAsync(villager, Pell);
        await Host.Services.SaveAsync(Role.Designer, new SettingsPatch(null, 0.9m), Mira);
        return villager;
    }

    private async Task<IRenderedComponent<CastPage>> OpenAsync(string query)
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo($"/{query}");
        var page = Render<CastPage>();
        await page.WaitForAssertionAsync(() => Assert.Empty(page.FindAll(".cast-skeleton")));
        return page;
    }

    private static string Preset(IRenderedComponent<CastPage> page, string character) => string.Join(' ', page.FindAll(".cast-row")
        .Single(row => row.QuerySelector(".cast-name a")!.TextContent == character)
        .QuerySelectorAll(".cast-preset span:not(:has(span))").Select(part => part.TextContent));
}
