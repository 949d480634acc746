using Convai.Dashboard.Browser.Pages;
using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Team;
using Convai.Dashboard.Security;
using Convai.Dashboard.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Convai.Dashboard.Browser;

/// <summary>Coming in by every way, as people do it in a browser.</summary>
[Trait("Speed", "Slow")]
public sealed class AccountTests : BrowserTest
{
    private const string Password = "tin whistle at nine";

    private protected override Person? SignedInAs => null;

    private SignInScreen Screen => new(Page);

    [Fact]
    public async Task AnonymousVisitor_SignsIn_ReturnsToRequestedPage()
    {
        await Page.GotoAsync(new Uri(Dashboard.Address, CharacterScreen.Path).ToString());
        await Expect(Screen.Heading).ToBeVisibleAsync();
        await Expect(Screen.Email).ToBeFocusedAsync();
        await Page.Keyboard.TypeAsync("jonas@studio.example");
        await Page.Keyboard.PressAsync("Tab");
        await Page.Keyboard.TypeAsync("not the password");
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Wrong email or password");
        await Expect(Screen.Email).ToHaveValueAsync("jonas@studio.example");
        await Expect(Screen.Password).ToBeFocusedAsync();
        await Page.Keyboard.TypeAsync(TestPeople.Password);
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "Mira the Innkeeper" })).ToBeVisibleAsync();

        await new TopBar(Page).SignOutAsync("Jonas Brandt");
        await Expect(Page.GetByText("You are signed out.")).ToBeVisibleAsync();
        await Page.GotoAsync(Dashboard.Address.ToString());
        await Expect(Screen.SignIn).ToBeVisibleAsync();
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task SignOut_InOneTab_SignsOutTheOtherTab()
    {
        await SignInAsync("jonas@studio.example");
        var other = await Page.Context.NewPageAsync();
        await OpenAsync(other, CharacterScreen.Path);
        await OpenAsync("");
        await new TopBar(Page).SignOutAsync("Jonas Brandt");
        await Expect(Page.GetByText("You are signed out.")).ToBeVisibleAsync();
        await Expect(new SignInScreen(other).Heading).ToBeVisibleAsync();
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task OpenPage_UserDemotedThenDisabled_IsUpdated()
    {
        var page = await OpenOtherBrowserAsync(TestPeople.Jonas);
        await page.GotoAsync(new Uri(Dashboard.Address, CharacterScreen.Path).ToString());
        var number = new CharacterScreen(page).Number;
        await Expect(number).ToBeEnabledAsync();
        var team = Dashboard.Services.GetRequiredService<TeamDirectory>();
        await team.ChangeRoleAsync(TestPeople.As(Role.Admin), "jonas", Role.Viewer, Cancellation);
        await Expect(number).ToBeDisabledAsync();
        await Expect(page.GetByText("You can view this character.")).ToBeVisibleAsync();
        await team.DisableAsync(TestPeople.As(Role.Admin), "jonas", Cancellation);
        await Expect(new SignInScreen(page).Heading).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Invitation_FromTeamPage_NewDesignerSignsIn()
    {
        var admin = await OpenOtherBrowserAsync(TestPeople.Ana);
        await OpenAsync(admin, "team");
        var team = new TeamScreen(admin);
        await team.Invite.ClickAsync();
        await Expect(team.InvitedEmail).ToBeFocusedAsync();
        await admin.Keyboard.TypeAsync("lea@studio.example");
        await admin.Keyboard.PressAsync("Enter");
        var link = await team.ReadLinkAsync();
        await admin.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await Expect(admin.GetByText("3 people · 1 invited")).ToBeVisibleAsync();

        await Page.GotoAsync(link);
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "Join the team" })).ToBeVisibleAsync();
        Assert.DoesNotContain("#", Page.Url, StringComparison.Ordinal);
        await new JoinScreen(Page).CreateAccountAsync("Lea", Password);
        await Expect(new CastScreen(Page).Heading).ToBeVisibleAsync();
        await Expect(admin.GetByText("4 people")).ToBeVisibleAsync();
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task AuthenticatorApp_SetUp_SignInRequiresItsCodeOrARecoveryCode()
    {
        await SignInAsync("vera@studio.example");
        await Page.GotoAsync(new Uri(Dashboard.Address, "account/authenticator").ToString());
        await Page.GetByText("Can't scan it?").ClickAsync();
        var key = (await Page.Locator("details code").TextContentAsync())!.Replace(" ", "", StringComparison.Ordinal);
        await Page.GetByLabel("Code", new() { Exact = true }).FillAsync("000 000");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Turn it on" }).ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("This code is wrong");
        await Page.GetByLabel("Code", new() { Exact = true }).FillAsync(AuthenticatorApp.CodeOf(key, DateTimeOffset.UtcNow));
        await Page.GetByRole(AriaRole.Button, new() { Name = "Turn it on" }).ClickAsync();
        await Expect(Page.GetByText("The authenticator app is on.")).ToBeVisibleAsync();
        var recovery = await Page.Locator(".recovery code").AllTextContentsAsync();
        Assert.Equal(10, recovery.Count);

        // Each code works once: the next one.
        foreach (var (code, way) in new[] { (AuthenticatorApp.CodeOf(key, DateTimeOffset.UtcNow.AddSeconds(30)), "Password and code"), (recovery[0], "Password and recovery code") })
        {
            await Page.Context.ClearCookiesAsync();
            await SignInAsync("vera@studio.example", "Confirm it's you");
            await Page.GetByLabel("Code", new() { Exact = true }).FillAsync("wrong");
            await Page.GetByRole(AriaRole.Button, new() { Name = "Confirm" }).ClickAsync();
            await Expect(Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("This code is wrong");
            await Page.GetByLabel("Code", new() { Exact = true }).FillAsync(code);
            await Page.GetByRole(AriaRole.Button, new() { Name = "Confirm" }).ClickAsync();
            await Expect(new CastScreen(Page).Heading).ToBeVisibleAsync();
            var log = await Dashboard.Services.GetRequiredService<SecurityLog>().ReadAsync(TestPeople.As(Role.Admin), "vera", null, Cancellation);
            Assert.Equal(way, log![0].Detail);
        }

        await Page.GotoAsync(new Uri(Dashboard.Address, "account").ToString());
        await Expect(Page.GetByText("You have 9 recovery codes left.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Passkey_Added_SignsInUntilRemoved()
    {
        // A name, not a number: browsers give passkeys to names alone.
        var address = new UriBuilder(Dashboard.Address) { Host = "localhost" }.Uri;
        await GivePasskeysAsync();
        await Page.GotoAsync(new Uri(address, "account/sign-in?returnUrl=%2Faccount").ToString());
        await Screen.SignInAsync("jonas@studio.example");
        await Page.GetByLabel("Name of the new passkey").FillAsync("Jonas's laptop");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Add a passkey" }).ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Status)).ToContainTextAsync("“Jonas's laptop” was added");

        await Page.GetByRole(AriaRole.Button, new() { Name = "Sign out", Exact = true }).ClickAsync();
        await Screen.UseAPasskey.ClickAsync();
        await Expect(new CastScreen(Page).Heading).ToBeVisibleAsync();

        await Page.GotoAsync(new Uri(address, "account").ToString());
        await Page.GetByRole(AriaRole.Button, new() { Name = "Remove the passkey Jonas's laptop" }).ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Status)).ToContainTextAsync("“Jonas's laptop” was removed");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Sign out", Exact = true }).ClickAsync();
        await Screen.UseAPasskey.ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Alert).First).ToContainTextAsync("This passkey doesn't belong to an account");
    }

    private async Task SignInAsync(string email, string heading = "Cast")
    {
        await Page.GotoAsync(Dashboard.Address.ToString());
        await Screen.SignInAsync(email);
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = heading })).ToBeVisibleAsync();
    }
}
