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
[Trait("Speed", "Slow")]
public sealed class CircuitPersonTests
{
    [Fact]
    public async Task RoleChangedOnThisServer_UpdatesOpenPageImmediately()
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
    public async Task RoleChangedOnAnotherServer_UpdatesOpenPageWithinAMinute()
    {
        await using var host = await SandboxHost.StartAsync();
        var time = new FakeTimeProvider();
        using var open = Open(host, TestPeople.As(Role.Designer), time);
        await UpdateAsync(host, (person, _) => person.Role = Role.Admin);
        var changed = NextAsync(open);
        time.Advance(TimeSpan.FromSeconds(59));
        Assert.True((await changed).IsAtLeast(Role.Admin));
    }

    [Theory]
    [InlineData("disabled")]
    [InlineData("signed out everywhere")]
    [InlineData("signed out")]
    [InlineData("removed")]
    public async Task SessionEndedOnAnotherServer_ClosesOpenPageWithinAMinute(string how)
    {
        await using var host = await SandboxHost.StartAsync();
        var time = new FakeTimeProvider();
        using var open = Open(host, TestPeople.As(Role.Designer), time);
        await UpdateAsync(host, (person, sessions) => _ = how switch
        {
            "disabled" => person.IsDisabled = true,
            "signed out" => sessions.Remove(sessions.Single(session => session.PersonId == person.Id)) is not null,
            "removed" => (person.SecurityStamp = null) is null,
            _ => (person.SecurityStamp = "another") is not null,
        });
        var changed = NextAsync(open);
        time.Advance(TimeSpan.FromSeconds(59));
        Assert.False((await changed).Identity!.IsAuthenticated);
    }

    [Fact]
    public async Task ProviderSession_OnOpenPage_StillExpires()
    {
        await using var host = await SandboxHost.StartAsync();
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var (access, sessions) = Services(host, time);
        var (session, _) = await sessions.StartAsync(TestPeople.Jonas, isStaying: false, isConfirmed: false, endsAt: time.GetUtcNow().AddHours(12), device: null, Cancellation);
        var principal = TestPeople.Jonas.ToPrincipal(session);
        using var open = Open(host, principal, time);
        Assert.NotNull(await access.FindAsync(principal, Role.Designer, Cancellation));

        // A new role on the way does not make it last longer.
        var changed = NextAsync(open);
        await host.Get<TeamDirectory>().ChangeRoleAsync(TestPeople.As(Role.Admin), "jonas", Role.Viewer, Cancellation);
        Assert.Equal(session, (await changed).SessionId());
        await UseAsync(open, time, TimeSpan.FromHours(11));

        var ended = NextAsync(open);
        time.Advance(TimeSpan.FromHours(1) + TimeSpan.FromSeconds(1));
        Assert.False((await ended).Identity!.IsAuthenticated);
        Assert.Null(await access.FindAsync(principal, Role.Viewer, Cancellation));
    }

    /// <param name="days">How long the page stays open.</param>
    /// <param name="isUsed">True: someone works on it every hour.</param>
    [Theory]
    [InlineData(20, true, false, false)]
    [InlineData(20, true, true, true)]
    [InlineData(31, true, true, false)]
    [InlineData(31, false, true, false)]
    [InlineData(20, false, false, false)]
    [InlineData(10, true, false, true)]
    public async Task OpenPage_WorksOnlyWhileItsSessionLasts(int days, bool isStaying, bool isUsed, bool isAlive)
    {
        await using var host = await SandboxHost.StartAsync();
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var (access, sessions) = Services(host, time);
        var (session, _) = await sessions.StartAsync(TestPeople.Jonas, isStaying, isConfirmed: false, endsAt: null, device: null, Cancellation);
        var principal = TestPeople.Jonas.ToPrincipal(session);
        // It has not checked by itself when someone acts on it.
        using var open = new CircuitPerson(access, host.Get<AccessChangeNotifier>(), sessions, time, NullLogger<CircuitPerson>.Instance);
        open.SetAuthenticationState(Task.FromResult(new AuthenticationState(principal)));
        if (isUsed)
        {
            await UseAsync(open, time, TimeSpan.FromDays(days));
        }
        else
        {
            time.Advance(TimeSpan.FromDays(days));
        }

        await open.TouchAsync();
        Assert.Equal(isAlive, await access.FindAsync(principal, Role.Viewer, Cancellation) is not null);
        var ended = NextAsync(open);
        open.StartChecking();
        time.Advance(CircuitPerson.CheckInterval);
        Assert.True(isAlive || !(await ended).Identity!.IsAuthenticated);
    }

