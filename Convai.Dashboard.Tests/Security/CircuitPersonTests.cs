using System.Security.Claims;
using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Team;
using Convai.Dashboard.Testing;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Convai.Dashboard.Security;

/// <summary>An open page learns of a changed role and an ended sign-in.</summary>
public sealed class CircuitPersonTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RoleChangedOnThisServer_ReachesTheOpenPageAtOnce()
    {
        await using var host = await SandboxHost.StartAsync();
        using var open = Open(host, TestPeople.As(Role.Designer), new FakeTimeProvider());
        var changed = NextAsync(open);
        await host.Get<TeamDirectory>().ChangeRoleAsync(TestPeople.As(Role.Admin), "jonas", Role.Viewer, Cancellation);
        var now = await changed;
        Assert.True(now.IsAtLeast(Role.Viewer));
        Assert.False(now.IsAtLeast(Role.Designer));
    }

    [Fact]
    public async Task RoleChangedOnAnotherServer_ReachesTheOpenPageWithinAMinute()
    {
        await using var host = await SandboxHost.StartAsync();
        var time = new FakeTimeProvider();
        using var open = Open(host, TestPeople.As(Role.Designer), time);
        await UpdateAsync(host, person => person.Role = Role.Admin);
        var changed = NextAsync(open);
        time.Advance(TimeSpan.FromSeconds(59));
        Assert.True((await changed).IsAtLeast(Role.Admin));
    }

    [Theory]
    [InlineData("disabled")]
    [InlineData("signed out everywhere")]
    [InlineData("removed")]
    public async Task SignInEndedOnAnotherServer_ClosesTheOpenPageWithinAMinute(string how)
    {
        await using var host = await SandboxHost.StartAsync();
        var time = new FakeTimeProvider();
        using var open = Open(host, TestPeople.As(Role.Designer), time);
        await UpdateAsync(host, person => _ = how switch
        {
            "disabled" => person.IsDisabled = true,
            "removed" => (person.SecurityStamp = null) is null,
            _ => (person.SecurityStamp = "another") is not null,
        });
        var changed = NextAsync(open);
        time.Advance(TimeSpan.FromSeconds(59));
        Assert.False((await changed).Identity!.IsAuthenticated);
    }

    [Fact]
    public async Task SignInThroughTheOrganisation_RunsOutOnAnOpenPageToo()
    {
        await using var host = await SandboxHost.StartAsync();
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var access = new Access(host.Get<IDbContextFactory<DashboardDbContext>>(), time);
        var principal = TestPeople.Jonas.ToPrincipal(time.GetUtcNow().AddHours(12));
        using var open = new CircuitPerson(access, host.Get<AccessChanges>(), time, NullLogger<CircuitPerson>.Instance);
        open.SetAuthenticationState(Task.FromResult(new AuthenticationState(principal)));
        open.Follow();
        Assert.NotNull(await access.FindAsync(principal, Role.Designer, Cancellation));

        // A new role on the way does not make it last longer.
        var changed = NextAsync(open);
        await host.Get<TeamDirectory>().ChangeRoleAsync(TestPeople.As(Role.Admin), "jonas", Role.Viewer, Cancellation);
        Assert.Equal(principal.SignInEnds(), (await changed).SignInEnds());

        var ended = NextAsync(open);
        time.Advance(TimeSpan.FromHours(12) + TimeSpan.FromSeconds(1));
        Assert.False((await ended).Identity!.IsAuthenticated);
        Assert.Null(await access.FindAsync(principal, Role.Viewer, Cancellation));
    }

    [Fact]
    public async Task DatabaseThatCannotBeReadForAMoment_SignsNobodyOut()
    {
        await using var host = await SandboxHost.StartAsync();
        var time = new FakeTimeProvider();
        var broken = new BrokenContexts();
        using var open = new CircuitPerson(new Access(broken, time), host.Get<AccessChanges>(), time, NullLogger<CircuitPerson>.Instance);
        open.SetAuthenticationState(Task.FromResult(new AuthenticationState(TestPeople.As(Role.Designer))));
        open.Follow();
        time.Advance(TimeSpan.FromSeconds(59));
        await broken.Asked.Task.WaitAsync(Cancellation);
        Assert.True((await open.GetAuthenticationStateAsync()).User.IsAtLeast(Role.Designer));
    }

    private static CircuitPerson Open(SandboxHost host, ClaimsPrincipal principal, TimeProvider time)
    {
        var open = new CircuitPerson(host.Get<Access>(), host.Get<AccessChanges>(), time, NullLogger<CircuitPerson>.Instance);
        open.SetAuthenticationState(Task.FromResult(new AuthenticationState(principal)));
        open.Follow();
        return open;
    }

    private static async Task<ClaimsPrincipal> NextAsync(CircuitPerson open)
    {
        var next = new TaskCompletionSource<Task<AuthenticationState>>(TaskCreationOptions.RunContinuationsAsynchronously);
        open.AuthenticationStateChanged += state => next.TrySetResult(state);
        return (await await next.Task.WaitAsync(TimeSpan.FromSeconds(20), Cancellation)).User;
    }

    private static async Task UpdateAsync(SandboxHost host, Action<Person> change)
    {
        await using var db = await host.Get<IDbContextFactory<DashboardDbContext>>().CreateDbContextAsync(Cancellation);
        change(await db.Users.SingleAsync(person => person.Id == "jonas", Cancellation));
        await db.SaveChangesAsync(Cancellation);
    }

    private sealed class BrokenContexts : IDbContextFactory<DashboardDbContext>
    {
        public TaskCompletionSource Asked { get; } = new();

        public DashboardDbContext CreateDbContext()
        {
            Asked.TrySetResult();
            throw new InvalidOperationException("The database is away.");
        }
    }
}
