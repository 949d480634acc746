using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Models;
using Convai.Dashboard.Features.Team;
using Convai.Dashboard.Security;
using Convai.Dashboard.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;

namespace Convai.Dashboard.Features.Batches;

/// <summary>A batch over the real sandbox: what it costs, how every row ends, and that it can be paused, stopped, retried and undone.</summary>
[Trait("Speed", "Slow")]
public sealed class BatchExecutionTests : BatchTest
{
    private const string Mira = "Mira the Innkeeper";

    [Fact]
    public async Task Run_WritesEachCharacterOnce_AndVerifiesTogether()
    {
        await using var host = await SandboxHost.StartAsync();
        var batchId = await PlanAsync(host, Temperature(0.42m));
        var before = host.Endpoints.Count;
        await StartAsync(host, batchId);
        var report = await WaitUntilAsync(host, batchId, BatchState.Done);

        var written = report.Count(BatchItemState.Confirmed);
        Assert.Equal(24, written + report.Count(BatchItemState.Skipped));
        Assert.All(host.Sandbox.Account.Characters, character => Assert.Equal(0.42m, character.Temperature));
        Assert.Equal(written, Calls(host, "update"));
        Assert.InRange(host.Endpoints.Count - before - written, 2, 2 + (written / 50));
        Assert.All(await host.Services.ChangesAsync(), change => Assert.Equal(
            (ChangeKind.Batch, "Jonas Brandt", "for the demo", batchId, ChangeState.Confirmed), (change.Kind, change.PersonName, change.Reason, change.BatchId, change.State)));
    }

    [Fact]
    public async Task Run_120Characters_ReadsListOncePerFiftyPlusTwo()
    {
        await using var host = await SandboxHost.StartAsync(("Convai:MaxRequestsPerMinute", "100000"), ("Convai:Sandbox:Characters", "120"));
        var report = await RunAsync(host, Temperature(0.42m), character => character.Settings.Temperature != 0.42m);
        Assert.Equal(report.Items.Count, report.Count(BatchItemState.Confirmed));
        Assert.Equal(report.Items.Count, Calls(host, "update"));
        // One more for the plan.
        Assert.InRange(Calls(host, "list"), 3, 1 + 2 + (report.Items.Count / 50));
    }

    [Theory]
    [InlineData(SandboxFaultKind.IgnoreWrite, ChangeState.NotConfirmed, null)]
    [InlineData(SandboxFaultKind.Detail, ChangeState.Rejected, ConvaiFailureKind.ValueRejected)]
    [InlineData(SandboxFaultKind.ErrorInside200, ChangeState.Unchanged, ConvaiFailureKind.ErrorAnswer)]
    [InlineData(SandboxFaultKind.MalformedJson, ChangeState.Unchanged, ConvaiFailureKind.NotUnderstood)]
    public async Task Run_OneItemFails_ReportsItAndItsReason(SandboxFaultKind fault, ChangeState state, ConvaiFailureKind? failure)
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        // The fake clock runs far ahead of the real HTTP.
        await using var host = await SandboxHost.StartAsync(time, ("Batches:Parallelism", "1"), ("Convai:ReadTimeout", "00:05:00"), ("Convai:WriteTimeout", "00:05:00"));
        host.Fail("update", fault, times: 1);
        var report = await time.AdvanceUntilAsync(RunAsync(host, Temperature(0.42m), character => character.Settings.Temperature != 0.42m));

