using System.Text;
using Convai.Dashboard.Browser.Pages;
using Convai.Dashboard.ConvaiApi.Sandbox;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace Convai.Dashboard.Browser;

/// <summary>What no test without a browser can see: that a picture is seen where there is one, and initials where there is none.</summary>
[Trait("Speed", "Slow")]
public sealed class AvatarPicturesTests : BrowserTest
{
    private protected override Task<(string Key, string? Value)[]> SettingsAsync() => Task.FromResult<(string Key, string? Value)[]>([("Convai:Mode", "Sandbox")]);

    [Fact]
    public async Task Pictures_CoverInitialsOnlyWhenLoaded()
    {
        await OpenAsync("");
        await Assertions.Expect(Picture("Mira the Innkeeper")).ToHaveCSSAsync("opacity", "1");
        await Assertions.Expect(Picture("Captain Reyes")).ToHaveCSSAsync("opacity", "1");
        // Its host has a page instead.
        await Picture("Pip").ScrollIntoViewIfNeededAsync();
        await Page.WaitForFunctionAsync("() => [...document.images].every(image => image.complete)");
        await Assertions.Expect(Picture("Pip")).ToHaveCSSAsync("opacity", "0");
        await Assertions.Expect(Row("Pip").Locator(".avatar")).ToHaveTextAsync("P");
        await Assertions.Expect(Picture("Old Tobias")).ToHaveCountAsync(0);

        await Row("Mira the Innkeeper").GetByRole(AriaRole.Link).ClickAsync();
        await Assertions.Expect(Page.Locator(".character-head img")).ToHaveCSSAsync("opacity", "1");
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task PictureAddresses_NeverReachTheBrowser()
    {
        KeepReceived();
        await OpenAsync("");
        await Assertions.Expect(Picture("Mira the Innkeeper")).ToHaveCSSAsync("opacity", "1");
        await OpenAsync(CharacterScreen.Path);
        await Assertions.Expect(Page.Locator(".character-head img")).ToHaveCSSAsync("opacity", "1");
        string[] secrets = [SandboxPictures.Token, $":{Dashboard.Services.GetRequiredService<SandboxServer>().BaseAddress.Port}/"];
        Assert.NotEmpty(Received);
        Assert.DoesNotContain(Received.Select(bytes => Encoding.UTF8.GetString(bytes)), text => secrets.Any(secret => text.Contains(secret, StringComparison.Ordinal)));
    }

    private ILocator Row(string name) => Page.Locator(".cast-row", new() { HasText = name });

    private ILocator Picture(string name) => Row(name).Locator(".avatar img");
}
