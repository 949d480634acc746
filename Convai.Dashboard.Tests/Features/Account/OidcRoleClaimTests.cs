using Convai.Dashboard.Data;

namespace Convai.Dashboard.Features.Account;

/// <summary>Roles inside of objects, and answers that do not show them.</summary>
[Trait("Speed", "Slow")]
public sealed class OidcRoleClaimTests : OidcTest
{
    private const string RoleUnknown = "Acme knows you, but its answer doesn't show your role: you may be in more groups than fit into it. Nothing was changed. Ask the person who runs the dashboard.";

    [Theory]
    [InlineData("realm_access.roles", """{"roles":["x","acme-designers"]}""", false)]
    [InlineData("realm_access.roles", """{"roles":["x","acme-designers"]}""", true)]
    [InlineData("realm_access.roles", """{"roles":"acme-designers"}""", false)]
    [InlineData("realm_access.the.dashboard.roles", """{"other":{"roles":["acme-admins"]},"the.dashboard":{"roles":["acme-designers"]}}""", true)]
    [InlineData("realm_access.the.dashboard.roles", """{"the":{"dashboard":{"roles":["acme-designers"]}},"other":7}""", false)]
    public async Task RoleClaim_NestedInObject_IsFoundByPath(string path, string json, bool byUserInfo)
    {
        Provider.AnswersByUserInfo = byUserInfo;
        await StartDashboardAsync(("Authentication:Oidc:RoleClaim", path));
        await SignInAsync(Dora with { Groups = ["acme-admins"], MoreClaims = [("realm_access", json)] });
        var person = (await FindAsync("Dora Winter"))!.Person;
        Assert.Equal((Role.Designer, $"{path} = acme-designers"), (person.Role, person.RoleClaim));
    }

    [Fact]
    public async Task RoleClaim_NameContainsDots_IsFoundLiterally()
    {
        Provider.AnswersByUserInfo = true;
        await StartDashboardAsync(("Authentication:Oidc:RoleClaim", "https://acme.example/roles"));
        await SignInAsync(Dora with { Groups = [], MoreClaims = [("https://acme.example/roles", """["acme-viewers"]""")] });
        Assert.Equal(Role.Viewer, (await FindAsync("Dora Winter"))!.Person.Role);
    }

    [Theory]
    [InlineData("""{"roles":[]}""")]
    [InlineData("""{"roles":null}""")]
    [InlineData("""{"other":["acme-admins"]}""")]
    public async Task RoleClaim_ObjectWithoutRole_IsRefused(string json)
    {
        await StartDashboardAsync(("Authentication:Oidc:RoleClaim", "realm_access.roles"));
        await SignInAsync(Dora with { MoreClaims = [("realm_access", json)] });
        Assert.Equal(["SignInFailed unknown: Acme: no role rule matched"], await SecurityLinesAsync());
    }

    public static TheoryData<string, string, string, bool> Doubts => new()
    {
        // Entra, with more groups than fit into a token: https://learn.microsoft.com/security/zero-trust/develop/configure-tokens-group-claims-app-roles
        { "groups", "_claim_names", """{"groups":"src1"}""", false },
        { "groups", "_claim_names", """{"groups":"src1"}""", true },
        { "groups", "hasgroups", "true", false },
        { "groups", "groups", """{"acme-admins":true}""", false },
        { "groups", "groups", """[{"acme-admins":true}]""", true },
        { "realm_access.roles", "realm_access", "\"acme-admins\"", false },
        { "realm_access.roles", "realm_access", """{"roles":{"acme-admins":true}}""", true },
        { "realm_access.roles", "_claim_names", """{"realm_access":"src1"}""", false },
    };

    [Theory]
    [MemberData(nameof(Doubts))]
    public async Task RoleClaim_Inconclusive_KeepsCurrentRole(string path, string claim, string json, bool byUserInfo)
    {
        Provider.AnswersByUserInfo = byUserInfo;
        await StartDashboardAsync(("Authentication:Oidc:DefaultRole", "Viewer"), ("Authentication:Oidc:RoleClaim", path));
        var admin = Dora with { Groups = path == "groups" ? ["acme-admins"] : [], MoreClaims = path == "groups" ? [] : [("realm_access", """{"roles":["acme-admins"]}""")] };
        await SignInAsync(admin);
        var before = (await FindAsync("Dora Winter"))!.Person;
        Assert.Equal(Role.Admin, before.Role);

        var doubt = Dora with { Groups = [], MoreClaims = [(claim, json)] };
        Assert.Equal(Dashboard.Address, (await SignInAsync(doubt)).Address);
        var after = (await FindAsync("Dora Winter"))!.Person;
        Assert.Equal((Role.Admin, before.RoleClaim, null), (after.Role, after.RoleClaim, after.LocalSignInDisabledAt));
        Assert.StartsWith("RoleUnknown Dora Winter by Acme: ", (await SecurityLinesAsync())[1], StringComparison.Ordinal);
        Assert.EndsWith("; Admin is kept", (await SecurityLinesAsync())[1], StringComparison.Ordinal);
        Assert.Contains(Dashboard.Logs.Lines, line => line.Contains($"did not show the role of person {after.Id}", StringComparison.Ordinal));

        // There is no role to keep: the sign-in is refused, also with a default role.
        AssertRefused(RoleUnknown, await SignInAsync(doubt with { Subject = "emil-1", Name = "Emil", Email = null }));
        Assert.Null(await FindAsync("Emil"));
        Assert.Equal("SignInFailed unknown: Acme: the answer does not show the role", (await SecurityLinesAsync())[0]);
    }

    [Fact]
    public async Task RoleClaim_InconclusiveAfterWithdrawal_DoesNotRestoreRole()
    {
        await StartDashboardAsync();
        await SignInAsync();
        await SignInAsync(Dora with { Groups = [] });
        AssertRefused(RoleUnknown, await SignInAsync(Dora with { Groups = [], MoreClaims = [("_claim_names", """{"groups":"src1"}""")] }));
    }

    [Fact]
    public async Task RoleClaim_OverageOfAnotherClaim_IsConclusive()
    {
        await StartDashboardAsync();
        await SignInAsync(Dora with { MoreClaims = [("_claim_names", """{"address":"src1"}""")] });
        Assert.Equal(Role.Designer, (await FindAsync("Dora Winter"))!.Person.Role);
    }
}
