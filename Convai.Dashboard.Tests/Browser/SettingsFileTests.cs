using System.Text.Json;
using Convai.Dashboard.Browser.Pages;
using Microsoft.Playwright;
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
        Assert.Equal(Dashboard.Sandbox.Account.Characters.Count, CountCharacters(json.Text));
        await Cast.SelectAsync("Mira the Innkeeper", "Pip");
        Assert.Equal(2, CountCharacters((await Cast.ExportSelectedAsync()).Text));

        await OpenAsync(ImportScreen.Path);
        await Import.ChooseAsync(csv.Text);
        await Expect(Import.Summary).ToHaveTextAsync("Nothing to do: the cast already has these values.");
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task Import_BadFileFixedAndDropped_IsApplied()
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

    [Fact]
    public async Task Paste_FromSpreadsheet_AppliesValidRows()
    {
        await OpenAsync(ImportScreen.Path);
        await PasteAsync(Import.Cells, "name\tmodel\ttemperature\r\nmira the innkeeper\tclaude-4-SONNET\t0,21\r\nOld Tobbias\t\t0,5\r\n");
        await Expect(Import.Errors).ToHaveTextAsync("Line 3 Old Tobbias No character is called “Old Tobbias”. Did you mean “Old Tobias”?");
        await Expect(Import.PlanValid).ToHaveTextAsync("Plan the 1 valid row");

        // Pasted once more, from anywhere on the page: it replaces what was there.
        await PasteAsync(Page.Locator("body"), "name\tmodel\ttemperature\r\nmira the innkeeper\tclaude-4-SONNET\t0,21\r\nOld Tobias\t\t7\r\n");
        await Expect(Import.Errors).ToHaveTextAsync("Line 3 Old Tobias Enter a value between 0 and 1, not 7.00.");
        // Fixed in the field itself.
        await Import.Cells.FillAsync((await Import.Cells.InputValueAsync()).Replace("\t7", "\t0.7", StringComparison.Ordinal));
        await Import.Compare.ClickAsync();
        await Expect(Import.Summary).ToHaveTextAsync("2 characters in the file · 2 differ · 0 are the same");
        await Import.Cells.FillAsync((await Import.Cells.InputValueAsync()).Replace("\t0.7", "\twarm", StringComparison.Ordinal));
        await Import.Compare.ClickAsync();
        await Import.PlanValid.ClickAsync();
        var plan = new BatchPlanScreen(Page);
        await Expect(plan.Heading).ToHaveTextAsync("Pasted cells, valid rows only");
        await plan.Apply.ClickAsync();
        await new BatchRunScreen(Page).ExpectConfirmedAsync(1);
        Assert.Equal(("claude-4-sonnet", 0.21m, 0.42m), (Dashboard.Host.Character("Mira the Innkeeper").ModelCode, Dashboard.Host.Character("Mira the Innkeeper").Temperature, Dashboard.Host.Character("Old Tobias").Temperature));
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task Paste_BeforeScriptIsLoaded_IsCompared()
    {
        var asked = new TaskCompletionSource<IRoute>();
        await Page.RouteAsync("**/ImportPage.*.js", route => asked.TrySetResult(route));
        await OpenAsync(ImportScreen.Path);
        var script = await asked.Task;
        await PasteAsync(Import.Cells, "name\ttemperature\nMira the Innkeeper\t0.21\n");
        await script.ContinueAsync();
        await Expect(Import.Summary).ToHaveTextAsync("1 character in the file · 1 differs · 0 are the same");
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task Paste_LargerThanCircuitMessage_IsReadUpToLimit()
    {
        await OpenAsync(ImportScreen.Path);
        await PasteAsync(Import.Cells, $"id\ttemperature\n{string.Concat(Enumerable.Range(0, 9_000).Select(row => $"character-{row}\t0.5\n"))}");
        await Expect(Import.Summary).ToHaveTextAsync("9000 characters in the file · 0 differ · 0 are the same · 9000 not in this cast");
        await PasteAsync(Import.Cells, $"id\ttemperature\n{new string('x', 5 * 1024 * 1024)}");
        await Expect(Import.Errors).ToContainTextAsync("The file is larger than 5 MB.");
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task Drop_BesideField_IsComparedAndTargetShows()
    {
        await OpenAsync(ImportScreen.Path);
        var folder = Directory.CreateTempSubdirectory("dashboard-");
        var file = Path.Combine(folder.FullName, "dropped.csv");
        await File.WriteAllTextAsync(file, $"id,temperature\n{Mira},0.21\n", Cancellation);
        var target = Page.Locator("[data-dropping]");
        await Expect(target).ToHaveCountAsync(0);
        await Import.DropAsync(file, Page.GetByRole(AriaRole.Heading, new() { Level = 1 }), () => Expect(target.GetByText("Drop it to compare it with the cast.")).ToBeVisibleAsync());
        await Expect(Import.Summary).ToHaveTextAsync("1 character in the file · 1 differs · 0 are the same");
        await Expect(target).ToHaveCountAsync(0);
        folder.Delete(recursive: true);
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task Template_FilledIn_IsImported()
    {
        await OpenAsync(ImportScreen.Path);
        var download = await Page.RunAndWaitForDownloadAsync(() => Page.GetByRole(AriaRole.Link, new() { Name = "empty" }).ClickAsync());
        Assert.Equal("convai-cast-template.csv", download.SuggestedFilename);
        var template = await File.ReadAllTextAsync(await download.PathAsync(), Cancellation);
        await Import.ChooseAsync(template.Replace($"{Mira},Mira the Innkeeper,,,", $"{Mira},Mira the Innkeeper,GPT-4.1,,", StringComparison.Ordinal));
        await Expect(Import.Summary).ToHaveTextAsync("24 characters in the file · 1 differs · 23 are the same");
        Assert.Empty(Problems);
    }

    /// <summary>As Ctrl+V does it, with what a spreadsheet puts into the clipboard.</summary>
    private static Task<JsonElement?> PasteAsync(ILocator target, string text) => target.EvaluateAsync(
        """
        (element, text) => {
            const clipboard = new DataTransfer();
            clipboard.setData("text/plain", text);
            clipboard.items.add(new File(["picture"], "cells.png", { type: "image/png" }));
            // Where no script takes it, the browser puts the text into the field itself.
            if (element.dispatchEvent(new ClipboardEvent("paste", { clipboardData: clipboard, bubbles: true, cancelable: true }))) {
                element.value = text;
            }
        }
        """,
        text);

    private static int CountCharacters(string json) => JsonDocument.Parse(json).RootElement.GetProperty("characters").GetArrayLength();
}
