using Convai.Dashboard.Browser.Pages;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Convai.Dashboard.Browser;

/// <summary>Light and dark: the system's choice until the person makes one, and then the person's.</summary>
[Trait("Speed", "Slow")]
public sealed class ThemeTests : BrowserTest
{
    protected override BrowserNewContextOptions ContextOptions => new(base.ContextOptions) { ColorScheme = ColorScheme.Dark };

    [Fact]
    public async Task Theme_FollowsSystemUntilSwitched()
    {
        await OpenAsync("");
        await ExpectThemeAsync(isDark: true);
        await Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        await ExpectThemeAsync(isDark: false);

        await new TopBar(Page).ThemeSwitch.ClickAsync();
        await ExpectThemeAsync(isDark: true);
        await Page.ReloadAsync();
        await ExpectThemeAsync(isDark: true);
        await new TopBar(Page).SignOutAsync("Ana Keller");
        await Expect(new SignInScreen(Page).SignIn).ToBeVisibleAsync();
        await ExpectThemeAsync(isDark: true);
        // Also before anybody has signed in.
        await new TopBar(Page).ThemeSwitch.ClickAsync();
        await ExpectThemeAsync(isDark: false);
        await new SignInScreen(Page).SignInAsync("ana@studio.example");
        await Expect(new CastScreen(Page).Heading).ToBeVisibleAsync();
        await ExpectThemeAsync(isDark: false);
        Assert.Empty(Problems);
    }

    /// <summary>By the colour that is seen.</summary>
    private async Task ExpectThemeAsync(bool isDark) => await Page.WaitForFunctionAsync(
        """
        isDark => {
            const parts = getComputedStyle(document.body).backgroundColor.match(/[\d.]+/g).slice(0, 3).map(Number);
            return (Math.max(...parts) < 128) === isDark;
        }
        """,
        isDark);
}
