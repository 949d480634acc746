using Convai.Dashboard.Browser.Pages;
using Convai.Dashboard.Components.Layout;
using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Convai.Dashboard.Browser;

/// <summary>An exception that nothing caught: the page says that it no longer works, and the draft is there again once it is reloaded.</summary>
public abstract class FaultyPageTest : BrowserTest
{
    protected static readonly string[] Faults = [FaultyComponent.InRender, FaultyComponent.InHandler, FaultyComponent.InBackground];

    /// <summary>Opens the page, makes a draft, and makes a component of it throw.</summary>
    protected async Task BreakAsync(string fault)
    {
        await OpenAsync(CharacterScreen.Path);
        await Character.DraftTemperatureAsync("0.33");
        await Page.GetByRole(AriaRole.Button, new() { Name = fault }).ClickAsync();
        if (fault == FaultyComponent.InBackground)
        {
            await Dashboard.Services.SaveAsync(Role.Designer, new SettingsPatch(null, 0.5m), "Pip");
        }
    }

    /// <summary>Presses the button that has the focus and expects the draft.</summary>
    protected async Task ReloadAsync(ILocator reload)
    {
        await reload.PressAsync("Enter");
        await Expect(Character.Draft).ToContainTextAsync("1 setting changed");
        await Expect(Character.Number).ToHaveValueAsync("0.33");
        await Expect(reload).ToBeHiddenAsync();
    }
}

/// <summary>Outside the page's error boundary, where an exception ends the circuit.</summary>
[Trait("Speed", "Slow")]
public sealed class StoppedPageTests : FaultyPageTest
{
    private ILocator Notice => Page.GetByRole(AriaRole.Dialog, new() { Name = "This page has stopped" });

    private ILocator Reload => Notice.GetByRole(AriaRole.Button, new() { Name = "Reload" });

    private protected override void Configure(IServiceCollection services) => services.ReplaceComponent<ThemeSwitch, FaultyComponent>();

    [Fact]
    public async Task CircuitException_ShowsNoticeAndRestoresDraft()
    {
        foreach (var fault in Faults)
        {
            await BreakAsync(fault);
            await Expect(Notice).ToContainTextAsync("Unsaved edits are kept in this browser tab.");
            await Expect(Reload).ToBeFocusedAsync();
            await Page.Keyboard.PressAsync("Escape");
            await Page.Keyboard.PressAsync("Escape");
            await Expect(Notice).ToBeVisibleAsync();
            await ReloadAsync(Reload);
        }
    }

    /// <summary>As a browser's translator does it to a page that does not forbid it.</summary>
    [Fact]
    public async Task TranslatedPage_ShowsStoppedNoticeAndKeepsDraft()
    {
        await OpenAsync(CharacterScreen.Path);
        Assert.Equal("no", await Page.Locator("html").GetAttributeAsync("translate"));
        Assert.Equal("notranslate", await Page.Locator("meta[name=google]").GetAttributeAsync("content"));
        await Character.DraftTemperatureAsync("0.33");
        await Page.EvaluateAsync("""
            () => {
                const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
                const texts = [];
                while (walker.nextNode()) { texts.push(walker.currentNode); }
                for (const text of texts.filter(text => text.data.trim() && !text.parentElement.closest("script, style"))) {
                    const font = document.createElement("font");
                    text.replaceWith(font);
                    font.append(text.data);
                }
            }
            """);
        // What the draft bar shows is no longer what the draft is; a save changes more than text.
        await Character.Number.FillAsync("0.44");
        await Page.Keyboard.PressAsync("Control+s");
        await Expect(Notice).ToBeVisibleAsync();
        await Reload.PressAsync("Enter");
        await Expect(Notice).ToBeHiddenAsync();
        await Expect(Character.Number).ToHaveValueAsync("0.44");
    }
}

/// <summary>Inside the page's error boundary: the circuit lives on, and the bar above the page with it.</summary>
[Trait("Speed", "Slow")]
public sealed class FaultyPartTests : FaultyPageTest
{
    private protected override void Configure(IServiceCollection services) => services.ReplaceComponent<BackLink, FaultyComponent>();

    [Fact]
    public async Task FaultyComponent_OffersReloadAndRestoresDraft()
    {
        foreach (var fault in Faults)
        {
            await BreakAsync(fault);
            await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "Something went wrong on our side" })).ToBeVisibleAsync();
            await ReloadAsync(Page.GetByRole(AriaRole.Button, new() { Name = "Reload the page" }));
        }
    }
}
