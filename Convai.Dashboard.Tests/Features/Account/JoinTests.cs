using System.Net;
using System.Security.Claims;
using AngleSharp.Html.Dom;
using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Team;
using Convai.Dashboard.Security;
using Convai.Dashboard.Testing;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Convai.Dashboard.Features.Account;

/// <summary>Every link that lets someone in, over HTTP: what it makes, and that it works once.</summary>
[Trait("Speed", "Slow")]
public sealed class JoinTests
{
    private const string DeadLink = "This link has been used or withdrawn, or has expired. Ask an Admin for a new one.";
    private const string Password = "tin whistle at nine";

    [Fact]
    public async Task SetUpLink_EmptyDashboard_CreatesFirstAdminOnce()
    {
        await using var dashboard = await RunningDashboard.StartEmptyAsync();
        var secret = SetUpLink.FindSecret(dashboard.Logs);
        using var client = new AccountClient(dashboard.Address);
        var page = await OpenAsync(client, secret);
        Assert.Equal("Set up the dashboard", page.QuerySelector("h1")!.TextContent);
        var answer = await JoinAsync(client, page, "Lea", "lea@studio.example", Password);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/team")).StatusCode);

        using var second = new AccountClient(dashboard.Address);
        var dead = await OpenAsync(second, secret);
        Assert.Equal(DeadLink, Problem(dead));
        Assert.Equal(DeadLink, Problem(await AccountClient.ReadAsync(await JoinAsync(second, dead, "Eve", "eve@studio.example", Password, ("Joining.Secret", secret)))));
        Assert.Equal(["lea@studio.example"], await EmailsAsync(dashboard));
    }

