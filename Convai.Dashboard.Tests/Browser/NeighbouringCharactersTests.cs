using Convai.Dashboard.Browser.Pages;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Convai.Dashboard.Browser;

/// <summary>From one character to the next, in the order of the cast as last seen, without going back to it.</summary>
[Trait("Speed", "Slow")]
public sealed class NeighbouringCharactersTests : BrowserTest
{
    private CastScreen Cast => new(Page);

    private ILocator Place => Page.GetByRole(AriaRole.Navigation, new() { Name = "The cast as you last saw it" });

    private ILocator Heading => Page.GetByRole(AriaRole.Heading, new() { Level = 1 });

    [Fact]
    public async Task LinksAndKeys_FollowShownCast_AndAskAboutDraft()
    {
        await OpenAsync("?sort=temperature&dir=desc&band=balanced");
        await Expect(Cast.Names.First).ToBeVisibleAsync();
        await Page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        var names = await Cast.Names.AllInnerTextsAsync();
        Assert.InRange(names.Count, 3, 23);
        await Cast.Character(names[0]).ClickAsync();
        await Expect(Place).ToContainTextAsync($"1 of {names.Count}");
        await Expect(Character.PreviousCharacter).ToHaveCountAsync(0);

        await Character.NextCharacter.ClickAsync();
        await Expect(Heading).ToHaveTextAsync(names[1]);
        await Expect(Place).ToContainTextAsync($"2 of {names.Count}");
        await Page.Keyboard.PressAsync("Control+ArrowDown");
        await Expect(Heading).ToHaveTextAsync(names[2]);

        // Also while a field has the focus, which then keeps its value.
        var before = await Character.Number.InputValueAsync();
        await Character.Number.FocusAsync();
        await Page.Keyboard.PressAsync("Control+ArrowUp");
        await Expect(Heading).ToHaveTextAsync(names[1]);
        await Character.NextCharacter.ClickAsync();
        await Expect(Heading).ToHaveTextAsync(names[2]);
        await Expect(Character.Number).ToHaveValueAsync(before);

        await Character.DraftTemperatureAsync("0.01");
        await Page.Keyboard.PressAsync("Control+ArrowUp");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Save and leave" }).ClickAsync();
        await Expect(Heading).ToHaveTextAsync(names[1]);
        Assert.Equal(0.01m, Dashboard.Host.Character(names[2]).Temperature);
        // The list stays as it was seen, although the saved temperature has left the filter.
        await Expect(Place).ToContainTextAsync($"2 of {names.Count}");
        await Character.BackToTheCast.ClickAsync();
        await Expect(Cast.Names).ToHaveCountAsync(names.Count - 1);
        Assert.Empty(Problems);
    }
}
