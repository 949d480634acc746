using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Convai.Dashboard.Browser;

/// <summary>Times are those of the browser's own clock: on its very first page, on every later one, and after it has been taken to another zone.</summary>
[Trait("Speed", "Slow")]
public sealed class LocalTimeTests : BrowserTest
{
    protected override BrowserNewContextOptions ContextOptions => new() { ViewportSize = new ViewportSize { Width = 1440, Height = 900 }, TimezoneId = "Asia/Tehran" };

    [Fact]
    public async Task Times_FromFirstPage_UseBrowserZone()
    {
        await Dashboard.Services.SaveAsync(Role.Designer, new SettingsPatch(null, 0.3m));
        // The browser has no cookie yet: it was signed in by the test.
        await OpenAsync(Pages.CharacterScreen.Path);
        await Expect(Page.Locator(".history time")).ToHaveAttributeAsync("title", new System.Text.RegularExpressions.Regex(@"Tehran \(UTC\+3:30\)$"));
        await OpenAsync("team/log");
        await Expect(Page.GetByText("times in Tehran (UTC+3:30)")).ToBeVisibleAsync();
        var answer = await Page.APIRequest.GetAsync(new Uri(Address, "team/log").ToString(), new() { Headers = new Dictionary<string, string> { ["Cookie"] = await CookiesAsync() } });
        Assert.Contains("times in Tehran (UTC+3:30)", System.Net.WebUtility.HtmlDecode(await answer.TextAsync()), StringComparison.Ordinal);
        Assert.Empty(Problems);
    }

    private async Task<string> CookiesAsync() => string.Join("; ", (await Page.Context.CookiesAsync()).Select(cookie => $"{cookie.Name}={cookie.Value}"));
}
