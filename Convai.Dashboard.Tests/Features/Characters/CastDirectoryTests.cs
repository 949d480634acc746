using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Convai.Dashboard.Features.Characters;

public sealed class CastDirectoryTests
{
    [Fact]
    public async Task Read_ConcurrentlyAndWithinWindow_CallsConvaiOnce()
    {
        await using var host = await SandboxHost.StartAsync();
        var directory = host.Get<CastDirectory>();
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => directory.ReadAsync(false, Cancellation)));
        await directory.ReadAsync(false, Cancellation);
        Assert.Equal(["list"], host.Endpoints);
    }

    [Fact]
    public async Task Read_AfterWindow_Refreshes()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var host = await SandboxHost.StartAsync(time);
        var directory = host.Get<CastDirectory>();
        await directory.ReadAsync(false, Cancellation);
        time.Advance(TimeSpan.FromSeconds(31));
        await directory.ReadAsync(false, Cancellation);
        Assert.Equal(2, host.Endpoints.Count);
    }

    [Fact]
    public async Task Read_After429_ReportsRemainingWaitThenRefreshes()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var host = await SandboxHost.StartAsync(time, ("Drift:ReadEvery", "00:00:00"));
        host.Faults["list"] = new SandboxFault(SandboxFaultKind.Answer, Times: 1, Status: 429, Body: "{}", RetryAfter: 20);
        var directory = host.Get<CastDirectory>();
        Assert.EndsWith("Try again in 20 seconds.", (await directory.ReadAsync(false, Cancellation)).Failure!.Sentence, StringComparison.Ordinal);
        time.Advance(TimeSpan.FromSeconds(17));
        Assert.EndsWith("Try again in 3 seconds.", (await directory.ReadAsync(false, Cancellation)).Failure!.Sentence, StringComparison.Ordinal);
        Assert.Single(host.Endpoints);
        time.Advance(TimeSpan.FromSeconds(3));
        Assert.Null((await directory.ReadAsync(false, Cancellation)).Failure);
    }

    [Fact]
    public async Task Read_ConvaiFailsLater_KeepsLastReadAndItsTime()
    {
        await using var host = await SandboxHost.StartAsync();
        var directory = host.Get<CastDirectory>();
        var first = await directory.ReadAsync(false, Cancellation);
        host.Fail("list", SandboxFaultKind.ServerError);
        var second = await directory.ReadAsync(true, Cancellation);
        Assert.Equal(24, second.Characters!.Count);
        Assert.Equal(first.ReadAt, second.ReadAt);
        Assert.Equal(ConvaiFailureKind.Unreachable, second.Failure!.Kind);
    }

    [Fact]
    public async Task Read_CallerCancels_OthersStillGetResult()
    {
        await using var host = await SandboxHost.StartAsync(("Convai:Sandbox:Latency", "00:00:00.200"));
        var directory = host.Get<CastDirectory>();
        using var givesUp = new CancellationTokenSource();
        var first = directory.ReadAsync(false, givesUp.Token);
        var second = directory.ReadAsync(false, Cancellation);
        await givesUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.Equal(24, (await second).Characters!.Count);
    }

    [Fact]
    public async Task Replace_DuringListCall_IsNotOverwrittenByOlderValues()
    {
        await using var host = await SandboxHost.StartAsync();
        var directory = host.Get<CastDirectory>();
        var mira = (await directory.ReadAsync(false, Cancellation)).Characters![0];
        host.Options.Latency = TimeSpan.FromMilliseconds(200);
        var underWay = directory.ReadAsync(true, Cancellation);
        directory.Replace(mira.Id, new CharacterCoreSettings("gpt-4.1", 0.1m));
        Assert.Equal("gpt-4.1", (await underWay).Find(mira.Id)!.Settings.ModelCode);
    }

    [Fact]
    public async Task Replace_ReturnsNewValueWithoutCallingConvai()
    {
        await using var host = await SandboxHost.StartAsync();
        var directory = host.Get<CastDirectory>();
        var mira = (await directory.ReadAsync(false, Cancellation)).Characters![0];
        directory.Replace(mira.Id, new CharacterCoreSettings("gpt-4.1", 0.1m));
        Assert.Equal("gpt-4.1", (await directory.ReadAsync(false, Cancellation)).Find(mira.Id)!.Settings.ModelCode);
        Assert.Single(host.Endpoints);
    }
}
