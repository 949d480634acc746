using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Features.Models;
using Convai.Dashboard.Security;
using Convai.Dashboard.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Convai.Dashboard.Features.Batches;

/// <summary>Every way in which Convai or the database can fail a batch, at each of its steps: said rightly, nothing lost, and it goes on.</summary>
[Trait("Speed", "Slow")]
public sealed class BatchFailureTests : BatchTest
{
    // The fake clock must not run out before real HTTP has answered.
    private static readonly (string, string?) Patient = ("Convai:ReadTimeout", "00:05:00");


    [Fact]
    public async Task Run_PlanDoesNotAllowWrites_PausesAtFirstItem()
    {
        await using var host = await SandboxHost.StartAsync(("Batches:Parallelism", "1"));
        var batchId = await PlanAsync(host, Temperature(0.42m));
        host.Options.WritesAllowed = false;
        await StartAsync(host, batchId);
        var report = await WaitUntilAsync(host, batchId, BatchState.Paused);
        Assert.Equal((BatchPauseReason.Refused, 1), (report.Batch.PausedFor, Calls(host, "update")));
        Assert.Equal("Paused: Convai rejects every change because of the API key or the account's plan.", BatchText.PauseReason(report.Batch));
        Assert.StartsWith("The Convai plan of this account didn't allow changes.", BatchText.StatusReason(report.Items.Single(line => line.State == BatchItemState.Failed), host.Get<AccountModels>().Last), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_OverLimitPerPerson_IsRefusedUntilOneIsDiscarded()
    {
        await using var host = await SandboxHost.StartAsync();
        var last = 0L;
        for (var plan = 0; plan < BatchPlanner.MaxPlansPerPerson; plan++)
        {
            last = await PlanAsync(host, Temperature(0.42m), character => character.Name == "Mira the Innkeeper");
        }

        var mira = (await host.Get<CastDirectory>().ReadAsync(forceRefresh: false, Cancellation)).Characters![0];
        var request = new PlanRequest("One more", ChangeKind.Batch, [BatchItemRequest.From(mira, Temperature(0.41m))]);
        Task<Result<CreatedPlan>> CreateAsync(Role role) => host.Get<BatchPlanner>().CreateAsync(TestPeople.As(role), request, Cancellation);
        Assert.Contains("Discard some under Batches", (await CreateAsync(Role.Designer)).Error, StringComparison.Ordinal);
        Assert.NotNull((await CreateAsync(Role.Admin)).Value);
        Assert.Equal(Result.Success, await host.Get<BatchService>().DiscardAsync(TestPeople.As(Role.Designer), last, Cancellation));
        Assert.NotNull((await CreateAsync(Role.Designer)).Value);
    }

    [Fact]
    public async Task Run_QuotaExceeded_PausesWithoutBackOff()
    {
        await using var host = await SandboxHost.StartAsync(("Batches:Parallelism", "1"));
        var batchId = await PlanAsync(host, Temperature(0.42m));
        host.Faults["update"] = new SandboxFault(SandboxFaultKind.Answer, Times: 1, Status: 429, Body: """{"ERROR": "API usage limit exceeded for current plan."}""");
        await StartAsync(host, batchId);
        var report = await WaitUntilAsync(host, batchId, BatchState.Paused);
        Assert.Equal((BatchPauseReason.Quota, 1), (report.Batch.PausedFor, Calls(host, "update")));
        Assert.StartsWith("Paused: quota used up.", BatchText.PauseReason(report.Batch), StringComparison.Ordinal);
        Assert.Equal((0, TimeSpan.Zero), (report.Count(BatchItemState.Failed), host.Client.RateLimit.BackOffRemaining));

        Assert.Equal(Result.Success, await host.Get<BatchService>().ResumeAsync(TestPeople.As(Role.Designer), batchId, Cancellation));
        report = await WaitUntilAsync(host, batchId, BatchState.Done);
        Assert.Equal(0, report.Count(BatchItemState.Failed) + report.Count(BatchItemState.Waiting));
        Assert.All(host.Sandbox.Account.Characters, character => Assert.Equal(0.42m, character.Temperature));
    }

    [Fact]
    public async Task Run_ConvaiUnreachable_PausesAfterThreeItemsWithReason()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var host = await SandboxHost.StartAsync(time, ("Batches:Parallelism", "1"), Patient, ("Drift:ReadEvery", "00:00:00"), ("Convai:MaxRequestsPerMinute", "10000"));
        var batchId = await PlanAsync(host, Temperature(0.42m));
        host.Fail("update", SandboxFaultKind.Drop);
        await StartAsync(host, batchId);
        await WaitUntilAsync(host, batchId, _ => host.Get<BatchService>().GetWaitReason(batchId) is not null);
        Assert.Equal("A change that Convai hasn't answered may still arrive. The dashboard keeps checking.", host.Get<BatchService>().GetWaitReason(batchId));
        Assert.Equal(3, (await ReadAsync(host, batchId)).Count(BatchItemState.Verifying));

        // After the arrival window they have failed, and the rest waits for someone.
        var report = await time.AdvanceUntilAsync(WaitUntilAsync(host, batchId, BatchState.Paused));
        Assert.Equal((BatchPauseReason.Unreachable, 3, 3), (report.Batch.PausedFor, report.Count(BatchItemState.Failed), Calls(host, "update")));
    }

    [Theory]
    [InlineData(SandboxFaultKind.Drop)]
    [InlineData(SandboxFaultKind.Html)]
    [InlineData(SandboxFaultKind.ServerError)]
    [InlineData(SandboxFaultKind.MalformedJson)]
    [InlineData(SandboxFaultKind.HalfAnswer)]
    public async Task Run_InitialReadFails_PausesBeforeAnyWrite(SandboxFaultKind fault)
    {
        await using var host = await SandboxHost.StartAsync(SandboxHost.NoRetries);
        var batchId = await PlanAsync(host, Temperature(0.42m));
        host.Fail("list", fault);
        await StartAsync(host, batchId);
        var report = await WaitUntilAsync(host, batchId, BatchState.Paused);
        Assert.Equal(BatchPauseReason.Unreachable, report.Batch.PausedFor);
        Assert.Equal(0, Calls(host, "update"));

        host.Faults.Clear();
        Assert.Equal(Result.Success, await host.Get<BatchService>().ResumeAsync(TestPeople.As(Role.Designer), batchId, Cancellation));
        report = await WaitUntilAsync(host, batchId, BatchState.Done);
        Assert.Equal(0, report.Count(BatchItemState.Failed));
    }

    [Theory]
    [InlineData(SandboxFaultKind.Drop)]
    [InlineData(SandboxFaultKind.Html)]
    public async Task Run_VerifyReadFails_RetriesReadAndWritesNothingTwice(SandboxFaultKind fault)
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var host = await SandboxHost.StartAsync(time, SandboxHost.NoRetries, Patient, ("Drift:ReadEvery", "00:00:00"), ("Convai:MaxRequestsPerMinute", "10000"));
        var batchId = await PlanAsync(host, Temperature(0.42m), character => character.Settings.Temperature != 0.42m);
        host.Fail("list", fault, times: 2, after: 1);
        await StartAsync(host, batchId);
        var report = await time.AdvanceUntilAsync(WaitUntilAsync(host, batchId, BatchState.Done));
        Assert.Equal(report.Items.Count, report.Count(BatchItemState.Confirmed));
        Assert.Equal(report.Items.Count, Calls(host, "update"));
    }

