using Convai.Dashboard.Browser.Pages;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Convai.Dashboard.Browser;

/// <summary>Who has which preset, who was changed since and who is on an earlier version: found in the table, put right by a plan.</summary>
[Trait("Speed", "Slow")]
public sealed class CastPresetTests : BrowserTest
{
    private const string Mira = "Mira the Innkeeper";
    private const string Pell = "Dockhand Pell";

    [Fact]
    public async Task Preset_DifferingAndOutdated_AreFilteredAndUpdated()
    {
        var shopkeeper = await Dashboard.Services.CreatePresetAsync("Shopkeeper", null, 0.6m);
        await Dashboard.Services.ApplyPresetAsync(shopkeeper, Mira);
        await Dashboard.Services.ApplyPresetAsync(shopkeeper, Pell);
        await Dashboard.Services.SaveAsync(Role.Admin, new SettingsPatch(null, 0.9m), Mira);
        await OpenAsync("");
        await Page.GetByRole(AriaRole.Columnheader, new() { Name = "Preset" }).GetByRole(AriaRole.Button).ClickAsync();
        await Expect(List.Names.First).ToHaveTextAsync(Pell);
        await Page.GetByRole(AriaRole.Combobox, new() { Name = "Preset" }).SelectOptionAsync("Changed since");
        await Expect(List.Names).ToHaveTextAsync([Mira]);
        await Page.GetByRole(AriaRole.Button, new() { Name = "differs" }).ClickAsync();
        await Expect(Page.Locator("#explanation")).ToContainTextAsync("Temperature: 0.60 → 0.90");

        await Dashboard.Services.EditPresetAsync(shopkeeper, 0.7m);
        await Page.GetByRole(AriaRole.Combobox, new() { Name = "Preset" }).SelectOptionAsync("On an earlier version");
        await Expect(List.Names).ToHaveTextAsync([Pell]);

        await OpenAsync("presets");
        var presets = new PresetsScreen(Page);
        await Expect(presets.Row("Shopkeeper")).ToContainTextAsync("1 on an earlier version");
        await Expect(presets.Row("Shopkeeper")).ToContainTextAsync("1 changed since");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Apply update to 1… Shopkeeper" }).ClickAsync();
        await Expect(Plan.Heading).ToHaveTextAsync("Update preset “Shopkeeper”");
        await Plan.Apply.ClickAsync();
        await Run.ExpectConfirmedAsync(1);
        await OpenAsync("presets");
        await Expect(presets.Row("Shopkeeper")).ToContainTextAsync("1 changed since");
        await Expect(presets.Row("Shopkeeper")).Not.ToContainTextAsync("earlier version");
        Assert.Equal((0.9m, 0.7m), (Dashboard.Host.Character(Mira).Temperature, Dashboard.Host.Character(Pell).Temperature));
        Assert.Empty(Problems);
    }

    private CastScreen List => new(Page);

    private BatchPlanScreen Plan => new(Page);

    private BatchRunScreen Run => new(Page);
}
