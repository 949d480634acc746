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
        await Expect(page.GetByText("Your role can view this but not change it.")).ToBeVisibleAsync();
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
        await team.CloseLink.ClickAsync();
        await Expect(admin.GetByText("Close without copying the link?")).ToBeVisibleAsync();
        await admin.GetByRole(AriaRole.Button, new() { Name = "Close anyway" }).ClickAsync();
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
    public async Task AuthenticatorApp_SetUp_SignInRequiresCode()
    {
        await SignInAsync("vera@studio.example");
        await Page.GotoAsync(new Uri(Dashboard.Address, "account/authenticator").ToString());
        await Page.GetByText("Can't scan it?").ClickAsync();
        var key = (await Page.Locator("details code").TextContentAsync())!.Replace(" ", "", StringComparison.Ordinal);
        // The sixth digit sends it.
        await Code.PressSequentiallyAsync("000 000");
        await Expect(Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("This code is wrong");
        await Code.FillAsync(AuthenticatorApp.GetCode(key, DateTimeOffset.UtcNow));
        await Expect(Page.GetByText("The authenticator app is on.")).ToBeVisibleAsync();
        var recovery = await Page.Locator(".recovery code").AllTextContentsAsync();
        Assert.Equal(10, recovery.Count);
        await KeepAsync(recovery);

        // Each code works once: the next one.
        foreach (var (code, way) in new[] { (AuthenticatorApp.GetCode(key, DateTimeOffset.UtcNow.AddSeconds(30)), "Password and code"), (recovery[0], "Password and recovery code") })
        {
            await Page.Context.ClearCookiesAsync();
            await SignInAsync("vera@studio.example", "Enter your code");
            await Code.FillAsync("wrong");
            await Page.GetByRole(AriaRole.Button, new() { Name = "Confirm" }).ClickAsync();
            await Expect(Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("This code is wrong");
            await Code.FillAsync(code);
            if (code.Length != 6)
            {
                await Page.GetByRole(AriaRole.Button, new() { Name = "Confirm" }).ClickAsync();
            }

            await Expect(new CastScreen(Page).Heading).ToBeVisibleAsync();
            var log = await Dashboard.Services.GetRequiredService<SecurityLog>().ReadAsync(TestPeople.As(Role.Admin), "vera", null, Cancellation);
            Assert.Equal(way, log![0].Detail);
        }

        await Page.GotoAsync(new Uri(Dashboard.Address, "account").ToString());
        await Expect(Page.GetByText("You have 9 recovery codes left.")).ToBeVisibleAsync();

        // The codes are shown once, so they are in sight.
        await Page.GetByRole(AriaRole.Link, new() { Name = "Create new recovery codes…" }).ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "Replace the 9 codes?" })).ToBeVisibleAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Create new codes" }).ClickAsync();
        await Expect(Page.Locator(".recovery code").First).ToBeInViewportAsync();
        await Page.GetByRole(AriaRole.Link, new() { Name = "I've saved them" }).ClickAsync();
        await Expect(Page.GetByText("You have 10 recovery codes left.")).ToBeVisibleAsync();
        await Page.GetByRole(AriaRole.Link, new() { Name = "Turn off authenticator app…" }).ClickAsync();
        await Page.GetByRole(AriaRole.Link, new() { Name = "Keep it on" }).ClickAsync();
        await Expect(Page.GetByText("You have 10 recovery codes left.")).ToBeVisibleAsync();
    }

    /// <summary>A code works once: sent twice, the second request would say that it is wrong.</summary>
    [Fact]
    public async Task Code_SixthDigitAndEnterTogether_IsSentOnce()
    {
        await SignInAsync("vera@studio.example");
        await Page.GotoAsync(new Uri(Dashboard.Address, "account/authenticator").ToString());
        await Page.GetByText("Can't scan it?").ClickAsync();
        var key = (await Page.Locator("details code").TextContentAsync())!.Replace(" ", "", StringComparison.Ordinal);
        await Code.FillAsync(AuthenticatorApp.GetCode(key, DateTimeOffset.UtcNow));
        await Expect(Page.GetByText("The authenticator app is on.")).ToBeVisibleAsync();
        await Page.Context.ClearCookiesAsync();
        await SignInAsync("vera@studio.example", "Enter your code");
        var sent = 0;
        Page.Request += (_, request) => sent += request.Method == "POST" && new Uri(request.Url).AbsolutePath.StartsWith("/account/", StringComparison.Ordinal) ? 1 : 0;
        await Code.EvaluateAsync(
            """
            (field, code) => {
                field.value = code;
                field.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertFromPaste" }));
                field.form.requestSubmit();
                field.form.querySelector("button").click();
            }
            """,
            AuthenticatorApp.GetCode(key, DateTimeOffset.UtcNow.AddSeconds(30)));
        await Expect(new CastScreen(Page).Heading).ToBeVisibleAsync();
        Assert.Equal(1, sent);
        Assert.Empty(Problems);
    }

    /// <summary>The bar is that of every page, without a circuit; a signed-out visitor sees none of it.</summary>
    [Fact]
    public async Task AccountPages_KeepBarSearchAndMenu()
    {
        await Page.GotoAsync(new Uri(Dashboard.Address, "account/sign-in").ToString());
        await Expect(Page.GetByRole(AriaRole.Navigation)).ToHaveCountAsync(0);
        await Expect(Page.GetByRole(AriaRole.Search)).ToHaveCountAsync(0);
        await Expect(Page.Locator(".person-button, .badge, [data-sign-out]")).ToHaveCountAsync(0);

        await SignInAsync("vera@studio.example");
        await Page.GotoAsync(new Uri(Dashboard.Address, "account").ToString());
        var bar = new TopBar(Page);
        await Expect(bar.Pages.GetByRole(AriaRole.Link)).ToHaveTextAsync(["Cast", "History", "Presets", "Batches", "Rehearsals", "Team"]);
        await Expect(Page.Locator("script[src*=blazor]")).ToHaveCountAsync(0);
        await Page.Keyboard.PressAsync("Control+k");
        await Expect(Page.GetByRole(AriaRole.Searchbox, new() { Name = "Search the cast" })).ToBeFocusedAsync();
        await Page.Keyboard.TypeAsync("mira");
        await Page.Keyboard.PressAsync("Enter");
        await Expect(new CastScreen(Page).Names).ToHaveTextAsync(["Mira the Innkeeper"]);

        await Page.GotoAsync(new Uri(Dashboard.Address, "account").ToString());
        // The arrow keys open the menu and go through it.
        await bar.AccountButton("Vera Lind").FocusAsync();
        await Page.Keyboard.PressAsync("ArrowDown");
        await Expect(Page.GetByRole(AriaRole.Link, new() { Name = "Your account" })).ToBeFocusedAsync();
        await Page.Keyboard.PressAsync("ArrowDown");
        await Expect(Page.Locator(".person-menu").GetByRole(AriaRole.Button, new() { Name = "Sign out" })).ToBeFocusedAsync();
        await Page.Keyboard.PressAsync("Escape");
        await bar.AccountButton("Vera Lind").ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Button, new() { Name = "Keyboard shortcuts" })).ToHaveCountAsync(0);
        await Page.Locator(".person-menu").GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(Page.GetByText("You are signed out.")).ToBeVisibleAsync();
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task Passkey_Added_SignsInUntilRemoved()
    {
        // A name, not a number: browsers give passkeys to names alone.
        var address = new UriBuilder(Dashboard.Address) { Host = "localhost" }.Uri;
        await AddVirtualAuthenticatorAsync();
        await Page.GotoAsync(new Uri(address, "account/sign-in?returnUrl=%2Faccount").ToString());
        await Screen.SignInAsync("jonas@studio.example");
        await Page.GetByLabel("Name of the new passkey").FillAsync("Jonas's laptop");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Add passkey" }).ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Status)).ToContainTextAsync("“Jonas's laptop” was added");

        await Page.GetByRole(AriaRole.Button, new() { Name = "Sign out", Exact = true }).ClickAsync();
        await Screen.UseAPasskey.ClickAsync();
        await Expect(new CastScreen(Page).Heading).ToBeVisibleAsync();

        await Page.GotoAsync(new Uri(address, "account").ToString());
        await Page.GetByRole(AriaRole.Link, new() { Name = "Remove the passkey Jonas's laptop" }).ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "Remove the passkey “Jonas's laptop”?" })).ToBeVisibleAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Remove", Exact = true }).ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Status)).ToContainTextAsync("“Jonas's laptop” was removed");
        await Page.GetByRole(AriaRole.Link, new() { Name = "Back to your account" }).ClickAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Sign out", Exact = true }).ClickAsync();
        await Screen.UseAPasskey.ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Alert).First).ToContainTextAsync("This passkey doesn't belong to an account");
    }

    private ILocator Code => Page.GetByLabel("Code", new() { Exact = true });

    /// <summary>On the clipboard, in a file and on paper.</summary>
    private async Task KeepAsync(IReadOnlyList<string> codes)
    {
        await Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Copy" }).ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Button, new() { Name = "Copied ✓" })).ToBeVisibleAsync();
        Assert.Equal(codes, (await Page.EvaluateAsync<string>("() => navigator.clipboard.readText()")).Split('\n'));

        var file = await Page.RunAndWaitForDownloadAsync(() => Page.GetByRole(AriaRole.Button, new() { Name = "Download" }).ClickAsync());
        Assert.Equal("convai-dashboard-recovery-codes.txt", file.SuggestedFilename);
        var lines = await File.ReadAllLinesAsync(await file.PathAsync(), Cancellation);
        Assert.StartsWith("Convai Dashboard, vera@studio.example, ", lines[0], StringComparison.Ordinal);
        Assert.Equal(codes, lines[1..]);

        await Page.EvaluateAsync("() => window.print = () => window.hasPrinted = true");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Print" }).ClickAsync();
        Assert.True(await Page.EvaluateAsync<bool>("() => window.hasPrinted"));
        await Page.EmulateMediaAsync(new() { Media = Media.Print });
        await Expect(Page.Locator(".recovery code").First).ToBeVisibleAsync();
        await Expect(Page.GetByRole(AriaRole.Heading)).ToHaveCountAsync(0);
        await Expect(Page.GetByRole(AriaRole.Navigation)).ToHaveCountAsync(0);
        await Expect(Page.GetByRole(AriaRole.Button)).ToHaveCountAsync(0);
        await Page.EmulateMediaAsync(new() { Media = Media.Screen });
    }

    private async Task SignInAsync(string email, string heading = "Cast")
    {
        await Page.GotoAsync(Dashboard.Address.ToString());
        await Screen.SignInAsync(email);
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = heading })).ToBeVisibleAsync();
    }
}
