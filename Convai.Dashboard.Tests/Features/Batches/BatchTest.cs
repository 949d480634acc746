using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Testing;

namespace Convai.Dashboard.Features.Batches;

/// <summary>What the tests of batches do again and again: make a plan, start it, wait for what becomes of it.</summary>
public abstract class BatchTest
{
    internal static async Task<long> PlanAsync(SandboxHost host, SettingsPatch change, Func<Character, bool>? which = null, ChangeKind kind = ChangeKind.Batch)
    {
        var cast = await host.Get<CastDirectory>().ReadAsync(forceRefresh: true, Cancellation);
        var rows = cast.Characters!.Where(which ?? (_ => true)).Select(character => BatchItemRequest.From(character, change)).ToList();
        var outcome = await host.Get<BatchPlanner>().CreateAsync(TestPeople.As(Role.Designer), new PlanRequest("Test", kind, rows, "for the demo"), Cancellation);
        return outcome.Value!.BatchId;
    }

    internal static async Task StartAsync(SandboxHost host, long batchId) =>
        Assert.Equal(Result.Success, await host.Get<BatchService>().StartAsync(TestPeople.As(Role.Designer), batchId, Cancellation));

    internal static async Task<BatchReport> ReadAsync(SandboxHost host, long batchId) =>
        (await host.Get<BatchService>().ReadAsync(TestPeople.As(Role.Viewer), batchId, Cancellation))!;

    /// <summary>Looks again at every piece of news, and now and then.</summary>
    internal static async Task<BatchReport> WaitUntilAsync(SandboxHost host, long batchId, Func<BatchReport, bool> condition, TimeSpan? within = null)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(within ?? TimeSpan.FromSeconds(60));
        while (true)
        {
            var report = await ReadAsync(host, batchId);
            if (condition(report))
            {
                return report;
            }

            Assert.False(patience.IsCancellationRequested, $"It is {report.Batch.State}: {string.Join(", ", report.Items.GroupBy(line => line.State).Select(group => $"{group.Count()} {group.Key}"))}");
            await Task.Delay(within is null ? 20 : 500, Cancellation);
        }
    }

    internal static Task<BatchReport> WaitUntilAsync(SandboxHost host, long batchId, BatchState state) => WaitUntilAsync(host, batchId, report => report.Batch.State == state);

    internal static async Task<BatchReport> RunAsync(SandboxHost host, SettingsPatch change, Func<Character, bool>? which = null)
    {
        var batchId = await PlanAsync(host, change, which);
        await StartAsync(host, batchId);
        return await WaitUntilAsync(host, batchId, BatchState.Done);
    }

    internal static int Calls(SandboxHost host, string endpoint) => host.Endpoints.Count(asked => asked == endpoint);

    internal static SettingsPatch Temperature(decimal value) => new(null, value);
}
