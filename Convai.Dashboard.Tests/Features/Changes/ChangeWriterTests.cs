using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Testing;
using Microsoft.EntityFrameworkCore;

namespace Convai.Dashboard.Features.Changes;

/// <summary>The one write path against the sandbox: how every case ends, what was sent, and what the sandbox has afterwards.</summary>
[Trait("Speed", "Slow")]
public sealed class ChangeWriterTests
{
    [Fact]
    public async Task Write_BothFields_IsConfirmedInThreeCallsWithOneWrite()
    {
        await using var host = await SandboxHost.StartAsync();
        var request = await RequestAsync(host, new SettingsPatch("claude-4-sonnet", 0.42m));
        var callsBefore = host.Endpoints.Count;

        var confirmed = Assert.IsType<ChangeOutcome.Confirmed>(await WriteAsync(host, request));

        Assert.Equal(new CharacterCoreSettings("gpt-4o", 0.70m), confirmed.Before);
        Assert.Equal(new CharacterCoreSettings("claude-4-sonnet", 0.42m), confirmed.After.Settings);
        Assert.Equal(["get", "update", "get"], host.Endpoints.Skip(callsBefore));
        Assert.Equal(
            """{"charID":"57a0c93e-7472-11ef-ac22-42010a7be011","model_group_name":"claude-4-sonnet","temperature":0.42}""",
            host.Sandbox.Requests.Single(sent => sent.Endpoint == "update").Body);
    }

    [Fact]
    public async Task Write_TemperatureOnly_DoesNotSendUnknownModel()
    {
        await using var host = await SandboxHost.StartAsync();
        var request = await RequestAsync(host, new SettingsPatch(null, 0.5m), "Captain Reyes");
        Assert.IsType<ChangeOutcome.Confirmed>(await WriteAsync(host, request));
        Assert.DoesNotContain("model_group_name", host.Sandbox.Requests.Single(sent => sent.Endpoint == "update").Body, StringComparison.Ordinal);
        Assert.Equal("claude-3-5-sonnet", host.Character("Captain Reyes").ModelCode);
    }

    [Fact]
    public async Task Write_GetOmitsSettings_StillTakesThreeCallsOnceKnown()
    {
        await using var host = await SandboxHost.StartAsync();
        host.Fail("get", SandboxFaultKind.OmitSettings);
        await WriteAsync(host, await RequestAsync(host, new SettingsPatch(null, 0.5m)));
        var request = await RequestAsync(host, new SettingsPatch(null, 0.6m));
        var callsBefore = host.Endpoints.Count;
        Assert.IsType<ChangeOutcome.Confirmed>(await WriteAsync(host, request));
        Assert.Equal(["list", "update", "list"], host.Endpoints.Skip(callsBefore));
    }

    [Fact]
    public async Task Write_Confirmed_UpdatesTheCastImmediately()
    {
        await using var host = await SandboxHost.StartAsync();
        var request = await RequestAsync(host, new SettingsPatch(null, 0.11m));
        await WriteAsync(host, request);
        Assert.Equal(0.11m, (await host.Get<CastDirectory>().ReadAsync(false, Cancellation)).Find(request.Character.Id)!.Settings.Temperature);
    }

    [Fact]
    public async Task Write_ChangedOutsideSinceOpened_IsConflictAndWritesNothing()
    {
        await using var host = await SandboxHost.StartAsync();
        var request = await RequestAsync(host, new SettingsPatch("gpt-4.1", 0.5m));
        host.Character("Mira the Innkeeper").Temperature = 0.9m;
        var conflict = Assert.IsType<ChangeOutcome.Conflict>(await WriteAsync(host, request));
        Assert.True(conflict.IsTemperatureContested);
        Assert.False(conflict.IsModelContested);
        Assert.DoesNotContain("update", host.Endpoints);
    }

