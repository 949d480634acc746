using Convai.Dashboard.Browser.Pages;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Convai.Dashboard.Browser;

/// <summary>What is done on a page before its circuit has started.</summary>
public sealed class EarlyTests : BrowserTest
{
    [Fact]
    public async Task AMenuThatWasOpened_StaysOpen()
    {
        var asked = new TaskCompletionSource<IRoute>();
        await Page.RouteAsync("**/_blazor/negotiate*", route => asked.TrySetResult(route));
        await Page.GotoAsync(new Uri(Address, CharacterScreen.Path).ToString());
        await new TopBar(Page).AccountOf("Ana Keller").ClickAsync();
        var link = Page.GetByRole(AriaRole.Link, new() { Name = "Your account" });
        await Expect(link).ToBeVisibleAsync();

        await (await asked.Task.WaitAsync(Cancellation)).ContinueAsync();
        await Expect(Page.Locator("[data-interactive]")).ToBeAttachedAsync();
        await Expect(link).ToBeVisibleAsync();
        await link.ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "Your account" })).ToBeVisibleAsync();
        Assert.Equal([], Problems);
    }

    [Fact]
    public async Task AMenuThatWasClosedAgain_StaysClosed()
    {
        var asked = new TaskCompletionSource<IRoute>();
        await Page.RouteAsync("**/_blazor/negotiate*", route => asked.TrySetResult(route));
        await Page.GotoAsync(new Uri(Address, "").ToString());
        await new TopBar(Page).AccountOf("Ana Keller").ClickAsync();
        var link = Page.GetByRole(AriaRole.Link, new() { Name = "Your account" });
        await Expect(link).ToBeVisibleAsync();
        await Page.Keyboard.PressAsync("Escape");

        await (await asked.Task.WaitAsync(Cancellation)).ContinueAsync();
        await Expect(Page.Locator("[data-interactive]")).ToBeAttachedAsync();
        await Expect(link).ToBeHiddenAsync();
        Assert.Equal([], Problems);
    }
}