    [Fact]
    public async Task SetUpLink_UsedConcurrently_CreatesOneAccount()
    {
        await using var dashboard = await RunningDashboard.StartEmptyAsync();
        var secret = SetUpLink.FindSecret(dashboard.Logs);
        var clients = Enumerable.Range(0, 4).Select(_ => new AccountClient(dashboard.Address)).ToList();
        var pages = new List<IHtmlDocument>();
        foreach (var client in clients)
        {
            pages.Add(await OpenAsync(client, secret));
        }

        await Task.WhenAll(clients.Select((client, index) => JoinAsync(client, pages[index], $"Person {index}", $"person{index}@studio.example", Password)));
        Assert.Single(await EmailsAsync(dashboard));
        clients.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task UnattendedSetUp_EmptyDashboard_CreatesFirstAdminWithoutLink()
    {
        await using var dashboard = await RunningDashboard.StartEmptyAsync(("Setup:AdminEmail", "lea@studio.example"), ("Setup:AdminPassword", Password));
        Assert.DoesNotContain(dashboard.Logs.Lines, line => line.Contains("/account/join#", StringComparison.Ordinal));
        using var client = new AccountClient(dashboard.Address);
        Assert.Equal(HttpStatusCode.Redirect, (await client.SignInAsync("lea@studio.example", Password)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/team")).StatusCode);
    }

    [Fact]
    public async Task UnattendedSetUp_AccountsExist_IsIgnored()
    {
        await using var dashboard = await RunningDashboard.StartAsync(("Setup:AdminEmail", "lea@studio.example"), ("Setup:AdminPassword", Password));
        Assert.DoesNotContain("lea@studio.example", await EmailsAsync(dashboard));
        Assert.DoesNotContain(dashboard.Logs.Lines, line => line.Contains("/account/join#", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Invitation_CreatesOnlyTheInvitedAccount_Once()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        var secret = await InviteAsync(dashboard, "lea@studio.example", Role.Designer);
        using var client = new AccountClient(dashboard.Address);
        var page = await OpenAsync(client, $"https://dashboard.studio.example/account/join#{secret}");
        Assert.Contains("Ana Keller invites you as a Designer", page.Body!.TextContent, StringComparison.Ordinal);

        // Another email than the one invited, and another role, are not the browser's to choose.
        Assert.Equal(HttpStatusCode.Redirect, (await JoinAsync(client, page, "Lea", "eve@evil.example", Password, ("Joining.Role", "Admin"))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await client.GetAsync("/team/log")).StatusCode);
        var lea = await PersonAsync(dashboard, "lea@studio.example");
        Assert.Equal((Role.Designer, "Lea"), (lea.Role, lea.Name));
        Assert.DoesNotContain("eve@evil.example", await EmailsAsync(dashboard));

        using var second = new AccountClient(dashboard.Address);
        Assert.Equal(DeadLink, Problem(await OpenAsync(second, secret)));
    }

    [Theory]
    [InlineData("password1234", "too easy to guess")]
    [InlineData("short", "at least 12")]
    public async Task Invitation_BadPassword_ShowsReasonAndStaysUsable(string bad, string why)
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        var secret = await InviteAsync(dashboard, "lea@studio.example", Role.Viewer);
        using var client = new AccountClient(dashboard.Address);
        var page = await OpenAsync(client, secret);
        var refused = await AccountClient.ReadAsync(await JoinAsync(client, page, "Lea", "", bad));
        Assert.Contains(why, Problem(refused), StringComparison.Ordinal);
        Assert.Equal("Lea", refused.QuerySelector("#name")!.GetAttribute("value"));
        Assert.DoesNotContain(bad, refused.DocumentElement.OuterHtml, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await JoinAsync(client, refused, "Lea", "", Password)).StatusCode);
    }

    [Fact]
    public async Task Invitation_ExpiredRevokedOrReplaced_IsInvalid()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        var team = dashboard.Services.GetRequiredService<TeamDirectory>();
        var replaced = await InviteAsync(dashboard, "lea@studio.example", Role.Viewer);
        var withdrawn = await InviteAsync(dashboard, "lea@studio.example", Role.Designer);
        await team.WithdrawAsync(TestPeople.As(Role.Admin), (await team.ReadAsync(TestPeople.As(Role.Admin), Cancellation))!.Invitations.Single().Id, Cancellation);
        var expired = await InviteAsync(dashboard, "lea@studio.example", Role.Designer);
        await using (var db = await DbAsync(dashboard))
        {
            await db.Set<AccessLink>().Where(link => link.EndedAt == null).ExecuteUpdateAsync(set => set.SetProperty(link => link.ExpiresAt, DateTimeOffset.UtcNow.AddSeconds(-1)), Cancellation);
        }

        using var client = new AccountClient(dashboard.Address);
        foreach (var secret in new[] { replaced, withdrawn, expired, "", "nonsense", new string('x', 350) })
        {
            Assert.Equal(DeadLink, Problem(await OpenAsync(client, secret)));
        }
    }

    [Fact]
    public async Task ResetLink_SetsPasswordAndRemovesSecondFactorAndSessions()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        using var jonas = await AccountClient.SignedInAsync(dashboard.Address, "jonas@studio.example");
        await using (var scope = dashboard.Services.CreateAsyncScope())
        {
            var users = scope.ServiceProvider.GetRequiredService<UserManager<Person>>();
            await users.SetTwoFactorEnabledAsync((await users.FindByIdAsync("jonas"))!, true);
        }

        var secret = (await dashboard.Services.GetRequiredService<TeamDirectory>().CreateResetLinkAsync(TestPeople.As(Role.Admin), "jonas", Cancellation)).Value!.Secret;
        using var client = new AccountClient(dashboard.Address);
        var page = await OpenAsync(client, secret);
        Assert.Equal("Choose a new password", page.QuerySelector("h1")!.TextContent);
        Assert.Contains("too easy to guess", Problem(await AccountClient.ReadAsync(await client.SubmitAsync(page, "join", ("Joining.Password", "password1234")))), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await client.SubmitAsync(page, "join", ("Joining.Password", Password))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/")).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await jonas.GetAsync("/")).StatusCode);

        using var again = new AccountClient(dashboard.Address);
        Assert.Equal(HttpStatusCode.OK, (await again.SignInAsync("jonas@studio.example", TestPeople.Password)).StatusCode);
        Assert.Equal("/", (await again.SignInAsync("jonas@studio.example", Password)).Headers.Location!.AbsolutePath);
        Assert.Equal(DeadLink, Problem(await OpenAsync(again, secret)));
    }

    public static TheoryData<string> Ends => ["a new link", "a used link", "a new password", "the person disabled", "the creator disabled", "the creator demoted", "the creator demoted by the provider"];

    /// <summary>Whatever makes a reset link wrong ends it, and nothing that comes later brings it back.</summary>
    [Theory]
    [MemberData(nameof(Ends))]
    public async Task ResetLink_AfterRevokingEvent_IsInvalid(string end)
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        await AddSecondAdminAsync(dashboard);
        var team = dashboard.Services.GetRequiredService<TeamDirectory>();
        var link = (await team.CreateResetLinkAsync(TestPeople.As(Role.Admin), "jonas", Cancellation)).Value!.Secret;
        using var client = new AccountClient(dashboard.Address);
        Assert.Equal("Choose a new password", (await OpenAsync(client, link)).QuerySelector("h1")!.TextContent);
        await EndAsync(dashboard, client, end);
        Assert.Equal(DeadLink, Problem(await OpenAsync(client, link)));
        await team.EnableAsync(TestPeople.As(Second), "jonas", Cancellation);
        await team.EnableAsync(TestPeople.As(Second), "ana", Cancellation);
        await team.ChangeRoleAsync(TestPeople.As(Second), "ana", Role.Admin, Cancellation);
        Assert.Equal(DeadLink, Problem(await OpenAsync(client, link)));
    }

    [Theory]
    [InlineData("the creator disabled")]
    [InlineData("the creator demoted")]
    [InlineData("the creator demoted by the provider")]
    [InlineData("an invitation in other letters")]
    public async Task Invitation_AfterRevokingEvent_IsInvalid(string end)
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        await AddSecondAdminAsync(dashboard);
        var team = dashboard.Services.GetRequiredService<TeamDirectory>();
        var link = await InviteAsync(dashboard, "lea@studio.example", Role.Admin);
        using var client = new AccountClient(dashboard.Address);
        await EndAsync(dashboard, client, end);
        Assert.Equal(DeadLink, Problem(await OpenAsync(client, link)));
        await team.EnableAsync(TestPeople.As(Second), "ana", Cancellation);
        await team.ChangeRoleAsync(TestPeople.As(Second), "ana", Role.Admin, Cancellation);
        Assert.Equal(DeadLink, Problem(await OpenAsync(client, link)));
        Assert.DoesNotContain((await team.ReadAsync(TestPeople.As(Second), Cancellation))!.Invitations, invitation => invitation.Email == "lea@studio.example");
    }

