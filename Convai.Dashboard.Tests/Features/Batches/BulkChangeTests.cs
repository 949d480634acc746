using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Features.Models;
using Convai.Dashboard.Security;
using Convai.Dashboard.Testing;

namespace Convai.Dashboard.Features.Batches;

/// <summary>One change for many characters whose values follow from what each has: planned, updated, run and tried again.</summary>
[Trait("Speed", "Slow")]
public sealed class BulkChangeTests : BatchTest
{
    private static readonly BulkChange AtMostHalf = new() { Temperature = new TemperatureRule(TemperatureOperation.AtMost, 0.5m) };

    [Fact]
    public async Task Plan_IsInCastOrderWithValuesOfEach()
    {
        await using var host = await SandboxHost.StartAsync();
        var rows = (await ReadAsync(host, await PlanAsync(host, AtMostHalf, "The Ferryman", "Pip", "Mira the Innkeeper", "Unit 7"))).Items.Select(line => line.Item).ToList();
        Assert.Equal(
            [("Mira the Innkeeper", 0.5m), ("Pip", 0.5m), ("The Ferryman", null), ("Unit 7", null)],
            rows.Select(row => (row.CharacterName, row.TemperatureAfter)));
        Assert.Equal([0, 1, 2, 3], rows.Select(row => row.Position));
        Assert.DoesNotContain("update", host.Endpoints);
    }

    [Fact]
    public async Task Run_ReplaceModels_LeavesOthersUnchanged()
    {
        await using var host = await SandboxHost.StartAsync();
        var change = new BulkChange
        {
            Replacements = new Dictionary<string, string> { ["claude-3-7-sonnet"] = "claude-4-sonnet", ["gemini-2.0-flash"] = "gemini-2.5-flash" },
            Temperature = new TemperatureRule(TemperatureOperation.ChangeBy, 0.1m),
        };
        var batchId = await PlanAsync(host, change, "Yuki Arakawa", "Market Crier", "Pip", "The Ferryman");
        await StartAsync(host, batchId);
        var report = await WaitUntilAsync(host, batchId, BatchState.Done);
        Assert.Equal((2, 2), (report.Count(BatchItemState.Confirmed), report.Count(BatchItemState.Skipped)));
        Assert.Equal(("claude-4-sonnet", 0.7m), (host.Character("Yuki Arakawa").ModelCode, host.Character("Yuki Arakawa").Temperature));
        Assert.Equal(("gemini-2.5-flash", 1m), (host.Character("Market Crier").ModelCode, host.Character("Market Crier").Temperature));
        Assert.Equal(("gpt-4o-mini", 1m), (host.Character("Pip").ModelCode, host.Character("Pip").Temperature));
        Assert.Equal(("gpt-4.1-mini", null), (host.Character("The Ferryman").ModelCode, host.Character("The Ferryman").Temperature));
        Assert.Equal("This change doesn't affect the character.", BatchText.StatusReason(report.Items.First(line => line.State == BatchItemState.Skipped), host.Get<AccountModels>().Last));
    }

    [Fact]
    public async Task UpdatePlan_RecomputesFromCurrentValues()
    {
        await using var host = await SandboxHost.StartAsync();
        var raised = new BulkChange { Temperature = new TemperatureRule(TemperatureOperation.ChangeBy, 0.1m), Replacements = new Dictionary<string, string> { ["gpt-4o"] = "gpt-4.1" } };
        var batchId = await PlanAsync(host, raised, "Mira the Innkeeper");
        (host.Character("Mira the Innkeeper").Temperature, host.Character("Mira the Innkeeper").ModelCode) = (0.3m, "gpt-4o-mini");
        await host.Services.ObserveAsync();
        Assert.Equal(Result.Success, await host.Get<BatchService>().UpdatePlanAsync(TestPeople.As(Role.Designer), batchId, Cancellation));
        Assert.Equal(new SettingsPatch(null, 0.4m), (await ReadAsync(host, batchId)).Items.Single().Item.Asked);
    }

    /// <summary>The first attempt may have arrived after all: a step is not made twice, and a limit holds for the values of now.</summary>
    [Theory]
    [InlineData(TemperatureOperation.ChangeBy, "0.1", "0.8")]
    [InlineData(TemperatureOperation.AtMost, "0.5", null)]
    public void ForRetry_AppliesStepOnlyOnce(TemperatureOperation operation, string value, string? after)
    {
        var change = new BulkChange { Temperature = new TemperatureRule(operation, decimal.Parse(value, System.Globalization.CultureInfo.InvariantCulture)) };
        var first = change.For(new CharacterCoreSettings("gpt-4o", 0.7m));
        Assert.Equal(after is null ? null : decimal.Parse(after, System.Globalization.CultureInfo.InvariantCulture), change.ForRetry(new CharacterCoreSettings("gpt-4o", 0.2m), first).Temperature);
    }