    [Fact]
    public async Task Write_DemotedWhileWaiting_IsRefusedWithoutConvaiCalls()
    {
        await using var host = await SandboxHost.StartAsync();
        var request = await RequestAsync(host, new SettingsPatch(null, 0.42m));
        var calls = host.Endpoints.Count;
        var waits = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<ChangeOutcome> writing;
        await using (await host.Get<CharacterLocks>().AcquireAsync(request.Character.Id, Cancellation))
        {
            writing = host.Get<ChangeWriter>().WriteAsync(TestPeople.As(Role.Designer), request, new OnStep(ChangeStep.Waiting, () => waits.TrySetResult()), Cancellation);
            await waits.Task;
            await using var db = await host.Get<IDbContextFactory<DashboardDbContext>>().CreateDbContextAsync(Cancellation);
            await db.Users.Where(person => person.Id == "jonas").ExecuteUpdateAsync(set => set.SetProperty(person => person.Role, Role.Viewer), Cancellation);
        }

        var refused = Assert.IsType<ChangeOutcome.Rejected>(await writing);
        Assert.StartsWith("Your role no longer lets you", refused.Sentence, StringComparison.Ordinal);
        Assert.Equal(calls, host.Endpoints.Count);
    }

    [Fact]
    public async Task Write_OtherFieldChangedOutside_IsNotAConflict()
    {
        await using var host = await SandboxHost.StartAsync();
        var request = await RequestAsync(host, new SettingsPatch("gpt-4.1", null));
        host.Character("Mira the Innkeeper").Temperature = 0.9m;
        var confirmed = Assert.IsType<ChangeOutcome.Confirmed>(await WriteAsync(host, request));
        Assert.Equal(new CharacterCoreSettings("gpt-4.1", 0.9m), confirmed.After.Settings);
    }

    [Fact]
    public async Task Write_ValueAlreadySet_IsConfirmedWithoutWriting()
    {
        await using var host = await SandboxHost.StartAsync();
        var request = await RequestAsync(host, new SettingsPatch(null, 0.9m));
        host.Character("Mira the Innkeeper").Temperature = 0.9m;
        var confirmed = Assert.IsType<ChangeOutcome.Confirmed>(await WriteAsync(host, request));
        Assert.False(confirmed.WasWritten);
        // It would undo what someone else did.
        Assert.False(ChangeWriter.CanUndo(confirmed));
        Assert.DoesNotContain("update", host.Endpoints);
    }

    [Fact]
    public async Task Write_ReasonOneCharacterTooLong_IsRejected()
    {
        await using var host = await SandboxHost.StartAsync();
        var request = await RequestAsync(host, new SettingsPatch(null, 0.42m));
        var refused = Assert.IsType<ChangeOutcome.Rejected>(await WriteAsync(host, request with { Reason = new string('x', ChangeRecord.MaxReasonLength + 1) }));
        Assert.Equal("The reason is longer than 200 characters.", refused.Sentence);
        Assert.IsType<ChangeOutcome.Confirmed>(await WriteAsync(host, request with { Reason = new string('x', ChangeRecord.MaxReasonLength) }));
    }

    [Fact]
    public async Task Write_TimesOutAfterConvaiApplied_IsConfirmedWithoutSecondWrite()
    {
        await using var host = await SandboxHost.StartAsync(("Convai:WriteTimeout", "00:00:00.300"));
        var request = await RequestAsync(host, new SettingsPatch(null, 0.5m));
        host.Fail("update", SandboxFaultKind.HangAfterApplying);
        Assert.IsType<ChangeOutcome.Confirmed>(await WriteAsync(host, request));
        Assert.Single(host.Endpoints, endpoint => endpoint == "update");
    }

    [Fact]
    public async Task Write_ConnectionDropsAfterConvaiApplied_IsVerifiedAndConfirmed()
    {
        await using var host = await SandboxHost.StartAsync();
        var request = await RequestAsync(host, new SettingsPatch(null, 0.5m));
        host.Fail("update", SandboxFaultKind.DropAfterApplying);
        Assert.IsType<ChangeOutcome.Confirmed>(await WriteAsync(host, request));
    }

    [Theory]
    [InlineData(SandboxFaultKind.Drop)]
    [InlineData(SandboxFaultKind.Hang)]
    [InlineData(SandboxFaultKind.GatewayHtml)]
    [InlineData(SandboxFaultKind.ErrorInside200)]
    [InlineData(SandboxFaultKind.MalformedJson)]
    public async Task Write_NotApplied_VerifiesAndReportsNothingChanged(SandboxFaultKind fault)
    {
        await using var host = await SandboxHost.StartAsync(("Convai:WriteTimeout", "00:00:00.300"));
        var request = await RequestAsync(host, new SettingsPatch(null, 0.5m));
        host.Fail("update", fault);
        Assert.IsType<ChangeOutcome.Unreachable>(await WriteAsync(host, request));
        Assert.Single(host.Endpoints, endpoint => endpoint == "update");
        Assert.Equal(0.70m, host.Character("Mira the Innkeeper").Temperature);
    }

