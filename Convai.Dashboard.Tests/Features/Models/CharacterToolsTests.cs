using Convai.Dashboard.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Convai.Dashboard.Features.Models;

public sealed class CharacterToolsTests
{
    private const string MiraId = "57a0c93e-7472-11ef-ac22-42010a7be011";
    private const string TobiasId = "0ae323a4-ca6c-5f30-acf4-077e5edacd07";

    [Fact]
    public async Task Read_Concurrently_CallsConvaiOnceAndKeepsOnlyCounts()
    {
        await using var host = await SandboxHost.StartAsync();
        Assert.Null(host.Get<CharacterTools>().Cached(MiraId));
        var readings = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => host.Get<CharacterTools>().ReadAsync(MiraId, Cancellation)));
        Assert.All(readings, counts => Assert.Equal((2, 1), (counts.Functions, counts.McpServers)));
        Assert.Equal(["functions/list", "mcp/characters/list"], host.Endpoints.Order());
        Assert.Same(readings[0], host.Get<CharacterTools>().Cached(MiraId));
        Assert.DoesNotContain("book_room", string.Join('\n', host.Logs.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_CachesCountsForTenMinutes()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var host = await SandboxHost.StartAsync(time, ("Drift:ReadEvery", "00:00:00"));
        var tools = host.Get<CharacterTools>();
        await tools.ReadAsync(MiraId, Cancellation);
        time.Advance(TimeSpan.FromMinutes(9));
        await tools.ReadAsync(MiraId, Cancellation);
        Assert.Equal(2, host.Endpoints.Count);
        time.Advance(TimeSpan.FromMinutes(2));
        Assert.Null(tools.Cached(MiraId));
        await tools.ReadAsync(MiraId, Cancellation);
        Assert.Equal(4, host.Endpoints.Count);
    }

    [Theory]
    [InlineData(403, """{"detail": "Forbidden"}""")]
    [InlineData(403, "")]
    [InlineData(200, "<html>Sign in</html>")]
    [InlineData(404, """{"detail": "Not Found"}""")]
    public async Task Read_EndpointRefuses_IsUnknownAndCached(int status, string body)
    {
        await using var host = await SandboxHost.StartAsync(SandboxHost.NoRetries);
        host.Faults["functions/list"] = new SandboxFault(SandboxFaultKind.Answer, Status: status, Body: body);
        var counts = await host.Get<CharacterTools>().ReadAsync(MiraId, Cancellation);
        Assert.Equal((null, 1), (counts.Functions, counts.McpServers));
        await host.Get<CharacterTools>().ReadAsync(MiraId, Cancellation);
        Assert.Equal(2, host.Endpoints.Count);
    }

    [Fact]
    public async Task Read_AfterServerError_RetriesSoon()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var host = await SandboxHost.StartAsync(time, ("Drift:ReadEvery", "00:00:00"), SandboxHost.NoRetries);
        host.Fail("mcp/characters/list", SandboxFaultKind.ServerError, times: 1);
        Assert.Null((await host.Get<CharacterTools>().ReadAsync(MiraId, Cancellation)).McpServers);
        time.Advance(TimeSpan.FromSeconds(16));
        Assert.Equal(1, (await host.Get<CharacterTools>().ReadAsync(MiraId, Cancellation)).McpServers);
    }

    [Fact]
    public async Task Read_CallerCancels_OthersStillGetResult()
    {
        await using var host = await SandboxHost.StartAsync();
        using var leaving = new CancellationTokenSource();
        var first = host.Get<CharacterTools>().ReadAsync(MiraId, leaving.Token);
        var second = host.Get<CharacterTools>().ReadAsync(MiraId, Cancellation);
        await leaving.CancelAsync();
        Assert.Equal(2, (await second).Functions);
        await Record.ExceptionAsync(() => first);
        Assert.Equal(2, host.Endpoints.Count);
    }

    [Fact]
    public async Task ReadAll_SkipsCachedAndReportsProgress()
    {
        await using var host = await SandboxHost.StartAsync();
        await host.Get<CharacterTools>().ReadAsync(MiraId, Cancellation);
        var reports = new List<ToolCheckProgress>();
        await host.Get<CharacterTools>().ReadAllAsync([MiraId, TobiasId], reports.Add, Cancellation);
        Assert.Equal(4, host.Endpoints.Count);
        Assert.Equal([new ToolCheckProgress(0, 2, false), new ToolCheckProgress(1, 2, false)], reports);
    }

    [Fact]
    public async Task ReadAll_RateLimited_PausesAndResumesAutomatically()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var host = await SandboxHost.StartAsync(time, ("Drift:ReadEvery", "00:00:00"), SandboxHost.NoRetries, ("Convai:ReadTimeout", "00:05:00"));
        host.Faults["mcp/characters/list"] = new SandboxFault(SandboxFaultKind.Answer, Times: 1, Status: 429, Body: "{}", RetryAfter: 30);
        var reports = new List<ToolCheckProgress>();
        var reading = host.Get<CharacterTools>().ReadAllAsync([MiraId, TobiasId], reports.Add, Cancellation);
        await time.AdvanceUntilAsync(reading);
        Assert.Contains(new ToolCheckProgress(1, 2, IsPaused: true), reports);
        Assert.Equal(new ToolCheckProgress(1, 2, IsPaused: false), reports[^1]);
        Assert.Equal(0, host.Get<CharacterTools>().Cached(TobiasId)!.Functions);
    }

    [Fact]
    public async Task ReadAll_Cancelled_KeepsCountsAlreadyRead()
    {
        await using var host = await SandboxHost.StartAsync();
        using var leaving = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => host.Get<CharacterTools>().ReadAllAsync(
            [MiraId, TobiasId],
            progress =>
            {
                if (progress.Done == 1)
                {
                    leaving.Cancel();
                }
            },
            leaving.Token));
        Assert.NotNull(host.Get<CharacterTools>().Cached(MiraId));
    }
}
