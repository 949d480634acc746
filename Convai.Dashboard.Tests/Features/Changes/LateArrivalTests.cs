using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.ConvaiApi.Sandbox;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Convai.Dashboard.Features.Changes;

/// <summary>Readings that began too early, writes that arrive too late, and characters that are gone: none of it may pass for someone else's doing.</summary>
[Trait("Speed", "Slow")]
public sealed class LateArrivalTests : JournalTest
{
    [Fact]
    public async Task ReadStartedBeforeWriteResponse_IsIgnored()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var host = await SandboxHost.StartAsync(time);
        var character = await OpenAsync(host);
        host.Fail("get", SandboxFaultKind.Html, after: 1);
        // It begins when the write has been sent, and the answer comes later.
        var askedAt = time.GetUtcNow().AddSeconds(1);
        var step = new OnStep(ChangeStep.Verifying, () => time.Advance(TimeSpan.FromSeconds(2)));
        await host.Get<ChangeWriter>().WriteAsync(TestPeople.As(Data.Role.Designer), new ChangeRequest(character, character.Settings, Temperature(0.42m)), step, Cancellation);

        // Neither of the change nor of anything else.
        await host.Get<JournalReconciler>().ObserveAsync([character with { Settings = new CharacterCoreSettings("gpt-4.1", 0.70m) }], askedAt, Cancellation);
        Assert.Equal(ChangeState.OutcomeUnknown, Assert.Single(await ChangesAsync(host)).State);

