using System.Text.Json;
using Convai.Dashboard.Browser.Pages;
using static Microsoft.Playwright.Assertions;

namespace Convai.Dashboard.Browser;

/// <summary>The cast's settings out into a file, and back in.</summary>
[Trait("Speed", "Slow")]
public sealed class SettingsFileTests : BrowserTest
{
    private const string Mira = "57a0c93e-7472-11ef-ac22-42010a7be011";

    private CastScreen Cast => new(Page);

    private ImportScreen Import => new(Page);

    [Fact]
    public async Task Export_WholeCastOrSelection_DownloadsFile()
    {
        await OpenAsync("");
        var csv = await Cast.ExportAsync("Export as CSV");
        Assert.EndsWith(".csv", csv.Name, StringComparison.Ordinal);
        Assert.Contains($"{Mira},Mira the Innkeeper,gpt-4o,0.7", csv.Text, StringComparison.Ordinal);
        var json = await Cast.ExportAsync("Export as JSON");
        Assert.Equal(Dashboard.Sandbox.Account.Characters.Count, CountOf(json.Text));
        await Cast.SelectAsync("Mira the Innkeeper", "Pip");
        Assert.Equal(2, CountOf((await Cast.ExportSelectedAsync()).Text));

        await OpenAsync(ImportScreen.Path);
        await Import.ChooseAsync(csv.Text);
        await Expect(Import.Summary).ToHaveTextAsync("Nothing to do: the cast already has these values.");
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task Import_BadFileShowsLine_AndFixedFileDroppedIsApplied()
    {
        await OpenAsync(ImportScreen.Path);
        await Import.ChooseAsync($"id,name,model,temperature\n{Mira},Mira the Innkeeper,,0.21\n0ae323a4-ca6c-5f30-acf4-077e5edacd07,Old Tobias,,7\n");
        await Expect(Import.Errors).ToHaveCountAsync(1);
        await Expect(Import.Errors).ToContainTextAsync("Line 3");
        await Expect(Import.Review).ToHaveCountAsync(0);

        var folder = Directory.CreateTempSubdirectory("dashboard-");
        var file = Path.Combine(folder.FullName, "mended.csv");
        await File.WriteAllTextAsync(file, $"id,name,model,temperature\n{Mira},Mira the Innkeeper,,0.21\n0ae323a4-ca6c-5f30-acf4-077e5edacd07,Old Tobias,,0.7\n", Cancellation);
        await Import.DropAsync(file);
        await Expect(Import.Summary).ToHaveTextAsync("2 characters in the file · 2 differ · 0 are the same");
        await Expect(Import.Errors).ToHaveCountAsync(0);
        folder.Delete(recursive: true);
        Assert.DoesNotContain("update", Dashboard.Host.Endpoints);

        await Import.Review.ClickAsync();
        var plan = new BatchPlanScreen(Page);
        await Expect(plan.Heading).ToHaveTextAsync("File “mended.csv”");
        await plan.Apply.ClickAsync();
        await new BatchRunScreen(Page).ExpectConfirmedAsync(2);
        Assert.Equal((0.21m, 0.7m), (Dashboard.Host.Character("Mira the Innkeeper").Temperature, Dashboard.Host.Character("Old Tobias").Temperature));
        Assert.Empty(Problems);
    }

    private static int CountOf(string json) => JsonDocument.Parse(json).RootElement.GetProperty("characters").GetArrayLength();
}
