using Convai.Dashboard.Testing;

namespace Convai.Dashboard.ConvaiApi;

public sealed class ConvaiStatusTests
{
    [Fact]
    public async Task Status_TracksLastCall_AndRateLimitKeepsTrouble()
    {
        await using var host = await SandboxHost.StartAsync(SandboxHost.NoRetries);
        Assert.Equal(new ConvaiStatus(null, null, null), host.Client.Status);
        await host.Client.ListCharactersAsync(Cancellation);
        Assert.Equal(("character/list", null, false), (host.Client.Status.LastSuccess?.Endpoint, host.Client.Status.LastFailure, host.Client.Status.IsUnhealthy));

        host.Fail("list", SandboxFaultKind.GatewayHtml);
        await host.Client.ListCharactersAsync(Cancellation);
        Assert.True(host.Client.Status.IsUnhealthy);
        host.Faults["list"] = new SandboxFault(SandboxFaultKind.Answer, Status: 429, Body: "{}");
        await host.Client.ListCharactersAsync(Cancellation);
        Assert.True(host.Client.Status.IsUnhealthy);
        Assert.Equal(ConvaiFailureKind.RateLimited, host.Client.Status.LastFailure!.Failure!.Kind);
        Assert.True(host.Client.RateLimit.BackOffRemaining > TimeSpan.Zero);
        Assert.Equal((3, 100), (host.Client.RateLimit.Calls, host.Client.RateLimit.PerMinute));
    }
}
