using Convai.Dashboard.Browser.Pages;
using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Cast;
using Convai.Dashboard.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Convai.Dashboard.Browser;

/// <summary>What a person filters by again and again is kept under a name.</summary>
[Trait("Speed", "Slow")]
public sealed class CastViewsTests : BrowserTest
{
    private CastScreen Cast => new(Page);

    [Fact]
    public async Task View_Saved_RestoresFiltersUntilDeleted()
    {
        await OpenAsync("");
        await Cast.Models.SelectOptionAsync("All Google");
        await Cast.Search.FillAsync("flash");
        await Expect(Cast.Names).Not.ToHaveCountAsync(Dashboard.Sandbox.Account.Characters.Count);
        await Expect(Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("flash"));
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
        await Expect(Cast.Views).ToHaveTextAsync("Views Quick ones");
        await Cast.Views.ClickAsync();
        await Expect(Cast.View("Quick ones")).ToHaveAttributeAsync("aria-current", "true");
        var delete = Page.GetByRole(AriaRole.Button, new() { Name = "Delete the view Quick ones" });
        await delete.ClickAsync();
        await Expect(Page.GetByText("Delete “Quick ones”?")).ToBeVisibleAsync();
        await Expect(Page.GetByRole(AriaRole.Button, new() { Name = "Keep it" })).ToBeFocusedAsync();
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Cast.View("Quick ones")).ToBeVisibleAsync();
        await delete.ClickAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Delete the view Quick ones" }).ClickAsync();
        await Expect(Cast.View("Quick ones")).ToHaveCountAsync(0);
        await Expect(Cast.Views).ToHaveTextAsync("Views");
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task SharedView_RestoresColumnsAndCopiesLink()
    {
        await OpenAsync("?flag=flagship");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Columns" }).ClickAsync();
        await Page.GetByRole(AriaRole.Checkbox, new() { Name = "Last conversation" }).UncheckAsync();
        await Expect(Conversation).ToHaveCountAsync(0);
        await Page.Keyboard.PressAsync("Escape");
        await Cast.Views.ClickAsync();
        await Cast.ViewName.FillAsync("Flagships");
        await Page.GetByLabel("Share with the team").CheckAsync();
        await Page.Locator("#views-menu").GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(Page.GetByText("Saved as “Flagships”.")).ToBeVisibleAsync();
        await Page.Keyboard.PressAsync("Escape");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Columns" }).ClickAsync();
        await Page.GetByRole(AriaRole.Checkbox, new() { Name = "Last conversation" }).CheckAsync();
        await Expect(Conversation).ToHaveCountAsync(1);
        await Page.Keyboard.PressAsync("Escape");

        await OpenAsync("");
        await Expect(Conversation).ToHaveCountAsync(1);
        await Cast.Views.ClickAsync();
        await Cast.View("Flagships").ClickAsync();
        await Expect(Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("flag=flagship$"));
        await Expect(Conversation).ToHaveCountAsync(0);
        // One clipboard serves all tests that run at this time.
        await Page.EvaluateAsync("() => { navigator.clipboard.writeText = async text => { window.copied = text; }; }");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Copy link" }).ClickAsync();
        await Expect(Page.Locator("[data-copied]")).ToHaveTextAsync("Link copied");
        await Expect(Page.GetByRole(AriaRole.Button, new() { Name = "Copied ✓" })).ToBeVisibleAsync();
        await Expect(Page.GetByRole(AriaRole.Button, new() { Name = "Copy link" })).ToBeVisibleAsync();
        var link = await Page.EvaluateAsync<string>("() => window.copied");
        Assert.Matches("flag=flagship&hide=.*Talked", link);

        // The link brings the columns, and leaves those of the person who opens it alone.
        await Page.GetByRole(AriaRole.Button, new() { Name = "Columns" }).ClickAsync();
        await Page.GetByRole(AriaRole.Checkbox, new() { Name = "Last conversation" }).CheckAsync();
        await Expect(Conversation).ToHaveCountAsync(1);
        while ((await Dashboard.Services.GetRequiredService<CastViews>().ReadLayoutAsync(TestPeople.As(Role.Admin), Cancellation)).Hidden.Contains(CastColumn.Talked))
        {
            await Task.Delay(50, Cancellation);
        }

        await Page.GotoAsync(link);
        await Expect(Cast.Names).Not.ToHaveCountAsync(0);
        await Expect(Conversation).ToHaveCountAsync(0);
        await OpenAsync("");
        await Expect(Conversation).ToHaveCountAsync(1);
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task Charts_StayOpenAndFollowFilter()
    {
        await OpenAsync("");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Charts" }).ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "Temperature distribution" })).ToBeVisibleAsync();
        await Page.ReloadAsync();
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "Temperature distribution" })).ToBeVisibleAsync();
        await Cast.Search.FillAsync("mira");
        await Expect(Page.Locator(".bar")).ToHaveCountAsync(1);
        Assert.Empty(Problems);
    }

    private ILocator Conversation => Page.GetByRole(AriaRole.Columnheader, new() { Name = "Last conversation" });
}
