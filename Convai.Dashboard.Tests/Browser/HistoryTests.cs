using Convai.Dashboard.Browser.Pages;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Convai.Dashboard.Browser;

/// <summary>What stays in sight in the rows of the history, which are all of one height, and what its search field does.</summary>
[Trait("Speed", "Slow")]
public sealed class HistoryTests : BrowserTest
{
    private static readonly string LongReason = new('w', Features.Changes.ChangeRecord.MaxReasonLength);

    private HistoryScreen History => new(Page);

    [Fact]
    public async Task OnPhone_CharacterNameIsVisible_WhoeverChangedIt()
    {
        await Dashboard.Services.ObserveAsync();
        Dashboard.Host.Character("Mira the Innkeeper").Temperature = 0.9m;
        await Dashboard.Services.ObserveAsync();
        await Dashboard.Services.SaveAsync(Role.Designer, new SettingsPatch("claude-4-sonnet", 0.3m), reason: LongReason);
        await Page.SetViewportSizeAsync(390, 844);
        await OpenAsync("history");
        await Expect(History.Rows).ToHaveCountAsync(2);
        await Expect(History.Rows.GetByText("Changed in Convai")).ToBeVisibleAsync();
        foreach (var name in await Page.GetByRole(AriaRole.Link, new() { Name = "Mira the Innkeeper" }).AllAsync())
        {
            Assert.True(await name.EvaluateAsync<bool>(
                "link => { const box = link.getBoundingClientRect(); return document.elementFromPoint(box.left + 2, box.bottom - 3) === link && document.elementFromPoint(box.right - 3, box.top + 3) === link; }"));
        }

        Assert.True((await History.Rows.First.BoundingBoxAsync())!.Y < 400);
        await Expect(History.Outcome).ToBeHiddenAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Filters" }).ClickAsync();
        await Expect(History.Outcome).ToBeVisibleAsync();
    }

    [Fact]
    public async Task OnWideScreen_OnlyLongReasonIsTruncated_AndOpensByKeyboard()
    {
        await Dashboard.Services.SaveAsync(Role.Designer, new SettingsPatch(null, 0.3m), reason: LongReason);
        await OpenAsync("history");
        await Expect(History.Outcome).ToBeVisibleAsync();
        foreach (var part in new[] { ".timeline-head > b", ".timeline-when", ".timeline-subject" })
        {
            Assert.True(await Page.Locator(part).EvaluateAsync<bool>("element => element.scrollWidth <= element.clientWidth + 1 || getComputedStyle(element).display === 'inline'"), part);
        }

        var reason = History.Reason(LongReason);
        Assert.True(await reason.EvaluateAsync<bool>("element => element.scrollWidth > element.clientWidth"));
        await reason.FocusAsync();
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Page.Locator(":popover-open")).ToHaveTextAsync($"“{LongReason}”");
        await Page.Keyboard.PressAsync("Escape");
        await Expect(Page.Locator(":popover-open")).ToHaveCountAsync(0);
        await Expect(reason).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Search_ClearedWithEsc_ClearsTheFilterImmediately()
    {
        await Dashboard.Services.SaveAsync(Role.Designer, new SettingsPatch(null, 0.3m));
        await OpenAsync("history?character=nobody");
        await Expect(Page.GetByText("No change matches these filters")).ToBeVisibleAsync();
        await History.Character.PressAsync("Escape");
        await Expect(History.Rows).ToHaveCountAsync(1);
        await Expect(History.Character).ToBeFocusedAsync();
    }
}
