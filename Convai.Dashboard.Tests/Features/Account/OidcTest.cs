using System.Security.Claims;
using AngleSharp.Html.Dom;
using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Team;
using Convai.Dashboard.Security;
using Convai.Dashboard.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Convai.Dashboard.Features.Account;

/// <summary>A provider with someone at its keyboard, and a dashboard that sends people there.</summary>
public abstract class OidcTest : IAsyncLifetime
{
    private protected static readonly ProviderPerson Dora = new("dora-1", "Dora Winter", "dora@acme.example", true, "everybody", "acme-designers");

    private protected OpenIdProvider Provider { get; private set; } = null!;

    private protected RunningDashboard Dashboard { get; private set; } = null!;

    private protected virtual Task<OpenIdProvider> StartProviderAsync() => OpenIdProvider.StartAsync();

    public async ValueTask InitializeAsync()
    {
        Provider = await StartProviderAsync();
        Provider.Person = Dora;
    }

    private protected async Task StartDashboardAsync(params (string Key, string? Value)[] settings) =>
        Dashboard = await RunningDashboard.StartAsync([.. Provider.Settings, .. settings]);

    /// <summary>Where a person from the provider ends, in a browser of their own.</summary>
    private protected async Task<Arrival> SignInAsync(ProviderPerson? person = null, string start = OidcScheme.StartPath)
    {
        Provider.Person = person ?? Provider.Person;
        using var client = new AccountClient(Dashboard.Address);
        return await ArriveAsync(await client.FollowAsync(start));
    }

    private protected static async Task<Arrival> ArriveAsync(HttpResponseMessage answer)
    {
        Assert.True(answer.IsSuccessStatusCode, $"{answer.RequestMessage!.RequestUri} answered {answer.StatusCode}.");
        return new Arrival(answer.RequestMessage!.RequestUri!, await AccountClient.ReadAsync(answer));
    }

    /// <summary>Asserts that the browser is at the sign-in page with this sentence, and is not signed in.</summary>
    private protected static void AssertRefused(string sentence, Arrival arrival)
    {
        Assert.Equal(SignInSchemes.SignInPath, arrival.Address.AbsolutePath);
        Assert.Equal(sentence, arrival.Page.QuerySelector("[role=alert]")?.TextContent);
    }

    private protected static async Task AssertSignedInAsync(bool isSignedIn, AccountClient client) =>
        Assert.Equal(isSignedIn, (await client.GetAsync(AccountFeature.AccountPath)).IsSuccessStatusCode);

    private protected async Task<TeamMember?> FindAsync(string name) =>
        (await Dashboard.Services.GetRequiredService<TeamDirectory>().ReadAsync(await AdminAsync(), Cancellation))!.People.SingleOrDefault(member => member.Person.Name == name);

    /// <summary>The security log, the newest line first: "Kind person by: detail".</summary>
    private protected async Task<IReadOnlyList<string>> SecurityLinesAsync() =>
        [.. (await Dashboard.Services.GetRequiredService<SecurityLog>().ReadAsync(await AdminAsync(), null, null, Cancellation))!
            .Select(line => $"{line.Kind} {line.PersonName ?? "unknown"}{(line.ByName is null ? "" : $" by {line.ByName}")}: {line.Detail}")];

    /// <summary>An Admin as they are now: linked to the provider, their earlier sign-ins end.</summary>
    private protected async Task<ClaimsPrincipal> AdminAsync()
    {
        await using var db = await OpenAsync();
        var admin = await db.Users.FirstAsync(person => person.Role == Role.Admin && person.LocalSignInDisabledAt == null, Cancellation);
        var session = TestPeople.CreateSession(admin);
        await db.Set<SignInSession>().Where(stored => stored.IdHash == session.IdHash).ExecuteDeleteAsync(Cancellation);
        db.Add(session);
        await db.SaveChangesAsync(Cancellation);
        return TestPeople.As(admin);
    }

    private protected Task<DashboardDbContext> OpenAsync() =>
        Dashboard.Services.GetRequiredService<IDbContextFactory<DashboardDbContext>>().CreateDbContextAsync(Cancellation);

    public async ValueTask DisposeAsync()
    {
        if (Dashboard is not null)
        {
            await Dashboard.DisposeAsync();
        }

        await Provider.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected sealed record Arrival(Uri Address, IHtmlDocument Page);
}
