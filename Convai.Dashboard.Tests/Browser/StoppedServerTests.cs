using System.Diagnostics;
using Convai.Dashboard.Browser.Pages;
using Convai.Dashboard.Features.Changes;

namespace Convai.Dashboard.Browser;

/// <summary>The server is told to stop, as a container is, with a page open: it lets a running write end, and does not wait for the page.</summary>
[Trait("Speed", "Slow")]
public sealed class StoppedServerTests : RestartableServerTest
{
    /// <summary>By the call to Convai that is under way when the signal comes.</summary>
    [Theory]
    [InlineData("get", 1)]
    [InlineData("update", 1)]
    [InlineData("get", 2)]
    public async Task Stop_DuringSave_WaitsForIt(string endpoint, int calls)
    {
        Convai.Options.Latency = TimeSpan.FromSeconds(1);
        await SaveAsync();
        await WaitUntilAsync(() => Task.FromResult(CountRequests(endpoint)), calls);

        Assert.Equal(0, await Server.StopAsync());

        var change = await ReadAsync(DataDirectory);
        Assert.Equal((ChangeState.Confirmed, Before, After), (change.State, change.TemperatureBefore, change.TemperatureAfter));
        Assert.Equal((After, 1), (Mira.Temperature, CountRequests("update")));
    }

    [Fact]
    public async Task Stop_WithOpenPage_IsFast()
    {
        await OpenAsync(CharacterScreen.Path);
        var watch = Stopwatch.StartNew();
        Assert.Equal(0, await Server.StopAsync());
        Assert.True(watch.Elapsed < RunningWrites.MaxShutdown / 2, $"It took {watch.Elapsed}.");
    }
}
