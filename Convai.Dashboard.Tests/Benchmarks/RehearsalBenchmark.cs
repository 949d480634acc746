using System.Diagnostics;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Rehearsals;
using Convai.Dashboard.Testing;

namespace Convai.Dashboard.Benchmarks;

/// <summary>
/// How long a rehearsal takes beside the best schedule of its answers' own times, what it calls, and what it costs the server. On demand, as
/// <see cref="BatchBenchmark"/>.
/// </summary>
[Collection(nameof(PublishedPrograms))]
[Trait("Speed", "Slow")]
public sealed class RehearsalBenchmark : JournalTest
{
    private static readonly SettingsPatch[] Candidates = [RehearsalSteps.Claude, RehearsalSteps.Gemma, new("gemini-2.5-flash", 0.1m)];

    [Fact(Explicit = true)]
    public async Task Rehearsal_ThreeCandidates_ComparedWithBestSchedule()
    {
        await using var host = await SandboxHost.StartAsync(("Convai:MaxRequestsPerMinute", "100000"), ("Convai:Sandbox:AnswerTime", "00:00:00.500"));
        // Everything is loaded, and the cast is known.
        await host.EndOfRehearsalAsync(await host.StartRehearsalAsync());
        var calls = host.Endpoints.Count;
        var processor = Environment.CpuUsage.TotalTime;
        var watch = Stopwatch.StartNew();
        var request = RehearsalSteps.Request(repeats: 2, candidates: Candidates) with { Lines = ["Hello", "Where is the old mill?", "Do you have a room?", "Is it true?", "Are you real?"] };
        var id = await host.StartRehearsalAsync(request);
        await host.WaitUntilAsync(id, candidate => candidate.Columns.Any(column => column.State == ColumnState.Speaking));
        var setUp = watch.Elapsed;
        await host.WaitUntilAsync(id, candidate => candidate.Columns.All(column => column.State >= ColumnState.Checking));
        var spoken = watch.Elapsed - setUp;
        var view = await host.EndOfRehearsalAsync(id);
        var all = watch.Elapsed;

        Assert.Equal((40, 40), (view.Asked, view.Answered));
        // The longest conversation first, each into the slot that is free the soonest.
        var slots = new double[RehearsalWorker.MaxConversations];
        foreach (var conversation in view.Columns.SelectMany(column => column.Answers.GroupBy(answer => answer.Repeat, answer => answer.Milliseconds!.Value)).Select(times => times.Sum()).OrderDescending())
        {
            slots[Array.IndexOf(slots, slots.Min())] += conversation;
        }

        var best = TimeSpan.FromMilliseconds(slots.Max());
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"4 copies, 40 answers: {host.Endpoints.Count - calls} calls; set-up {setUp.TotalSeconds:0.00} s, speaking {spoken.TotalSeconds:0.00} s ({spoken / best:0.00} times the best schedule, {best.TotalSeconds:0.00} s), all {all.TotalSeconds:0.00} s; {(Environment.CpuUsage.TotalTime - processor) / all:0.00} cores, the sandbox and this test included");
    }
}
