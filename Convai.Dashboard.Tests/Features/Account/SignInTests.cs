using System.Net;
using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Team;
using Convai.Dashboard.Security;
using Convai.Dashboard.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Convai.Dashboard.Features.Account;

/// <summary>Signing in and out over HTTP, as a browser without scripts does it.</summary>
[Trait("Speed", "Slow")]
public sealed class SignInTests
{
    private const string Refusal = "Wrong email or password";

    [Fact]
    public async Task SignIn_RightPassword_OpensCastWithSecureCookie()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        using var client = new AccountClient(dashboard.Address);
        var answer = await client.SignInAsync("  JONAS@studio.example ", TestPeople.Password);
        Assert.Equal("/", answer.Headers.Location!.AbsolutePath);
        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"), value => value.StartsWith("dashboard=", StringComparison.Ordinal));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("expires", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Cast</h1>", await client.Http.GetStringAsync("/", Cancellation), StringComparison.Ordinal);
        var line = Assert.Single(await LogAsync(dashboard), line => line.Kind == SecurityEventKind.SignedIn);
        Assert.Equal(("Jonas Brandt", "Password"), (line.PersonName, line.Detail));
        Assert.NotNull(line.Address);
    }

    [Fact]
    public async Task SignIn_StaySignedIn_SetsPersistentCookie()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        using var client = new AccountClient(dashboard.Address);
        var answer = await client.SubmitAsync("/account/sign-in", "sign-in", ("Input.Email", "jonas@studio.example"), ("Input.Password", TestPeople.Password), ("Input.Stay", "True"));
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        var cookie = client.Cookies.GetCookies(dashboard.Address)["dashboard"]!;
        Assert.InRange(cookie.Expires.ToUniversalTime(), DateTime.UtcNow.AddDays(29), DateTime.UtcNow.AddDays(31));
    }

    [Fact]
    public async Task SignIn_ManyWrongPasswords_LockAccountWithoutRevealingIt()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        using var known = new AccountClient(dashboard.Address);
        using var unknown = new AccountClient(dashboard.Address);
        var answersOfTheKnown = new List<string>();
        var answersOfTheUnknown = new List<string>();
        for (var attempt = 0; attempt < 14; attempt++)
        {
            answersOfTheKnown.Add(await ProblemAsync(await known.SignInAsync("jonas@studio.example", $"wrong password {attempt}")));
            answersOfTheUnknown.Add(await ProblemAsync(await unknown.SignInAsync("nobody@studio.example", $"wrong password {attempt}")));
        }

        Assert.Equal(answersOfTheUnknown, answersOfTheKnown);
        Assert.Contains(Refusal, answersOfTheKnown[0], StringComparison.Ordinal);
        Assert.Contains("Too many attempts", answersOfTheKnown[^1], StringComparison.Ordinal);

        // Another computer, the right password: still locked, and the same words.
        await using (var db = await OpenAsync(dashboard))
        {
            Assert.NotNull((await db.Users.SingleAsync(person => person.Id == "jonas", Cancellation)).LockoutEnd);
        }

        Assert.NotEqual(HttpStatusCode.Redirect, (await known.SignInAsync("jonas@studio.example", TestPeople.Password)).StatusCode);
        Assert.Contains(await LogAsync(dashboard), line => line is { Kind: SecurityEventKind.LockedOut, PersonId: "jonas" });
    }

    [Fact]
    public async Task SignIn_WrongPasswordsForManyEmails_AreLimitedByIpAddress()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        using var client = new AccountClient(dashboard.Address);
        var page = await client.PageAsync("/account/sign-in");
        var answers = new List<HttpResponseMessage>();
        for (var attempt = 0; attempt <= RequestLimits.AttemptsPerMinute; attempt++)
        {
            answers.Add(await client.SubmitAsync(page, "sign-in", ("Input.Email", $"guess{attempt}@studio.example"), ("Input.Password", "wrong password")));
        }

        Assert.Equal(HttpStatusCode.OK, answers[0].StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, answers[^1].StatusCode);
        Assert.Contains("Wait a minute", (await AccountClient.ReadAsync(answers[^1])).Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SignIn_DisabledOrWithoutPassword_IsRefusedWithSameMessage()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        await using (var db = await OpenAsync(dashboard))
        {
            await db.Users.Where(person => person.Id == "jonas").ExecuteUpdateAsync(set => set.SetProperty(person => person.IsDisabled, true), Cancellation);
            await db.Users.Where(person => person.Id == "vera").ExecuteUpdateAsync(set => set.SetProperty(person => person.PasswordHash, (string?)null), Cancellation);
        }

        using var client = new AccountClient(dashboard.Address);
        Assert.Contains(Refusal, await ProblemAsync(await client.SignInAsync("jonas@studio.example", TestPeople.Password)), StringComparison.Ordinal);
        Assert.Contains(Refusal, await ProblemAsync(await client.SignInAsync("vera@studio.example", TestPeople.Password)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/team", "/team")]
    [InlineData("/characters/1?q=a%20b", "/characters/1?q=a%20b")]
    [InlineData("//evil.example", "/")]
    [InlineData("/\\evil.example", "/")]
    [InlineData("\\\\evil.example", "/")]
    [InlineData("https://evil.example/", "/")]
    [InlineData("https:evil.example", "/")]
    [InlineData("/\t/evil.example", "/")]
    [InlineData("%2F%2Fevil.example", "/")]
    [InlineData("javascript:alert(1)", "/")]
    public async Task SignIn_ReturnUrl_IsFollowedOnlyWithinThisSite(string returnUrl, string expected)
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        using var client = new AccountClient(dashboard.Address);
        var answer = await client.SignInAsync("ana@studio.example", TestPeople.Password, $"/account/sign-in?returnUrl={Uri.EscapeDataString(returnUrl)}");
        Assert.Equal(new Uri(dashboard.Address, expected), answer.Headers.Location);

        // The hidden field comes from the browser as well.
        using var forging = new AccountClient(dashboard.Address);
        var forged = await forging.SubmitAsync("/account/sign-in", "sign-in", ("Input.Email", "ana@studio.example"), ("Input.Password", TestPeople.Password), ("Input.ReturnUrl", returnUrl));
        Assert.Equal(new Uri(dashboard.Address, expected), forged.Headers.Location);
    }

    [Fact]
    public async Task SignIn_AlreadySignedIn_RedirectsToReturnUrl()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        using var client = await AccountClient.SignedInAsync(dashboard.Address, "ana@studio.example");
        Assert.Equal("/team", (await client.GetAsync("/account/sign-in?returnUrl=%2Fteam")).Headers.Location!.AbsolutePath);
    }

    [Theory]
    [InlineData("sign-in")]
    [InlineData("/account/sign-out")]
    public async Task Forms_MissingOrStolenToken_AreRefused(string form)
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        using var ana = await AccountClient.SignedInAsync(dashboard.Address, "ana@studio.example");
        using var victim = form == "sign-in" ? new AccountClient(dashboard.Address) : await AccountClient.SignedInAsync(dashboard.Address, "jonas@studio.example");
        var address = form == "sign-in" ? "/account/sign-in" : form;
        var stolen = (await ana.PageAsync("/account")).QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        foreach (var token in new[] { "", "nonsense", stolen })
        {
            var answer = await victim.Http.PostAsync(address, new FormUrlEncodedContent([new("_handler", form), new("__RequestVerificationToken", token), new("Input.Email", "jonas@studio.example"), new("Input.Password", TestPeople.Password)]), Cancellation);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.DoesNotContain(victim.Cookies.GetCookies(dashboard.Address), cookie => form == "sign-in" && cookie.Name == "dashboard");
            Assert.Contains("This form was not accepted", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        }

        Assert.Equal(form == "sign-in" ? HttpStatusCode.Redirect : HttpStatusCode.OK, (await victim.GetAsync("/")).StatusCode);
    }

    [Fact]
    public async Task SignOut_RequiresPost_AndEndsTheSession()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        using var client = await AccountClient.SignedInAsync(dashboard.Address, "jonas@studio.example");
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/account/sign-out")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/")).StatusCode);
        var answer = await client.SubmitAsync("/account", "/account/sign-out");
        Assert.Equal("/account/sign-in?signedOut=true", answer.Headers.Location!.OriginalString);
        Assert.Equal(HttpStatusCode.Redirect, (await client.GetAsync("/")).StatusCode);
    }

    [Theory]
    [InlineData("/team", HttpStatusCode.OK)]
    [InlineData("/team/ana", HttpStatusCode.Forbidden)]
    [InlineData("/team/log", HttpStatusCode.Forbidden)]
    [InlineData("/about", HttpStatusCode.Forbidden)]
    [InlineData("/", HttpStatusCode.OK)]
    [InlineData("/account", HttpStatusCode.OK)]
    public async Task Pages_AsDesigner_FollowTheRole(string path, HttpStatusCode status)
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        using var client = await AccountClient.SignedInAsync(dashboard.Address, "jonas@studio.example");
        var answer = await client.GetAsync(path);
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal(status == HttpStatusCode.Forbidden, (await answer.Content.ReadAsStringAsync(Cancellation)).Contains("have access to this page", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Session_AccountDisabledOrSignedOutEverywhere_EndsOnNextRequest()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        using var jonas = await AccountClient.SignedInAsync(dashboard.Address, "jonas@studio.example");
        using var vera = await AccountClient.SignedInAsync(dashboard.Address, "vera@studio.example");
        var team = dashboard.Services.GetRequiredService<TeamDirectory>();
        Assert.Null((await team.DisableAsync(TestPeople.As(Role.Admin), "jonas", Cancellation)).Error);
        Assert.Null((await team.SignOutEverywhereAsync(TestPeople.As(Role.Admin), "vera", Cancellation)).Error);
        Assert.Equal(HttpStatusCode.Redirect, (await jonas.GetAsync("/")).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await vera.GetAsync("/")).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await vera.SignInAsync("vera@studio.example", TestPeople.Password)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await vera.GetAsync("/")).StatusCode);
    }

    private static async Task<string> ProblemAsync(HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (await AccountClient.ReadAsync(answer)).QuerySelector("[role=alert]")!.TextContent;
    }

    private static Task<DashboardDbContext> OpenAsync(RunningDashboard dashboard) =>
        dashboard.Services.GetRequiredService<IDbContextFactory<DashboardDbContext>>().CreateDbContextAsync(Cancellation);

    private static async Task<IReadOnlyList<SecurityEvent>> LogAsync(RunningDashboard dashboard) =>
        (await dashboard.Services.GetRequiredService<SecurityLog>().ReadAsync(TestPeople.As(Role.Admin), null, null, Cancellation))!;
}
