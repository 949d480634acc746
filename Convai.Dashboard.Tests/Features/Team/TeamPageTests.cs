using Bunit;
using Convai.Dashboard.Data;
using Convai.Dashboard.Security;
using Convai.Dashboard.Testing;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;

namespace Convai.Dashboard.Features.Team;

public sealed class TeamPageTests : DashboardTestContext
{
    [Fact]
    public async Task Team_ListsPeopleWithRoleSignInMethodAndLastSignIn()
    {
        await StartSandboxAsync();
        var page = await OpenAsync();
        Assert.Equal(["Ana Keller", "Jonas Brandt", "Vera Lind"], page.FindAll("a.team-name").Select(link => link.TextContent));
        var ana = page.FindAll("tbody tr")[0].TextContent;
        Assert.Contains("Admin", ana, StringComparison.Ordinal);
        Assert.Contains("(you)", ana, StringComparison.Ordinal);
        Assert.Contains("Password", ana, StringComparison.Ordinal);
        Assert.Contains("never", ana, StringComparison.Ordinal);
        Assert.Equal("3 people", page.Find("[role=status]").TextContent);
    }

    [Fact]
    public async Task Invite_ShowsLinkOnce_AndListsInvitation()
    {
        await StartSandboxAsync();
        var dialogs = Render<MudDialogProvider>();
        var page = await OpenAsync();
        // Ends with the dialog.
        _ = ClickAsync(page, "Invite someone");
        await dialogs.WaitForAssertionAsync(() => Assert.NotEmpty(dialogs.FindAll("#invite-email")));
        await dialogs.InvokeAsync(() => dialogs.Find("#invite-email").InputAsync("lea@studio.example"));
        await dialogs.InvokeAsync(() => dialogs.Find("input[value=Viewer]").ChangeAsync("Viewer"));
        await dialogs.InvokeAsync(() => dialogs.Find("#invite").SubmitAsync());
        await dialogs.WaitForAssertionAsync(() => Assert.StartsWith("http://localhost/account/join#", dialogs.Find("#hand-over-link").GetAttribute("value"), StringComparison.Ordinal));
        Assert.Contains("lea@studio.example, who joins as a Viewer", dialogs.Find(".hand-over-note").TextContent, StringComparison.Ordinal);
        // The link is shown once: closing asks unless it was copied.
        _ = ClickAsync(dialogs, "Close");
        await dialogs.WaitForAssertionAsync(() => Assert.Contains("Close without copying the link?", dialogs.Markup, StringComparison.Ordinal));
        await ClickAsync(dialogs, "Keep it open");
        await dialogs.WaitForAssertionAsync(() => Assert.DoesNotContain("Close without copying", dialogs.Markup, StringComparison.Ordinal));
        await ClickAsync(dialogs, "Copy");
        await ClickAsync(dialogs, "Close");
        await page.WaitForAssertionAsync(() => Assert.Equal("3 people · 1 invited", page.Find("[role=status]").TextContent));
        Assert.DoesNotContain("account/join", page.Markup, StringComparison.Ordinal);
        var invitation = await Host.Get<TeamDirectory>().ReadAsync(TestPeople.As(Role.Admin), Cancellation);
        Assert.Equal(Role.Viewer, Assert.Single(invitation!.Invitations).Role);
    }

    [Fact]
    public async Task Invite_ExistingPerson_ShowsErrorAndKeepsInput()
    {
        await StartSandboxAsync();
        var dialogs = Render<MudDialogProvider>();
        var page = await OpenAsync();
        // Ends with the dialog.
        _ = ClickAsync(page, "Invite someone");
        await dialogs.WaitForAssertionAsync(() => Assert.NotEmpty(dialogs.FindAll("#invite-email")));
        await dialogs.InvokeAsync(() => dialogs.Find("#invite-email").InputAsync("vera@studio.example"));
        await dialogs.InvokeAsync(() => dialogs.Find("#invite").SubmitAsync());
        await dialogs.WaitForAssertionAsync(() => Assert.Equal("Vera Lind already has an account with this email.", dialogs.Find("[role=alert]").TextContent));
        Assert.Equal("vera@studio.example", dialogs.Find("#invite-email").GetAttribute("value"));
    }

