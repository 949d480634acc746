using Convai.Dashboard.Browser.Pages;
using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Team;
using Convai.Dashboard.Testing;
using Microsoft.Extensions.DependencyInjection;
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
        await Team.RoleOption("Viewer").CheckAsync();
        await Team.ChangeRole.ClickAsync();
        await Expect(Page.GetByRole(Microsoft.Playwright.AriaRole.Dialog)).ToContainTextAsync("Jonas Brandt is a Designer now. A Viewer can view the cast.");
        await Page.Keyboard.PressAsync("Escape");
        await Expect(Team.ChangeRole).ToBeFocusedAsync();
        await Team.ChangeRole.ClickAsync();
        await Team.ConfirmRole.ClickAsync();
        await Expect(Team.Done).ToHaveTextAsync("Jonas Brandt is now a Viewer.");
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

    [Fact]
    public async Task Invitation_NewLink_EndsOldOne()
    {
        var lost = (await Dashboard.Services.GetRequiredService<TeamDirectory>().InviteAsync(TestPeople.As(Role.Admin), "lea@studio.example", Role.Designer, Cancellation)).Value!.Secret;
        await OpenAsync("team");
        await Team.NewLink("lea@studio.example").ClickAsync();
        await Expect(Page.GetByLabel("Link", new() { Exact = true })).ToBeFocusedAsync();
        var link = await Team.ReadLinkAsync();

        var lea = await OpenOtherBrowserAsync(null);
        await lea.GotoAsync(new Uri(Address, $"account/join#{lost}").ToString());
        await Expect(lea.GetByRole(Microsoft.Playwright.AriaRole.Alert)).ToContainTextAsync("This link has been used or withdrawn");
        await lea.GotoAsync(link);
        await new JoinScreen(lea).CreateAccountAsync("Lea", "tin whistle at nine");
        await Expect(new CastScreen(lea).Heading).ToBeVisibleAsync();

        // A Designer sees who is on the team, and nothing else about them.
        await OpenAsync(lea, "");
        await new TopBar(lea).Pages.GetByRole(Microsoft.Playwright.AriaRole.Link, new() { Name = "Team" }).ClickAsync();
        await Expect(lea.GetByRole(Microsoft.Playwright.AriaRole.Row)).ToHaveCountAsync(5);
        await Expect(lea.Locator("main")).ToContainTextAsync("Vera Lind");
        await Expect(lea.Locator("main")).Not.ToContainTextAsync("@");
        await Expect(lea.Locator("main").GetByRole(Microsoft.Playwright.AriaRole.Button)).ToHaveCountAsync(0);
        await lea.GotoAsync(new Uri(Address, "team/ana").ToString());
        await Expect(lea.GetByText("You don't have access to this page")).ToBeVisibleAsync();
        Assert.DoesNotContain(Problems, problem => !problem.Contains("403", StringComparison.Ordinal));
    }
}
