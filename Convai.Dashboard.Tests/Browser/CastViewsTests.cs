using Convai.Dashboard.Browser.Pages;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Convai.Dashboard.Browser;

/// <summary>What a person filters by again and again is kept under a name.</summary>
[Trait("Speed", "Slow")]
public sealed class CastViewsTests : BrowserTest
{
    private CastScreen Cast => new(Page);

    [Fact]
    public async Task View_Saved_RestoresFiltersAfterReload_AndIsDeleted()
    {
        await OpenAsync("");
        await Cast.Provider.SelectOptionAsync("Google");
        await Cast.Search.FillAsync("flash");
        await Expect(Cast.Names).Not.ToHaveCountAsync(Dashboard.Sandbox.Account.Characters.Count);
        await Page.WaitForURLAsync("**/?*flash*");
        var address = Page.Url;
        var names = await Cast.Names.AllTextContentsAsync();
        await Cast.Views.ClickAsync();
        await Cast.ViewName.FillAsync("Quick ones");
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Page.GetByText("Saved as “Quick ones”.")).ToBeVisibleAsync();

        await OpenAsync("");
        await Expect(Cast.Names).ToHaveCountAsync(Dashboard.Sandbox.Account.Characters.Count);
        await Cast.Views.ClickAsync();
        await Cast.View("Quick ones").ClickAsync();
        await Expect(Page).ToHaveURLAsync(address);
        await Expect(Cast.Names).ToHaveTextAsync(names);
        await Expect(Cast.Search).ToHaveValueAsync("flash");
        await Cast.Views.ClickAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Delete the view Quick ones" }).ClickAsync();
        await Expect(Cast.View("Quick ones")).ToHaveCountAsync(0);
        Assert.Empty(Problems);
    }
}
