using System.Net;
using Convai.Dashboard.Testing;

namespace Convai.Dashboard.Features.Account;

/// <summary>A provider that is down, and one that comes back.</summary>
[Trait("Speed", "Slow")]
public sealed class OidcOutageTests : OidcTest
{
    private const string Unreachable = "Acme can't be reached at the moment. Signing in with email and password still works.";
    private const string Failing = "Acme answered with an error. Nothing was changed. Try again in a minute.";

    [Fact]
    public async Task Start_ProviderDown_ShowsMessageAndPasswordStillWorks()
    {
        await Provider.StopAsync();
        await StartDashboardAsync();
        var arrival = await SignInAsync(start: $"{OidcScheme.StartPath}?returnUrl=%2Faccount");
        AssertRefused(Unreachable, arrival);
        using var client = new AccountClient(Dashboard.Address);
        var answer = await client.SignInAsync(TestPeople.Jonas.Email!, TestPeople.Password, arrival.Address.PathAndQuery);
        Assert.Equal("/account", answer.Headers.Location?.AbsolutePath);
        await AssertSignedInAsync(true, client);
    }

    [Fact]
    public async Task Start_ProviderComesUpLater_WorksWithoutRestart()
    {
        await Provider.StopAsync();
        await StartDashboardAsync();
        AssertRefused(Unreachable, await SignInAsync());
        await Provider.RestartAsync();
        Assert.Equal(Dashboard.Address, (await SignInAsync()).Address);
    }

    [Fact]
    public async Task Callback_ProviderWentDown_ShowsMessageAndPasswordStillWorks()
    {
        await StartDashboardAsync();
        using var client = new AccountClient(Dashboard.Address);
        var sent = await client.FollowOnceAsync(await client.GetAsync(OidcScheme.StartPath));
        await Provider.StopAsync();
        AssertRefused(Unreachable, await ArriveAsync(await client.FollowAsync(sent.Headers.Location!.ToString())));
        await client.SignInAsync(TestPeople.Jonas.Email!, TestPeople.Password);
        await AssertSignedInAsync(true, client);
    }

    [Theory]
    [InlineData(HttpStatusCode.Forbidden, "Acme signed you in but didn't share your details with this dashboard. Nothing was changed. Ask the person who runs the dashboard to check its permissions there.")]
    [InlineData(HttpStatusCode.Unauthorized, "Acme signed you in but didn't share your details with this dashboard. Nothing was changed. Ask the person who runs the dashboard to check its permissions there.")]
    [InlineData(HttpStatusCode.InternalServerError, Failing)]
    [InlineData(HttpStatusCode.NotFound, Failing)]
    public async Task Callback_UserInfoFails_IsNotAnOutageAndChangesNothing(HttpStatusCode status, string sentence)
    {
        await StartDashboardAsync();
        using var before = new AccountClient(Dashboard.Address);
        await before.FollowAsync(OidcScheme.StartPath);
        Provider.UserInfoStatus = status;
        AssertRefused(sentence, await SignInAsync());
        await AssertSignedInAsync(true, before);
        Assert.Contains(Dashboard.Logs.Lines, line => line.Contains($"HttpRequestException, status {status}.", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(HttpStatusCode.Forbidden)]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    public async Task Start_MetadataFails_IsNotAnOutage(HttpStatusCode status)
    {
        Provider.MetadataStatus = status;
        await StartDashboardAsync();
        AssertRefused(Failing, await SignInAsync());
    }

    /// <summary>The first person is asked to try again: the new keys are read in the background.</summary>
    [Fact]
    public async Task Callback_ProviderRotatedKeys_WorksWithoutRestart()
    {
        await StartDashboardAsync();
        await SignInAsync();
        await Provider.StopAsync();
        await Provider.RestartAsync();
        var arrival = await SignInAsync();
        for (var attempt = 0; attempt < 20 && arrival.Address.AbsolutePath != "/"; attempt++)
        {
            AssertRefused("Acme sent an answer that the dashboard didn't understand. Try again.", arrival);
            arrival = await SignInAsync();
        }

        Assert.Equal(Dashboard.Address, arrival.Address);
    }
}
