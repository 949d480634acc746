using Convai.Dashboard.Browser.Pages;
using Convai.Dashboard.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Convai.Dashboard.Browser;

/// <summary>Ana and Jonas side by side, each in a browser of their own: what one does, the other sees, and the history keeps.</summary>
[Trait("Speed", "Slow")]
public sealed class TwoBrowsersTests : BrowserTest
{
    private HistoryScreen History => new(Page);

    [Fact]
    public async Task TwoPeople_OnOneCharacter_SeeEachOtherAndLoseNothing()
    {
        await OpenAsync(CharacterScreen.Path);
        var jonas = await OpenAsJonasAsync(CharacterScreen.Path);
        await Expect(Page.GetByText("Jonas Brandt is here too")).ToBeVisibleAsync();
        await Expect(jonas.GetByText("Ana Keller is here too")).ToBeVisibleAsync();

        await Character.DraftTemperatureAsync("0.33");
        await new CharacterScreen(jonas).SaveTemperatureAsync("0.2");
        await Expect(Page.GetByText("Jonas Brandt changed the temperature to 0.20. Your draft is kept. When you save, you choose which value to keep.")).ToBeVisibleAsync();
        await Expect(Character.Saved).ToContainTextAsync("saved 0.20");
        await Expect(Character.Number).ToHaveValueAsync("0.33");

        await Character.Save.ClickAsync();
        await Expect(Page.GetByText("Mira the Innkeeper has changed since you opened it")).ToBeVisibleAsync();
        await Expect(Page.GetByRole(AriaRole.Row, new() { Name = "Temperature" }).Last).ToContainTextAsync("0.20 Jonas Brandt");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Overwrite with mine" }).ClickAsync();
        await Expect(Character.Confirmation).ToContainTextAsync("0.33");
        await Expect(new CharacterScreen(jonas).Number).ToHaveValueAsync("0.33");
        await Expect(jonas.GetByText("Ana Keller changed the temperature to 0.33.")).ToBeVisibleAsync();
        Assert.Equal(0.33m, Dashboard.Host.Character("Mira the Innkeeper").Temperature);

        await jonas.CloseAsync();
        await Expect(Page.GetByText("is here too")).ToBeHiddenAsync();
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task History_TwoPeople_ListsFiltersExportsAndReverts()
    {
        await OpenAsync(CharacterScreen.Path);
        await Character.SaveTemperatureAsync("0.33");
        await new CharacterScreen(await OpenAsJonasAsync(CharacterScreen.Path)).SaveTemperatureAsync("0.2");
        await OpenAsync("history");
        await Expect(History.Rows).ToHaveCountAsync(2);
        await Expect(History.Rows.Nth(0)).ToContainTextAsync("Jonas Brandt");
        await Expect(History.Rows.Nth(1)).ToContainTextAsync("Ana Keller");

        await History.Person.SelectOptionAsync(new SelectOptionValue { Label = "Jonas Brandt" });
        await Expect(History.Rows).ToHaveCountAsync(1);
        await Expect(Page).ToHaveURLAsync(new Uri(Dashboard.Address, "history?person=jonas").ToString());
        Assert.Equal(["Jonas Brandt", "0.33", "0.2"], await ExportAsync());
        // A view can be shared: the address alone brings it back.
        await OpenAsync("history?person=jonas");
        await Expect(History.Rows).ToHaveCountAsync(1);
        await Expect(History.Person).ToHaveValueAsync("jonas");

        await History.Revert("Mira the Innkeeper").ClickAsync();
        var dialog = Page.GetByRole(AriaRole.Dialog);
        await Expect(dialog.GetByText("Restores the values from before the change by Jonas Brandt")).ToBeVisibleAsync();
        await Expect(dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" })).ToBeFocusedAsync();
        await dialog.GetByLabel("Reason (optional)").FillAsync("Ana was right");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Undo change" }).ClickAsync();
        await Expect(dialog).ToHaveCountAsync(0);
        await Expect(Page.GetByText("Undone for Mira the Innkeeper.")).ToBeVisibleAsync();
        Assert.Equal(0.33m, Dashboard.Host.Character("Mira the Innkeeper").Temperature);

        await History.ShowAll.ClickAsync();
        await Expect(History.Rows).ToHaveCountAsync(3);
        await Expect(History.Rows.Nth(0)).ToContainTextAsync("“Ana was right”");
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task History_ManyChanges_AreReadPageByPage()
    {
        await Dashboard.Services.AddChangesAsync([.. Enumerable.Range(1, 500).Select(Line)]);
        await OpenAsync("history");
        await Expect(Page.GetByText("500 changes · read-only log")).ToBeVisibleAsync();
        await Expect(History.Rows).ToHaveCountAsync(50);
        await Expect(History.Reason("Change 500")).ToBeVisibleAsync();
        await Page.GetByRole(AriaRole.Link, new() { Name = "Older", Exact = true }).ClickAsync();
        await Expect(History.Reason("Change 450")).ToBeInViewportAsync();
        await Expect(History.Reason("Change 500")).ToHaveCountAsync(0);
        // The page has an address of its own.
        await Page.ReloadAsync();
        await Expect(History.Reason("Change 450")).ToBeVisibleAsync();
        await Page.GetByRole(AriaRole.Link, new() { Name = "Newer", Exact = true }).ClickAsync();
        await Expect(History.Reason("Change 500")).ToBeInViewportAsync();
        await Expect(Page.GetByRole(AriaRole.Link, new() { Name = "Newer", Exact = true })).ToHaveCountAsync(0);
        Assert.Empty(Problems);
    }

    private async Task<IPage> OpenAsJonasAsync(string path)
    {
        var page = await OpenOtherBrowserAsync(TestPeople.Jonas);
        await OpenAsync(page, path);
        return page;
    }

    /// <summary>Of each line of the file: who, the temperature before and after.</summary>
    private async Task<IReadOnlyList<string>> ExportAsync()
    {
        var download = await Page.RunAndWaitForDownloadAsync(() => Page.GetByRole(AriaRole.Link, new() { Name = "Export CSV" }).ClickAsync());
        Assert.Matches("^convai-history-[0-9-]{10}[.]csv$", download.SuggestedFilename);
        using var reader = new StreamReader(await download.CreateReadStreamAsync());
        var lines = (await reader.ReadToEndAsync(Cancellation)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("id,at,kind,outcome,person,person_id,", lines[0], StringComparison.Ordinal);
        return [.. lines.Skip(1).Select(line => line.Split(',')).SelectMany(cells => new[] { cells[4], cells[10], cells[11] })];
    }

    private static Features.Changes.ChangeRecord Line(int number) => new()
    {
        At = new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(number),
        Kind = Features.Changes.ChangeKind.Edit,
        PersonId = "jonas",
        PersonName = "Jonas Brandt",
        CharacterId = "57a0c93e-7472-11ef-ac22-42010a7be011",
        CharacterName = "Mira the Innkeeper",
        TemperatureBefore = 0.7m,
        TemperatureAfter = 0.5m,
        Reason = $"Change {number}",
        State = Features.Changes.ChangeState.Confirmed,
    };
}
