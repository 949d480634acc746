using Convai.Dashboard.Testing;

namespace Convai.Dashboard.Features.Account;

/// <summary>A provider that wants to be told of a sign-in before the browser comes (RFC 9126), as Keycloak does.</summary>
[Trait("Speed", "Slow")]
public sealed class OidcPushedRequestTests : OidcTest
{
    private protected override Task<OpenIdProvider> StartProviderAsync() => OpenIdProvider.StartAsync(hasPushedRequests: true);

    [Fact]
    public async Task SignIn_PushedRequest_Succeeds()
    {
        await StartDashboardAsync();
        using var client = new AccountClient(Dashboard.Address);
        var challenge = await client.GetAsync(OidcScheme.StartPath);
        Assert.Contains("request_uri=", challenge.Headers.Location!.Query, StringComparison.Ordinal);
        await client.FollowAsync(challenge.Headers.Location.ToString());
        await AssertSignedInAsync(true, client);
    }

    [Fact]
    public async Task Start_WrongClientSecret_IsRefusedWithMessage()
    {
        await StartDashboardAsync(("Authentication:Oidc:ClientSecret", "of-another-program"));
        AssertRefused("Acme sent an answer that the dashboard didn't understand. Try again.", await SignInAsync());
    }
}
