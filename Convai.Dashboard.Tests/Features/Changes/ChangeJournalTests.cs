using System.Data.Common;
using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;

namespace Convai.Dashboard.Features.Changes;

/// <summary>What the journal says of every way in which a change can end, and what a later reading makes of the open ones.</summary>
[Trait("Speed", "Slow")]
public sealed class ChangeJournalTests : JournalTest
{
    [Fact]
    public async Task Confirmed_IsRecordedWithAuthorTimeValuesAndReason()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 24, 9, 30, 0, TimeSpan.Zero));
        await using var host = await SandboxHost.StartAsync(time);
        await SaveAsync(host, await OpenAsync(host), new SettingsPatch("claude-4-sonnet", 0.42m), "calmer for the demo");

        var change = Assert.Single(await ChangesAsync(host));
        Assert.Equal((ChangeState.Confirmed, ChangeKind.Edit, "jonas", "Jonas Brandt"), (change.State, change.Kind, change.PersonId, change.PersonName));
        Assert.Equal((Mira, new CharacterCoreSettings("gpt-4o", 0.70m), new SettingsPatch("claude-4-sonnet", 0.42m)), (change.CharacterName, change.Before, change.Asked));
        Assert.Equal(("calmer for the demo", new CharacterCoreSettings("claude-4-sonnet", 0.42m)), (change.Reason, change.Reported));
        Assert.Equal(new DateTimeOffset(2026, 11, 24, 9, 30, 0, TimeSpan.Zero), change.At);
        Assert.Equal(TimeSpan.Zero, change.SettledAt!.Value.Offset);
    }

    [Theory]
    [InlineData("update", SandboxFaultKind.IgnoreWrite, 0, ChangeState.OutcomeUnknown, null)]
    [InlineData("update", SandboxFaultKind.Drop, 0, ChangeState.OutcomeUnknown, ConvaiFailureKind.Unreachable)]
    [InlineData("update", SandboxFaultKind.DropAfterApplying, 0, ChangeState.Confirmed, null)]
    [InlineData("update", SandboxFaultKind.HangAfterApplying, 0, ChangeState.Confirmed, null)]
    [InlineData("update", SandboxFaultKind.Hang, 0, ChangeState.OutcomeUnknown, ConvaiFailureKind.TimedOut)]
    [InlineData("update", SandboxFaultKind.ErrorInside200, 0, ChangeState.Unchanged, ConvaiFailureKind.ErrorAnswer)]
    [InlineData("update", SandboxFaultKind.StatusErrorInside200, 0, ChangeState.Unchanged, ConvaiFailureKind.ErrorAnswer)]
    [InlineData("update", SandboxFaultKind.Html, 0, ChangeState.OutcomeUnknown, ConvaiFailureKind.NotUnderstood)]
    [InlineData("update", SandboxFaultKind.Detail, 0, ChangeState.Rejected, ConvaiFailureKind.ValueRejected)]
    [InlineData("update", SandboxFaultKind.MalformedKeyError, 0, ChangeState.Rejected, ConvaiFailureKind.KeyRejected)]
    [InlineData("update", SandboxFaultKind.ServerError, 0, ChangeState.OutcomeUnknown, ConvaiFailureKind.Unreachable)]
    [InlineData("get", SandboxFaultKind.Html, 0, ChangeState.Unchanged, ConvaiFailureKind.NotUnderstood)]
    [InlineData("get", SandboxFaultKind.Html, 1, ChangeState.OutcomeUnknown, null)]
    public async Task Save_Fails_IsRecordedWithActualState(string endpoint, SandboxFaultKind fault, int after, ChangeState state, ConvaiFailureKind? failure)
    {
        await using var host = await SandboxHost.StartAsync(("Convai:WriteTimeout", "00:00:00.300"), SandboxHost.NoRetries);
        var character = await OpenAsync(host);
        host.Fail(endpoint, fault, after: after);
        await SaveAsync(host, character, Temperature(0.42m));

        var change = Assert.Single(await ChangesAsync(host));
        Assert.Equal((state, failure), (change.State, change.Failure));
        Assert.InRange(Writes(host), endpoint == "get" && after == 0 ? 0 : 1, 1);
    }

    [Fact]
    public async Task Rejected_RecordsOnlyConvaisReference()
    {
        await using var host = await SandboxHost.StartAsync();
        var character = await OpenAsync(host);
        host.Fail("update", SandboxFaultKind.EchoKey);
        await SaveAsync(host, character, Temperature(0.42m));
        host.Fail("update", SandboxFaultKind.ServerError);
        await SaveAsync(host, character, Temperature(0.42m));

        Assert.Equal("ref-4711", (await ChangesAsync(host))[1].Reference);
        var stored = await DumpAsync(host);
        Assert.DoesNotContain(host.Sandbox.ApiKey, stored, StringComparison.Ordinal);
        Assert.DoesNotContain("Bad request", stored, StringComparison.Ordinal);
        Assert.DoesNotContain("Something went wrong", stored, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OutcomeUnknown_VerifiedLater_IsConfirmedWithoutSecondWrite()
    {
        await using var host = await SandboxHost.StartAsync();
        var character = await OpenAsync(host);
        host.Fail("get", SandboxFaultKind.Html, after: 1);
        Assert.IsType<ChangeOutcome.OutcomeUnknown>(await SaveAsync(host, character, Temperature(0.42m)));
        await OpenAsync(host);
        Assert.Equal(ChangeState.Confirmed, Assert.Single(await ChangesAsync(host)).State);
        Assert.Equal(1, Writes(host));
    }

    [Fact]
    public async Task TimedOut_StaysUnknown_UntilArrivalWindowEnds()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var host = await SandboxHost.StartAsync(time, ("Convai:WriteTimeout", "00:00:00.300"));
        var character = await OpenAsync(host);
        host.Fail("update", SandboxFaultKind.Hang);
        Assert.IsType<ChangeOutcome.Unreachable>(await time.AdvanceUntilAsync(SaveAsync(host, character, Temperature(0.42m))));
        await OpenAsync(host);
        Assert.Equal(ChangeState.OutcomeUnknown, Assert.Single(await ChangesAsync(host)).State);

        time.Advance(ChangeRecord.MaxWriteDelay);
        await WaitUntilSettledAsync(host, () => OpenAsync(host));
        Assert.Equal(ChangeState.Unchanged, Assert.Single(await ChangesAsync(host)).State);
    }

    [Fact]
    public async Task TimedOut_ArrivesLate_IsConfirmedWithoutDrift()
    {
        await using var host = await SandboxHost.StartAsync(("Convai:WriteTimeout", "00:00:00.300"));
        var character = await OpenAsync(host);
        host.Fail("update", SandboxFaultKind.Hang);
        await SaveAsync(host, character, Temperature(0.42m));
        host.Character(Mira).Temperature = 0.42m;
        await OpenAsync(host);
        Assert.Equal(ChangeState.Confirmed, Assert.Single(await ChangesAsync(host)).State);
    }

    [Fact]
    public async Task PendingChange_IsReconciledByNextSaveOfTheCharacter()
    {
        await using var host = await SandboxHost.StartAsync();
        var character = await OpenAsync(host);
        host.Fail("get", SandboxFaultKind.Html, times: 3, after: 1);
        await SaveAsync(host, character, Temperature(0.42m));
        host.Faults.Clear();
        await SaveAsync(host, character with { Settings = character.Settings with { Temperature = 0.42m } }, Temperature(0.30m));
        Assert.Equal([ChangeState.Confirmed, ChangeState.Confirmed], (await ChangesAsync(host)).Select(change => change.State));
    }

    [Fact]
    public async Task ConvaiReachableAgain_ReconcilesPendingChangesAutomatically()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var host = await SandboxHost.StartAsync(time);
        var character = await OpenAsync(host);
        host.Fail("get", SandboxFaultKind.Html, after: 1);
        host.Fail("list", SandboxFaultKind.Drop);
        await time.AdvanceUntilAsync(SaveAsync(host, character, Temperature(0.42m)));
        Assert.Equal(ChangeState.OutcomeUnknown, Assert.Single(await ChangesAsync(host)).State);

        host.Faults.Clear();
        await time.AdvanceUntilAsync(WaitUntilAsync(async () => (await ChangesAsync(host)).Single().State == ChangeState.Confirmed));
        Assert.Equal(1, Writes(host));
    }

    [Fact]
    public async Task RecordedButNeverSent_IsClosedUnlessLocked()
    {
        await using var host = await SandboxHost.StartAsync();
        var character = await OpenAsync(host);
        var journal = host.Get<ChangeJournal>();
        await journal.RecordAsync(TestPeople.Jonas, new ChangeRequest(character, character.Settings, Temperature(0.42m)), Cancellation);
        await using (await host.Get<CharacterLocks>().AcquireAsync(character.Id, Cancellation))
        {
            await journal.CloseUnsentAsync(Cancellation);
            Assert.Equal(ChangeState.Asked, Assert.Single(await ChangesAsync(host)).State);
        }

        await journal.CloseUnsentAsync(Cancellation);
        Assert.Equal(ChangeState.Unchanged, Assert.Single(await ChangesAsync(host)).State);
        Assert.Equal(0, Writes(host));
    }

    [Fact]
    public async Task OneOfTwoFieldsSetOutside_RecordsOnlyTheOtherAsOurs()
    {
        await using var host = await SandboxHost.StartAsync();
        var character = await OpenAsync(host);
        host.Character(Mira).ModelCode = "gpt-4.1";
        await SaveAsync(host, character, new SettingsPatch("gpt-4.1", 0.5m));
        var changes = await ChangesAsync(host);
        Assert.Equal((new SettingsPatch(null, 0.5m), ChangeState.Confirmed), (changes[0].Asked, changes[0].State));
        Assert.Equal((new SettingsPatch("gpt-4.1", null), ChangeKind.Outside), (changes[1].Asked, changes[1].Kind));
    }

    [Fact]
    public async Task Undo_IsRecordedAsChangeLinkedToTheUndone()
    {
        await using var host = await SandboxHost.StartAsync();
        var confirmed = (ChangeOutcome.Confirmed)await SaveAsync(host, await OpenAsync(host), Temperature(0.42m));
        await host.Get<ChangeWriter>().UndoAsync(TestPeople.As(Role.Admin), confirmed, null, null, Cancellation);
        var undo = (await ChangesAsync(host))[1];
        Assert.Equal((ChangeKind.Undo, confirmed.ChangeId, "ana", ChangeState.Confirmed), (undo.Kind, undo.UndoesId!.Value, undo.PersonId, undo.State));
        Assert.Equal(0.70m, host.Character(Mira).Temperature);
    }

    [Fact]
    public async Task Undo_ToUnknownModel_IsAllowed()
    {
        await using var host = await SandboxHost.StartAsync();
        var confirmed = (ChangeOutcome.Confirmed)await SaveAsync(host, await OpenAsync(host, "Captain Reyes"), new SettingsPatch("gpt-4o", null));
        Assert.IsType<ChangeOutcome.Confirmed>(await host.Get<ChangeWriter>().UndoAsync(TestPeople.As(Role.Designer), confirmed, null, null, Cancellation));
        Assert.Equal("claude-3-5-sonnet", host.Character("Captain Reyes").ModelCode);
    }

    [Fact]
    public async Task Conflict_NamesTheAuthor()
    {
        await using var host = await SandboxHost.StartAsync();
        var character = await OpenAsync(host);
        await SaveAsync(host, character, Temperature(0.42m), role: Role.Admin);
        var conflict = Assert.IsType<ChangeOutcome.Conflict>(await SaveAsync(host, character, Temperature(0.30m)));
        Assert.Equal("Ana Keller", conflict.TemperatureBy);
        host.Character(Mira).Temperature = 0.9m;
        conflict = Assert.IsType<ChangeOutcome.Conflict>(await SaveAsync(host, conflict.Now, Temperature(0.30m)));
        Assert.Equal(ChangeText.Outside, conflict.TemperatureBy);
    }

    [Theory]
    [InlineData("""UPDATE "Changes" SET "PersonName" = 'Someone else'""")]
    [InlineData("""UPDATE "Changes" SET "State" = 'Rejected'""")]
    [InlineData("""UPDATE "Changes" SET "TemperatureAfter" = '0.1'""")]
    [InlineData("""DELETE FROM "Changes" """)]
    [InlineData("INSERT OR REPLACE INTO Changes (Id, At, Kind, CharacterId, CharacterName, State) SELECT Id, At, Kind, 'other', CharacterName, State FROM Changes", DatabaseProvider.Sqlite)]
    [InlineData("""TRUNCATE "Changes" """, DatabaseProvider.PostgreSql)]
    public async Task Record_CannotBeEdited_EvenInTheDatabase(string sql, DatabaseProvider? onlyOn = null)
    {
        Assert.SkipUnless(onlyOn is null || onlyOn == DatabaseProvider.PostgreSql == TestDatabase.IsPostgreSql, $"About {onlyOn} alone.");
        await using var host = await SandboxHost.StartAsync();
        await SaveAsync(host, await OpenAsync(host), Temperature(0.42m));
        await using var db = await host.Get<IDbContextFactory<DashboardDbContext>>().CreateDbContextAsync(Cancellation);
        var refusal = await Assert.ThrowsAnyAsync<DbException>(() => db.Database.ExecuteSqlRawAsync(sql, Cancellation));
        Assert.Contains("The journal cannot be edited.", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PendingRecord_AllowsOnlyItsOutcomeToChange()
    {
        await using var host = await SandboxHost.StartAsync();
        var character = await OpenAsync(host);
        await host.Get<ChangeJournal>().RecordAsync(TestPeople.Jonas, new ChangeRequest(character, character.Settings, Temperature(0.42m)), Cancellation);
        await using var db = await host.Get<IDbContextFactory<DashboardDbContext>>().CreateDbContextAsync(Cancellation);
        await Assert.ThrowsAnyAsync<DbException>(() => db.Database.ExecuteSqlRawAsync("""UPDATE "Changes" SET "TemperatureAfter" = '0.1'""", Cancellation));
        Assert.Equal(1, await db.Database.ExecuteSqlRawAsync("""UPDATE "Changes" SET "State" = 'Unchanged'""", Cancellation));
    }

    private static async Task<bool> WaitUntilAsync(Func<Task<bool>> condition)
    {
        while (!await condition())
        {
            await Task.Delay(5, Cancellation);
        }

        return true;
    }

    private static async Task<string> DumpAsync(SandboxHost host)
    {
        await using var db = await host.Get<IDbContextFactory<DashboardDbContext>>().CreateDbContextAsync(Cancellation);
        return string.Join('\n', await db.Set<ChangeRecord>().Select(line => new { line.PersonName, line.CharacterName, line.Reason, line.Failure, line.Reference, line.SettledBy, line.ModelReported }).ToListAsync(Cancellation));
    }
}