    [Fact]
    public async Task Write_NoResponseAndNoVerification_IsUnknown()
    {
        await using var host = await SandboxHost.StartAsync();
        var request = await RequestAsync(host, new SettingsPatch(null, 0.5m));
        host.Fail("update", SandboxFaultKind.DropAfterApplying);
        // The comparison works, the read-back does not.
        host.Fail("get", SandboxFaultKind.Html, after: 1);
        var outcome = Assert.IsType<ChangeOutcome.OutcomeUnknown>(await WriteAsync(host, request));
        Assert.Equal(ConvaiFailureKind.Unreachable, outcome.WriteFailure!.Kind);
        Assert.Single(host.Endpoints, endpoint => endpoint == "update");
    }

    [Fact]
    public async Task Write_VerificationFailsAfterSuccess_KeepsTheSuccess()
    {
        await using var host = await SandboxHost.StartAsync();
        var request = await RequestAsync(host, new SettingsPatch(null, 0.5m));
        host.Fail("get", SandboxFaultKind.Html, after: 1);
        var outcome = Assert.IsType<ChangeOutcome.OutcomeUnknown>(await WriteAsync(host, request));
        Assert.Null(outcome.WriteFailure);
        Assert.Equal(ConvaiFailureKind.NotUnderstood, outcome.ReadFailure.Kind);
    }