    [Fact]
    public async Task Invite_AfterDemotion_IsRefusedByTheService()
    {
        await StartSandboxAsync();
        var dialogs = Render<MudDialogProvider>();
        var page = await OpenAsync();
        // Ends with the dialog.
        _ = ClickAsync(page, "Invite someone");
        await Host.Get<TeamDirectory>().ChangeRoleAsync(TestPeople.As(Role.Admin), "jonas", Role.Admin, Cancellation);
        await Host.Get<TeamDirectory>().ChangeRoleAsync(TestPeople.As(Role.Designer), "ana", Role.Viewer, Cancellation);
        await dialogs.InvokeAsync(() => dialogs.Find("#invite-email").InputAsync("lea@studio.example"));
        await dialogs.InvokeAsync(() => dialogs.Find("#invite").SubmitAsync());
        await dialogs.WaitForAssertionAsync(() => Assert.Equal("Only an Admin can see or change this. The invitation was not created.", dialogs.Find("[role=alert]").TextContent));
    }

    [Fact]
    public async Task Team_SomeoneJoins_ShowsThem()
    {
        await StartSandboxAsync();
        var page = await OpenAsync();
        await Host.Get<TeamDirectory>().DisableAsync(TestPeople.As(Role.Admin), "vera", Cancellation);
        await page.WaitForAssertionAsync(() => Assert.Contains("Disabled", page.FindAll("tbody tr")[2].TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Person_RoleChanged_IsConfirmedAndLogged()
    {
        await StartSandboxAsync();
        var dialogs = Render<MudDialogProvider>();
        var page = await OpenPersonAsync("vera");
        Assert.True(Button(page, "Change role…").HasAttribute("disabled"));
        await page.InvokeAsync(() => page.Find("input[value=Designer]").ChangeAsync("Designer"));
        Assert.Equal(Role.Viewer, await RoleOfVeraAsync());
        _ = ClickAsync(page, "Change role…");
        await dialogs.WaitForAssertionAsync(() => Assert.Equal("Make Vera Lind a Designer?", dialogs.Find("h2").TextContent));
        Assert.Equal("Vera Lind is a Viewer now. A Designer can change models, temperatures and reasoning levels. It applies at once, on open pages too.", dialogs.Find("p").TextContent);
        await ClickAsync(dialogs, "Cancel");
        Assert.Equal(Role.Viewer, await RoleOfVeraAsync());
        _ = ClickAsync(page, "Change role…");
        await dialogs.WaitForAssertionAsync(() => Assert.NotEmpty(dialogs.FindAll("h2")));
        await ClickAsync(dialogs, "Change role");
        await page.WaitForAssertionAsync(() => Assert.Equal("Vera Lind is now a Designer.", page.Find("[aria-live] .note-good").TextContent));
        Assert.Contains("Viewer → Designer", page.Find(".data-table").TextContent, StringComparison.Ordinal);
        Assert.Contains("by Ana Keller", page.Find(".data-table").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Person_LastAdmin_KeepsRoleWithReason()
    {
        await StartSandboxAsync();
        var dialogs = Render<MudDialogProvider>();
        var page = await OpenPersonAsync("ana");
        await page.InvokeAsync(() => page.Find("input[value=Viewer]").ChangeAsync("Viewer"));
        _ = ClickAsync(page, "Change role…");
        await dialogs.WaitForAssertionAsync(() => Assert.Contains("This is your own account", dialogs.Find("p").TextContent, StringComparison.Ordinal));
        Assert.Contains("reset links that they created", dialogs.Find("p").TextContent, StringComparison.Ordinal);
        await ClickAsync(dialogs, "Change role");
        await page.WaitForAssertionAsync(() => Assert.Contains("is the last Admin", page.Find("[role=alert]").TextContent, StringComparison.Ordinal));
        Assert.True(page.Find("input[value=Admin]").HasAttribute("checked"));
    }

    [Theory]
    [InlineData(Role.Designer)]
    [InlineData(Role.Viewer)]
    public async Task Team_NotAdmin_ShowsOnlyNamesAndRoles(Role role)
    {
        await StartSandboxAsync();
        await Host.Get<TeamDirectory>().InviteAsync(TestPeople.As(Role.Admin), "lea@studio.example", Role.Designer, Cancellation);
        await Host.Get<TeamDirectory>().DisableAsync(TestPeople.As(Role.Admin), role == Role.Viewer ? "jonas" : "vera", Cancellation);
        Visitor.SwitchRole(role);
        var page = Render<TeamPage>();
        await page.WaitForAssertionAsync(() => Assert.Equal(2, page.FindAll("tbody tr").Count));
        Assert.Equal("2 people · an Admin can change roles", page.Find("[role=status]").TextContent);
        Assert.Equal(["Ana Keller", TestPeople.For(role).Name], page.FindAll("tbody b[dir]").Select(name => name.TextContent));
        Assert.Contains("(you)", page.FindAll("tbody tr")[1].TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll("a, button, input"));
        Assert.DoesNotContain("@", page.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain("Invit", page.Markup, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Team_Demoted_ShowsOnlyNamesAndRoles()
    {
        await StartSandboxAsync();
        var page = await OpenAsync();
        Visitor.SwitchRole(Role.Viewer);
        await page.WaitForAssertionAsync(() => Assert.Empty(page.FindAll("a.team-name, button")));
        await page.WaitForAssertionAsync(() => Assert.Equal(3, page.FindAll("tbody tr").Count));
    }

    [Fact]
    public async Task NewLink_ReplacesOldOne_AndIsShownOnce()
    {
        await StartSandboxAsync();
        var lost = (await Host.Get<TeamDirectory>().InviteAsync(TestPeople.As(Role.Admin), "lea@studio.example", Role.Designer, Cancellation)).Value!.Secret;
        var page = await OpenAsync();
        await page.InvokeAsync(() => page.Find("[aria-label='Create a new link for lea@studio.example']").ClickAsync());
        await page.WaitForAssertionAsync(() => Assert.NotEmpty(page.FindAll("#hand-over-link")));
        var address = page.Find("#hand-over-link").GetAttribute("value")!;
        Assert.Contains("The earlier link has stopped working.", page.Find(".hand-over-note").TextContent, StringComparison.Ordinal);
        var links = Host.Get<AccessLinks>();
        Assert.Null(await links.FindAsync(lost, Cancellation));
        Assert.Equal(("lea@studio.example", Role.Designer), (await links.FindAsync(address.Split('#')[1], Cancellation)) is { } found ? (found.Email, found.Role) : default);
        Assert.Equal("3 people · 1 invited", page.Find("[role=status]").TextContent);

        var dialogs = Render<MudDialogProvider>();
        _ = page.InvokeAsync(() => page.Find("[aria-label='Withdraw the invitation for lea@studio.example']").ClickAsync());
        await dialogs.WaitForAssertionAsync(() => Assert.NotEmpty(dialogs.FindAll("h2")));
        await ClickAsync(dialogs, "Withdraw");
        await page.WaitForAssertionAsync(() => Assert.Equal("3 people", page.Find("[role=status]").TextContent));
        Assert.Empty(page.FindAll("#hand-over-link"));
    }

    [Fact]
    public async Task Person_RoleFromProvider_ShowsClaimAndRule()
    {
        await StartSandboxAsync();
        await using (var db = await Host.Get<Microsoft.EntityFrameworkCore.IDbContextFactory<DashboardDbContext>>().CreateDbContextAsync(Cancellation))
        {
            var vera = (await db.Users.FindAsync(["vera"], Cancellation))!;
            (vera.RoleClaim, vera.RoleRule) = ("groups = looking", "Authentication:Oidc:Roles:0 (looking gives Viewer)");
            await db.SaveChangesAsync(Cancellation);
        }

        var page = await OpenPersonAsync("vera");
        var why = page.Find(".person-why").TextContent;
        Assert.Contains("groups = looking", why, StringComparison.Ordinal);
        Assert.Contains("Authentication:Oidc:Roles:0", why, StringComparison.Ordinal);
        Assert.True(page.Find("fieldset").HasAttribute("disabled"));
    }

    [Fact]
    public async Task Team_SuspiciousLinks_AreExplainedUntilReviewed()
    {
        await StartSandboxAsync();
        await LinkVeraAsync("vera-1", "mallory-1");
        var page = await OpenAsync();
        var words = page.FindAll(".concerns-words").Select(line => line.TextContent).ToList();
        Assert.StartsWith("2 identities at your organisation sign in to this account", words[0], StringComparison.Ordinal);
        Assert.StartsWith("your organisation hasn't confirmed that vera@studio.example is Vera Lind's.", words[1], StringComparison.Ordinal);
        await ClickAsync(page, "Mark as reviewed");
        await page.WaitForAssertionAsync(() => Assert.Empty(page.FindAll("#concerns-title")));
        Assert.Equal(SecurityEventKind.LinksReviewed, (await Host.Get<SecurityLog>().ReadAsync(TestPeople.As(Role.Admin), "vera", null, Cancellation))![0].Kind);
    }

    [Fact]
    public async Task Team_DuplicateNames_WarnsThatHistoryIsAmbiguous()
    {
        await StartSandboxAsync();
        await using (var db = await Host.Get<Microsoft.EntityFrameworkCore.IDbContextFactory<DashboardDbContext>>().CreateDbContextAsync(Cancellation))
        {
            db.Users.Add(new Person { Id = "other", Name = "vera lind", UserName = "other", NormalizedUserName = "OTHER" });
            await db.SaveChangesAsync(Cancellation);
        }

        var page = await OpenAsync();
        Assert.Equal(2, page.FindAll(".concerns-words").Count(line => line.TextContent.StartsWith("Someone else is called", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Team_NothingSuspicious_ShowsNoList()
    {
        await StartSandboxAsync();
        Assert.Empty((await OpenAsync()).FindAll("#concerns-title"));
    }

    [Fact]
    public async Task Person_RemoveLink_AsksFirstAndKeepsOtherLinks()
    {
        await StartSandboxAsync();
        await LinkVeraAsync("vera-1", "mallory-1");
        var dialogs = Render<MudDialogProvider>();
        var page = await OpenPersonAsync("vera");
        _ = page.InvokeAsync(() => page.Find("[aria-label='Remove link to mallory-1']").ClickAsync());
        await dialogs.WaitForAssertionAsync(() => Assert.Equal("Remove this link?", dialogs.Find("h2").TextContent));
        await ClickAsync(dialogs, "Remove");
        await page.WaitForAssertionAsync(() => Assert.Equal("The link was removed.", page.Find(".note-good").TextContent));
        Assert.Equal(["vera-1"], page.FindAll("section code").Select(subject => subject.TextContent));
        Assert.Contains("mallory-1", page.Find(".data-table").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Person_RoleWithdrawn_CanBeAllowedLocalSignIn()
    {
        await StartSandboxAsync();
        await using (var db = await Host.Get<Microsoft.EntityFrameworkCore.IDbContextFactory<DashboardDbContext>>().CreateDbContextAsync(Cancellation))
        {
            var vera = (await db.Users.FindAsync(["vera"], Cancellation))!;
            (vera.RoleClaim, vera.LocalSignInDisabledAt) = ("groups = looking", DateTimeOffset.UtcNow);
            await db.SaveChangesAsync(Cancellation);
        }

        var page = await OpenPersonAsync("vera");
        Assert.Contains("no longer gives Vera Lind a role", page.Markup, StringComparison.Ordinal);
        await ClickAsync(page, "Allow local sign-in");
        await page.WaitForAssertionAsync(() => Assert.Equal("Vera Lind can sign in without your organisation.", page.Find(".note-good").TextContent));
        Assert.DoesNotContain("Allow local sign-in", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Person_Disable_AsksFirst()
    {
        await StartSandboxAsync();
        var dialogs = Render<MudDialogProvider>();
        var page = await OpenPersonAsync("vera");
        _ = ClickAsync(page, "Disable account");
        await dialogs.WaitForAssertionAsync(() => Assert.Equal("Disable Vera Lind's account?", dialogs.Find("h2").TextContent));
        await ClickAsync(dialogs, "Disable");
        await page.WaitForAssertionAsync(() => Assert.Equal("Vera Lind's account is disabled.", page.Find(".note-good").TextContent));
        await ClickAsync(page, "Enable account");
        await page.WaitForAssertionAsync(() => Assert.Equal("Vera Lind can sign in again.", page.Find(".note-good").TextContent));
    }

    [Fact]
    public async Task Person_ResetLink_IsShownOnce()
    {
        await StartSandboxAsync();
        var dialogs = Render<MudDialogProvider>();
        var page = await OpenPersonAsync("vera");
        await ClickAsync(page, "Create reset link");
        await page.WaitForAssertionAsync(() => Assert.StartsWith("http://localhost/account/join#", page.Find("#hand-over-link").GetAttribute("value"), StringComparison.Ordinal));
        await SignOutEverywhereAsync(dialogs, page);
        await page.WaitForAssertionAsync(() => Assert.Empty(page.FindAll("#hand-over-link")));
    }

    [Fact]
    public async Task Person_Unknown_ShowsNotFound()
    {
        await StartSandboxAsync();
        var page = Render<PersonPage>(parameters => parameters.Add(person => person.Id, "nobody"));
        await page.WaitForAssertionAsync(() => Assert.Equal("Account not found", page.Find("h1").TextContent));
    }

    [Fact]
    public async Task DatabaseUnreadable_EveryPageShowsErrorAndRetries()
    {
        await StartSandboxAsync();
        await Host.Services.HideTableAsync("AccessLinks");
        var team = Render<TeamPage>();
        await team.WaitForAssertionAsync(() => Assert.Equal("The team could not be loaded", team.Find("h2").TextContent));
        Assert.Equal("", team.Find("[role=status]").TextContent);
        var person = Render<PersonPage>(parameters => parameters.Add(page => page.Id, "vera"));
        await person.WaitForAssertionAsync(() => Assert.Equal("The account could not be loaded", person.Find("h1").TextContent));
        await Host.Services.RestoreTableAsync("AccessLinks");
        await RetryAsync(team);
        await team.WaitForAssertionAsync(() => Assert.NotEmpty(team.FindAll("tbody tr")));
        await RetryAsync(person);
        await person.WaitForAssertionAsync(() => Assert.NotEmpty(person.FindAll("fieldset")));

        await Host.Services.HideTableAsync("SecurityEvents");
        var log = Render<SecurityLogPage>();
        await log.WaitForAssertionAsync(() => Assert.Equal("The security log could not be loaded", log.Find("h2").TextContent));
        await Host.Services.RestoreTableAsync("SecurityEvents");
        await RetryAsync(log);
        await log.WaitForAssertionAsync(() => Assert.Empty(log.FindAll(".empty-state-danger")));
    }

    [Fact]
    public async Task DatabaseNotWritable_ActionFailsAndPageRecovers()
    {
        await StartSandboxAsync();
        var dialogs = Render<MudDialogProvider>();
        var page = await OpenPersonAsync("vera");
        await Host.Services.HideTableAsync("SecurityEvents");
        await SignOutEverywhereAsync(dialogs, page);
        await page.WaitForAssertionAsync(() => Assert.Equal("The account could not be loaded", page.Find("h1").TextContent));
        await Host.Services.RestoreTableAsync("SecurityEvents");
        await RetryAsync(page);
        await page.WaitForAssertionAsync(() => Assert.EndsWith("Nothing was changed.", page.Find("[role=alert]").TextContent, StringComparison.Ordinal));
    }

    private async Task LinkVeraAsync(params string[] subjects)
    {
        await using var db = await Host.Get<Microsoft.EntityFrameworkCore.IDbContextFactory<DashboardDbContext>>().CreateDbContextAsync(Cancellation);
        db.UserLogins.AddRange(subjects.Select(subject => new Microsoft.AspNetCore.Identity.IdentityUserLogin<string> { UserId = "vera", LoginProvider = "https://login.studio.example", ProviderKey = subject }));
        await db.SaveChangesAsync(Cancellation);
    }

    private async Task<IRenderedComponent<TeamPage>> OpenAsync()
    {
        var page = Render<TeamPage>();
        await page.WaitForAssertionAsync(() => Assert.NotEmpty(page.FindAll("tbody tr")));
        return page;
    }

    private async Task<IRenderedComponent<PersonPage>> OpenPersonAsync(string id)
    {
        var page = Render<PersonPage>(parameters => parameters.Add(person => person.Id, id));
        await page.WaitForAssertionAsync(() => Assert.NotEmpty(page.FindAll("fieldset")));
        return page;
    }

    private static async Task SignOutEverywhereAsync(IRenderedComponent<MudDialogProvider> dialogs, IRenderedComponent<PersonPage> page)
    {
        var done = ClickAsync(page, "Sign out everywhere");
        await dialogs.WaitForAssertionAsync(() => Assert.StartsWith("Sign Vera Lind out everywhere?", dialogs.Find("h2").TextContent, StringComparison.Ordinal));
        await ClickAsync(dialogs, "Sign out");
        await done;
    }

    private static Task ClickAsync<T>(IRenderedComponent<T> page, string words)
        where T : Microsoft.AspNetCore.Components.IComponent =>
        page.InvokeAsync(() => page.FindAll("button").Single(button => button.TextContent.Trim() == words).ClickAsync());

    private async Task<Role> RoleOfVeraAsync() =>
        (await Host.Get<TeamDirectory>().ReadNamesAsync(TestPeople.As(Role.Admin), Cancellation)).Single(person => person.Id == "vera").Role;

    private static AngleSharp.Dom.IElement Button<TComponent>(IRenderedComponent<TComponent> page, string text)
        where TComponent : Microsoft.AspNetCore.Components.IComponent =>
        page.FindAll("button").Single(button => button.TextContent.Trim() == text);
}
