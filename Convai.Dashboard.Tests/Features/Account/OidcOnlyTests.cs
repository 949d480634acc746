using System.Net;
using Convai.Dashboard.Data;
using Convai.Dashboard.Security;
using Convai.Dashboard.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Convai.Dashboard.Features.Account;

/// <summary>Local accounts are off: the organisation's provider is the only way in.</summary>
[Trait("Speed", "Slow")]
public sealed class OidcOnlyTests : OidcTest
{
    private static readonly (string, string?) NoLocalAccounts = ("Authentication:LocalAccounts", "false");

    [Fact]
    public async Task SignInPage_OffersOnlyProvider_AndItWorks()
    {
        await StartDashboardAsync(NoLocalAccounts);
        using var client = new AccountClient(Dashboard.Address);
        var page = await client.PageAsync(SignInSchemes.SignInPath);
        Assert.Empty(page.QuerySelectorAll("form, input"));
        var way = Assert.Single(page.QuerySelectorAll(".card a"));
        Assert.Equal("Continue with Acme", way.TextContent);
        await client.FollowAsync(way.GetAttribute("href")!);
        await AssertSignedInAsync(true, client);
    }

    /// <summary>With a token that the dashboard gave out, so that nothing but the setting can refuse it. Beside it, that the same form does sign in otherwise.</summary>
    [Theory]
    [InlineData("false", HttpStatusCode.BadRequest)]
    [InlineData("true", HttpStatusCode.Redirect)]
    public async Task PasswordForm_PostedDirectly_SignsInOnlyWithLocalAccountsEnabled(string localAccounts, HttpStatusCode status)
    {
        await StartDashboardAsync(("Authentication:LocalAccounts", localAccounts));
        using var client = new AccountClient(Dashboard.Address);
        var token = (await client.PageAsync(AccessLinks.Path)).QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        var answer = await client.Http.PostAsync(
            SignInSchemes.SignInPath,
            new FormUrlEncodedContent([new("_handler", "sign-in"), new("__RequestVerificationToken", token), new("Input.Email", TestPeople.Jonas.Email), new("Input.Password", TestPeople.Password)]),
            Cancellation);
        Assert.Equal(status, answer.StatusCode);
        await AssertSignedInAsync(status == HttpStatusCode.Redirect, client);
    }

    [Fact]
    public async Task PersonSignIn_RightPassword_IsRefused()
    {
        await StartDashboardAsync(NoLocalAccounts);
        await using var scope = Dashboard.Services.CreateAsyncScope();
        var signIn = scope.ServiceProvider.GetRequiredService<PersonSignIn>();
        Assert.Equal(SignInOutcome.Refused, await signIn.PasswordSignInAsync(TestPeople.Jonas.Email!, TestPeople.Password, isPersistent: false, remoteAddress: null, Cancellation));
    }

    [Theory]
    [InlineData("false", "This link has been used or withdrawn, or has expired. Ask an Admin for a new one.", "Open your link")]
    [InlineData("true", null, "Join the team")]
    public async Task JoinLink_WorksOnlyWithLocalAccountsEnabled(string localAccounts, string? problem, string heading)
    {
        await StartDashboardAsync(("Authentication:LocalAccounts", localAccounts));
        // Made before local accounts were switched off.
        var (link, secret) = Dashboard.Services.GetRequiredService<AccessLinks>().Create(AccessLinkKind.Invitation, email: "new@acme.example", createdBy: TestPeople.Ana);
        await using (var db = await Dashboard.Services.GetRequiredService<IDbContextFactory<DashboardDbContext>>().CreateDbContextAsync(Cancellation))
        {
            db.Add(link);
            await db.SaveChangesAsync(Cancellation);
        }

        using var client = new AccountClient(Dashboard.Address);
        var page = await AccountClient.ReadAsync(await client.SubmitAsync(AccessLinks.Path, "join", ("Opening.Link", secret)));
        Assert.Equal((problem, heading), (page.QuerySelector("[role=alert]")?.TextContent, page.QuerySelector("h1")?.TextContent));
    }

    [Fact]
    public async Task RefusalPages_OfferNoPassword()
    {
        await StartDashboardAsync(NoLocalAccounts);
        AssertRefused(
            "An account with your email already exists, and Acme doesn't say that the email is verified. Ask an Admin.",
            await SignInAsync(Dora with { Email = TestPeople.Jonas.Email, IsEmailVerified = false }));
        await Provider.StopAsync();
        using var client = new AccountClient(Dashboard.Address);
        var sent = await client.GetAsync($"{SignInSchemes.SignInPath}?problem={OidcProblem.Unreachable}");
        AssertRefused("Acme can't be reached at the moment. Try again in a minute.", await ArriveAsync(sent));
    }
}
