using System.Text.Json;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.History;
using Convai.Dashboard.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace Convai.Dashboard.Features.Changes;

/// <summary>The reasoning effort, which Convai takes and never reports: it is sent whenever asked for, and never shown as confirmed.</summary>
[Trait("Speed", "Slow")]
public sealed class ReasoningTests : JournalTest
{
    // Both use gemini-2.5-flash, which takes none, low, medium, high and auto.
    private const string Wren = "Sister Wren";

    [Theory]
    [InlineData("high")]
    [InlineData(ReasoningEffort.Auto)]
    [InlineData(ReasoningEffort.ModelDefault)]
    public async Task Save_Level_IsSentNotConfirmed(string value)
    {
        await using var host = await SandboxHost.StartAsync();
        var wren = await OpenAsync(host, Wren);
        var outcome = Assert.IsType<ChangeOutcome.Confirmed>(await SaveAsync(host, wren, new SettingsPatch(null, null, value)));
        Assert.Equal((ChangeState.SentNotConfirmed, value), (outcome.State, outcome.Unconfirmed.Reasoning));
        Assert.Equal(value, host.Character(Wren).Reasoning);
        var change = Assert.Single(await ChangesAsync(host));
        Assert.Equal((ChangeState.SentNotConfirmed, null, value, null), (change.State, change.ReasoningBefore, change.ReasoningAfter, change.ReasoningReported));
        var last = await host.Get<ChangeHistory>().ReadLastReasoningAsync(TestPeople.As(Role.Viewer), wren.Id, Cancellation);
        Assert.Equal((value, "gemini-2.5-flash"), (last?.Value, last?.ModelCode));
        Assert.Equal((change.PersonName, change.SentAt), (last?.PersonName, last?.At));
    }

    [Fact]
    public async Task Save_ModelAndLevel_IsOneCallWithOnlyThoseFields()
    {
        await using var host = await SandboxHost.StartAsync();
        await SaveAsync(host, await OpenAsync(host), new SettingsPatch("qwen3.6-27b", null, "turbo"));
        await SaveAsync(host, await OpenAsync(host), Temperature(0.2m));
        var bodies = host.Sandbox.Requests.Where(request => request.Endpoint == "update").Select(request => JsonDocument.Parse(request.Body).RootElement).ToList();
        Assert.Equal(["charID", "model_group_name", "reasoning_effort"], bodies[0].EnumerateObject().Select(property => property.Name));
        Assert.Equal(["charID", "temperature"], bodies[1].EnumerateObject().Select(property => property.Name));
        Assert.Equal("turbo", bodies[0].GetProperty("reasoning_effort").GetString());
        Assert.Equal([ChangeState.SentNotConfirmed, ChangeState.Confirmed], (await ChangesAsync(host)).Select(change => change.State));
    }

    [Fact]
    public async Task Save_SameLevel_IsSentAgain()
    {
        await using var host = await SandboxHost.StartAsync();
        await SaveAsync(host, await OpenAsync(host, Wren), new SettingsPatch(null, null, "low"));
        await SaveAsync(host, await OpenAsync(host, Wren), new SettingsPatch(null, null, "low"));
        Assert.Equal(2, Writes(host));
    }

    [Theory]
    [InlineData("xhigh", "doesn't offer this reasoning level. It offers none, low, medium, high, Auto, Model default.")]
    [InlineData("LOW", "doesn't offer this reasoning level.")]
    public async Task Save_LevelNotOffered_IsRefusedWithoutConvaiCalls(string value, string sentence)
    {
        await using var host = await SandboxHost.StartAsync();
        var outcome = Assert.IsType<ChangeOutcome.Rejected>(await SaveAsync(host, await OpenAsync(host, Wren), new SettingsPatch(null, null, value)));
        Assert.Contains(sentence, outcome.Sentence, StringComparison.Ordinal);
        Assert.Equal(0, Writes(host));
    }

    [Fact]
    public async Task Save_ModelWithoutReasoning_IsRefused()
    {
        await using var host = await SandboxHost.StartAsync();
        var outcome = Assert.IsType<ChangeOutcome.Rejected>(await SaveAsync(host, await OpenAsync(host), new SettingsPatch(null, null, "low")));
        Assert.Equal("GPT-4o (gpt-4o) doesn't support reasoning levels.", outcome.Sentence);
    }

    [Fact]
    public async Task Read_LevelNotReported_IsNoOutsideChange()
    {
        await using var host = await SandboxHost.StartAsync();
        await SaveAsync(host, await OpenAsync(host, Wren), new SettingsPatch(null, null, "low"));
        host.Character(Wren).Reasoning = "high";
        await OpenAsync(host, Wren);
        Assert.DoesNotContain(await ChangesAsync(host), change => change.Kind == ChangeKind.Outside);
    }

    [Fact]
    public async Task Undo_RestoresLevelSentBefore()
    {
        await using var host = await SandboxHost.StartAsync();
        var first = Assert.IsType<ChangeOutcome.Confirmed>(await SaveAsync(host, await OpenAsync(host, Wren), new SettingsPatch(null, null, "low")));
        Assert.False(ChangeWriter.CanUndo(first));
        var wren = await OpenAsync(host, Wren);
        wren = wren with { Settings = wren.Settings.WithLastReasoning("low") };
        var second = Assert.IsType<ChangeOutcome.Confirmed>(await SaveAsync(host, wren, new SettingsPatch(null, 0.9m, "high")));
        Assert.True(ChangeWriter.CanUndo(second));
        await host.Get<ChangeWriter>().UndoAsync(TestPeople.As(Role.Designer), second, null, null, Cancellation);
        Assert.Equal(("low", 0.15m), (host.Character(Wren).Reasoning, host.Character(Wren).Temperature));
    }

