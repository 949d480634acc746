using System.Net;
using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Team;
using Convai.Dashboard.Security;
using Convai.Dashboard.Testing;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Convai.Dashboard.Features.Account;

/// <summary>Who has the role from the provider keeps it no longer than the provider says, by whichever way they come in.</summary>
[Trait("Speed", "Slow")]
public sealed class OidcWithdrawnRoleTests : OidcTest
{
    private const string NeedsProvider = "Your role comes from Acme, so this works only for 12 hours after signing in there. Continue with Acme, or ask an Admin.";
    private const string NewPassword = "tin whistle at nine";

    /// <summary>Jonas, who has an account of the dashboard's own, and his role from the provider.</summary>
    private static readonly ProviderPerson Jonas = new("jonas-1", TestPeople.Jonas.Name, TestPeople.Jonas.Email, true, "acme-designers");

    private static readonly ProviderPerson Ana = new("ana-1", TestPeople.Ana.Name, TestPeople.Ana.Email, true, "acme-admins");

    private ProviderLinks Links => Dashboard.Services.GetRequiredService<ProviderLinks>();

    [Fact]
    public async Task Password_WhileProviderSignInIsCurrent_WorksAndExpiresWithIt()
    {
        await StartDashboardAsync();
        await SignInAsync(Jonas);
        using var client = new AccountClient(Dashboard.Address);
        await client.SubmitAsync(SignInSchemes.SignInPath, "sign-in", ("Input.Email", Jonas.Email!), ("Input.Password", TestPeople.Password), ("Input.Stay", "true"));
        var scheme = Dashboard.Services.GetRequiredService<IOptionsMonitor<CookieAuthenticationOptions>>().Get(IdentityConstants.ApplicationScheme);
        var session = scheme.TicketDataFormat.Unprotect(client.Cookies.GetCookies(Dashboard.Address)["dashboard"]!.Value)!.Properties;
        Assert.InRange(session.ExpiresUtc!.Value, DateTimeOffset.UtcNow.AddHours(11.9), DateTimeOffset.UtcNow.AddHours(12));
        await AgeAsync(TimeSpan.FromHours(12) - TimeSpan.FromMinutes(1));
        await AssertSignedInAsync(true, client);
        await AgeAsync(TimeSpan.FromHours(12));
        await AssertSignedInAsync(false, client);
        Assert.Equal(NeedsProvider, await ProblemAsync(await client.SignInAsync(Jonas.Email!, TestPeople.Password)));
        Assert.StartsWith("Wrong email or password", await ProblemAsync(await client.SignInAsync(Jonas.Email!, "not the password")), StringComparison.Ordinal);

        await SignInAsync(Jonas);
        using var later = await AccountClient.SignedInAsync(Dashboard.Address, Jonas.Email!);
        await AssertSignedInAsync(true, later);
    }

