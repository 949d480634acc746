using System.Net;
using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Account;
using Convai.Dashboard.Features.Team;
using Convai.Dashboard.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Convai.Dashboard.Security;

/// <summary>A sign-in exists on the server: over HTTP, with cookies that someone has copied.</summary>
[Trait("Speed", "Slow")]
public sealed class SignInSessionsTests
{
    private readonly ShiftedTime _time = new();

    [Fact]
    public async Task SignOut_InvalidatesEveryCopyOfTheCookie()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        using var jonas = await AccountClient.SignedInAsync(dashboard.Address, "jonas@studio.example");
        using var copy = CopyOf(jonas, dashboard);
        Assert.Equal(HttpStatusCode.OK, (await copy.GetAsync("/")).StatusCode);
        await jonas.SubmitAsync("/account", AccountFeature.SignOutPath);
        var refused = await copy.GetAsync("/");
        Assert.Equal(HttpStatusCode.Redirect, refused.StatusCode);
        Assert.Equal(SignInSchemes.SignInPath, refused.Headers.Location!.AbsolutePath);
        Assert.Equal(HttpStatusCode.Unauthorized, (await copy.Http.PostAsync("/_blazor/negotiate?negotiateVersion=1", null, Cancellation)).StatusCode);
    }

    [Fact]
    public async Task SignInAgain_SameBrowser_EndsPreviousSession()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        using var client = await AccountClient.SignedInAsync(dashboard.Address, "jonas@studio.example");
        using var copy = CopyOf(client, dashboard);
        // By an invitation: the sign-in page itself sends on a person who is signed in.
        var secret = (await dashboard.Services.GetRequiredService<TeamDirectory>().InviteAsync(TestPeople.As(Role.Admin), "lea@studio.example", Role.Viewer, Cancellation)).Value!.Secret;
        var page = await AccountClient.ReadAsync(await client.SubmitAsync(AccessLinks.Path, "join", ("Opening.Link", secret)));
        Assert.Equal(HttpStatusCode.Redirect, (await client.SubmitAsync(page, "join", ("Joining.Name", "Lea"), ("Joining.Password", "tin whistle at nine"))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/")).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await copy.GetAsync("/")).StatusCode);
    }

    [Theory]
    [InlineData(false, 11.9, true)]
    [InlineData(false, 12.1, false)]
    [InlineData(true, 24 * 13.9, true)]
    [InlineData(true, 24 * 14.1, false)]
    public async Task Session_Unused_Expires(bool stay, double hours, bool isAlive)
    {
        await using var dashboard = await StartAsync();
        using var client = await SignInAsync(dashboard, stay);
        _time.Advance(TimeSpan.FromHours(hours));
        Assert.Equal(isAlive ? HttpStatusCode.OK : HttpStatusCode.Redirect, (await client.GetAsync("/")).StatusCode);
    }

    [Theory]
    [InlineData(false, 11)]
    [InlineData(true, 24 * 7)]
    public async Task Session_InUse_EndsAfterThirtyDays(bool stay, int hours)
    {
        await using var dashboard = await StartAsync();
        using var client = await SignInAsync(dashboard, stay);
        // The browser forgets it then; a copy does not.
        using var copy = CopyOf(client, dashboard);
        for (var passed = TimeSpan.FromHours(hours); passed < SignInSessions.MaxLifetime; passed += TimeSpan.FromHours(hours))
        {
            _time.Advance(TimeSpan.FromHours(hours));
            Assert.Equal(HttpStatusCode.OK, (await copy.GetAsync("/account")).StatusCode);
        }

        _time.Advance(TimeSpan.FromHours(hours));
        Assert.Equal(HttpStatusCode.Redirect, (await copy.GetAsync("/account")).StatusCode);
    }

    [Theory]
    [InlineData(false, 11)]
    [InlineData(true, 24 * 13)]
    public async Task Session_OnOpenPage_StillExpires(bool stay, int hours)
    {
        // The cookie, which expires at the same time, is not asked for again while a page is open.
        await using var host = await SandboxHost.StartAsync(_time);
        var (sessions, access) = (host.Get<SignInSessions>(), host.Get<Access>());
        var (id, endsAt) = await sessions.StartAsync(TestPeople.Jonas, stay, false, null, null, Cancellation);
        var jonas = TestPeople.Jonas.ToPrincipal(id);
        while (_time.GetUtcNow() + TimeSpan.FromHours(hours) < endsAt)
        {
            _time.Advance(TimeSpan.FromHours(hours));
            await sessions.TouchAsync(jonas, Cancellation);
            Assert.NotNull(await access.FindAsync(jonas, Role.Viewer, Cancellation));
        }

        _time.Advance(endsAt - _time.GetUtcNow() + TimeSpan.FromSeconds(1));
        Assert.Null(await access.FindAsync(jonas, Role.Viewer, Cancellation));
    }

    [Fact]
    public async Task AccountPage_ListsSessionsAndSignsOutOne()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        using var here = await AccountClient.SignedInAsync(dashboard.Address, "jonas@studio.example");
        using var there = new AccountClient(dashboard.Address);
        there.Http.DefaultRequestHeaders.UserAgent.ParseAdd("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0");
        await there.SignInAsync("jonas@studio.example", TestPeople.Password);
        using var vera = await AccountClient.SignedInAsync(dashboard.Address, "vera@studio.example");

        var rows = (await here.PageAsync("/account")).QuerySelectorAll("form.account-row");
        // Beside the one that all tests have in the database.
        Assert.Equal(3, rows.Length);
        Assert.Single(rows, row => row.TextContent.Contains("This browser", StringComparison.Ordinal));
        var form = rows.Single(row => row.TextContent.Contains("Firefox on Linux", StringComparison.Ordinal)).QuerySelector("input[name=_handler]")!.GetAttribute("value")!;
        var answer = await AccountClient.ReadAsync(await here.SubmitAsync("/account", form));
        Assert.Equal("Firefox on Linux was signed out.", answer.QuerySelector("[role=status]")!.TextContent);
        Assert.Equal(HttpStatusCode.Redirect, (await there.GetAsync("/")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await here.GetAsync("/")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await vera.GetAsync("/")).StatusCode);
    }

    [Fact]
    public async Task SignOutEverywhereElse_KeepsThisSession()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        using var here = await AccountClient.SignedInAsync(dashboard.Address, "jonas@studio.example");
        using var there = await AccountClient.SignedInAsync(dashboard.Address, "jonas@studio.example");
        await here.SubmitAsync("/account", "everywhere");
        Assert.Equal(HttpStatusCode.OK, (await here.GetAsync("/")).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await there.GetAsync("/")).StatusCode);
    }

    [Fact]
    public async Task ExpiredSessions_AreDeletedOnNextSignIn()
    {
        await using var dashboard = await StartAsync();
        using (await SignInAsync(dashboard, stay: false))
        {
            _time.Advance(TimeSpan.FromDays(1));
        }

        using var client = await SignInAsync(dashboard, stay: false);
        await using var db = await dashboard.Services.GetRequiredService<IDbContextFactory<DashboardDbContext>>().CreateDbContextAsync(Cancellation);
        var session = Assert.Single(await db.Set<SignInSession>().Where(session => session.PersonId == "vera" && session.EndsAt < new DateTimeOffset(2099, 1, 1, 0, 0, 0, TimeSpan.Zero)).ToListAsync(Cancellation));
        // The id in the cookie is not in the database, nor could it be made from what is there.
        Assert.Equal(43, session.IdHash.Length);
        Assert.DoesNotContain(client.Cookies.GetCookies(dashboard.Address), cookie => cookie.Value.Contains(session.IdHash, StringComparison.Ordinal));
    }

    private Task<RunningDashboard> StartAsync() => RunningDashboard.StartAsync(services => services.AddSingleton<TimeProvider>(_time));

    private static async Task<AccountClient> SignInAsync(RunningDashboard dashboard, bool stay)
    {
        var client = new AccountClient(dashboard.Address);
        await client.SubmitAsync(SignInSchemes.SignInPath, "sign-in", ("Input.Email", "vera@studio.example"), ("Input.Password", TestPeople.Password), ("Input.Stay", stay.ToString()));
        return client;
    }

    private static AccountClient CopyOf(AccountClient client, RunningDashboard dashboard)
    {
        var copy = new AccountClient(dashboard.Address);
        foreach (Cookie cookie in client.Cookies.GetCookies(dashboard.Address))
        {
            copy.Cookies.Add(dashboard.Address, new Cookie(cookie.Name, cookie.Value));
        }

        return copy;
    }
}