    [Fact]
    public async Task Retry_AfterConflict_StillAppliesLimit()
    {
        await using var host = await SandboxHost.StartAsync();
        var batchId = await PlanAsync(host, AtMostHalf, "Mira the Innkeeper");
        host.Character("Mira the Innkeeper").Temperature = 0.2m;
        await StartAsync(host, batchId);
        await WaitUntilAsync(host, batchId, report => report.Count(BatchItemState.Failed) == 1 && report.Batch.State == BatchState.Done);
        Assert.Equal(Result.Success, await host.Get<BatchService>().RetryAsync(TestPeople.As(Role.Designer), batchId, Cancellation));
        await WaitUntilAsync(host, batchId, report => report.Count(BatchItemState.Skipped) == 1 && report.Batch.State == BatchState.Done);
        Assert.Equal(0.2m, host.Character("Mira the Innkeeper").Temperature);
    }

    [Fact]
    public async Task Create_InvalidChange_IsRefused()
    {
        await using var host = await SandboxHost.StartAsync();
        Assert.Equal("Enter a step between 0.01 and 1.", await RefusalAsync(host, new BulkChange { Temperature = new TemperatureRule(TemperatureOperation.ChangeBy, 3m) }));
        Assert.Equal("Choose a model, a temperature or a reasoning level.", await RefusalAsync(host, new BulkChange()));
        Assert.Equal("mine-1 is not available to your account.", await RefusalAsync(host, new BulkChange { Replacements = new Dictionary<string, string> { ["gpt-4o"] = "mine-1" } }));
        Assert.Equal("There is nothing to change.", await RefusalAsync(host, new BulkChange { Temperature = new TemperatureRule(TemperatureOperation.AtMost, 1m) }));
        await Assert.ThrowsAsync<AccessDeniedException>(() => CreateAsync(host, AtMostHalf, Role.Viewer, "Mira the Innkeeper"));
    }

    [Fact]
    public void Parse_StoredChange_RoundTrips()
    {
        var change = new BulkChange
        {
            ModelCode = "gpt-4o",
            Replacements = new Dictionary<string, string> { ["a\"b"] = "gpt-4.1" },
            Temperature = new TemperatureRule(TemperatureOperation.ChangeBy, -0.10m),
            Reasoning = "",
        };
        var read = BulkChange.Parse(change.ToJson());
        Assert.Equal((change.ModelCode, change.Temperature, change.Reasoning), (read.ModelCode, read.Temperature, read.Reasoning));
        Assert.Equal(change.Replacements, read.Replacements);
    }

    [Fact]
    public void Title_Rule_IsDescribed()
    {
        var models = ModelLists.WithAccountList(new AccountModel("gpt-4o", null, false));
        Assert.Equal("Temperature at most 0.50", BatchText.Title(AtMostHalf, models));
        Assert.Equal(
            "GPT-4o → Claude-4-Sonnet · Lower temperature by 0.10",
            BatchText.Title(new BulkChange { Replacements = new Dictionary<string, string> { ["gpt-4o"] = "claude-4-sonnet" }, Temperature = new TemperatureRule(TemperatureOperation.ChangeBy, -0.1m) }, models));
        Assert.Equal("Temperature → 0.50", BatchText.Title(new BulkChange { Temperature = new TemperatureRule(TemperatureOperation.SetTo, 0.5m) }, models));
    }

    [Theory]
    [InlineData(TemperatureOperation.AtMost, "0.5", "0.7", "Was above 0.50")]
    [InlineData(TemperatureOperation.AtMost, "0.5", "0.2", "Temperature already at or below 0.50")]
    [InlineData(TemperatureOperation.AtLeast, "0.5", "0.2", "Was below 0.50")]
    [InlineData(TemperatureOperation.ChangeBy, "0.1", "0.2", "Raise by 0.10")]
    [InlineData(TemperatureOperation.ChangeBy, "0.1", "0.95", "Raise by 0.10, stopped at 1.00")]
    [InlineData(TemperatureOperation.ChangeBy, "-0.1", "0", "Temperature already at 0.00")]
    [InlineData(TemperatureOperation.ChangeBy, "0.1", null, "Temperature not set, so left alone")]
    [InlineData(TemperatureOperation.SetTo, "0.1", "0.2", null)]
    public void DescribeRule_EachOperation_ExplainsValue(TemperatureOperation operation, string value, string? before, string? how)
    {
        var change = new BulkChange { Temperature = new TemperatureRule(operation, decimal.Parse(value, System.Globalization.CultureInfo.InvariantCulture)) };
        decimal? now = before is null ? null : decimal.Parse(before, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(how, BatchText.TemperatureReason(change, new BatchItem { BatchId = 1, CharacterId = "mira", Position = 0, CharacterName = "Mira", TemperatureBefore = now }));
    }

    private static async Task<string?> RefusalAsync(SandboxHost host, BulkChange change) => (await CreateAsync(host, change, Role.Designer, "Mira the Innkeeper")).Error;

    private static async Task<long> PlanAsync(SandboxHost host, BulkChange change, params string[] names) => (await CreateAsync(host, change, Role.Designer, names)).Value!.BatchId;

    private static async Task<Result<CreatedPlan>> CreateAsync(SandboxHost host, BulkChange change, Role role, params string[] names)
    {
        var cast = await host.Get<CastDirectory>().ReadAsync(forceRefresh: true, Cancellation);
        var characters = names.Select(name => cast.Characters!.Single(character => character.Name == name)).ToList();
        return await host.Get<BatchPlanner>().CreateAsync(TestPeople.As(role), PlanRequest.From("Test", ChangeKind.Batch, characters, change), Cancellation);
    }
}
