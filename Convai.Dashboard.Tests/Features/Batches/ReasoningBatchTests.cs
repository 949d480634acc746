using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Models;
using Convai.Dashboard.Testing;

namespace Convai.Dashboard.Features.Batches;

/// <summary>A reasoning level for many characters: those whose model lacks it are excluded, and the others are never shown as confirmed.</summary>
[Trait("Speed", "Slow")]
public sealed class ReasoningBatchTests : BatchTest
{
    [Fact]
    public async Task Run_Level_SkipsModelsWithoutItAndReportsOthersAsSent()
    {
        await using var host = await SandboxHost.StartAsync();
        var report = await RunAsync(host, new SettingsPatch(null, null, "low"));
        Assert.Equal((3, 0, 21), (report.Count(BatchItemState.SentNotConfirmed), report.Count(BatchItemState.Confirmed), report.Count(BatchItemState.Skipped)));
        Assert.Equal(["Ilse Varga, Cartographer", "Sister Wren", "Tamsin the Falconer"], host.Sandbox.Account.Characters.Where(character => character.Reasoning == "low").Select(character => character.Name).Order(StringComparer.Ordinal));
        var summary = (await host.Get<BatchService>().ListAsync(TestPeople.As(Role.Viewer), Cancellation))[0];
        Assert.Equal((3, 0, 3, 0), (summary.ItemCount, summary.Confirmed, summary.Sent, summary.Failed));
    }

    [Fact]
    public async Task Plan_LevelOfNoModel_IsRefused()
    {
        await using var host = await SandboxHost.StartAsync();
        await JournalTest.OpenAsync(host);
        var cast = await host.Get<Characters.CastDirectory>().ReadAsync(forceRefresh: true, Cancellation);
        var request = new PlanRequest("Test", ChangeKind.Batch, [.. cast.Characters!.Select(character => BatchItemRequest.From(character, new SettingsPatch(null, null, "xhigh")))]);
        var outcome = await host.Get<BatchPlanner>().CreateAsync(TestPeople.As(Role.Designer), request, Cancellation);
        Assert.Equal("None of the models of these characters offers the reasoning level.", outcome.Error);
    }

    [Fact]
    public async Task Undo_Level_RestoresLevelSentBefore()
    {
        await using var host = await SandboxHost.StartAsync();
        await RunAsync(host, new SettingsPatch(null, null, "low"), character => character.Name == "Sister Wren");
        var report = await RunAsync(host, new SettingsPatch(null, null, "high"), character => character.Name == "Sister Wren");
        var undo = await host.Get<BatchService>().UndoAsync(TestPeople.As(Role.Designer), report.Batch.Id, Cancellation);
        await StartAsync(host, undo.Value!.BatchId);
        await WaitUntilAsync(host, undo.Value.BatchId, BatchState.Done);
        Assert.Equal("low", host.Character("Sister Wren").Reasoning);
    }

    [Fact]
    public async Task Undo_NoLevelSentBefore_StaysWithReason()
    {
        await using var host = await SandboxHost.StartAsync();
        await RunAsync(host, new SettingsPatch(null, null, "low"), character => character.Name == "Sister Wren");
        var report = await RunAsync(host, new SettingsPatch(null, null, "high"), character => character.Name is "Sister Wren" or "Tamsin the Falconer");
        var undo = (await host.Get<BatchService>().UndoAsync(TestPeople.As(Role.Designer), report.Batch.Id, Cancellation)).Value!.BatchId;
        await StartAsync(host, undo);
        var undone = (await WaitUntilAsync(host, undo, BatchState.Done)).Items.Single(line => line.State == BatchItemState.Skipped);
        Assert.Equal(("Tamsin the Falconer", true), (undone.Item.CharacterName, undone.Item.IsIrreversible));
        Assert.Equal("No earlier value is known, so nothing can be restored.", BatchText.StatusReason(undone, host.Get<AccountModels>().Last));
        Assert.Equal(("low", "high"), (host.Character("Sister Wren").Reasoning, host.Character("Tamsin the Falconer").Reasoning));
    }

    [Fact]
    public async Task UpdatePlan_LevelSentByColleague_IsUsed()
    {
        await using var host = await SandboxHost.StartAsync();
        await RunAsync(host, new SettingsPatch(null, null, "low"), character => character.Name == "Sister Wren");
        var plan = await PlanAsync(host, new SettingsPatch(null, null, "high"), character => character.Name == "Sister Wren");
        await RunAsync(host, new SettingsPatch(null, null, "auto"), character => character.Name == "Sister Wren");
        Assert.Equal(Result.Success, await host.Get<BatchService>().UpdatePlanAsync(TestPeople.As(Role.Designer), plan, Cancellation));
        Assert.Equal("auto", (await ReadAsync(host, plan)).Items.Single().Item.ReasoningBefore);
        await StartAsync(host, plan);
        Assert.Equal(1, (await WaitUntilAsync(host, plan, BatchState.Done)).Count(BatchItemState.SentNotConfirmed));
    }
}
