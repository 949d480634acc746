using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Batches;
using Convai.Dashboard.Features.Models;
using Convai.Dashboard.Testing;

namespace Convai.Dashboard.Faults;

/// <summary>Places of the matrix: the reading of the cast before a batch writes, and the write of a row.</summary>
[Trait("Speed", "Slow")]
public sealed class BatchFaultTests(FaultyDashboard dashboard) : BatchTest, IClassFixture<FaultyDashboard>
{
    private static readonly SettingsPatch New = Temperature(0.12m);

    public static TheoryData<string> Reads => FaultTable.OfReads;

    public static TheoryData<string> Writes => FaultTable.OfWrites;

    [Theory]
    [MemberData(nameof(Reads))]
    public async Task CastRead_AnyFault_IsHandled(string name)
    {
        var (id, batchId) = await PlanOneAsync();
        var fault = dashboard.Inject(name, "list");
        await StartAsync(dashboard.Host, batchId);
        // Other reasons may come before and after it.
        var report = await dashboard.WaitAsync(() => WaitUntilAsync(dashboard.Host, batchId, found => found.Batch.State == BatchState.Paused || Runs.GetWaitReason(batchId) == fault.List));
        Assert.Equal(
            fault.IsTriedAgain ? null
            : fault.Row == "Convai rejected the API key." ? "Paused: Convai rejects every change because of the API key or the account's plan."
            : "Paused: Convai can't be reached or isn't responding properly. Characters that were not changed keep their values. Resume the batch when Convai is back.",
            BatchText.PauseReason(report.Batch));
        Assert.Equal(0, dashboard.Writes(id));

        dashboard.Recover();
        if (report.Batch.State == BatchState.Paused)
        {
            Assert.Equal(Result.Success, await Runs.ResumeAsync(TestPeople.As(Role.Designer), batchId, Cancellation));
        }

        await AssertDoneAsync(id, batchId, writes: 1);
    }

    [Theory]
    [MemberData(nameof(Writes))]
    public async Task ItemWrite_AnyFault_IsHandled(string name)
    {
        var (id, batchId) = await PlanOneAsync();
        var fault = dashboard.Inject(name, "update");
        await StartAsync(dashboard.Host, batchId);
        var report = await dashboard.WaitAsync(() => WaitUntilAsync(dashboard.Host, batchId, found => found.Items[0].State is not (BatchItemState.Waiting or BatchItemState.Writing) || IsTakenBack(id, fault)));
        dashboard.Recover();
        report = await WaitUntilEndedAsync(batchId);
        if (fault.Row is not null)
        {
            Assert.Equal(fault.Row, BatchText.StatusReason(report.Items[0], dashboard.Host.Get<AccountModels>().Last));
            dashboard.AssertHarmless(fault.Row);
            Assert.Equal(
                fault.PausesBatch ? ("Paused", "Paused: Convai rejects every change because of the API key or the account's plan.") : ("Done, 1 failed", null),
                (BatchText.State(report.Batch, 1), BatchText.PauseReason(report.Batch)));
            Assert.Equal(Result.Success, await Runs.RetryAsync(TestPeople.As(Role.Designer), batchId, Cancellation));
        }

        await AssertDoneAsync(id, batchId, writes: fault.Row is null && !fault.IsTriedAgain ? 1 : 2);
    }

    private BatchService Runs => dashboard.Host.Get<BatchService>();

    /// <summary>Convai asked to be left alone: the row waits again.</summary>
    private bool IsTakenBack(string id, Fault fault) => fault.IsTriedAgain && dashboard.Writes(id) > 0 && dashboard.Host.Client.BackOffRemaining > TimeSpan.Zero;

    private async Task<(string Id, long BatchId)> PlanOneAsync()
    {
        dashboard.Faults.Clear();
        var id = dashboard.Take().Id;
        return (id, await PlanAsync(dashboard.Host, New, character => character.Id == id));
    }

    /// <summary>Matches time pass in which nothing but readings is under way.</summary>
    private async Task<BatchReport> WaitUntilEndedAsync(long batchId)
    {
        var ended = WaitUntilAsync(dashboard.Host, batchId, report => report.Batch.State is BatchState.Done or BatchState.Paused);
        while (!ended.IsCompleted)
        {
            dashboard.Time.Advance(TimeSpan.FromSeconds(Runs.GetWaitReason(batchId) is null ? 0 : 16));
            await Task.WhenAny(ended, Task.Delay(2, Cancellation));
        }

        return await ended;
    }

    private async Task AssertDoneAsync(string id, long batchId, int writes)
    {
        var report = await WaitUntilEndedAsync(batchId);
        Assert.Equal((BatchState.Done, BatchItemState.Confirmed), (report.Batch.State, report.Items[0].State));
        Assert.Equal((writes, 0.12m), (dashboard.Writes(id), dashboard.Sandbox.Account.Find(id)!.Temperature));
        Assert.All(await dashboard.ChangesAsync(id), change => Assert.False(change.IsOpen || change.BatchId != batchId, $"{change.Kind} {change.State}"));
    }
}