    [Fact]
    public async Task Save_LevelChangedByColleague_IsConflict()
    {
        await using var host = await SandboxHost.StartAsync();
        await SaveAsync(host, await OpenAsync(host, Wren), new SettingsPatch(null, null, "low"));
        var wren = await OpenAsync(host, Wren);
        wren = wren with { Settings = wren.Settings.WithLastReasoning("low") };
        await SaveAsync(host, wren, new SettingsPatch(null, null, "high"), role: Role.Admin);
        var conflict = Assert.IsType<ChangeOutcome.Conflict>(await SaveAsync(host, wren, new SettingsPatch(null, null, "medium")));
        Assert.True(conflict.IsReasoningContested);
        Assert.Equal("high", conflict.Now.Settings.Reasoning);
        Assert.NotNull(conflict.ReasoningBy);
    }

    [Fact]
    public async Task Save_LevelRejectedAfterModelWritten_IsPartlySaved()
    {
        await using var host = await SandboxHost.StartAsync();
        host.Sandbox.Faults = async (context, answer) =>
        {
            if (context.Request.Path != "/character/update")
            {
                await answer(context);
                return;
            }

            host.Character(Wren).ModelCode = "claude-opus-4.1";
            context.Response.StatusCode = 400;
            await context.Response.WriteAsync("""{"ERROR":"Invalid reasoning_effort 'high' for model 'claude-opus-4.1'. Supported values: low, auto."}""");
        };
        var outcome = Assert.IsType<ChangeOutcome.PartlyRejected>(await SaveAsync(host, await OpenAsync(host, Wren), new SettingsPatch("claude-opus-4.1", null, "high")));
        Assert.Equal((new SettingsPatch("claude-opus-4.1", null), new SettingsPatch(null, null, "high")), (outcome.Written, outcome.Failed));
        Assert.Contains("Supported values: low, auto.", outcome.Failure.Sentence, StringComparison.Ordinal);
        var changes = await ChangesAsync(host);
        Assert.Equal([(ChangeState.Rejected, null), (ChangeState.Confirmed, changes[0].Id)], changes.Select(change => (change.State, change.PartOfId)));
        Assert.Equal(new SettingsPatch("claude-opus-4.1", null), changes[1].Asked);
        var row = Assert.Single((await host.Get<HistoryReader>().ReadCharacterAsync(TestPeople.As(Role.Viewer), outcome.Reported.Id, 10, Cancellation)).Items).First;
        Assert.Equal("Partly saved", ChangeText.State(row));
        Assert.DoesNotContain(changes, change => change.Kind == ChangeKind.Outside);
    }

    [Fact]
    public async Task Save_LevelAndModelRejected_ChangesNothing()
    {
        await using var host = await SandboxHost.StartAsync();
        host.Sandbox.Faults = async (context, answer) =>
        {
            if (context.Request.Path == "/character/update")
            {
                context.Response.StatusCode = 400;
                await context.Response.WriteAsync("""{"ERROR":"Invalid reasoning_effort 'high' for model 'claude-opus-4.1'."}""");
                return;
            }

            await answer(context);
        };
        Assert.IsType<ChangeOutcome.Rejected>(await SaveAsync(host, await OpenAsync(host, Wren), new SettingsPatch("claude-opus-4.1", null, "high")));
        Assert.Equal(ChangeState.Rejected, Assert.Single(await ChangesAsync(host)).State);
    }

    [Fact]
    public async Task Save_SuccessWithoutModelChange_IsNotConfirmed()
    {
        await using var host = await SandboxHost.StartAsync();
        host.Fail("update", SandboxFaultKind.IgnoreWrite);
        var verifying = Assert.IsType<ChangeOutcome.Verifying>(await SaveAsync(host, await OpenAsync(host, Wren), new SettingsPatch("claude-opus-4.1", null, "low")));
        Assert.IsType<ChangeOutcome.NotConfirmed>(await verifying.Verdict);
    }

    [Theory]
    [InlineData("low", ChangeState.Confirmed)]
    [InlineData("high", ChangeState.NotConfirmed)]
    public async Task Save_LevelReportedByConvai_IsVerified(string reported, ChangeState state)
    {
        await using var host = await SandboxHost.StartAsync();
        host.Faults.Rewrite = body => body.Replace("\"USE_COMBINED_PROMPT\"", $"\"REASONING_EFFORT\":\"{reported}\",\"USE_COMBINED_PROMPT\"", StringComparison.Ordinal);
        var wren = await OpenAsync(host, Wren);
        Assert.Equal((reported, true), (wren.Settings.Reasoning, wren.Settings.IsReasoningReported));
        wren = wren with { Settings = wren.Settings with { Reasoning = null, IsReasoningReported = false } };
        var outcome = await SaveAsync(host, wren, new SettingsPatch(null, 0.9m, "low"));
        outcome = outcome is ChangeOutcome.Verifying verifying ? (await verifying.Verdict)! : outcome;
        Assert.Equal(state, outcome.State);
    }
}
