using Convai.Dashboard.Browser.Pages;
using Convai.Dashboard.Testing;
using static Microsoft.Playwright.Assertions;

namespace Convai.Dashboard.Browser;

/// <summary>Every width that a window may have, between those of the pictures: with a preset and a group, which add two columns and two filters.</summary>
[Trait("Speed", "Slow")]
public sealed class WidthTests : BrowserTest
{
    private static readonly int[] Widths = [360, 390, 480, 640, 720, 800, 960, 1024, 1100, 1200, 1280, 1366, 1440, 1600, 1920];

    // A control of a row that ends outside of it lies on another row.
    private const string Spilled = """
        () => [...document.querySelectorAll(".cast-row")].flatMap(row => {
            const box = row.getBoundingClientRect();
            return [...row.querySelectorAll("a, button, input, .cast-number")]
                .filter(part => part.checkVisibility() && (part.getBoundingClientRect().bottom > box.bottom + 1 || part.getBoundingClientRect().top < box.top - 1))
                .map(part => `${row.innerText.slice(0, 20)}: ${part.outerHTML.slice(0, 60)}`);
        }).join("\n")
        """;

    // Names and the search keep room for some letters.
    private const string Narrow = """
        () => [...document.querySelectorAll(".cast-name :is(a, b), [data-search]")]
            .filter(part => part.clientWidth < Math.min(80, part.scrollWidth)).map(part => `${part.innerText} ${part.clientWidth}`).join("\n")
        """;

    private CastScreen Cast => new(Page);

    [Fact]
    public async Task Cast_AtEachWidth_NothingOverlapsOrIsClipped()
    {
        await PrepareAsync();
        await OpenAsync("");
        await Expect(Cast.Names).ToHaveCountAsync(24);
        foreach (var width in Widths)
        {
            await Page.SetViewportSizeAsync(width, 844);
            await AssertFitsAsync($"the cast at {width} px");
            Assert.Equal($"{width} px: ", $"{width} px: {await Page.EvaluateAsync<string>(Spilled)}");
            Assert.Equal($"{width} px: ", $"{width} px: {await Page.EvaluateAsync<string>(Narrow)}");
        }
    }

    [Theory]
    [InlineData(360)]
    [InlineData(720)]
    [InlineData(1024)]
    [InlineData(1440)]
    public async Task RowEditor_AtEachWidth_FitsItsRow(int width)
    {
        await PrepareAsync();
        await Page.SetViewportSizeAsync(width, 844);
        await OpenAsync("");
        await Page.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "0.70" }).ClickAsync();
        await Expect(Page.GetByLabel("Temperature value")).ToBeFocusedAsync();
        // The pointer is over the row, as it is for the person who has clicked there.
        Assert.Empty(await Page.EvaluateAsync<string>(Spilled));
        await AssertFitsAsync($"the row at {width} px");
    }

    [Fact]
    public async Task Pages_AtEachWidth_DoNotScrollSideways()
    {
        await PrepareAsync();
        foreach (var path in (string[])["history", "presets", "batches", "rehearsals", "team", "cast/import", "about", CharacterScreen.Path])
        {
            await OpenAsync(path);
            foreach (var width in Widths)
            {
                await Page.SetViewportSizeAsync(width, 844);
                await AssertFitsAsync($"{path} at {width} px");
            }
        }
    }

    private async Task AssertFitsAsync(string what)
    {
        var (wide, room) = (await Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"), await Page.EvaluateAsync<int>("() => document.documentElement.clientWidth"));
        Assert.True(wide <= room, $"{what}: {wide} px");
    }

    private async Task PrepareAsync()
    {
        await Dashboard.Services.AddToGroupsAsync("Mira the Innkeeper", "Villagers of the first act");
        await Dashboard.Services.ApplyPresetAsync(await Dashboard.Services.CreatePresetAsync("Shopkeeper, calm", "gpt-4o", 0.5m), "Captain Reyes");
    }
}
