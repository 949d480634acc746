using System.Diagnostics;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Convai.Dashboard.Benchmarks;

/// <summary>What a save takes beyond its three calls to Convai: the journal, the role looked up, the turn waited for.</summary>
[Collection(nameof(PublishedPrograms))]
[Trait("Speed", "Slow")]
public sealed class SaveBenchmark
{
    private const int Rounds = 101;

    private const string Name = "Mira the Innkeeper";

    [Fact(Explicit = true)]
    public async Task Save_ComparedWithBareCalls()
    {
        // Tests keep every line of the log, which takes as long as the save itself; in production those of the database are not written.
        await using var host = await SandboxHost.StartAsync(
            TimeProvider.System,
            services => services.Configure<LoggerFilterOptions>(filter => filter.MinLevel = LogLevel.Warning),
            ("Convai:MaxRequestsPerMinute", "100000"));
        await host.Services.ObserveAsync();
        var id = host.Character(Name).Id;
        var (saves, calls) = (new List<TimeSpan>(), new List<TimeSpan>());
        for (var round = 0; round < Rounds; round++)
        {
            // By turns, and each of them a real change.
            var temperature = round % 2 == 0 ? 0.31m : 0.32m;
            calls.Add(await TimeAsync(async () =>
            {
                Assert.True((await host.Client.GetCharacterAsync(id, null, Cancellation)).IsSuccess);
                Assert.Null(await host.Client.UpdateCharacterAsync(id, new SettingsPatch("gpt-4o", null), null, Cancellation));
                Assert.True((await host.Client.GetCharacterAsync(id, null, Cancellation)).IsSuccess);
            }));
            saves.Add(await TimeAsync(async () => Assert.IsType<ChangeOutcome.Confirmed>(await host.Services.SaveAsync(Role.Designer, new SettingsPatch(null, temperature), Name))));
        }

        var (save, floor) = (Median(saves), Median(calls));
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"a save: {(save - floor).TotalMilliseconds:0.0} ms more than its calls at the median ({save.TotalMilliseconds:0.0} ms, {save / floor:0.0} times the calls, {floor.TotalMilliseconds:0.0} ms)");
    }

    private static async Task<TimeSpan> TimeAsync(Func<Task> act)
    {
        var watch = Stopwatch.StartNew();
        await act();
        return watch.Elapsed;
    }

    private static TimeSpan Median(List<TimeSpan> times) => times.Order().ElementAt(Rounds / 2);
}
