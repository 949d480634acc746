using Convai.Dashboard.ConvaiApi.Sandbox;
using Convai.Dashboard.Testing;

namespace Convai.Dashboard.ConvaiApi;

/// <summary>The account's usage over real HTTP.</summary>
[Trait("Speed", "Slow")]
public sealed class AccountUsageClientTests
{
    private const string Endpoint = "user-api-usage";

    [Fact]
    public async Task GetAccountUsage_Sandbox_ReturnsPlanAndMetrics()
    {
        await using var host = await SandboxHost.StartAsync();
        var usage = (await host.Client.GetAccountUsageAsync(Cancellation)).Value!;
        Assert.Equal(new SandboxRequest(Endpoint, "{}"), Assert.Single(host.Sandbox.Requests));
        Assert.Equal("Professional", usage.PlanName);
        Assert.True(usage.ValidUntil > DateTimeOffset.UtcNow.AddDays(46));
        Assert.Equal(["interactions", "core-api", "provider_pool_1", "scene-pool"], usage.Metrics.Select(metric => metric.Id));
        Assert.Equal(
            [new UsageDetail(10_000, 6_120), new UsageDetail(20_000, 1_841), new UsageDetail(-1, 412), new UsageDetail(null, 12)],
            usage.Metrics.Select(metric => metric.Details.Single()));
    }

    [Fact]
    public async Task GetAccountUsage_Sandbox_CountsItsCalls()
    {
        await using var host = await SandboxHost.StartAsync();
        await host.Client.ListCharactersAsync(Cancellation);
        var calls = (await host.Client.GetAccountUsageAsync(Cancellation)).Value!.Metrics.Single(metric => metric.Id == UsageMetric.CoreApi);
        Assert.Equal(1_842, calls.Details.Single().Used);
    }

    [Fact]
    public async Task GetAccountUsage_NameAndEmail_AreNotLogged()
    {
        await using var host = await SandboxHost.StartAsync();
        string? sent = null;
        host.Faults.Rewrite = text => sent = text;
        Assert.True((await host.Client.GetAccountUsageAsync(Cancellation)).IsSuccess);
        Assert.Contains(SandboxEndpoints.Email, sent, StringComparison.Ordinal);
        Assert.DoesNotContain(host.Logs.Lines, line => line.Contains(SandboxEndpoints.Email, StringComparison.Ordinal) || line.Contains(SandboxEndpoints.UserName, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"usage": {"user_name": "Ana", "email": "ana@studio.example"}}""")]
    [InlineData("""{"usage_v2": null}""")]
    public async Task GetAccountUsage_NoUsageV2_IsEmpty(string body)
    {
        await using var host = await SandboxHost.StartAsync();
        host.Faults[Endpoint] = new SandboxFault(SandboxFaultKind.Answer, Body: body);
        Assert.True((await host.Client.GetAccountUsageAsync(Cancellation)).Value!.IsEmpty);
    }

    [Fact]
    public async Task GetAccountUsage_DuplicateMetricId_MergesDetails()
    {
        await using var host = await SandboxHost.StartAsync();
        host.Faults[Endpoint] = new SandboxFault(SandboxFaultKind.Answer, Body: """
            {"usage_v2": {"metrics": [
                {"id": "a", "usage_details": [{"limit": 1, "usage": 0}, {"limit": 2, "usage": 0}]},
                {"usage_details": [{"limit": 3, "usage": 0}]},
                {"id": "a", "usage_details": [{"limit": 4, "usage": 0}]},
                {"id": "b"}
            ]}}
            """);
        var metrics = (await host.Client.GetAccountUsageAsync(Cancellation)).Value!.Metrics;
        Assert.Equal(["a", "b"], metrics.Select(metric => metric.Id));
        Assert.Equal([1, 2, 4], metrics[0].Details.Select(detail => detail.Limit));
        Assert.Empty(metrics[1].Details);
    }

    [Theory]
    [InlineData(401, """{"API_ERROR": "Invalid API key provided."}""", ConvaiFailureKind.KeyRejected)]
    // Other calls may work with the key, so it is not what was rejected.
    [InlineData(403, "", ConvaiFailureKind.ErrorAnswer)]
    [InlineData(403, "<html><body>Forbidden</body></html>", ConvaiFailureKind.ErrorAnswer)]
    [InlineData(403, """{"detail": "Not for this plan."}""", ConvaiFailureKind.ErrorAnswer)]
    [InlineData(404, """{"detail": "Not Found"}""", ConvaiFailureKind.ErrorAnswer)]
    // No character is meant.
    [InlineData(400, """{"ERROR": "INTERNAL SERVER ERROR, one or more database calls failed!"}""", ConvaiFailureKind.Unreachable)]
    [InlineData(429, """{"ERROR": "Rate limit exceeded."}""", ConvaiFailureKind.RateLimited)]
    [InlineData(429, """{"ERROR": "API usage limit exceeded for current plan."}""", ConvaiFailureKind.QuotaUsedUp)]
    [InlineData(200, "<html><body>Please sign in.</body></html>", ConvaiFailureKind.NotUnderstood)]
    [InlineData(200, """{"usage_v2": {"plan_name": "Sca""", ConvaiFailureKind.NotUnderstood)]
    [InlineData(200, """{"status": "error", "message": "Try again later."}""", ConvaiFailureKind.ErrorAnswer)]
    public async Task GetAccountUsage_Fails_ReturnsAndLogsFailureKind(int status, string body, ConvaiFailureKind kind)
    {
        await using var host = await SandboxHost.StartAsync(SandboxHost.NoRetries);
        host.Faults[Endpoint] = new SandboxFault(SandboxFaultKind.Answer, Status: status, Body: body);
        Assert.Equal(kind, (await host.Client.GetAccountUsageAsync(Cancellation)).Failure?.Kind);
        Assert.Contains(host.Logs.Lines, line => line.Contains($"A call to Convai's /user/user-api-usage failed: {kind}", StringComparison.Ordinal));
    }
}
