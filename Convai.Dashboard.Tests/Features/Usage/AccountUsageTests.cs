using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Data;
using Convai.Dashboard.Security;
using Convai.Dashboard.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Convai.Dashboard.Features.Usage;

/// <summary>When Convai is asked for the usage, and who gets it.</summary>
[Trait("Speed", "Slow")]
public sealed class AccountUsageTests
{
    private const string Endpoint = "user-api-usage";

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);

    [Fact]
    public async Task Read_Concurrently_CallsConvaiOnce()
    {
        await using var host = await StartAsync();
        var usage = host.Get<AccountUsage>();
        var readings = await Task.WhenAll(Enumerable.Range(0, 25).Select(number => usage.ReadAsync(Admin, forceRefresh: number % 2 == 0, Cancellation)));
        Assert.All(readings, reading => Assert.Same(readings[0], reading));
        Assert.Equal([Endpoint], host.Endpoints);
    }

    [Fact]
    public async Task Read_WithinFifteenMinutes_IsCachedEvenOnForceRefresh()
    {
        await using var host = await StartAsync();
        var usage = host.Get<AccountUsage>();
        var first = await usage.ReadAsync(Admin, forceRefresh: false, Cancellation);
        _time.Advance(TimeSpan.FromMinutes(15) - TimeSpan.FromSeconds(1));
        Assert.Same(first, await usage.ReadAsync(Admin, forceRefresh: true, Cancellation));
        Assert.Same(first, await usage.GetLastAsync(Admin, Cancellation));
        Assert.Equal(first.ReadAt, (await usage.ReadCallsLeftAsync(TestPeople.As(Role.Viewer), Cancellation))!.ReadAt);
        Assert.Single(host.Endpoints);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.True((await usage.ReadCallsLeftAsync(TestPeople.As(Role.Viewer), Cancellation))!.ReadAt > first.ReadAt);
        Assert.Equal(2, host.Endpoints.Count);
    }

    [Fact]
    public async Task Read_AfterFailure_RetriesOnForceRefreshOrAfter15Seconds()
    {
        await using var host = await StartAsync();
        host.Faults[Endpoint] = new SandboxFault(SandboxFaultKind.Html, Times: 2);
        var usage = host.Get<AccountUsage>();
        Assert.Equal((null, ConvaiFailureKind.NotUnderstood), await ReadAsync(forceRefresh: false));
        Assert.Equal((null, ConvaiFailureKind.NotUnderstood), await ReadAsync(forceRefresh: false));
        Assert.Single(host.Endpoints);
        Assert.Equal((null, ConvaiFailureKind.NotUnderstood), await ReadAsync(forceRefresh: true));
        Assert.Equal(2, host.Endpoints.Count);
        _time.Advance(TimeSpan.FromSeconds(16));
        Assert.Equal(("Professional", null), await ReadAsync(forceRefresh: false));
        Assert.Equal(3, host.Endpoints.Count);

        async Task<(string?, ConvaiFailureKind?)> ReadAsync(bool forceRefresh)
        {
            var reading = await usage.ReadAsync(Admin, forceRefresh, Cancellation);
            return (reading.Usage?.PlanName, reading.Failure?.Kind);
        }
    }

    [Fact]
    public async Task Read_After429_RetriesOnceWaitIsOver()
    {
        await using var host = await StartAsync();
        host.Faults[Endpoint] = new SandboxFault(SandboxFaultKind.Answer, Times: 1, Status: 429, Body: "{}", RetryAfter: 6);
        var usage = host.Get<AccountUsage>();
        await usage.ReadAsync(Admin, forceRefresh: false, Cancellation);
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.EndsWith("Try again in 2 seconds.", (await usage.ReadAsync(Admin, forceRefresh: false, Cancellation)).Failure!.Sentence, StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Null((await usage.ReadAsync(Admin, forceRefresh: false, Cancellation)).Failure);
    }

    [Fact]
    public async Task Read_FailsLater_KeepsLastUsageAndItsTime()
    {
        await using var host = await StartAsync();
        var usage = host.Get<AccountUsage>();
        var first = await usage.ReadAsync(Admin, forceRefresh: false, Cancellation);
        host.Fail(Endpoint, SandboxFaultKind.ServerError);
        _time.Advance(TimeSpan.FromMinutes(16));
        var later = await usage.ReadAsync(Admin, forceRefresh: false, Cancellation);
        Assert.Equal((first.Usage, first.ReadAt), (later.Usage, later.ReadAt));
        Assert.Equal(ConvaiFailureKind.Unreachable, later.Failure!.Kind);
        Assert.Equal(first.ReadAt, (await usage.ReadCallsLeftAsync(Admin, Cancellation))!.ReadAt);
    }

    [Theory]
    [InlineData(Role.Viewer, false)]
    [InlineData(Role.Designer, false)]
    [InlineData(Role.Admin, true)]
    public async Task Read_RequiresAdmin_AndCallsLeftRequiresSignIn(Role role, bool isRead)
    {
        await using var host = await StartAsync();
        var usage = host.Get<AccountUsage>();
        if (!isRead)
        {
            Assert.Equal("Only an Admin can see or change this.", (await Assert.ThrowsAsync<AccessDeniedException>(() => usage.ReadAsync(TestPeople.As(role), forceRefresh: false, Cancellation))).Message);
            await Assert.ThrowsAsync<AccessDeniedException>(() => usage.GetLastAsync(TestPeople.As(role), Cancellation));
        }

        await Assert.ThrowsAsync<AccessDeniedException>(() => usage.ReadAsync(TestPeople.Anonymous, forceRefresh: false, Cancellation));
        await Assert.ThrowsAsync<AccessDeniedException>(() => usage.ReadCallsLeftAsync(TestPeople.Anonymous, Cancellation));
        Assert.Empty(host.Endpoints);
        Assert.Equal(new UsageLeft(UsageMetric.CoreApi, 18_159, 20_000, _time.GetUtcNow()), await usage.ReadCallsLeftAsync(TestPeople.As(role), Cancellation));
    }

    [Theory]
    [InlineData("""{"usage_v2": {"metrics": [{"id": "core-api", "usage_details": [{"limit": -1, "usage": 7}]}]}}""")]
    [InlineData("""{"usage_v2": {"metrics": [{"id": "core-api"}]}}""")]
    [InlineData("""{"usage_v2": {"metrics": [{"id": "interactions", "usage_details": [{"limit": 100, "usage": 7}]}]}}""")]
    [InlineData("{}")]
    public async Task CallsLeft_NoKnownLimit_IsNull(string body)
    {
        await using var host = await StartAsync();
        host.Faults[Endpoint] = new SandboxFault(SandboxFaultKind.Answer, Body: body);
        Assert.Null(await host.Get<AccountUsage>().ReadCallsLeftAsync(Admin, Cancellation));
    }

    [Fact]
    public async Task Low_UsesLastReadingWithoutCallingConvai()
    {
        await using var host = await StartAsync();
        var (usage, updates) = (host.Get<AccountUsage>(), 0);
        usage.Updated += () => updates++;
        Assert.Empty(usage.Low);
        Assert.Empty(host.Endpoints);
        host.Faults[Endpoint] = new SandboxFault(SandboxFaultKind.Answer, Times: 1, Body: """
            {"usage_v2": {"metrics": [
                {"id": "interactions", "usage_details": [{"limit": "10000", "usage": "9520"}]},
                {"id": "core-api", "usage_details": [{"limit": 100, "usage": 50}]},
                {"id": "scene-pool", "usage_details": [{"limit": -1, "usage": 99}, {"limit": 40, "usage": 41}]},
                {"id": "provider_pool_1", "usage_details": [{"limit": 0, "usage": 1}]}
            ]}}
            """);
        await usage.ReadAsync(Admin, forceRefresh: false, Cancellation);
        Assert.Equal([("interactions", 480m, 10_000m), ("scene-pool", 0m, 40m)], usage.Low.Select(low => (low.MetricId, low.Left, low.Limit)));
        Assert.Equal((1, 1), (updates, host.Endpoints.Count));
    }

    private static System.Security.Claims.ClaimsPrincipal Admin => TestPeople.As(Role.Admin);

    private Task<SandboxHost> StartAsync() => SandboxHost.StartAsync(_time, SandboxHost.NoRetries, ("Drift:ReadEvery", "00:00:00"));
}
