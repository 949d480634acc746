using System.Net;
using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Team;
using Convai.Dashboard.Security;
using Convai.Dashboard.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Convai.Dashboard.Features.Account;

/// <summary>An address is someone's only where the provider has verified it, and an account is one identity's.</summary>
[Trait("Speed", "Slow")]
public sealed class OidcTakeoverTests : OidcTest
{
    private const string LinkedToAnother = "The account with your email belongs to another identity at Acme. Ask an Admin to check it: the Team page shows the account's links.";

    private static readonly ProviderPerson Boss = new("boss-1", "Bea Boss", "boss@acme.example", true, "acme-admins");
    private static readonly ProviderPerson Mallory = new("mallory-1", "Mallory", "boss@acme.example", false, "acme-viewers");

    [Theory]
    [InlineData(false, false)]
    [InlineData(null, false)]
    [InlineData(false, true)]
    public async Task UnverifiedEmail_FirstSignIn_LeavesEmailToItsOwner(bool? isVerified, bool trustEmail)
    {
        await StartDashboardAsync(("Authentication:Oidc:TrustEmail", trustEmail.ToString()));
        using var mallory = new AccountClient(Dashboard.Address);
        Provider.Person = Mallory with { IsEmailVerified = isVerified };
        await mallory.FollowAsync(OidcScheme.StartPath);
        await AssertSignedInAsync(true, mallory);
        Assert.Null((await FindAsync("Mallory"))!.Person.Email);

        await SignInAsync(Boss);
        Assert.Equal(("boss@acme.example", Role.Admin), ((await FindAsync("Bea Boss"))!.Person.Email, (await FindAsync("Bea Boss"))!.Person.Role));
        Assert.Equal(Role.Viewer, (await FindAsync("Mallory"))!.Person.Role);
        Assert.Equal(HttpStatusCode.Forbidden, (await mallory.GetAsync("/team/log")).StatusCode);
    }

    [Fact]
    public async Task UnverifiedEmail_OfExistingAccount_IsRefusedAndOwnerKept()
    {
        await StartDashboardAsync();
        await SignInAsync(Boss);
        Assert.Equal(SignInSchemes.SignInPath, (await SignInAsync(Mallory)).Address.AbsolutePath);
        Assert.Null(await FindAsync("Mallory"));
        Assert.Single((await FindAsync("Bea Boss"))!.Logins);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(null)]
    public async Task VerifiedEmail_AccountLinkedToAnotherIdentity_IsNotLinked(bool? isVerified)
    {
        await StartDashboardAsync(("Authentication:Oidc:TrustEmail", "true"));
        await SignInAsync(Boss);
        AssertRefused(LinkedToAnother, await SignInAsync(Mallory with { IsEmailVerified = isVerified }));
        Assert.Equal("boss-1", Assert.Single((await FindAsync("Bea Boss"))!.Logins).Subject);
        Assert.Equal("SignInFailed Bea Boss: Acme: the account with this email belongs to another identity there", (await SecurityLinesAsync())[0]);
    }

    /// <summary>What the provider verified is an address that looks like a colleague's: by Unicode's rules it would be theirs.</summary>
    [Theory]
    [InlineData("jonaſ@studio.example")]
    [InlineData("jonas@ſtudio.example")]
    [InlineData("jonas@stud\u0131o.example")]
    public async Task VerifiedEmail_LookalikeOfColleague_IsSeparatePerson(string email)
    {
        await StartDashboardAsync();
        await SignInAsync(Mallory with { Email = email, IsEmailVerified = true });
        Assert.Empty((await FindAsync(TestPeople.Jonas.Name))!.Logins);
        Assert.Equal(email, (await FindAsync("Mallory"))!.Person.Email);
        Assert.Contains(LinkConcern.LookalikeEmail, ProviderLinks.GetConcerns((await FindAsync("Mallory"))!));
    }

    [Fact]
    public async Task VerifiedEmail_DisabledAccount_IsNotLinked()
    {
        await StartDashboardAsync();
        await Dashboard.Services.GetRequiredService<TeamDirectory>().DisableAsync(TestPeople.As(Role.Admin), "jonas", Cancellation);
        AssertRefused("Your account is disabled. Ask an Admin of your team.", await SignInAsync(Dora with { Email = TestPeople.Jonas.Email }));
        Assert.Empty((await FindAsync(TestPeople.Jonas.Name))!.Logins);
    }

    [Fact]
    public async Task Linking_EndsExistingSessions()
    {
        await StartDashboardAsync();
        using var before = await AccountClient.SignedInAsync(Dashboard.Address, TestPeople.Jonas.Email!);
        await SignInAsync(Dora with { Name = TestPeople.Jonas.Name, Email = TestPeople.Jonas.Email });
        await AssertSignedInAsync(false, before);
        Assert.Contains("Linked Jonas Brandt by Acme: ", await SecurityLinesAsync());
    }