    [Fact]
    public async Task DatabaseBrieflyUnreadable_KeepsSessions()
    {
        await using var host = await SandboxHost.StartAsync();
        var time = new FakeTimeProvider();
        var broken = new BrokenContexts();
        using var open = new CircuitPerson(new Access(broken, host.Get<ProviderRoles>(), time), host.Get<AccessChangeNotifier>(), Services(host, time).Sessions, time, NullLogger<CircuitPerson>.Instance);
        open.SetAuthenticationState(Task.FromResult(new AuthenticationState(TestPeople.As(Role.Designer))));
        open.StartChecking();
        time.Advance(TimeSpan.FromSeconds(59));
        await broken.Asked.Task.WaitAsync(Cancellation);
        Assert.True((await open.GetAuthenticationStateAsync()).User.IsAtLeast(Role.Designer));
    }

    /// <summary>Otherwise the letters typed next would overtake this one.</summary>
    [Fact]
    public async Task DatabaseSlow_HoldsUpNoEvent()
    {
        await using var host = await SandboxHost.StartAsync();
        var time = new FakeTimeProvider();
        using var slow = new HeldContexts();
        var sessions = new SignInSessions(slow, host.Get<AccessChangeNotifier>(), time, NullLogger<SignInSessions>.Instance);
        using var open = new CircuitPerson(Services(host, time).Access, host.Get<AccessChangeNotifier>(), sessions, time, NullLogger<CircuitPerson>.Instance);
        open.SetAuthenticationState(Task.FromResult(new AuthenticationState(TestPeople.Jonas.ToPrincipal("a session"))));
        time.Advance(SignInSessions.TouchInterval);

        var handled = false;
        await new CircuitPersonStarter(open).CreateInboundActivityHandler(_ => Task.FromResult(handled = true))(null!);
        Assert.True(handled);
        await slow.Asked.Task.WaitAsync(Cancellation);
    }

    private static CircuitPerson Open(SandboxHost host, ClaimsPrincipal principal, TimeProvider time)
    {
        var (access, sessions) = Services(host, time);
        var open = new CircuitPerson(access, host.Get<AccessChangeNotifier>(), sessions, time, NullLogger<CircuitPerson>.Instance);
        open.SetAuthenticationState(Task.FromResult(new AuthenticationState(principal)));
        open.StartChecking();
        return open;
    }

    private static (Access Access, SignInSessions Sessions) Services(SandboxHost host, TimeProvider time)
    {
        var contexts = host.Get<IDbContextFactory<DashboardDbContext>>();
        return (new Access(contexts, host.Get<ProviderRoles>(), time), new SignInSessions(contexts, host.Get<AccessChangeNotifier>(), time, NullLogger<SignInSessions>.Instance));
    }

    /// <summary>Someone works on the page, hour by hour.</summary>
    private static async Task UseAsync(CircuitPerson open, FakeTimeProvider time, TimeSpan lasts)
    {
        for (var passed = TimeSpan.Zero; passed < lasts; passed += TimeSpan.FromHours(1))
        {
            time.Advance(TimeSpan.FromHours(1));
            await open.TouchAsync();
        }
    }

    private static async Task<ClaimsPrincipal> NextAsync(CircuitPerson open)
    {
        var next = new TaskCompletionSource<Task<AuthenticationState>>(TaskCreationOptions.RunContinuationsAsynchronously);
        open.AuthenticationStateChanged += state => next.TrySetResult(state);
        return (await await next.Task.WaitAsync(TimeSpan.FromSeconds(20), Cancellation)).User;
    }

    private static async Task UpdateAsync(SandboxHost host, Action<Person, DbSet<SignInSession>> change)
    {
        await using var db = await host.Get<IDbContextFactory<DashboardDbContext>>().CreateDbContextAsync(Cancellation);
        change(await db.Users.SingleAsync(person => person.Id == "jonas", Cancellation), db.Set<SignInSession>());
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

    /// <summary>Answers nothing as long as the test runs.</summary>
    private sealed class HeldContexts : IDbContextFactory<DashboardDbContext>, IDisposable
    {
        private readonly ManualResetEventSlim _ended = new();

        public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public DashboardDbContext CreateDbContext()
        {
            Asked.TrySetResult();
            _ended.Wait(TimeSpan.FromSeconds(20));
            throw new OperationCanceledException("The test has ended.");
        }

        public void Dispose() => _ended.Set();
    }
}