        var failed = Assert.Single(report.Items, line => line.State == BatchItemState.Failed);
        Assert.Equal((state, failure), (failed.Change!.State, failed.Change.Failure));
        Assert.NotNull(BatchText.StatusReason(failed, host.Get<AccountModels>().Last));
        Assert.Equal(report.Items.Count - 1, report.Count(BatchItemState.Confirmed));
        Assert.Equal("Done, 1 failed", BatchText.State(report.Batch, report.Count(BatchItemState.Failed)));
    }

    [Fact]
    public async Task Run_StaleReads_VerifiesAllItemsWithOneRead()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var host = await SandboxHost.StartAsync(time, ("Drift:ReadEvery", "00:00:00"));
        var batchId = await PlanAsync(host, Temperature(0.42m), character => character.Settings.Temperature != 0.42m);
        host.Fail("update", SandboxFaultKind.IgnoreWrite);
        await StartAsync(host, batchId);
        await WaitUntilAsync(host, batchId, report => report.Items.All(line => line.State == BatchItemState.Verifying) && host.Get<BatchService>().GetWaitReason(batchId) is not null);
        foreach (var character in host.Sandbox.Account.Characters)
        {
            character.Temperature = 0.42m;
        }

        var lists = Calls(host, "list");
        time.Advance(TimeSpan.FromSeconds(1));
        var report = await WaitUntilAsync(host, batchId, BatchState.Done);
        Assert.Equal(report.Items.Count, report.Count(BatchItemState.Confirmed));
        Assert.Equal(lists + 1, Calls(host, "list"));
        Assert.All(await host.Services.ChangesAsync(), change => Assert.Equal((ChangeKind.Batch, ChangeState.Confirmed), (change.Kind, change.State)));
    }

    [Fact]
    public async Task Run_KeyRejected_PausesInsteadOfFailingEveryItem()
    {
        await using var host = await SandboxHost.StartAsync(("Batches:Parallelism", "1"));
        var batchId = await PlanAsync(host, Temperature(0.42m));
        host.Fail("update", SandboxFaultKind.MalformedKeyError, times: 1);
        await StartAsync(host, batchId);
        var report = await WaitUntilAsync(host, batchId, BatchState.Paused);
        Assert.Equal(BatchPauseReason.Refused, report.Batch.PausedFor);
        Assert.Equal(1, Calls(host, "update"));
        Assert.Equal(1, report.Count(BatchItemState.Failed));

        Assert.Equal(Result.Success, await host.Get<BatchService>().RetryAsync(TestPeople.As(Role.Designer), batchId, Cancellation));
        report = await WaitUntilAsync(host, batchId, BatchState.Done);
        Assert.Equal(0, report.Count(BatchItemState.Failed));
        Assert.All(host.Sandbox.Account.Characters, character => Assert.Equal(0.42m, character.Temperature));
    }

    [Fact]
    public async Task Run_ChangedSincePlan_IsNotOverwrittenUntilRetried()
    {
        await using var host = await SandboxHost.StartAsync();
        var batchId = await PlanAsync(host, Temperature(0.42m));
        host.Character(Mira).Temperature = 0.91m;
        await StartAsync(host, batchId);
        var report = await WaitUntilAsync(host, batchId, BatchState.Done);
        var failed = Assert.Single(report.Items, line => line.State == BatchItemState.Failed);
        Assert.Equal((Mira, ChangeState.Conflict), (failed.Item.CharacterName, failed.Change!.State));
        Assert.Equal(0.91m, host.Character(Mira).Temperature);

        Assert.Equal(Result.Success, await host.Get<BatchService>().RetryAsync(TestPeople.As(Role.Designer), batchId, Cancellation));
        report = await WaitUntilAsync(host, batchId, r => r.Batch.State == BatchState.Done && r.Count(BatchItemState.Failed) == 0);
        Assert.Equal(0.42m, host.Character(Mira).Temperature);
    }

    [Fact]
    public async Task PauseResumeStop_ContinuesThenSkipsTheRest()
    {
        await using var host = await SandboxHost.StartAsync(("Batches:Parallelism", "1"));
        host.Options.Latency = TimeSpan.FromMilliseconds(30);
        var batchId = await PlanAsync(host, Temperature(0.42m));
        await StartAsync(host, batchId);
        await WaitUntilAsync(host, batchId, report => Calls(host, "update") >= 2);
        Assert.Equal(Result.Success, await host.Get<BatchService>().PauseAsync(TestPeople.As(Role.Designer), batchId, Cancellation));
        var report = await WaitUntilAsync(host, batchId, report => report.Batch.State == BatchState.Paused && !report.HasOpen);
        var written = Calls(host, "update");
        Assert.InRange(written, 2, 20);
        Assert.Equal(written, report.Count(BatchItemState.Confirmed));

        Assert.Equal(Result.Success, await host.Get<BatchService>().ResumeAsync(TestPeople.As(Role.Designer), batchId, Cancellation));
        await WaitUntilAsync(host, batchId, report => Calls(host, "update") >= written + 2);
        Assert.Equal(Result.Success, await host.Get<BatchService>().StopAsync(TestPeople.As(Role.Designer), batchId, Cancellation));
        report = await WaitUntilAsync(host, batchId, report => report.Batch.State == BatchState.Stopped && !report.HasOpen);
        Assert.True(report.Count(BatchItemState.NotWritten) > 0);
        Assert.Equal(Calls(host, "update"), report.Count(BatchItemState.Confirmed));
    }

    [Fact]
    public async Task Undo_PlansRevertOfAppliedItems()
    {
        await using var host = await SandboxHost.StartAsync();
        var before = host.Sandbox.Account.Characters.ToDictionary(character => character.Name, character => character.Temperature);
        var done = await RunAsync(host, Temperature(0.42m), character => character.Settings.Temperature is not null);
        var undo = (await host.Get<BatchService>().UndoAsync(TestPeople.As(Role.Designer), done.Batch.Id, Cancellation)).Value!.BatchId;
        Assert.Equal(0.42m, host.Character(Mira).Temperature);

        await StartAsync(host, undo);
        var report = await WaitUntilAsync(host, undo, BatchState.Done);
        Assert.All(host.Sandbox.Account.Characters, character => Assert.Equal(before[character.Name], character.Temperature));
        Assert.All(report.Items, line => Assert.Equal((ChangeKind.Undo, line.Item.UndoesId), (line.Change!.Kind, line.Change.UndoesId)));
        Assert.Equal(done.Batch.Id, report.Batch.UndoesBatchId);
    }

    [Fact]
    public async Task Undo_ValueNotSetBefore_IsMarkedIrreversible()
    {
        await using var host = await SandboxHost.StartAsync();
        var unset = host.Sandbox.Account.Characters.Single(character => character.Temperature is null).Name;
        var done = await RunAsync(host, Temperature(0.42m), character => character.Name == Mira || character.Name == unset);
        var runs = host.Get<BatchService>();
        var undo = (await runs.UndoAsync(TestPeople.As(Role.Designer), done.Batch.Id, Cancellation)).Value!.BatchId;
        Assert.Equal([true, false], (await ReadAsync(host, undo)).Items.OrderBy(line => line.Item.CharacterName == Mira).Select(line => line.Item.IsIrreversible));
        // Asked again, it is the same plan.
        Assert.Equal(undo, (await runs.UndoAsync(TestPeople.As(Role.Admin), done.Batch.Id, Cancellation)).Value!.BatchId);

        await StartAsync(host, undo);
        var report = await WaitUntilAsync(host, undo, BatchState.Done);
        Assert.Equal((1, 1), (report.Count(BatchItemState.Confirmed), report.Count(BatchItemState.Skipped)));
        Assert.Equal("No earlier value is known, so nothing can be restored.", BatchText.StatusReason(report.Items.Single(line => line.State == BatchItemState.Skipped), host.Get<AccountModels>().Last));
        Assert.Equal((0.7m, 0.42m), (host.Character(Mira).Temperature, host.Character(unset).Temperature));
        Assert.Equal(undo, (await runs.FindUndoAsync(TestPeople.As(Role.Viewer), done.Batch.Id, Cancellation))!.Id);
    }

    [Fact]
    public async Task Undo_NothingReversible_IsRefused()
    {
        await using var host = await SandboxHost.StartAsync();
        var done = await RunAsync(host, Temperature(0.42m), character => character.Settings.Temperature is null);
        Assert.Single(done.Items);
        Assert.NotNull((await host.Get<BatchService>().UndoAsync(TestPeople.As(Role.Designer), done.Batch.Id, Cancellation)).Error);
    }

    [Fact]
    public async Task Run_After429_WaitsAndNoItemFails()
    {
        await using var host = await SandboxHost.StartAsync();
        host.Faults["update"] = new SandboxFault(SandboxFaultKind.Answer, Times: 1, After: 3, Status: 429, Body: "{}", RetryAfter: 1);
        var batchId = await PlanAsync(host, Temperature(0.42m), character => character.Settings.Temperature != 0.42m);
        await StartAsync(host, batchId);
        var report = await WaitUntilAsync(host, batchId, BatchState.Done);
        Assert.Equal(report.Items.Count, report.Count(BatchItemState.Confirmed));
    }

    [Fact]
    public async Task Run_ManyItems_StaysUnderRateLimit()
    {
        // More rows than go into a minute, so that it really waits.
        await using var host = await SandboxHost.StartAsync(SandboxHost.ShortMinutes, ("Convai:MaxRequestsPerMinute", "100"), ("Convai:Sandbox:Characters", "130"));
        host.Options.RequestsPerMinute = 100;
        var batchId = await PlanAsync(host, Temperature(0.425m));
        await StartAsync(host, batchId);
        var report = await WaitUntilAsync(host, batchId, report => report.Batch.State == BatchState.Done, TimeSpan.FromMinutes(4));
        Assert.Equal(130, report.Count(BatchItemState.Confirmed));
        Assert.Equal(130, Calls(host, "update"));
        Assert.DoesNotContain(await host.Services.ChangesAsync(), change => change.Failure == ConvaiFailureKind.RateLimited);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Run_StarterDemotedOrDisabled_PausesWithReason(bool isDisabled)
    {
        await using var host = await SandboxHost.StartAsync(("Batches:Parallelism", "1"));
        host.Options.Latency = TimeSpan.FromMilliseconds(30);
        var batchId = await PlanAsync(host, Temperature(0.42m));
        await StartAsync(host, batchId);
        await WaitUntilAsync(host, batchId, report => Calls(host, "update") >= 2);
        var team = host.Get<TeamDirectory>();
        _ = isDisabled
            ? await team.DisableAsync(TestPeople.As(Role.Admin), "jonas", Cancellation)
            : await team.ChangeRoleAsync(TestPeople.As(Role.Admin), "jonas", Role.Viewer, Cancellation);
        var report = await WaitUntilAsync(host, batchId, BatchState.Paused);
        Assert.Equal(BatchPauseReason.Role, report.Batch.PausedFor);
        Assert.True(Calls(host, "update") < report.Items.Count);
    }

    [Fact]
    public async Task Actions_AsViewer_AreRefused()
    {
        await using var host = await SandboxHost.StartAsync();
        var batchId = await PlanAsync(host, Temperature(0.42m));
        var runs = host.Get<BatchService>();
        foreach (var user in new[] { TestPeople.As(Role.Viewer), TestPeople.Anonymous })
        {
            await Assert.ThrowsAsync<AccessDeniedException>(() => runs.StartAsync(user, batchId, Cancellation));
            await Assert.ThrowsAsync<AccessDeniedException>(() => runs.PauseAsync(user, batchId, Cancellation));
            await Assert.ThrowsAsync<AccessDeniedException>(() => runs.ResumeAsync(user, batchId, Cancellation));
            await Assert.ThrowsAsync<AccessDeniedException>(() => runs.StopAsync(user, batchId, Cancellation));
            await Assert.ThrowsAsync<AccessDeniedException>(() => runs.RetryAsync(user, batchId, Cancellation));
            await Assert.ThrowsAsync<AccessDeniedException>(() => runs.ExcludeAsync(user, batchId, [host.Character(Mira).Id], true, Cancellation));
            await Assert.ThrowsAsync<AccessDeniedException>(() => runs.UpdatePlanAsync(user, batchId, Cancellation));
            await Assert.ThrowsAsync<AccessDeniedException>(() => runs.DiscardAsync(user, batchId, Cancellation));
            await Assert.ThrowsAsync<AccessDeniedException>(() => runs.UndoAsync(user, batchId, Cancellation));
        }

        await Assert.ThrowsAsync<AccessDeniedException>(() => runs.ReadAsync(TestPeople.Anonymous, batchId, Cancellation));
        Assert.Equal(BatchState.Planned, (await ReadAsync(host, batchId)).Batch.State);
        Assert.Equal(0, Calls(host, "update"));
    }

    /// <summary>Its last item was under way: nothing is left to resume.</summary>
    [Fact]
    public async Task Pause_DuringLastItem_EndsDone()
    {
        await using var host = await SandboxHost.StartAsync();
        host.Sandbox.Options.Latency = TimeSpan.FromMilliseconds(300);
        var batchId = await PlanAsync(host, Temperature(0.42m), character => character.Name == Mira);
        await StartAsync(host, batchId);
        await WaitUntilAsync(host, batchId, _ => Calls(host, "update") == 1);
        await host.Get<BatchService>().PauseAsync(TestPeople.As(Role.Designer), batchId, Cancellation);
        Assert.Equal(1, (await WaitUntilAsync(host, batchId, BatchState.Done)).Count(BatchItemState.Confirmed));
    }

    [Fact]
    public async Task ExcludeAndDiscard_WriteNothing()
    {
        await using var host = await SandboxHost.StartAsync();
        var batchId = await PlanAsync(host, Temperature(0.42m));
        Assert.Equal(Result.Success, await host.Get<BatchService>().ExcludeAsync(TestPeople.As(Role.Designer), batchId, [host.Character(Mira).Id], true, Cancellation));
        await using (var db = await host.Get<IDbContextFactory<DashboardDbContext>>().CreateDbContextAsync(Cancellation))
        {
            Assert.Equal(["LeftOut"], await db.Database.SqlQuery<string>($"""select "Mark" as "Value" from "BatchRows" where "CharacterId" = {host.Character(Mira).Id}""").ToListAsync(Cancellation));
        }

        await StartAsync(host, batchId);
        await WaitUntilAsync(host, batchId, BatchState.Done);
        Assert.Equal(0.70m, host.Character(Mira).Temperature);

        var other = await PlanAsync(host, Temperature(0.11m));
        Assert.Equal(Result.Success, await host.Get<BatchService>().DiscardAsync(TestPeople.As(Role.Designer), other, Cancellation));
        Assert.Null(await host.Get<BatchService>().ReadAsync(TestPeople.As(Role.Designer), other, Cancellation));
        Assert.NotNull((await host.Get<BatchService>().DiscardAsync(TestPeople.As(Role.Designer), batchId, Cancellation)).Error);
    }
}
