using System.Text.RegularExpressions;
using Convai.Dashboard.Browser.Pages;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Convai.Dashboard.Browser;

/// <summary>One change to many characters, from the cast to its report and back.</summary>
[Trait("Speed", "Slow")]
public sealed class BatchTests : BrowserTest
{
    private static readonly string[] Six = ["Mira the Innkeeper", "Old Tobias", "Captain Reyes", "Sister Wren", "Dockhand Pell", "Unit 7"];

    private CastScreen Cast => new(Page);

    private BatchPlanScreen Plan => new(Page);

    private BatchRunScreen Run => new(Page);

    // Row by row, so that there is a middle to pause in.
    private protected override Task<(string Key, string? Value)[]> SettingsAsync() => Task.FromResult<(string Key, string? Value)[]>([("Batches:Parallelism", "1")]);

    [Fact]
    public async Task Batch_SelectedRows_RunsPausesResumesAndUndoes()
    {
        await OpenAsync("");
        await Cast.SelectAsync(Six);
        await Cast.Change.ClickAsync();
        await Plan.Temperature.FillAsync("0.2");
        await Plan.Review.ClickAsync();
        await Expect(Plan.Summary).ToHaveTextAsync("6 of 6 characters will change");
        await Expect(Plan.Line("Mira the Innkeeper")).ToContainTextAsync("0.70 → becomes 0.20");
        Assert.DoesNotContain("update", Dashboard.Host.Endpoints);

        Dashboard.Sandbox.Options.Latency = TimeSpan.FromSeconds(1);
        await Plan.Apply.ClickAsync();
        await Expect(Run.LinesThatAre("Verifying")).Not.ToHaveCountAsync(0);
        await Expect(Run.Progress).ToHaveAttributeAsync("value", "0");
        await Run.Pause.ClickAsync();
        await Run.ExpectStateAsync("Paused");
        Dashboard.Sandbox.Options.Latency = TimeSpan.Zero;
        // What was under way comes to its end; the others wait.
        await Expect(Run.LinesThatAre("Confirmed")).Not.ToHaveCountAsync(0);
        await Expect(Run.Progress).ToHaveAttributeAsync("value", new Regex("^[1-5]$"));
        await Expect(Run.LinesThatAre("Waiting")).Not.ToHaveCountAsync(0);
        await Run.GoOn.ClickAsync();
        await Run.ExpectConfirmedAsync(6);
        await Expect(Run.Progress).ToHaveAttributeAsync("value", "6");
        Assert.All(Six, name => Assert.Equal(0.2m, Dashboard.Host.Character(name).Temperature));

        await Run.Undo.ClickAsync();
        await Expect(Plan.Line("Mira the Innkeeper")).ToContainTextAsync("0.20 → becomes 0.70");
        await Plan.Apply.ClickAsync();
        await Run.ExpectConfirmedAsync(6);
        Assert.Equal([0.7m, 0.42m, 0.35m, 0.15m, 0.95m, 0m], Six.Select(name => Dashboard.Host.Character(name).Temperature));
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task Preset_AppliedToTwoCharacters_CountsThem()
    {
        await OpenAsync("presets");
        var presets = new PresetsScreen(Page);
        await presets.MakeAsync("Villager", "0.3");
        await Expect(presets.Row("Villager")).ToContainTextAsync("No characters");
        await presets.ApplyAsync("Villager", "Mira the Innkeeper", "Old Tobias");
        await Expect(Plan.Heading).ToHaveTextAsync("Preset “Villager”");
        await Plan.Apply.ClickAsync();
        await Run.ExpectConfirmedAsync(2);
        await Page.GetByRole(AriaRole.Link, new() { Name = "Presets" }).First.ClickAsync();
        await Expect(presets.Row("Villager")).ToContainTextAsync("2 characters");
        Assert.Equal((0.3m, 0.3m), (Dashboard.Host.Character("Mira the Innkeeper").Temperature, Dashboard.Host.Character("Old Tobias").Temperature));
        Assert.Empty(Problems);
    }
}
