using System.Globalization;
using Convai.Dashboard.Browser.Pages;
using Convai.Dashboard.Data;
using Convai.Dashboard.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Convai.Dashboard.Browser;

/// <summary>The main flows in Firefox.</summary>
[Trait("Speed", "Slow")]
public sealed class FirefoxTests : BrowserTest
{
    private protected override Engine Engine => Engine.Firefox;

    private CastScreen Cast => new(Page);

    [Fact]
    public async Task EditAndSave_AfterSignIn_IsConfirmedAndUndone()
    {
        var page = await OpenOtherBrowserAsync(null);
        var character = new CharacterScreen(page);
        await page.GotoAsync(new Uri(Address, CharacterScreen.Path).ToString());
        await new SignInScreen(page).SignInAsync(TestPeople.For(Role.Designer).Email!);
        await character.ChooseModelAsync("Claude-4-Sonnet");
        await character.Number.FillAsync("0,42");
        await Expect(character.Draft).ToContainTextAsync("2 settings changed");
        await page.Keyboard.PressAsync("Control+s");
        await Expect(character.Confirmation).ToContainTextAsync("claude-4-sonnet");
        var mira = Dashboard.Host.Character("Mira the Innkeeper");
        Assert.Equal(("claude-4-sonnet", 0.42m), (mira.ModelCode, mira.Temperature));
        await character.Undo.ClickAsync();
        await Expect(character.Number).ToHaveValueAsync("0.70");
        await Expect(character.Model).ToHaveValueAsync("GPT-4o");
        await Expect(character.Confirmation).ToBeVisibleAsync();
        Assert.Equal(("gpt-4o", 0.7m), (mira.ModelCode, mira.Temperature));
        Assert.Empty(Problems);
    }

    /// <summary>At once, without waiting for the circuit, the page's scripts or the draft.</summary>
    [Fact]
    public async Task Reload_ModelChosenImmediately_IsAddedToDraft()
    {
        await OpenAsync(CharacterScreen.Path);
        await Character.DraftTemperatureAsync("0.33");
        Page.Dialog += (_, dialog) => dialog.AcceptAsync();
        await Page.ReloadAsync(new() { WaitUntil = WaitUntilState.DOMContentLoaded });
        await Character.Model.ClickAsync();
        await Page.Keyboard.TypeAsync("opus 4.1");
        await Expect(Page.Locator("[role=option]")).ToHaveCountAsync(2);
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Character.Model).ToHaveValueAsync("Claude-Opus-4.1");
        await Expect(Character.Draft).ToContainTextAsync("2 settings changed");
        await Expect(Character.Number).ToHaveValueAsync("0.33");
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task Batch_Applied_IsFilteredInHistory()
    {
        await OpenAsync("");
        await Cast.SelectAsync("Mira the Innkeeper", "Old Tobias");
        await Cast.Change.ClickAsync();
        var plan = new BatchPlanScreen(Page);
        await plan.SetTemperatureAsync("0.2");
        await plan.Review.ClickAsync();
        await plan.Apply.ClickAsync();
        await new BatchRunScreen(Page).ExpectConfirmedAsync(2);

        await OpenAsync("history");
        var history = new HistoryScreen(Page);
        await history.Batch(2).ClickAsync();
        await Expect(history.Rows).ToHaveCountAsync(3);
        await history.Character.PressSequentiallyAsync("tobias");
        await Page.Keyboard.PressAsync("Enter");
        await Expect(history.Batch(1)).ToBeVisibleAsync();
        await history.ShowAll.ClickAsync();
        await Expect(history.Batch(2)).ToBeVisibleAsync();
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task PointInTime_DateTyped_ShowsPlan()
    {
        await Dashboard.Services.ObserveAsync();
        await OpenAsync("history/as-it-was");
        var field = Page.GetByLabel("Date and time");
        var at = DateTime.UtcNow.AddMinutes(1).AddDays(-1);
        await field.FillAsync(at.ToString("yyyy-MM-ddTHH:mm", CultureInfo.InvariantCulture));
        await Expect(Page.GetByText("first seen later").First).ToBeVisibleAsync();
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task BatchDialog_TakesFocusAndClosesOnEsc()
    {
        await OpenAsync("");
        await Cast.SelectAsync("Mira the Innkeeper", "Old Tobias");
        await Cast.Change.ClickAsync();
        var dialog = Page.GetByRole(AriaRole.Dialog);
        await Expect(dialog.Locator(":focus")).ToHaveCountAsync(1);
        await Page.Keyboard.PressAsync("Escape");
        await Expect(dialog).ToHaveCountAsync(0);
        await Expect(Cast.Change).ToBeFocusedAsync();
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task Dialogs_TakeFocusAndCloseOnEsc()
    {
        await OpenAsync(CharacterScreen.Path);
        await Character.DraftTemperatureAsync("0.33");
        await Character.BackToTheCast.ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Button, new() { Name = "Stay" })).ToBeFocusedAsync();
        await Page.Keyboard.PressAsync("Escape");
        await Expect(Page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await Page.Keyboard.PressAsync("Control+k");
        var palette = Page.GetByRole(AriaRole.Dialog, new() { Name = "Go to", Exact = true });
        await Page.Keyboard.TypeAsync("captain");
        await Expect(palette.GetByRole(AriaRole.Option)).ToHaveCountAsync(1);
        await Page.Keyboard.PressAsync("Escape");
        await Expect(palette).ToBeHiddenAsync();
        await Expect(Character.Draft).ToContainTextAsync("1 setting changed");
        Assert.Empty(Problems);
    }
}