    [Fact]
    public async Task Write_OneOfTwoFieldsAlreadySet_SendsOnlyTheOther()
    {
        await using var host = await SandboxHost.StartAsync();
        var request = await RequestAsync(host, new SettingsPatch("gpt-4.1", 0.5m));
        host.Character("Mira the Innkeeper").ModelCode = "gpt-4.1";
        Assert.IsType<ChangeOutcome.Confirmed>(await WriteAsync(host, request));
        Assert.EndsWith("""-42010a7be011","temperature":0.5}""", host.Sandbox.Requests.Single(sent => sent.Endpoint == "update").Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Write_FailsWhileOtherFieldChangesOutside_IsNotApplied()
    {
        await using var host = await SandboxHost.StartAsync();
        var request = await RequestAsync(host, new SettingsPatch(null, 0.5m));
        host.Fail("update", SandboxFaultKind.Drop);
        var outcome = await host.Get<ChangeWriter>().WriteAsync(
            TestPeople.As(Role.Designer),
            request, new OnStep(ChangeStep.Writing, () => host.Character("Mira the Innkeeper").ModelCode = "gpt-4.1"), Cancellation);
        Assert.IsType<ChangeOutcome.Unreachable>(outcome);
    }

    /// <summary>Who of the two is first is not ours to say: over a database's locks it may be the one who asked second.</summary>
    [Fact]
    public async Task Write_TwoPeopleConcurrently_SecondGetsConflict()
    {
        await using var host = await SandboxHost.StartAsync(("Convai:Sandbox:Latency", "00:00:00.030"));
        var request = await RequestAsync(host, new SettingsPatch(null, 0.1m));
        var outcomes = await Task.WhenAll(WriteAsync(host, request), WriteAsync(host, request with { Change = new SettingsPatch(null, 0.9m) }));
        Assert.Single(outcomes, outcome => outcome is ChangeOutcome.Conflict);
        var confirmed = Assert.Single(outcomes, outcome => outcome is ChangeOutcome.Confirmed);
        Assert.Equal(confirmed == outcomes[0] ? 0.1m : 0.9m, host.Character("Mira the Innkeeper").Temperature);
        Assert.Single(host.Endpoints, endpoint => endpoint == "update");
    }

    [Fact]
    public async Task Write_PlanDoesNotAllowWrites_IsRejectedWithReason()
    {
        await using var host = await SandboxHost.StartAsync(("Convai:Sandbox:WritesAllowed", "false"));
        var outcome = Assert.IsType<ChangeOutcome.Rejected>(await WriteAsync(host, await RequestAsync(host, new SettingsPatch(null, 0.5m))));
        Assert.Contains("plan", outcome.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Write_InitialReadFails_WritesNothing()
    {
        await using var host = await SandboxHost.StartAsync();
        var request = await RequestAsync(host, new SettingsPatch(null, 0.5m));
        host.Fail("get", SandboxFaultKind.GatewayHtml);
        Assert.IsType<ChangeOutcome.Unreachable>(await WriteAsync(host, request));
        Assert.DoesNotContain("update", host.Endpoints);
    }

    [Theory]
    [InlineData(null, "-0.01")]
    [InlineData(null, "1.01")]
    [InlineData("no-such-model", null)]
    [InlineData("GPT-4O", null)]
    [InlineData(null, null)]
    public async Task Write_ForgedValue_IsRejectedBeforeWriting(string? code, string? temperature)
    {
        await using var host = await SandboxHost.StartAsync();
        var change = new SettingsPatch(code, temperature is null ? null : decimal.Parse(temperature, System.Globalization.CultureInfo.InvariantCulture));
        Assert.IsType<ChangeOutcome.Rejected>(await WriteAsync(host, await RequestAsync(host, change)));
        Assert.DoesNotContain("update", host.Endpoints);
    }

    [Fact]
    public async Task Write_ModelOnlyInAccountList_IsAllowed()
    {
        await using var host = await SandboxHost.StartAsync();
        var request = await RequestAsync(host, new SettingsPatch("qwen3.6-27b", null));
        await host.Get<Models.AccountModels>().ReadForCharacterAsync(request.Character.Id, forceRefresh: false, Cancellation);
        var callsBefore = host.Endpoints.Count;
        Assert.IsType<ChangeOutcome.Confirmed>(await WriteAsync(host, request));
        Assert.Equal(["get", "update", "get"], host.Endpoints.Skip(callsBefore));
    }

    [Fact]
    public async Task Undo_RestoresBothFields()
    {
        await using var host = await SandboxHost.StartAsync();
        var confirmed = (ChangeOutcome.Confirmed)await WriteAsync(host, await RequestAsync(host, new SettingsPatch("claude-4-sonnet", 0.42m)));
        Assert.True(ChangeWriter.CanUndo(confirmed));
        var undone = Assert.IsType<ChangeOutcome.Confirmed>(await host.Get<ChangeWriter>().UndoAsync(TestPeople.As(Role.Designer), confirmed, null, null, Cancellation));
        Assert.Equal(new CharacterCoreSettings("gpt-4o", 0.70m), undone.After.Settings);
    }

    [Fact]
    public async Task Undo_ChangedSince_IsConflict()
    {
        await using var host = await SandboxHost.StartAsync();
        var confirmed = (ChangeOutcome.Confirmed)await WriteAsync(host, await RequestAsync(host, new SettingsPatch(null, 0.42m)));
        host.Character("Mira the Innkeeper").Temperature = 0.2m;
        Assert.IsType<ChangeOutcome.Conflict>(await host.Get<ChangeWriter>().UndoAsync(TestPeople.As(Role.Designer), confirmed, null, null, Cancellation));
        Assert.Equal(0.2m, host.Character("Mira the Innkeeper").Temperature);
    }

    [Fact]
    public async Task CanUndo_FieldNotSetBefore_IsFalse()
    {
        await using var host = await SandboxHost.StartAsync();
        var outcome = await WriteAsync(host, await RequestAsync(host, new SettingsPatch(null, 0.5m), "The Ferryman"));
        Assert.False(ChangeWriter.CanUndo(Assert.IsType<ChangeOutcome.Confirmed>(outcome)));
    }

    private static async Task<ChangeRequest> RequestAsync(SandboxHost host, SettingsPatch change, string name = "Mira the Innkeeper")
    {
        var cast = await host.Get<CastDirectory>().ReadAsync(false, Cancellation);
        var character = cast.Characters!.Single(character => character.Name == name);
        return new ChangeRequest(character, character.Settings, change);
    }

    private static Task<ChangeOutcome> WriteAsync(SandboxHost host, ChangeRequest request) =>
        host.Get<ChangeWriter>().WriteAsync(TestPeople.As(Role.Designer), request, progress: null, Cancellation);
}
