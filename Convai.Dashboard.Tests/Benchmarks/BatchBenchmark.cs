using System.Diagnostics;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Batches;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Testing;

namespace Convai.Dashboard.Benchmarks;

/// <summary>
/// How long a batch takes beside the shortest that its calls allow. On demand:
/// <c>dotnet run --project Convai.Dashboard.Tests -- -explicit only -namespace Convai.Dashboard.Benchmarks -showLiveOutput</c>
/// </summary>
[Collection(nameof(PublishedPrograms))]
[Trait("Speed", "Slow")]
public sealed class BatchBenchmark : BatchTest
{
    private const int Rows = 500;

    private static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(100);

    /// <param name="parallelism">4 is the default.</param>
    [Theory(Explicit = true)]
    [InlineData(4)]
    [InlineData(16)]
    public async Task Batch_Of500_ComparedWithBareCalls(int parallelism)
    {
        await using var host = await SandboxHost.StartAsync(
            ("Convai:Sandbox:Characters", "520"), ("Convai:MaxRequestsPerMinute", "100000"), ("Batches:Parallelism", $"{parallelism}"));
        var change = new SettingsPatch(null, 0.425m);
        var taken = 0;
        var batchId = await PlanAsync(host, change, _ => taken++ < Rows);
        // As on any server that runs for a while: the cast is known.
        await host.Services.ObserveAsync();
        host.Options.Latency = Latency;

        // The floor, in the same run and over the same wire: as many calls, as many at a time, and nothing else.
        var floor = await TimeAsync(() => CallAsync(host, Rows + 2 + (Rows / 50), parallelism));
        var batch = await TimeAsync(async () =>
        {
            await StartAsync(host, batchId);
            await EndAsync(host);
        });

        var report = await ReadAsync(host, batchId);
        Assert.Equal(Rows, report.Count(BatchItemState.Confirmed));
        var ideal = (Rows + 2 + (Rows / 50)) * Latency / parallelism;
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"batch of {Rows}, {Latency.TotalMilliseconds} ms, {parallelism} at a time: {batch.TotalSeconds:0.00} s; {batch / ideal:0.00} times calls × latency ÷ parallelism ({ideal.TotalSeconds:0.00} s); {batch / floor:0.00} times the bare calls ({floor.TotalSeconds:0.00} s)");
    }

    private static async Task CallAsync(SandboxHost host, int calls, int parallelism)
    {
        var id = host.Sandbox.Account.Characters[^1].Id;
        await Parallel.ForEachAsync(Enumerable.Range(0, calls), new ParallelOptions { MaxDegreeOfParallelism = parallelism, CancellationToken = Cancellation }, async (_, cancellationToken) =>
            Assert.True((await host.Client.GetCharacterAsync(id, null, cancellationToken)).IsSuccess));
    }

    /// <summary>Without looking at the rows all the time, which would be measured too.</summary>
    private static async Task EndAsync(SandboxHost host)
    {
        using var moved = new SemaphoreSlim(0);
        using var listening = host.Get<IChangeFeed>().Subscribe(changeEvent => _ = changeEvent is ChangeEvent.BatchUpdated ? moved.Release() : 0);
        while ((await host.Get<BatchRepository>().RunningAsync(Cancellation)).Count > 0)
        {
            await moved.WaitAsync(Cancellation);
        }
    }

    private static async Task<TimeSpan> TimeAsync(Func<Task> act)
    {
        var watch = Stopwatch.StartNew();
        await act();
        return watch.Elapsed;
    }
}