    [Fact]
    public async Task WrongPasswords_RoleUnconfirmed_LockTheAccount()
    {
        await StartDashboardAsync();
        await SignInAsync(Jonas);
        await AgeAsync(TimeSpan.FromHours(13));
        using var client = new AccountClient(Dashboard.Address);
        for (var attempt = 0; attempt < 5; attempt++)
        {
            await client.SignInAsync(Jonas.Email!, "not the password");
        }

        Assert.StartsWith("LockedOut", (await SecurityLinesAsync())[0], StringComparison.Ordinal);
        Assert.StartsWith("Wrong email or password", await ProblemAsync(await client.SignInAsync(Jonas.Email!, TestPeople.Password)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SecondFactor_RoleWithdrawn_IsRefused(bool withRecoveryCode)
    {
        await StartDashboardAsync();
        await SignInAsync(Jonas);
        var code = await TurnOnTwoStepsAsync();
        using var client = new AccountClient(Dashboard.Address);
        var step = await client.FollowOnceAsync(await client.SignInAsync(Jonas.Email!, TestPeople.Password));
        await SignInAsync(Jonas with { Groups = [] });
        var answer = await client.SubmitAsync(await AccountClient.ReadAsync(step), "two-step", ("Input.Code", withRecoveryCode ? code : "123456"));
        Assert.Equal(NeedsProvider, await ProblemAsync(answer));
        await AssertSignedInAsync(false, client);
    }

    [Fact]
    public async Task ResetLink_CreatedBeforeRoleWasWithdrawn_IsRefused()
    {
        await StartDashboardAsync();
        await SignInAsync(Jonas);
        var team = Dashboard.Services.GetRequiredService<TeamDirectory>();
        var secret = (await team.CreateResetLinkAsync(TestPeople.As(Role.Admin), "jonas", Cancellation)).Value!.Secret;
        await SignInAsync(Jonas with { Groups = [] });
        Assert.Equal("Acme gives Jonas Brandt no role, so local sign-in is disabled. Allow it first.", (await team.CreateResetLinkAsync(TestPeople.As(Role.Admin), "jonas", Cancellation)).Error);
        using var client = new AccountClient(Dashboard.Address);
        var page = await AccountClient.ReadAsync(await client.SubmitAsync(AccessLinks.Path, "join", ("Opening.Link", secret)));
        Assert.Equal(NeedsProvider, await ProblemAsync(await client.SubmitAsync(page, "join", ("Joining.Password", NewPassword))));
        await AssertSignedInAsync(false, client);

        // It was not used up.
        await Links.AllowLocalSignInAsync(TestPeople.As(Role.Admin), "jonas", Cancellation);
        await client.SubmitAsync(page, "join", ("Joining.Password", NewPassword));
        await AssertSignedInAsync(true, client);
    }

    [Fact]
    public async Task Passkey_RoleUnconfirmed_IsRefused()
    {
        await StartDashboardAsync();
        await SignInAsync(Jonas);
        Assert.True(await MayAsync());
        await AgeAsync(TimeSpan.FromHours(13));
        Assert.False(await MayAsync());

        // What a passkey asks once the browser has shown that it has it; the browser tests use one.
        async Task<bool> MayAsync()
        {
            await using var scope = Dashboard.Services.CreateAsyncScope();
            var users = scope.ServiceProvider.GetRequiredService<UserManager<Person>>();
            var signIn = ActivatorUtilities.CreateInstance<PersonSignInManager>(scope.ServiceProvider);
            signIn.Context = new Microsoft.AspNetCore.Http.DefaultHttpContext();
            return await signIn.CanSignInAsync((await users.FindByIdAsync("jonas"))!);
        }
    }

    [Fact]
    public async Task NoRole_EndsSessionsAndLocalSignIn_UntilAdminAllowsIt()
    {
        await StartDashboardAsync();
        using var through = new AccountClient(Dashboard.Address);
        Provider.Person = Jonas;
        await through.FollowAsync(OidcScheme.StartPath);
        using var local = await AccountClient.SignedInAsync(Dashboard.Address, Jonas.Email!);
        var access = Dashboard.Services.GetRequiredService<Access>();
        Assert.NotNull(await access.FindAsync("jonas", Role.Designer, Cancellation));

        await SignInAsync(Jonas with { Groups = ["everybody"] });
        await AssertSignedInAsync(false, through);
        await AssertSignedInAsync(false, local);
        // Nor does what runs in his name go on.
        Assert.Null(await access.FindAsync("jonas", Role.Viewer, Cancellation));
        Assert.Equal(
            ["SignInFailed Jonas Brandt: Acme: no role rule matched", "LocalSignInDisabled Jonas Brandt by Acme: no role rule matched; all sessions ended"],
            (await SecurityLinesAsync()).Take(2));
        Assert.Equal(NeedsProvider, await ProblemAsync(await local.SignInAsync(Jonas.Email!, TestPeople.Password)));

        Assert.Null((await Links.AllowLocalSignInAsync(TestPeople.As(Role.Admin), "jonas", Cancellation)).Error);
        await local.SignInAsync(Jonas.Email!, TestPeople.Password);
        await AssertSignedInAsync(true, local);
        var person = (await FindAsync(Jonas.Name))!.Person;
        Assert.Equal((Role.Designer, null), (person.Role, person.RoleClaim));

        // What an Admin gave is not the provider's to take.
        await SignInAsync(Jonas with { Groups = [] });
        await AssertSignedInAsync(true, local);
    }

    [Fact]
    public async Task NoRole_ThenRoleRestored_AllowsSignInAgain()
    {
        await StartDashboardAsync();
        await SignInAsync(Jonas);
        await SignInAsync(Jonas with { Groups = [] });
        Assert.NotNull((await FindAsync(Jonas.Name))!.Person.LocalSignInDisabledAt);
        Assert.Equal(Dashboard.Address, (await SignInAsync(Jonas)).Address);
        Assert.Null((await FindAsync(Jonas.Name))!.Person.LocalSignInDisabledAt);
        using var client = await AccountClient.SignedInAsync(Dashboard.Address, Jonas.Email!);
        await AssertSignedInAsync(true, client);
    }

    [Fact]
    public async Task NoRole_ForTheLastAdmin_ChangesNothing()
    {
        await StartDashboardAsync();
        using var client = new AccountClient(Dashboard.Address);
        Provider.Person = Ana;
        await client.FollowAsync(OidcScheme.StartPath);
        await SignInAsync(Ana with { Groups = [] });
        await AgeAsync(TimeSpan.FromDays(3), "ana");
        await AssertSignedInAsync(true, client);
        using var local = await AccountClient.SignedInAsync(Dashboard.Address, Ana.Email!);
        Assert.Equal(HttpStatusCode.OK, (await local.GetAsync("/team")).StatusCode);
    }

    [Fact]
    public async Task NoRole_ForTheLastTwoAdmins_KeepsTheSecond()
    {
        await StartDashboardAsync();
        await SignInAsync(Ana);
        await SignInAsync(Jonas with { Groups = ["acme-admins"] });
        await SignInAsync(Jonas with { Groups = [] });
        await SignInAsync(Ana with { Groups = [] });
        Assert.Equal((false, true), ((await FindAsync(Ana.Name))!.Person.LocalSignInDisabledAt is not null, (await FindAsync(Jonas.Name))!.Person.LocalSignInDisabledAt is not null));
        using var local = await AccountClient.SignedInAsync(Dashboard.Address, Ana.Email!);
        Assert.Equal(HttpStatusCode.OK, (await local.GetAsync("/team")).StatusCode);
        // One who cannot come in is no other Admin.
        Assert.Contains("is the last Admin", (await Dashboard.Services.GetRequiredService<TeamDirectory>().DisableAsync(await AdminAsync(), "ana", Cancellation)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LocallyAssignedRole_NeedsNoProviderConfirmation()
    {
        await StartDashboardAsync();
        using var client = await AccountClient.SignedInAsync(Dashboard.Address, TestPeople.Vera.Email!);
        await AgeAsync(TimeSpan.FromDays(3), "vera");
        await AssertSignedInAsync(true, client);
    }

    /// <summary>The provider signed the person in so long ago.</summary>
    private async Task AgeAsync(TimeSpan age, string personId = "jonas")
    {
        var at = DateTimeOffset.UtcNow - age;
        await using var db = await OpenAsync();
        await db.Users.Where(person => person.Id == personId).ExecuteUpdateAsync(set => set.SetProperty(person => person.ProviderSignInAt, at), Cancellation);
    }

    private async Task<string> TurnOnTwoStepsAsync()
    {
        await using var scope = Dashboard.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<Person>>();
        var jonas = (await users.FindByIdAsync("jonas"))!;
        await users.ResetAuthenticatorKeyAsync(jonas);
        await users.SetTwoFactorEnabledAsync(jonas, true);
        return (await users.GenerateNewTwoFactorRecoveryCodesAsync(jonas, 1))!.Single();
    }

    private static async Task<string> ProblemAsync(HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (await AccountClient.ReadAsync(answer)).QuerySelector("[role=alert]")!.TextContent;
    }
}
