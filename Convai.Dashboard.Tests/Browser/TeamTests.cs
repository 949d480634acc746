using Convai.Dashboard.Browser.Pages;
using static Microsoft.Playwright.Assertions;

namespace Convai.Dashboard.Browser;

/// <summary>What an Admin does to a colleague's account, by clicks.</summary>
[Trait("Speed", "Slow")]
public sealed class TeamTests : BrowserTest
{
    private TeamScreen Team => new(Page);

    [Fact]
    public async Task Person_RoleChangedDisabledAndEnabled_TakesEffect()
    {
        await OpenAsync("team");
        await Team.Person("Jonas Brandt").ClickAsync();
        await Team.RoleOf("Viewer").CheckAsync();
        await Expect(Team.Done).ToHaveTextAsync("Jonas Brandt is now Viewer.");
        await Team.Disable.ClickAsync();
        await Page.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Disable", Exact = true }).ClickAsync();
        await Expect(Team.Done).ToHaveTextAsync("Jonas Brandt's account is disabled.");
        await Team.BackToTheTeam.ClickAsync();
        await Expect(Team.Row("Jonas Brandt")).ToContainTextAsync("Disabled");

        var jonas = await OpenOtherBrowserAsync(null);
        await jonas.GotoAsync(Address.ToString());
        await new SignInScreen(jonas).SignInAsync("jonas@studio.example");
        await Expect(new SignInScreen(jonas).SignIn).ToBeVisibleAsync();
        await Expect(jonas.GetByRole(Microsoft.Playwright.AriaRole.Alert)).ToBeVisibleAsync();

        await Team.Person("Jonas Brandt").ClickAsync();
        await Team.Enable.ClickAsync();
        await Expect(Team.Done).ToHaveTextAsync("Jonas Brandt can sign in again.");
        await new SignInScreen(jonas).SignInAsync("jonas@studio.example");
        await Expect(new CastScreen(jonas).Character("Mira the Innkeeper")).ToBeVisibleAsync();
        // A Viewer changes nothing, and so selects nothing.
        await Expect(new CastScreen(jonas).SelectBox("Mira the Innkeeper")).ToHaveCountAsync(0);
        Assert.Empty(Problems);
    }
}