    [Fact]
    public async Task SetUpLink_FromLaterStart_RevokesEarlierOne()
    {
        await using var dashboard = await RunningDashboard.StartEmptyAsync();
        var first = SetUpLink.FindSecret(dashboard.Logs);
        var links = dashboard.Services.GetRequiredService<AccessLinks>();
        await using (var db = await DbAsync(dashboard))
        {
            // As each start without accounts does.
            db.Add(links.Create(AccessLinkKind.SetUp, Role.Admin).Link);
            await db.SaveChangesAsync(Cancellation);
        }

        using var client = new AccountClient(dashboard.Address);
        Assert.Equal(DeadLink, Problem(await OpenAsync(client, first)));
    }

    [Fact]
    public async Task Logs_AfterSetUpLink_ContainNoLinksPasswordsOrHashes()
    {
        await using var dashboard = await RunningDashboard.StartEmptyAsync();
        var secret = SetUpLink.FindSecret(dashboard.Logs);
        using var client = new AccountClient(dashboard.Address);
        await JoinAsync(client, await OpenAsync(client, secret), "Lea", "lea@studio.example", Password);
        var lea = await PersonAsync(dashboard, "lea@studio.example");
        var invitation = (await dashboard.Services.GetRequiredService<TeamDirectory>().InviteAsync(await SignedInAsync(dashboard, lea), "max@studio.example", Role.Viewer, Cancellation)).Value!.Secret;
        using var max = new AccountClient(dashboard.Address);
        await JoinAsync(max, await OpenAsync(max, invitation), "Max", "", "another good sentence");
        using var stranger = new AccountClient(dashboard.Address);
        await stranger.SignInAsync("max@studio.example", "a wrong password");
        string[] secrets =
        [
            secret, invitation, Password, "another good sentence", "a wrong password", lea.PasswordHash!, (await PersonAsync(dashboard, "max@studio.example")).PasswordHash!,
            .. client.Cookies.GetCookies(dashboard.Address).Select(cookie => cookie.Value),
        ];
        var lines = dashboard.Logs.Lines.SkipWhile(line => !line.Contains("/account/join#", StringComparison.Ordinal)).Skip(1).ToList();
        Assert.True(lines.Count > 100);
        Assert.All(secrets, value => Assert.DoesNotContain(lines, line => line.Contains(value, StringComparison.Ordinal)));
    }