        time.Advance(TimeSpan.FromSeconds(1));
        await WaitUntilSettledAsync(host, () => OpenAsync(host));
        Assert.Equal(ChangeState.Confirmed, Assert.Single(await ChangesAsync(host)).State);
    }

    [Fact]
    public async Task CharacterRead_OlderThanLastCastRead_IsIgnored()
    {
        await using var host = await SandboxHost.StartAsync();
        var askedAt = DateTimeOffset.UtcNow.AddMinutes(-1);
        var character = await OpenAsync(host);
        await host.Get<JournalReconciler>().ObserveAsync(character with { Settings = new CharacterCoreSettings("gpt-4.1", 0.70m) }, askedAt, Cancellation);
        Assert.Empty(await ChangesAsync(host));
        await host.Get<JournalReconciler>().ObserveAsync(character with { Settings = new CharacterCoreSettings("gpt-4.1", 0.70m) }, DateTimeOffset.UtcNow.AddSeconds(1), Cancellation);
        Assert.Single(await ChangesAsync(host));
    }

    [Fact]
    public async Task ErrorResponse_OldValuesRead_EndsChangeImmediately()
    {
        await using var host = await SandboxHost.StartAsync(SandboxHost.NoRetries);
        var character = await OpenAsync(host);
        host.Fail("update", SandboxFaultKind.ErrorInside200);
        host.Fail("get", SandboxFaultKind.Html, after: 1);
        await SaveAsync(host, character, Temperature(0.42m));
        Assert.Equal((ChangeState.OutcomeUnknown, ConvaiFailureKind.ErrorAnswer), await OnlyStateAsync(host));

        // Nothing arrives after an error, so no one has to wait until it no longer could.
        await WaitUntilSettledAsync(host, () => OpenAsync(host));
        Assert.Equal((ChangeState.Unchanged, ConvaiFailureKind.ErrorAnswer), await OnlyStateAsync(host));
        Assert.True(DateTimeOffset.UtcNow - Assert.Single(await ChangesAsync(host)).SentAt < ChangeRecord.MaxWriteDelay);

        static async Task<(ChangeState, ConvaiFailureKind?)> OnlyStateAsync(SandboxHost host) =>
            Assert.Single(await ChangesAsync(host)) is var change ? (change.State, change.Failure) : default;
    }

    [Theory]
    [InlineData(SandboxFaultKind.GatewayHtml)]
    [InlineData(SandboxFaultKind.Drop)]
    [InlineData(SandboxFaultKind.Hang)]
    public async Task ArrivesAfterAnotherSave_IsNotDrift(SandboxFaultKind fault)
    {
        await using var host = await SandboxHost.StartAsync(("Convai:WriteTimeout", "00:00:00.300"));
        var character = await OpenAsync(host);
        host.Fail("update", fault, times: 1);
        Assert.True(Assert.IsType<ChangeOutcome.Unreachable>(await SaveAsync(host, character, Temperature(0.42m))).MayYetArrive);
        Assert.IsType<ChangeOutcome.Confirmed>(await SaveAsync(host, character, Temperature(0.50m)));
        host.Character(Mira).Temperature = 0.42m;
        await OpenAsync(host);

        Assert.Equal([ChangeState.Confirmed, ChangeState.Confirmed], (await ChangesAsync(host)).Select(change => change.State));
        Assert.Empty((await host.Get<ChangeHistory>().ReadForCastAsync(TestPeople.As(Data.Role.Viewer), Cancellation))!.Drifted);
    }

    [Fact]
    public async Task NeverArrives_ChangedOutside_IsNotConfirmed()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var host = await SandboxHost.StartAsync(time, ("Convai:WriteTimeout", "00:00:00.300"));
        var character = await OpenAsync(host);
        host.Fail("update", SandboxFaultKind.Hang, times: 1);
        await time.AdvanceUntilAsync(SaveAsync(host, character, Temperature(0.42m)));
        host.Character(Mira).Temperature = 0.90m;
        time.Advance(TimeSpan.FromSeconds(1));
        await OpenAsync(host);
        Assert.Equal([ChangeState.OutcomeUnknown, ChangeState.Drifted], (await ChangesAsync(host)).Select(change => change.State));

        time.Advance(ChangeRecord.MaxWriteDelay);
        await WaitUntilSettledAsync(host, () => OpenAsync(host));
        Assert.Equal([ChangeState.NotConfirmed, ChangeState.Drifted], (await ChangesAsync(host)).Select(change => change.State));
    }

    [Fact]
    public async Task FieldMissingFromResponse_LeavesChangePending()
    {
        await using var host = await SandboxHost.StartAsync();
        var character = await OpenAsync(host);
        host.Fail("get", SandboxFaultKind.Html, after: 1);
        await SaveAsync(host, character, Temperature(0.42m));
        await host.Get<JournalReconciler>().ObserveAsync([character with { Settings = new CharacterCoreSettings("gpt-4o", null) }], DateTimeOffset.UtcNow.AddSeconds(1), Cancellation);
        Assert.Equal(ChangeState.OutcomeUnknown, Assert.Single(await ChangesAsync(host)).State);

        await host.Get<JournalReconciler>().ObserveAsync([character with { Settings = new CharacterCoreSettings("gpt-4o", 0.42m) }], DateTimeOffset.UtcNow.AddSeconds(2), Cancellation);
        Assert.Equal(ChangeState.Confirmed, Assert.Single(await ChangesAsync(host)).State);
    }

    [Theory]
    [InlineData(false)]
    // A character that is listed without any settings will not show the change either.
    [InlineData(true)]
    public async Task DeletedCharacter_EndsItsPendingChange(bool isListedWithoutSettings)
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var host = await SandboxHost.StartAsync(time, ("Convai:WriteTimeout", "00:00:00.300"));
        var character = await OpenAsync(host);
        host.Fail("update", SandboxFaultKind.Hang);
        await time.AdvanceUntilAsync(SaveAsync(host, character, Temperature(0.42m)));
        Character[] cast = isListedWithoutSettings ? [character with { Settings = new CharacterCoreSettings(null, null) }] : [];
        ((List<SandboxCharacter>)host.Sandbox.Account.Characters).Remove(host.Character(Mira));
        host.Fail("get", SandboxFaultKind.Answer);
        // This reading alone says it, and none that the watch makes.
        host.Fail("list", SandboxFaultKind.Html);
        time.Advance(ChangeRecord.MaxWriteDelay + TimeSpan.FromSeconds(1));
        await WaitUntilSettledAsync(host, () => host.Get<JournalReconciler>().ObserveAsync(cast, time.GetUtcNow(), Cancellation));

        var change = Assert.Single(await ChangesAsync(host));
        Assert.Equal((ChangeState.Unchanged, ConvaiFailureKind.UnknownCharacter), (change.State, change.Failure));
        Assert.False(await host.Get<ChangeJournal>().HasOpenAsync(Cancellation));
    }

    [Fact]
    public async Task Retries_LeavePermitsForVerification()
    {
        await using var host = await SandboxHost.StartAsync(("Convai:MaxRequestsPerMinute", "5"));
        var character = await OpenAsync(host);
        host.Fail("get", SandboxFaultKind.GatewayHtml, times: 1);
        Assert.IsType<ChangeOutcome.Confirmed>(await SaveAsync(host, character, Temperature(0.42m)));
        Assert.Equal(["list", "get", "get", "update", "get"], host.Endpoints);
    }

    [Fact]
    public async Task Accept_SeenDrift_LeavesUnseenDrift()
    {
        await using var host = await SandboxHost.StartAsync();
        await OpenAsync(host);
        host.Character(Mira).Temperature = 0.90m;
        await OpenAsync(host);
        var seen = (await ChangesAsync(host)).Select(change => change.Id).ToList();
        host.Character(Mira).ModelCode = "gpt-4.1";
        await OpenAsync(host);
        await host.Get<ChangeJournal>().AcceptAsync(TestPeople.As(Data.Role.Designer), host.Character(Mira).Id, seen, Cancellation);
        Assert.Equal([ChangeState.Accepted, ChangeState.Drifted], (await ChangesAsync(host)).Select(change => change.State));
    }

    [Fact]
    public async Task DemotedWhileWaiting_SaveIsRejected()
    {
        await using var host = await SandboxHost.StartAsync();
        var character = await OpenAsync(host);
        await using var turn = await host.Get<CharacterLocks>().AcquireAsync(character.Id, Cancellation);
        var save = SaveAsync(host, character, Temperature(0.42m));
        await host.Get<Features.Team.TeamDirectory>().ChangeRoleAsync(TestPeople.As(Data.Role.Admin), "jonas", Data.Role.Viewer, Cancellation);
        await turn.DisposeAsync();
        Assert.IsType<ChangeOutcome.Rejected>(await save);
        Assert.Empty(await ChangesAsync(host));
        Assert.Equal(0, Writes(host));
    }
}
