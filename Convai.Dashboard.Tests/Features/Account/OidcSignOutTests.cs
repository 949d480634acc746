using System.Net;
using System.Web;
using Convai.Dashboard.Security;
using Convai.Dashboard.Testing;

namespace Convai.Dashboard.Features.Account;

/// <summary>Signing out at the provider too, where that is wanted.</summary>
[Trait("Speed", "Slow")]
public sealed class OidcSignOutTests : OidcTest
{
    private static readonly (string, string?) AtProvider = ("Authentication:Oidc:SignOutAtProvider", "true");

    [Fact]
    public async Task SignOut_AtProviderEnabled_EndsProviderSessionAndReturns()
    {
        await StartDashboardAsync(AtProvider);
        using var client = await SignedInAsync();
        var way = (await AccountClient.ReadAsync(await SignOutAsync(client))).QuerySelector("a")!.GetAttribute("href")!;
        await AssertSignedInAsync(false, client);
        var arrival = await ArriveAsync(await client.FollowAsync(way));
        Assert.Equal(($"{SignInSchemes.SignInPath}", "?signedOut=true"), (arrival.Address.AbsolutePath, arrival.Address.Query));
        var asked = HttpUtility.ParseQueryString(Assert.Single(Provider.SignOuts));
        Assert.Equal((OpenIdProvider.ClientId, new Uri(Dashboard.Address, OidcScheme.SignedOutPath).ToString(), null), (asked["client_id"], asked["post_logout_redirect_uri"], asked["id_token_hint"]));
    }

    [Fact]
    public async Task SignOut_AtProviderDisabled_StaysLocal()
    {
        await StartDashboardAsync();
        using var client = await SignedInAsync();
        Assert.Equal($"{SignInSchemes.SignInPath}?signedOut=true", (await SignOutAsync(client)).Headers.Location!.OriginalString);
        await AssertSignedInAsync(false, client);
        Assert.Empty(Provider.SignOuts);
    }

    [Fact]
    public async Task SignOut_PasswordSession_DoesNotInvolveProvider()
    {
        await StartDashboardAsync(AtProvider);
        using var client = await AccountClient.SignedInAsync(Dashboard.Address, TestPeople.Vera.Email!);
        Assert.Equal(HttpStatusCode.Redirect, (await SignOutAsync(client)).StatusCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SignOut_ProviderUnavailable_ShowsMessageAndSignsOutLocally(bool isDown)
    {
        Provider.HasEndSession = false;
        await Provider.StopAsync();
        await Provider.RestartAsync();
        await StartDashboardAsync(AtProvider);
        using var client = await SignedInAsync();
        if (isDown)
        {
            await Provider.StopAsync();
        }

        AssertRefused("You are signed out here. Acme could not be notified, so you may still be signed in there.", await ArriveAsync(await client.FollowOnceAsync(await SignOutAsync(client))));
        await AssertSignedInAsync(false, client);
    }

    private async Task<AccountClient> SignedInAsync()
    {
        var client = new AccountClient(Dashboard.Address);
        await client.FollowAsync(OidcScheme.StartPath);
        await AssertSignedInAsync(true, client);
        return client;
    }

    private static async Task<HttpResponseMessage> SignOutAsync(AccountClient client) => await client.SubmitAsync(AccountFeature.AccountPath, AccountFeature.SignOutPath);
}
