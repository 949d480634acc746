using System.Net;
using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Features.Team;
using Convai.Dashboard.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Convai.Dashboard.Features.Account;

/// <summary>Who comes in through the organisation's provider, and as what.</summary>
[Trait("Speed", "Slow")]
public sealed class OidcSignInTests : OidcTest
{
    private const string NoRole = "Acme knows you, but has given you no role in this dashboard. Ask the person who manages its groups.";

    private const string EmailTaken =
        "An account with your email already exists, and Acme doesn't say that the email is verified. Sign in with email and password, or ask an Admin.";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SignIn_MappedClaim_CreatesPersonWithThatRole(bool byUserInfo)
    {
        Provider.AnswersByUserInfo = byUserInfo;
        await StartDashboardAsync();
        await Dashboard.Services.GetRequiredService<CastDirectory>().ReadAsync(false, Cancellation);
        var arrival = await SignInAsync();
        Assert.Equal(Dashboard.Address, arrival.Address);
        Assert.Contains("Mira the Innkeeper", arrival.Page.Body!.TextContent, StringComparison.Ordinal);
        var member = (await FindAsync("Dora Winter"))!;
        Assert.Equal(("dora@acme.example", Role.Designer, "Acme"), (member.Person.Email, member.Person.Role, member.Person.LastSignInWay));
        Assert.Equal(("groups = acme-designers", "Authentication:Oidc:Roles:2 (acme-designers gives Designer)"), (member.Person.RoleClaim, member.Person.RoleRule));
        Assert.Equal("Acme", TeamText.SignInMethods(member, "Acme"));
        Assert.Equal(["SignedIn Dora Winter: Acme", "AccountCreated Dora Winter: Designer, by Acme"], await SecurityLinesAsync());
    }

    [Fact]
    public async Task SignIn_SeveralMappedValues_HighestRoleWins()
    {
        await StartDashboardAsync();
        await SignInAsync(Dora with { Groups = ["acme-viewers", "acme-admins", "acme-designers"] });
        Assert.Equal(Role.Admin, (await FindAsync("Dora Winter"))?.Person.Role);
    }

    [Theory]
    [InlineData("everybody")]
    [InlineData("ACME-DESIGNERS")]
    [InlineData("acme-designers-of-old")]
    public async Task SignIn_NoMappedClaim_IsRefused(string group)
    {
        await StartDashboardAsync();
        AssertRefused(NoRole, await SignInAsync(Dora with { Groups = [group] }));
        Assert.Null(await FindAsync("Dora Winter"));
        Assert.Equal(["SignInFailed unknown: Acme: no role rule matched"], await SecurityLinesAsync());
    }

    [Fact]
    public async Task SignIn_NoClaims_IsRefusedEvenForKnownPerson()
    {
        await StartDashboardAsync();
        await SignInAsync();
        AssertRefused(NoRole, await SignInAsync(Dora with { Groups = [] }));
        Assert.Equal("SignInFailed Dora Winter: Acme: no role rule matched", (await SecurityLinesAsync())[0]);
    }

    [Fact]
    public async Task SignIn_NoMappedClaim_GetsDefaultRole()
    {
        await StartDashboardAsync(("Authentication:Oidc:DefaultRole", "Viewer"));
        await SignInAsync(Dora with { Groups = [] });
        var person = (await FindAsync("Dora Winter"))!.Person;
        Assert.Equal((Role.Viewer, "Authentication:Oidc:DefaultRole"), (person.Role, person.RoleRule));
    }

    [Fact]
    public async Task SignIn_CustomRoleClaim_IsUsed()
    {
        await StartDashboardAsync(("Authentication:Oidc:RoleClaim", "email"), ("Authentication:Oidc:Roles:0:Value", "dora@acme.example"));
        await SignInAsync();
        Assert.Equal("email = dora@acme.example", (await FindAsync("Dora Winter"))?.Person.RoleClaim);
    }

    [Fact]
    public async Task SignIn_ChangedAtProvider_UpdatesSamePersonAndLogsIt()
    {
        await StartDashboardAsync();
        await SignInAsync();
        var before = (await FindAsync("Dora Winter"))!.Person;
        await SignInAsync(Dora with { Name = "Dora Sommer", Email = "sommer@acme.example", Groups = ["acme-viewers"] });
        var after = (await FindAsync("Dora Sommer"))!.Person;
        Assert.Equal((before.Id, Role.Viewer, "groups = acme-viewers"), (after.Id, after.Role, after.RoleClaim));
        Assert.Equal("RoleChanged Dora Sommer by Acme: Designer → Viewer: groups = acme-viewers", (await SecurityLinesAsync())[1]);
    }

    [Fact]
    public async Task SignIn_LastAdminDemoted_StaysAdminUntilThereIsAnother()
    {
        await StartDashboardAsync();
        var ana = Dora with { Subject = "ana-1", Name = "Ana Keller", Email = TestPeople.Ana.Email, Groups = ["acme-viewers"] };
        await SignInAsync(ana);
        var person = (await FindAsync("Ana Keller"))!.Person;
        Assert.Equal((TestPeople.Ana.Id, Role.Admin), (person.Id, person.Role));
        Assert.StartsWith("the last Admin stays Admin (otherwise Viewer by Authentication:Oidc:Roles:0", person.RoleRule, StringComparison.Ordinal);
        await SignInAsync(Dora with { Groups = ["acme-admins"] });
        await SignInAsync(ana);
        using var client = await AccountClient.SignedInAsync(Dashboard.Address, ana.Email!);
        Assert.Equal(HttpStatusCode.Forbidden, (await client.GetAsync("/team/log")).StatusCode);
    }