    [Fact]
    public async Task Run_ItemTimesOut_IsVerifiedThenFailsWithReason()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var host = await SandboxHost.StartAsync(time, ("Convai:WriteTimeout", "00:01:00"), Patient, ("Drift:ReadEvery", "00:00:00"), ("Convai:MaxRequestsPerMinute", "10000"), ("Batches:Parallelism", "1"));
        var batchId = await PlanAsync(host, Temperature(0.42m), character => character.Settings.Temperature != 0.42m);
        host.Fail("update", SandboxFaultKind.Hang, times: 1);
        await StartAsync(host, batchId);
        var report = await time.AdvanceUntilAsync(WaitUntilAsync(host, batchId, BatchState.Done));
        var failed = Assert.Single(report.Items, line => line.State == BatchItemState.Failed);
        Assert.Equal("Convai didn't answer in time.", BatchText.StatusReason(failed, host.Get<AccountModels>().Last));
        Assert.Equal(report.Items.Count - 1, report.Count(BatchItemState.Confirmed));
    }

    [Fact]
    public async Task Run_DeletedCharacter_FailsOnlyItsItem()
    {
        await using var host = await SandboxHost.StartAsync();
        var cast = await host.Get<CastDirectory>().ReadAsync(forceRefresh: true, Cancellation);
        var change = Temperature(0.42m);
        BatchItemRequest[] rows = [BatchItemRequest.From(cast.Characters![0], change), new BatchItemRequest("gone", "Gone", new CharacterCoreSettings("gpt-4o", 0.5m), change)];
        var made = (await host.Get<BatchPlanner>().CreateAsync(TestPeople.As(Role.Designer), new PlanRequest("Test", ChangeKind.Batch, rows), Cancellation)).Value!;
        await StartAsync(host, made.BatchId);
        var report = await WaitUntilAsync(host, made.BatchId, BatchState.Done);
        Assert.Equal("Convai doesn't know this character.", BatchText.StatusReason(report.Items.Single(line => line.State == BatchItemState.Failed), host.Get<AccountModels>().Last));
        Assert.Equal("Done, 1 failed", BatchText.State(report.Batch, 1));
        Assert.InRange(Calls(host, "update"), 0, 1);
    }

    [Fact]
    public async Task Run_DatabaseLocked_WritesNothingAndResumesAutomatically()
    {
        TestDatabase.SkipUnlessSqlite();
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var host = await SandboxHost.StartAsync(
            time, ("Batches:Parallelism", "1"), ("Convai:Sandbox:Characters", "200"), Patient, ("Drift:ReadEvery", "00:00:00"), ("Convai:MaxRequestsPerMinute", "10000"));
        var batchId = await PlanAsync(host, Temperature(0.425m));
        await using var other = new SqliteConnection(Database.ConnectionString(host.Get<IOptions<DataOptions>>().Value));
        await other.OpenAsync(Cancellation);
        var locked = new TaskCompletionSource<SqliteTransaction>(TaskCreationOptions.RunContinuationsAsynchronously);
        using (host.Get<IChangeFeed>().Subscribe(changeEvent => _ = changeEvent is ChangeEvent.Recorded && !locked.Task.IsCompleted && locked.TrySetResult(other.BeginTransaction())))
        {
            await StartAsync(host, batchId);
            await using var transaction = await locked.Task;
            await WaitUntilAsync(host, batchId, _ => host.Get<BatchService>().GetWaitReason(batchId) is not null);
            Assert.StartsWith("The dashboard's database is locked by another program.", host.Get<BatchService>().GetWaitReason(batchId), StringComparison.Ordinal);
        }

        var end = await time.AdvanceUntilAsync(WaitUntilAsync(host, batchId, BatchState.Done));
        Assert.Equal(end.Items.Count, end.Count(BatchItemState.Confirmed));
        Assert.Equal(end.Items.Count, Calls(host, "update"));
    }

    [Theory]
    [InlineData("no-such-model", 0.5, "no-such-model is not available to your account.")]
    [InlineData(null, 1.5, "Enter a value between 0 and 1, not 1.50.")]
    [InlineData(null, null, "There is nothing to change.")]
    public async Task Plan_InvalidValues_IsRefused(string? model, double? temperature, string sentence)
    {
        await using var host = await SandboxHost.StartAsync();
        var cast = await host.Get<CastDirectory>().ReadAsync(forceRefresh: true, Cancellation);
        var change = new SettingsPatch(model, (decimal?)temperature);
        var request = new PlanRequest("Test", ChangeKind.Batch, [BatchItemRequest.From(cast.Characters![0], change)]);
        Assert.Equal(sentence, (await host.Get<BatchPlanner>().CreateAsync(TestPeople.As(Role.Designer), request, Cancellation)).Error);
        await Assert.ThrowsAsync<AccessDeniedException>(() => host.Get<BatchPlanner>().CreateAsync(TestPeople.As(Role.Viewer), request, Cancellation));
    }

    [Fact]
    public async Task Plan_TooManyOrDuplicateCharacters_IsRefused()
    {
        await using var host = await SandboxHost.StartAsync();
        var change = Temperature(0.42m);
        var before = new CharacterCoreSettings("gpt-4o", 0.5m);
        Task<Result<CreatedPlan>> CreateAsync(IEnumerable<BatchItemRequest> rows) => host.Get<BatchPlanner>().CreateAsync(TestPeople.As(Role.Designer), new PlanRequest("Test", ChangeKind.Batch, [.. rows]), Cancellation);
        var many = await CreateAsync(Enumerable.Range(0, BatchPlanner.MaxItems + 1).Select(number => new BatchItemRequest($"{number}", "x", before, change)));
        Assert.Equal("A batch holds at most 10000 characters; this one has 10001.", many.Error);
        var twice = await CreateAsync([new BatchItemRequest("a", "Anna", before, change), new BatchItemRequest("a", "Anna", before, change)]);
        Assert.Equal("Anna appears twice, so no plan was created. Remove one, then try again.", twice.Error);
    }
}