    [Fact]
    public async Task StoredUnverifiedEmail_IsFreedOnNextSignIn()
    {
        await StartDashboardAsync();
        await SignInAsync(Mallory);
        await StoreUnverifiedAsync("Mallory");
        Assert.Equal([LinkConcern.UnconfirmedEmail], ProviderLinks.GetConcerns((await FindAsync("Mallory"))!));
        // As long as it is stored, its owner is told and does not become Mallory.
        AssertRefused(LinkedToAnother, await SignInAsync(Boss));
        await SignInAsync(Mallory);
        Assert.Null((await FindAsync("Mallory"))!.Person.Email);
        Assert.Contains("EmailRemoved Mallory by Acme: boss@acme.example is not verified", await SecurityLinesAsync());
        await SignInAsync(Boss);
        Assert.Equal("boss@acme.example", (await FindAsync("Bea Boss"))!.Person.Email);
    }

    [Fact]
    public async Task RemoveUnconfirmedLink_RevokesSignInMethodsAndFreesEmail()
    {
        await StartDashboardAsync();
        await SignInAsync(Boss);
        Provider.Person = Mallory with { Email = null };
        using var mallory = new AccountClient(Dashboard.Address);
        await mallory.FollowAsync(OidcScheme.StartPath);
        await StoreUnverifiedAsync("Mallory", "lost@acme.example");
        var member = (await FindAsync("Mallory"))!;
        await using (var db = await OpenAsync())
        {
            await db.Users.Where(person => person.Id == member.Person.Id).ExecuteUpdateAsync(set => set.SetProperty(person => person.PasswordHash, TestPeople.Jonas.PasswordHash), Cancellation);
            db.UserTokens.Add(new() { UserId = member.Person.Id, LoginProvider = "[AspNetUserStore]", Name = "AuthenticatorKey", Value = "KEY" });
            db.UserPasskeys.Add(new() { UserId = member.Person.Id, CredentialId = [1], Data = new() { PublicKey = [2], AttestationObject = [3], ClientDataJson = [4], Name = "Laptop" } });
            await db.SaveChangesAsync(Cancellation);
        }

        var links = Dashboard.Services.GetRequiredService<ProviderLinks>();
        Assert.Null((await links.RemoveAsync(TestPeople.As(Role.Admin), member.Person.Id, member.Logins.Single(), Cancellation)).Error);
        Assert.Equal("This link has already been removed.", (await links.RemoveAsync(TestPeople.As(Role.Admin), member.Person.Id, member.Logins.Single(), Cancellation)).Error);
        await AssertSignedInAsync(false, mallory);
        var after = (await FindAsync("Mallory"))!;
        Assert.Equal((null, false, 0, 0), (after.Person.Email, after.HasPassword, after.Passkeys, after.Logins.Count));
        await using (var db = await OpenAsync())
        {
            Assert.Empty(await db.UserTokens.Where(token => token.UserId == member.Person.Id).ToListAsync(Cancellation));
        }

        await SignInAsync(Boss with { Subject = "lost-1", Name = "Lotte", Email = "lost@acme.example" });
        Assert.NotEqual(member.Person.Id, (await FindAsync("Lotte"))!.Person.Id);
    }

    [Fact]
    public async Task SeveralIdentities_AreFlaggedUntilReviewed()
    {
        await StartDashboardAsync();
        await SignInAsync(Boss);
        var boss = (await FindAsync("Bea Boss"))!;
        Assert.Empty(ProviderLinks.GetConcerns(boss));
        await using (var db = await OpenAsync())
        {
            db.UserLogins.Add(new() { UserId = boss.Person.Id, LoginProvider = boss.Logins.Single().Issuer, ProviderKey = "mallory-1" });
            await db.SaveChangesAsync(Cancellation);
        }

        Assert.Equal([LinkConcern.SeveralIdentities], ProviderLinks.GetConcerns((await FindAsync("Bea Boss"))!));
        await Dashboard.Services.GetRequiredService<ProviderLinks>().MarkReviewedAsync(TestPeople.As(Role.Admin), boss.Person.Id, Cancellation);
        Assert.Empty(ProviderLinks.GetConcerns((await FindAsync("Bea Boss"))!));
        Assert.Equal("LinksReviewed Bea Boss by Ana Keller: ", (await SecurityLinesAsync())[0]);
    }

    /// <summary>As an earlier version did.</summary>
    private async Task StoreUnverifiedAsync(string name, string email = "boss@acme.example")
    {
        await using var db = await OpenAsync();
        await db.Users.Where(person => person.Name == name).ExecuteUpdateAsync(
            set => set.SetProperty(person => person.Email, email).SetProperty(person => person.NormalizedEmail, EmailAddress.Normalize(email))
                .SetProperty(person => person.UserName, email).SetProperty(person => person.NormalizedUserName, EmailAddress.Normalize(email)),
            Cancellation);
    }
}