    [Theory]
    [InlineData(false, true, false)]
    [InlineData(false, true, true)]
    [InlineData(true, null, false)]
    public async Task SignIn_TrustedEmailOfLocalAccount_LinksToThatPerson(bool trustEmail, bool? isVerified, bool byUserInfo)
    {
        Provider.AnswersByUserInfo = byUserInfo;
        await StartDashboardAsync(("Authentication:Oidc:TrustEmail", trustEmail.ToString()));
        await SignInAsync(Dora with { Name = TestPeople.Jonas.Name, Email = "Jonas@Studio.example", IsEmailVerified = isVerified, Groups = ["acme-viewers"] });
        var member = (await FindAsync(TestPeople.Jonas.Name))!;
        Assert.Equal((TestPeople.Jonas.Id, Role.Viewer, "Acme, password"), (member.Person.Id, member.Person.Role, TeamText.SignInMethods(member, "Acme")));
        using var client = await AccountClient.SignedInAsync(Dashboard.Address, TestPeople.Jonas.Email!);
        await AssertSignedInAsync(true, client);
    }

    [Theory]
    [InlineData(false, null)]
    [InlineData(false, false)]
    [InlineData(true, false)]
    public async Task SignIn_UnverifiedEmailOfLocalAccount_IsRefused(bool trustEmail, bool? isVerified)
    {
        await StartDashboardAsync(("Authentication:Oidc:TrustEmail", trustEmail.ToString()));
        AssertRefused(EmailTaken, await SignInAsync(Dora with { Email = TestPeople.Jonas.Email, IsEmailVerified = isVerified }));
        Assert.False((await FindAsync(TestPeople.Jonas.Name))?.IsFromOrganisation);
        Assert.Equal(["SignInFailed Jonas Brandt: Acme: an account has this email, and it is not verified"], await SecurityLinesAsync());
    }

    [Fact]
    public async Task SignIn_WithoutEmail_CreatesSeparatePeople()
    {
        await StartDashboardAsync();
        await SignInAsync(Dora with { Email = null, IsEmailVerified = null });
        await SignInAsync(Dora with { Subject = "emil-1", Name = "Emil", Email = null, IsEmailVerified = null });
        Assert.Equal((null, null), ((await FindAsync("Dora Winter"))!.Person.Email, (await FindAsync("Emil"))!.Person.Email));
    }

    /// <summary>The provider may have two people of one name, and is not asked to change them.</summary>
    [Fact]
    public async Task SignIn_NameTaken_GetsDistinguishableName()
    {
        await StartDashboardAsync();
        await SignInAsync();
        await SignInAsync(Dora with { Subject = "dora-2", Name = "DORA\u200B Winter", Email = "winter@acme.example" });
        await SignInAsync(Dora with { Subject = "dora-3", Email = null });
        var again = Dora with { Subject = "dora-3", Email = null, Name = "Dora \u202EWinter" };
        await SignInAsync(again);
        await SignInAsync(again);
        await SignInAsync(Dora with { Subject = "odd-1", Name = "Changed in Convai", Email = null });
        Assert.Equal(
            ("Dora Winter", "DORA Winter (winter@acme.example)", "Dora Winter (2)", "Changed in Convai (2)"),
            (NameOf("dora-1"), NameOf("dora-2"), NameOf("dora-3"), NameOf("odd-1")));
        Assert.DoesNotContain(await SecurityLinesAsync(), line => line.StartsWith("Renamed", StringComparison.Ordinal));

        await SignInAsync(Dora with { Name = "Dora Sommer" });
        Assert.Contains("Renamed Dora Sommer by Acme: Dora Winter → Dora Sommer", await SecurityLinesAsync());

        string NameOf(string subject) => People().Single(member => member.Logins.Any(login => login.Subject == subject)).Person.Name;
        IReadOnlyList<TeamMember> People() => Dashboard.Services.GetRequiredService<TeamDirectory>().ReadAsync(TestPeople.As(Role.Admin), Cancellation).GetAwaiter().GetResult()!.People;
    }

    [Fact]
    public async Task SignIn_DisabledPerson_IsRefused()
    {
        await StartDashboardAsync();
        using var client = new AccountClient(Dashboard.Address);
        await client.FollowAsync(OidcScheme.StartPath);
        await Dashboard.Services.GetRequiredService<TeamDirectory>().DisableAsync(TestPeople.As(Role.Admin), (await FindAsync("Dora Winter"))!.Person.Id, Cancellation);
        AssertRefused("Your account is disabled. Ask an Admin of your team.", await ArriveAsync(await client.FollowAsync(OidcScheme.StartPath)));
        await AssertSignedInAsync(false, client);
        Assert.Equal("SignInFailed Dora Winter: Acme: disabled account", (await SecurityLinesAsync())[0]);
    }
}