    private static Person Second => TestPeople.Create("zora", "Zora Second", Role.Admin);

    private static async Task AddSecondAdminAsync(RunningDashboard dashboard)
    {
        await using var db = await DbAsync(dashboard);
        db.AddRange(Second, TestPeople.CreateSession(Second));
        await db.SaveChangesAsync(Cancellation);
    }

    private static async Task EndAsync(RunningDashboard dashboard, AccountClient client, string end)
    {
        var (team, user) = (dashboard.Services.GetRequiredService<TeamDirectory>(), TestPeople.As(Second));
        switch (end)
        {
            case "a new link":
                await team.CreateResetLinkAsync(user, "jonas", Cancellation);
                break;
            case "a used link":
                var other = await OpenAsync(client, (await team.CreateResetLinkAsync(user, "jonas", Cancellation)).Value!.Secret);
                await client.SubmitAsync(other, "join", ("Joining.Password", Password));
                break;
            case "a new password":
                using (var jonas = await AccountClient.SignedInAsync(dashboard.Address, "jonas@studio.example"))
                {
                    await jonas.SubmitAsync("/account", "password", ("Password.Current", TestPeople.Password), ("Password.New", Password));
                }

                break;
            case "the person disabled":
                await team.DisableAsync(user, "jonas", Cancellation);
                break;
            case "the creator disabled":
                await team.DisableAsync(user, "ana", Cancellation);
                break;
            case "the creator demoted":
                await team.ChangeRoleAsync(user, "ana", Role.Designer, Cancellation);
                break;
            case "the creator demoted by the provider":
                await using (var scope = dashboard.Services.CreateAsyncScope())
                {
                    var users = scope.ServiceProvider.GetRequiredService<UserManager<Person>>();
                    var ana = (await users.FindByIdAsync("ana"))!;
                    ana.Role = Role.Viewer;
                    await users.UpdateAsync(ana);
                }

                break;
            default:
                await team.InviteAsync(user, "Lea@Studio.Example", Role.Viewer, Cancellation);
                await team.WithdrawAsync(user, (await team.ReadAsync(user, Cancellation))!.Invitations.Single().Id, Cancellation);
                break;
        }
    }

    private static async Task<ClaimsPrincipal> SignedInAsync(RunningDashboard dashboard, Person person)
    {
        await using var db = await DbAsync(dashboard);
        db.Add(TestPeople.CreateSession(person));
        await db.SaveChangesAsync(Cancellation);
        return TestPeople.As(person);
    }

    private static async Task<IHtmlDocument> OpenAsync(AccountClient client, string link) =>
        await AccountClient.ReadAsync(await client.SubmitAsync(AccessLinks.Path, "join", ("Opening.Link", link)));

    private static Task<HttpResponseMessage> JoinAsync(AccountClient client, IHtmlDocument page, string name, string email, string password, params (string Name, string Value)[] more) =>
        client.SubmitAsync(page, "join", [("Joining.Name", name), ("Joining.Email", email), ("Joining.Password", password), .. more]);

    private static string Problem(IHtmlDocument page) => page.QuerySelector("[role=alert]")!.TextContent;

    private static async Task<string> InviteAsync(RunningDashboard dashboard, string email, Role role) =>
        (await dashboard.Services.GetRequiredService<TeamDirectory>().InviteAsync(TestPeople.As(Role.Admin), email, role, Cancellation)).Value!.Secret;

    private static async Task<List<string?>> EmailsAsync(RunningDashboard dashboard)
    {
        await using var db = await DbAsync(dashboard);
        return await db.Users.Select(person => person.Email).ToListAsync(Cancellation);
    }

    private static async Task<Person> PersonAsync(RunningDashboard dashboard, string email)
    {
        await using var db = await DbAsync(dashboard);
        return await db.Users.SingleAsync(person => person.Email == email, Cancellation);
    }

    private static Task<DashboardDbContext> DbAsync(RunningDashboard dashboard) =>
        dashboard.Services.GetRequiredService<IDbContextFactory<DashboardDbContext>>().CreateDbContextAsync(Cancellation);
}
