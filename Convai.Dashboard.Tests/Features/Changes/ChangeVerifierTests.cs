using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Convai.Dashboard.Features.Changes;

/// <summary>
/// Convai answers SUCCESS, and its reads show the new values late, under another name, with others beside them, or never. None of it passes for
/// someone else's doing, and nothing is called confirmed that was not read.
/// </summary>
[Trait("Speed", "Slow")]
public sealed class ChangeVerifierTests : JournalTest
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);

    [Fact]
    public async Task Save_ValueAppearsFourSecondsLate_IsVerifiedThenConfirmed()
    {
        await using var host = await StartAsync();
        var verifying = Assert.IsType<ChangeOutcome.Verifying>(await SaveUnseenAsync(host, new SettingsPatch("gpt-4.1", 0.5m)));
        Assert.Equal(new CharacterCoreSettings("gpt-4o", 0.70m), verifying.Reported.Settings);
        Assert.Equal("Verifying", ChangeText.State(Assert.Single(await ChangesAsync(host))));
        // Any reading of the cast in between says nothing.
        await OpenAsync(host);
        Assert.True(Assert.Single(await ChangesAsync(host)).IsOpen);

        (host.Character(Mira).ModelCode, host.Character(Mira).Temperature) = ("gpt-4.1", 0.5m);
        var confirmed = Assert.IsType<ChangeOutcome.Confirmed>(await _time.AdvanceUntilAsync(verifying.Verdict));
        Assert.Equal((new CharacterCoreSettings("gpt-4o", 0.70m), new CharacterCoreSettings("gpt-4.1", 0.5m)), (confirmed.Before, confirmed.After.Settings));
        await OpenAsync(host);
        Assert.Equal((ChangeState.Confirmed, ChangeKind.Edit), Only(await ChangesAsync(host)));
        Assert.Equal(1, Writes(host));
    }

    [Fact]
    public async Task Save_ValueAppearsWithinOneSecond_IsConfirmedImmediately()
    {
        await using var host = await StartAsync();
        var character = await OpenAsync(host);
        host.Fail("update", SandboxFaultKind.IgnoreWrite);
        var save = SaveAsync(host, character, Temperature(0.42m));
        await WaitUntilAsync(() => Calls(host, "get") == 2);
        host.Character(Mira).Temperature = 0.42m;
        Assert.IsType<ChangeOutcome.Confirmed>(await _time.AdvanceUntilAsync(save));
    }

    [Fact]
    public async Task Save_ValueNeverAppears_IsNotConfirmedAfterArrivalWindow()
    {
        await using var host = await StartAsync();
        var verifying = Assert.IsType<ChangeOutcome.Verifying>(await SaveUnseenAsync(host, Temperature(0.42m)));
        var verdict = Assert.IsType<ChangeOutcome.NotConfirmed>(await _time.AdvanceUntilAsync(verifying.Verdict));
        Assert.Equal((0.70m, (ConvaiFailure?)null), (verdict.Reported.Settings.Temperature!.Value, verdict.WriteFailure));
        // Compared, read back, and after 1, 2, 4 and 8 seconds.
        Assert.Equal(6, Calls(host, "get"));

        _time.Advance(ChangeRecord.MaxWriteDelay);
        await WaitUntilSettledAsync(host, () => OpenAsync(host));
        Assert.Equal((ChangeState.NotConfirmed, ChangeKind.Edit), Only(await ChangesAsync(host)));
        Assert.Equal(1, Writes(host));
    }

    [Fact]
    public async Task Save_ValueAppearsAfterVerdict_IsStillRecordedAsConfirmed()
    {
        await using var host = await StartAsync();
        var verifying = Assert.IsType<ChangeOutcome.Verifying>(await SaveUnseenAsync(host, Temperature(0.42m)));
        Assert.IsType<ChangeOutcome.NotConfirmed>(await _time.AdvanceUntilAsync(verifying.Verdict));
        host.Character(Mira).Temperature = 0.42m;
        _time.Advance(TimeSpan.FromSeconds(45));
        await WaitUntilSettledAsync(host, () => OpenAsync(host));
        Assert.Equal((ChangeState.Confirmed, ChangeKind.Edit), Only(await ChangesAsync(host)));
    }

    [Fact]
    public async Task Verifying_DoesNotBlockOtherSavesOfTheCharacter()
    {
        await using var host = await StartAsync();
        Assert.IsType<ChangeOutcome.Verifying>(await SaveUnseenAsync(host, Temperature(0.42m)));
        host.Faults.Clear();
        // The clock does not advance: this save waits for nothing.
        Assert.IsType<ChangeOutcome.Confirmed>(await SaveAsync(host, await OpenAsync(host), Temperature(0.30m), role: Role.Admin));
        Assert.Equal(0.30m, host.Character(Mira).Temperature);
    }

    [Fact]
    public async Task StaleList_AfterConfirmedSave_IsIgnored()
    {
        await using var host = await StartAsync();
        Assert.IsType<ChangeOutcome.Confirmed>(await SaveAsync(host, await OpenAsync(host), Temperature(0.42m)));
        // As the list shows it for some seconds more.
        host.Character(Mira).Temperature = 0.70m;
        _time.Advance(TimeSpan.FromSeconds(4));
        var cast = await host.Get<CastDirectory>().ReadAsync(forceRefresh: true, Cancellation);
        Assert.Equal(0.42m, cast.Find(host.Character(Mira).Id)!.Settings.Temperature);
        await OpenAsync(host);
        Assert.Equal((ChangeState.Confirmed, ChangeKind.Edit), Only(await ChangesAsync(host)));

        // After that it is what Convai has.
        _time.Advance(CastDirectory.MaxLag);
        await host.Services.ObserveAsync();
        Assert.Equal((ChangeKind.Outside, 0.70m), (await ChangesAsync(host)).Select(change => (change.Kind, change.TemperatureAfter!.Value)).Last());
    }

    [Fact]
    public async Task ModelChangesTemperature_IsSideEffectAndUndoneWithSave()
    {
        await using var host = await StartAsync();
        var character = await OpenAsync(host);
        var request = new ChangeRequest(character, character.Settings, new SettingsPatch("gpt-4.1", null));
        var confirmed = Assert.IsType<ChangeOutcome.Confirmed>(await host.Get<ChangeWriter>().WriteAsync(
            TestPeople.As(Role.Designer), request, new OnStep(ChangeStep.Verifying, () => host.Character(Mira).Temperature = 1m), Cancellation));
        Assert.Equal(new SettingsPatch(null, 1m), confirmed.SideEffect);
        var changes = await ChangesAsync(host);
        Assert.Equal([(ChangeKind.Edit, ChangeState.Confirmed), (ChangeKind.SideEffect, ChangeState.Confirmed)], changes.Select(change => (change.Kind, change.State)));
        Assert.Equal(("Jonas Brandt", 0.70m, 1m), (changes[1].PersonName, changes[1].TemperatureBefore, changes[1].TemperatureAfter));

        Assert.IsType<ChangeOutcome.Confirmed>(await host.Get<ChangeWriter>().UndoAsync(TestPeople.As(Role.Designer), confirmed, null, null, Cancellation));
        Assert.Equal(("gpt-4o", 0.70m), (host.Character(Mira).ModelCode, host.Character(Mira).Temperature));
    }

    [Fact]
    public async Task ModelReadBackUnderAnotherCode_IsNotConfirmed()
    {
        await using var host = await StartAsync();
        var character = await OpenAsync(host);
        var request = new ChangeRequest(character, character.Settings, new SettingsPatch("gpt-4.1", null));
        var save = host.Get<ChangeWriter>().WriteAsync(
            TestPeople.As(Role.Designer), request, new OnStep(ChangeStep.Verifying, () => host.Character(Mira).ModelCode = "gpt-4.1-2025-04-14"), Cancellation);
        var verifying = Assert.IsType<ChangeOutcome.Verifying>(await _time.AdvanceUntilAsync(save));
        Assert.IsType<ChangeOutcome.NotConfirmed>(await _time.AdvanceUntilAsync(verifying.Verdict));
        _time.Advance(ChangeRecord.MaxWriteDelay);
        await WaitUntilSettledAsync(host, () => OpenAsync(host));
        var change = Assert.Single(await ChangesAsync(host));
        Assert.Equal((ChangeState.NotConfirmed, "gpt-4.1-2025-04-14"), (change.State, change.ModelReported));
    }

    [Fact]
    public async Task UnreadableResponse_OutcomeIsUnknownUntilNextRead()
    {
        await using var host = await StartAsync();
        var character = await OpenAsync(host);
        host.Fail("update", SandboxFaultKind.Html);
        Assert.True(Assert.IsType<ChangeOutcome.Unreachable>(await SaveAsync(host, character, Temperature(0.42m))).MayYetArrive);
        host.Character(Mira).Temperature = 0.42m;
        _time.Advance(TimeSpan.FromSeconds(4));
        await WaitUntilSettledAsync(host, () => OpenAsync(host));
        Assert.Equal((ChangeState.Confirmed, ChangeKind.Edit), Only(await ChangesAsync(host)));
    }

    private Task<SandboxHost> StartAsync() => SandboxHost.StartAsync(_time);

    /// <summary>Convai answers SUCCESS; its reads show nothing of it.</summary>
    private async Task<ChangeOutcome> SaveUnseenAsync(SandboxHost host, SettingsPatch change)
    {
        var character = await OpenAsync(host);
        host.Fail("update", SandboxFaultKind.IgnoreWrite);
        return await _time.AdvanceUntilAsync(SaveAsync(host, character, change));
    }

    private static (ChangeState, ChangeKind) Only(IReadOnlyList<ChangeRecord> changes) => (Assert.Single(changes).State, changes[0].Kind);

    private static int Calls(SandboxHost host, string endpoint) => host.Endpoints.Count(asked => asked == endpoint);

    private static async Task WaitUntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(2, Cancellation);
        }
    }
}
