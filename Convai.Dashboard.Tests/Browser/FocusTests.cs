using Convai.Dashboard.Browser.Pages;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Convai.Dashboard.Browser;

/// <summary>Where the keyboard is after what had the focus has gone: never at the top of the page without a word.</summary>
[Trait("Speed", "Slow")]
public sealed class FocusTests : BrowserTest
{
    private ILocator Heading => Page.GetByRole(AriaRole.Heading, new() { Level = 1 });

    private ILocator Dialog => Page.GetByRole(AriaRole.Dialog);

    [Fact]
    public async Task Discard_FocusesHeading_RestoreFocusesNumberField()
    {
        await OpenAsync(CharacterScreen.Path);
        await Character.Number.FillAsync("0.33");
        await PressAsync("Discard");
        await Expect(Character.Draft).ToHaveCountAsync(0);
        await Expect(Heading).ToBeFocusedAsync();

        await Character.DraftTemperatureAsync("0.33");
        await PressAsync("Restore 0.70");
        await Expect(Character.Number).ToBeFocusedAsync();
    }

    [Fact]
    public async Task DraftCleared_WhileTypingReason_FocusesHeading()
    {
        await OpenAsync(CharacterScreen.Path);
        await Character.Number.FillAsync("0.33");
        await Character.Reason.FillAsync("Drier");
        await Dashboard.Services.SaveAsync(Role.Designer, new SettingsPatch(null, 0.33m));
        await Expect(Character.Draft).ToHaveCountAsync(0);
        await Expect(Heading).ToBeFocusedAsync();
    }

    [Fact]
    public async Task KeepCurrentValue_FocusesHeading()
    {
        await OpenAsync(CharacterScreen.Path);
        await Character.DraftTemperatureAsync("0.33");
        Dashboard.Host.Character("Mira the Innkeeper").Temperature = 0.2m;
        await Character.Save.ClickAsync();
        await PressAsync("Keep current value");
        await Expect(Character.Draft).ToHaveCountAsync(0);
        await Expect(Heading).ToBeFocusedAsync();
    }

    [Fact]
    public async Task KeepConvaisValue_FocusesHeading()
    {
        await Dashboard.Services.ObserveAsync();
        Dashboard.Host.Character("Mira the Innkeeper").Temperature = 0.9m;
        await Dashboard.Services.ObserveAsync();
        await OpenAsync(CharacterScreen.Path);
        await PressAsync("Keep Convai's value");
        await Expect(Page.Locator(".drift")).ToHaveCountAsync(0);
        await Expect(Heading).ToBeFocusedAsync();
    }

    [Fact]
    public async Task ShowAll_FocusesHeading()
    {
        await Dashboard.Services.SaveAsync(Role.Designer, new SettingsPatch(null, 0.33m));
        await OpenAsync("history?kind=edit");
        await PressAsync("Show all");
        await Expect(Page.GetByText("1 change · read-only log")).ToBeVisibleAsync();
        await Expect(Heading).ToBeFocusedAsync();

        await OpenAsync("history?kind=undo");
        await PressAsync("Show all changes");
        await Expect(Page.GetByText("1 change · read-only log")).ToBeVisibleAsync();
        await Expect(Heading).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Restore_FocusesItsRow()
    {
        await Dashboard.Services.ObserveAsync();
        await using (var db = await Dashboard.Services.GetRequiredService<IDbContextFactory<DashboardDbContext>>().CreateDbContextAsync(Cancellation))
        {
            // Known for an hour, so that there is a time to go back to.
            var anHourAgo = DateTimeOffset.UtcNow.AddHours(-1);
            await db.Set<KnownCharacter>().ExecuteUpdateAsync(known => known.SetProperty(character => character.FirstSeenAt, anHourAgo), Cancellation);
        }

        await Dashboard.Services.SaveAsync(Role.Designer, new SettingsPatch(null, 0.33m));
        await OpenAsync($"history/as-it-was?at={DateTime.UtcNow.AddMinutes(-10):yyyy-MM-ddTHH:mm}");
        await PressAsync("Restore Mira the Innkeeper");
        await Expect(Page.Locator("tbody tr")).ToContainTextAsync("Confirmed by Convai");
        await Expect(Page.Locator("tbody tr")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Revert_KeepsFocusInDialog_EscReturnsIt()
    {
        await Dashboard.Services.SaveAsync(Role.Designer, new SettingsPatch(null, 0.33m));
        await OpenAsync("history");
        var revert = new HistoryScreen(Page).Revert("Mira the Innkeeper");
        await revert.FocusAsync();
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" })).ToBeFocusedAsync();
        Dashboard.Host.Fail("update", SandboxFaultKind.ErrorInside200, times: 1);
        await PressAsync("Undo change");
        await Expect(Dialog.GetByRole(AriaRole.Button, new() { Name = "Try again" })).ToBeFocusedAsync();
        await PressAsync("Try again");
        await Expect(Dialog).ToHaveCountAsync(0);
        // Undone now: the row says so where the button was.
        await Expect(new HistoryScreen(Page).Rows.Last).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Revert_ButtonGone_FocusesHistoryHeading()
    {
        await Dashboard.Services.SaveAsync(Role.Designer, new SettingsPatch(null, 0.33m));
        await OpenAsync(CharacterScreen.Path);
        await PressAsync("Undo the change by Jonas Brandt…");
        await Expect(Dialog.GetByText("Restores the values")).ToBeVisibleAsync();
        await Dashboard.Services.AddChangesAsync([.. Enumerable.Range(1, 8).Select(minute => Line(DateTimeOffset.UtcNow.AddMinutes(-minute)))]);
        await Dashboard.Services.SaveAsync(Role.Admin, new SettingsPatch(null, 0.34m));
        await Expect(Page.GetByRole(AriaRole.Button, new() { Name = "Undo the change by Jonas Brandt…", IncludeHidden = true })).ToHaveCountAsync(7);
        await Page.Keyboard.PressAsync("Escape");
        await Expect(Dialog).ToHaveCountAsync(0);
        await Expect(Page.Locator("#history-title")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task ClickOutsideControls_FocusIsNotMoved()
    {
        await OpenAsync(CharacterScreen.Path);
        await Character.DraftTemperatureAsync("0.33");
        await Page.Mouse.ClickAsync(2, 500);
        await Dashboard.Services.SaveAsync(Role.Designer, new SettingsPatch(null, 0.33m));
        await Expect(Character.Draft).ToHaveCountAsync(0);
        Assert.True(await Page.EvaluateAsync<bool>("() => ['BODY', 'MAIN'].includes(document.activeElement.tagName)"));
    }

    /// <summary>By keyboard, like a person without a mouse.</summary>
    private async Task PressAsync(string button)
    {
        var target = Page.GetByRole(AriaRole.Button, new() { Name = button, Exact = button is "Show all" });
        await Expect(target).ToBeEnabledAsync();
        await target.FocusAsync();
        await Page.Keyboard.PressAsync("Enter");
    }

    private static ChangeRecord Line(DateTimeOffset at) => new()
    {
        At = at,
        Kind = ChangeKind.Edit,
        PersonId = "jonas",
        PersonName = "Jonas Brandt",
        CharacterId = "57a0c93e-7472-11ef-ac22-42010a7be011",
        CharacterName = "Mira the Innkeeper",
        TemperatureBefore = 0.7m,
        TemperatureAfter = 0.5m,
        State = ChangeState.Confirmed,
    };
}
