using System.Net;
using Convai.Dashboard.Data;
using Convai.Dashboard.Security;
using Convai.Dashboard.Testing;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Convai.Dashboard.Features.Account;

/// <summary>An open session alone changes nothing about how its owner signs in.</summary>
[Trait("Speed", "Slow")]
public sealed class ConfirmationTests
{
    private readonly ShiftedTime _time = new();

    public static TheoryData<string> Forms => ["everywhere", "add-passkey", "sign-out-"];

    public static TheoryData<string, string> Pages => new()
    {
        { RecoveryCodesPage.Path, "codes" },
        { AuthenticatorOffPage.Path, "authenticator-off" },
        { "/account/passkeys/AQID/remove", "remove-passkey" },
    };

    /// <summary>A page asks, and after the password the person is back at its question; nothing has happened until it is answered.</summary>
    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Page_AsksFirst_AndStaleSessionComesBackToTheQuestion(string path, string form)
    {
        await using var dashboard = await StartAsync();
        await PrepareAsync(dashboard);
        using var client = await SignInAsync(dashboard);
        var question = await client.PageAsync(path);
        _time.Advance(SignInSessions.ConfirmationLifetime + TimeSpan.FromSeconds(1));
        var before = await StateAsync(dashboard);
        Assert.Equal(ConfirmPage.Path, (await client.SubmitAsync(question, form)).Headers.Location!.AbsolutePath);
        Assert.Equal(before, await StateAsync(dashboard));

        var answer = await client.GetAsync(path);
        Assert.Equal(ConfirmPage.Path, answer.Headers.Location!.AbsolutePath);
        var confirmed = await client.SubmitAsync(answer.Headers.Location.PathAndQuery, "confirm", ("Input.Password", TestPeople.Password));
        Assert.Equal(path, confirmed.Headers.Location!.AbsolutePath);
        question = await AccountClient.ReadAsync(await client.FollowOnceAsync(confirmed));
        Assert.EndsWith("?", question.QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(before, await StateAsync(dashboard));
        Assert.Equal(HttpStatusCode.OK, (await client.SubmitAsync(question, form)).StatusCode);
        Assert.NotEqual(before, await StateAsync(dashboard));
    }

    [Theory]
    [InlineData("/account/authenticator", "/account/authenticator")]
    [InlineData("/account?confirmed=everywhere-title#everywhere-title", "/account")]
    [InlineData("https://evil.example/account", "/account")]
    [InlineData("//evil.example/account", "/account")]
    [InlineData("/cast", "/account")]
    public async Task Confirm_GoesOnToAccountPagesOnly(string asked, string expected)
    {
        await using var dashboard = await StartAsync();
        using var client = await AccountClient.SignedInAsync(dashboard.Address, "jonas@studio.example");
        var answer = await client.SubmitAsync(ConfirmPage.PathFor(asked), "confirm", ("Input.Password", TestPeople.Password));
        Assert.Equal(dashboard.Address.Authority, answer.Headers.Location!.Authority);
        Assert.Equal(expected, answer.Headers.Location.AbsolutePath);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Form_StaleSession_AsksForPasswordFirst(string form)
    {
        await using var dashboard = await StartAsync();
        await PrepareAsync(dashboard);
        using var client = await SignInAsync(dashboard);
        _time.Advance(SignInSessions.ConfirmationLifetime + TimeSpan.FromSeconds(1));
        var before = await StateAsync(dashboard);
        var page = await client.PageAsync("/account");
        var name = page.QuerySelectorAll("input[name=_handler]").Select(input => input.GetAttribute("value")!).First(handler => handler.StartsWith(form, StringComparison.Ordinal));
        var answer = await client.SubmitAsync(page, name);
        Assert.Equal(ConfirmPage.Path, answer.Headers.Location!.AbsolutePath);
        Assert.Equal(before, await StateAsync(dashboard));

        var confirmed = await client.SubmitAsync(answer.Headers.Location.PathAndQuery, "confirm", ("Input.Password", TestPeople.Password));
        Assert.Equal(AccountFeature.AccountPath, confirmed.Headers.Location!.AbsolutePath);
        Assert.Contains("You've confirmed it's you.", (await AccountClient.ReadAsync(await client.FollowOnceAsync(confirmed))).QuerySelector("section [role=status]")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await client.SubmitAsync("/account", name)).StatusCode);
        // A passkey needs a device besides.
        Assert.Equal(form == "add-passkey", before == await StateAsync(dashboard));
    }

    /// <summary>The answer with the codes must be in no cache, and the codes in no address.</summary>
    [Fact]
    public async Task NewRecoveryCodes_AreShownOnceAndNeverStored()
    {
        await using var dashboard = await StartAsync();
        await PrepareAsync(dashboard);
        using var client = await SignInAsync(dashboard);
        var answer = await client.SubmitAsync(RecoveryCodesPage.Path, "codes");
        var codes = (await AccountClient.ReadAsync(answer)).QuerySelectorAll("#recovery-codes code").Select(code => code.TextContent).ToList();
        Assert.Equal(10, codes.Count);
        Assert.Contains("no-store", answer.Headers.GetValues("Cache-Control").Single(), StringComparison.Ordinal);
        var later = await client.GetAsync("/account");
        Assert.Contains("no-store", later.Headers.GetValues("Cache-Control").Single(), StringComparison.Ordinal);
        var text = await later.Content.ReadAsStringAsync(Cancellation);
        Assert.All(codes, code => Assert.DoesNotContain(code, text, StringComparison.Ordinal));
        Assert.DoesNotContain(dashboard.Logs.Lines, line => codes.Exists(code => line.Contains(code, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task AuthenticatorPageAndPasskeyOptions_StaleSession_AreRefused()
    {
        await using var dashboard = await StartAsync();
        using var client = await AccountClient.SignedInAsync(dashboard.Address, "jonas@studio.example");
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/account/authenticator")).StatusCode);
        _time.Advance(SignInSessions.ConfirmationLifetime + TimeSpan.FromSeconds(1));
        Assert.Equal(ConfirmPage.Path, (await client.GetAsync("/account/authenticator")).Headers.Location!.AbsolutePath);
        var token = (await client.PageAsync("/account")).QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        using var request = new HttpRequestMessage(HttpMethod.Post, AccountFeature.PasskeyCreationPath);
        request.Headers.Add("RequestVerificationToken", token);
        Assert.Equal(HttpStatusCode.Forbidden, (await client.Http.SendAsync(request, Cancellation)).StatusCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task GuessingCurrentPassword_IsLimitedLoggedAndLocksAccount(bool atThePasswordForm)
    {
        await using var dashboard = await StartAsync();
        using var client = await AccountClient.SignedInAsync(dashboard.Address, "jonas@studio.example");
        var problems = new List<string>();
        for (var attempt = 0; attempt < 10; attempt++)
        {
            var answer = atThePasswordForm
                ? await client.SubmitAsync("/account", "password", ("Password.Current", $"wrong password {attempt}"), ("Password.New", "tin whistle at nine"))
                : await ConfirmAsync(client, $"wrong password {attempt}");
            problems.Add((await AccountClient.ReadAsync(answer)).QuerySelector("[role=alert]")!.TextContent);
        }

        Assert.Contains("rong", problems[0], StringComparison.Ordinal);
        // Signing in was the first of the ten.
        Assert.StartsWith("Too many attempts.", problems[^1], StringComparison.Ordinal);
        var lines = (await dashboard.Services.GetRequiredService<SecurityLog>().ReadAsync(TestPeople.As(Role.Admin), "jonas", null, Cancellation))!;
        Assert.Equal(9, lines.Count(line => line.Kind == SecurityEventKind.ConfirmationFailed));
        Assert.Single(lines, line => line.Kind == SecurityEventKind.LockedOut);
        await using var db = await DbAsync(dashboard);
        Assert.NotNull((await db.Users.SingleAsync(person => person.Id == "jonas", Cancellation)).LockoutEnd);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/")).StatusCode);
    }

    [Fact]
    public async Task AuthenticatorCode_ReusedOrOlder_IsRejected()
    {
        await using var dashboard = await StartAsync();
        await using var scope = dashboard.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<Person>>();
        var jonas = (await users.FindByIdAsync("jonas"))!;
        await users.ResetAuthenticatorKeyAsync(jonas);
        var key = (await users.GetAuthenticatorKeyAsync(jonas))!;
        var now = _time.GetUtcNow();
        Assert.False(await IsAcceptedAsync("12345"));
        Assert.True(await IsAcceptedAsync(AuthenticatorApp.GetCode(key, now)));
        Assert.False(await IsAcceptedAsync(AuthenticatorApp.GetCode(key, now)));
        Assert.False(await IsAcceptedAsync(AuthenticatorApp.GetCode(key, now.AddSeconds(-30))));
        Assert.True(await IsAcceptedAsync(AuthenticatorApp.GetCode(key, now.AddSeconds(30))));
        Assert.False(await IsAcceptedAsync(AuthenticatorApp.GetCode(key, now.AddMinutes(5))));

        // Of two at once one.
        _time.Advance(TimeSpan.FromMinutes(5));
        var code = AuthenticatorApp.GetCode(key, _time.GetUtcNow());
        var accepted = await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            await using var other = dashboard.Services.CreateAsyncScope();
            var theirs = other.ServiceProvider.GetRequiredService<UserManager<Person>>();
            return await theirs.VerifyTwoFactorTokenAsync((await theirs.FindByIdAsync("jonas"))!, TokenOptions.DefaultAuthenticatorProvider, code);
        }));
        Assert.Single(accepted, isAccepted => isAccepted);

        async Task<bool> IsAcceptedAsync(string given) => await users.VerifyTwoFactorTokenAsync(jonas, TokenOptions.DefaultAuthenticatorProvider, given);
    }

    private Task<RunningDashboard> StartAsync() => RunningDashboard.StartAsync(services => services.AddSingleton<TimeProvider>(_time));

    /// <summary>With a passkey and an authenticator app, which signing in then asks for.</summary>
    private static async Task PrepareAsync(RunningDashboard dashboard)
    {
        await using var scope = dashboard.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<Person>>();
        var jonas = (await users.FindByIdAsync("jonas"))!;
        await users.AddOrUpdatePasskeyAsync(jonas, new UserPasskeyInfo([1, 2, 3], [4, 5, 6], DateTimeOffset.UtcNow, 0, [], true, false, false, [], []) { Name = "Laptop" });
        await users.ResetAuthenticatorKeyAsync(jonas);
        await users.SetTwoFactorEnabledAsync(jonas, true);
        await using var db = await DbAsync(dashboard);
        // In the session that all tests have in the database.
        await db.Set<SignInSession>().Where(session => session.PersonId == "jonas").ExecuteUpdateAsync(set => set.SetProperty(session => session.Stamp, jonas.SecurityStamp!), Cancellation);
    }

    private async Task<AccountClient> SignInAsync(RunningDashboard dashboard)
    {
        var client = new AccountClient(dashboard.Address);
        var step = await client.SignInAsync("jonas@studio.example", TestPeople.Password);
        await using var db = await DbAsync(dashboard);
        var key = (await db.UserTokens.SingleAsync(token => token.UserId == "jonas" && token.Name == "AuthenticatorKey", Cancellation)).Value!;
        var answer = await client.SubmitAsync(await AccountClient.ReadAsync(await client.FollowOnceAsync(step)), "two-step", ("Input.Code", AuthenticatorApp.GetCode(key, _time.GetUtcNow())));
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        return client;
    }

    private static Task<HttpResponseMessage> ConfirmAsync(AccountClient client, string password) => client.SubmitAsync(ConfirmPage.Path, "confirm", ("Input.Password", password));

    /// <summary>All that says how Jonas signs in, and where he is signed in.</summary>
    private static async Task<string> StateAsync(RunningDashboard dashboard)
    {
        await using var db = await DbAsync(dashboard);
        var jonas = await db.Users.SingleAsync(person => person.Id == "jonas", Cancellation);
        var tokens = await db.UserTokens.Where(token => token.UserId == "jonas").OrderBy(token => token.Name).Select(token => token.Value).ToListAsync(Cancellation);
        return string.Join('|', [jonas.PasswordHash, jonas.SecurityStamp, jonas.TwoFactorEnabled, await db.UserPasskeys.CountAsync(Cancellation), await db.Set<SignInSession>().CountAsync(session => session.PersonId == "jonas", Cancellation), .. tokens]);
    }

    private static Task<DashboardDbContext> DbAsync(RunningDashboard dashboard) =>
        dashboard.Services.GetRequiredService<IDbContextFactory<DashboardDbContext>>().CreateDbContextAsync(Cancellation);
}
