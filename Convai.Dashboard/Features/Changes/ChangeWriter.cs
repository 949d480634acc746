using System.Security.Claims;
using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Features.Models;
using Convai.Dashboard.Security;

namespace Convai.Dashboard.Features.Changes;

/// <summary>
/// The one way to write: take it down, compare with what Convai has, write only what changed in one call, read back, take down
/// what became of it. Three calls to Convai for a change, none of them a second write; changes to one character wait for each
/// other. Where Convai takes the write and does not show it yet, it is read again later (<see cref="ChangeVerifier"/>). Convai has no compare-and-set: an edit made outside this server between the comparison and the write is not prevented.
/// </summary>
public sealed class ChangeWriter(
    ConvaiClient convai, CastDirectory cast, AccountModels accountModels, ChangeRequestCheck check, ChangeCalls calls, Access access, ChangeJournal journal, CharacterTurns turns, FairQueue queue,
    RunningWrites writes, ChangeVerifier verifier, DashboardTelemetry telemetry)
{
    private const int CallsOfAChange = 3;

    /// <param name="by">Who asks; looked up anew, so that a role taken away a moment ago counts.</param>
    /// <param name="cancellationToken">Honoured until the write begins; from then on the change is carried to its end.</param>
    public async Task<ChangeOutcome> WriteAsync(ClaimsPrincipal by, ChangeRequest request, IProgress<ChangeStep>? progress, CancellationToken cancellationToken)
    {
        using var save = telemetry.FollowSave(request.Kind, request.Character.Id);
        var outcome = await AttemptAsync(by, request, progress, cancellationToken);
        var state = outcome.State;
        save.End(DashboardTelemetry.Word(state), outcome is not ChangeOutcome.Verifying && IsFailure(state));
        return outcome;
    }

    private async Task<ChangeOutcome> AttemptAsync(ClaimsPrincipal by, ChangeRequest request, IProgress<ChangeStep>? progress, CancellationToken cancellationToken)
    {
        using var running = writes.TryBegin();
        if (running is null)
        {
            return new ChangeOutcome.Rejected(RunningWrites.Refusal);
        }

        try
        {
            if (await access.FindAsync(by, Role.Viewer, cancellationToken) is not { } person)
            {
                return new ChangeOutcome.Rejected("You are not signed in any more.");
            }

            return (Refuse(person) ?? await check.RefuseAsync(request, () => accountModels.LastForCharacterAsync(request.Character.Id, cancellationToken), cancellationToken)) is { } refusal
                ? new ChangeOutcome.Rejected(refusal)
                : await TakeTurnAsync(person, request, progress, cancellationToken);
        }
        catch (OperationCanceledException) when (writes.Stopping.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return new ChangeOutcome.Rejected(RunningWrites.Refusal);
        }
        catch (Exception exception) when (DatabaseTrouble.Of(exception) is { } trouble)
        {
            // Only before anything is sent: what comes after is caught where it happens.
            return new ChangeOutcome.Rejected($"{trouble} The change could not be taken down, so it was not sent to Convai. Tell an Admin, then try again.");
        }
    }

    /// <summary>Puts back what a confirmed change replaced: an ordinary change, compared and confirmed like any other.</summary>
    public async Task<ChangeOutcome> UndoAsync(
        ClaimsPrincipal by, ChangeOutcome.Confirmed confirmed, string? reason, IProgress<ChangeStep>? progress, CancellationToken cancellationToken)
    {
        var request = new ChangeRequest(confirmed.After, confirmed.After.Settings, Inverse(confirmed), reason, confirmed.ChangeId);
        var outcome = await WriteAsync(by, request, progress, cancellationToken);
        return outcome is ChangeOutcome.Conflict conflict ? conflict with { IsSinceSave = true } : outcome;
    }

    /// <summary>
    /// False where nothing was written (the value may be somebody else's), and where a field had no value before: Convai
    /// knows no way to unset a model or a temperature.
    /// </summary>
    public static bool CanUndo(ChangeOutcome.Confirmed confirmed) => confirmed.WasWritten && Inverse(confirmed).Count == Effect(confirmed).Count;

    /// <summary>The change that puts back what a confirmed one replaced, side effects included; a field that had no value before is not part of it.</summary>
    public static SettingsPatch Inverse(ChangeOutcome.Confirmed confirmed) => SettingsPatch.Of(confirmed.Before).Within(Effect(confirmed));

    private static SettingsPatch Effect(ChangeOutcome.Confirmed confirmed) => confirmed.Change.And(confirmed.SideEffect);

    private static string? Refuse(Person person) =>
        person.Role < Role.Designer ? "Your role lets you look at characters, not change them. An Admin can give you the Designer role." : null;

    private async Task<ChangeOutcome> TakeTurnAsync(Person by, ChangeRequest request, IProgress<ChangeStep>? progress, CancellationToken cancellationToken)
    {
        progress?.Report(ChangeStep.Waiting);
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, writes.Stopping);
        await using var turn = await turns.EnterAsync(request.Character.Id, waiting.Token);
        ConvaiReservation places;
        using (await queue.EnterAsync(by.Id, waiting.Token))
        {
            places = await convai.ReserveAsync(CallsOfAChange, waiting.Token);
        }

        if (await access.FindAsync(by.Id, Role.Designer, cancellationToken) is null)
        {
            // The wait may have been long.
            return new ChangeOutcome.Rejected("Your role was changed while you waited: you may not change characters any more.");
        }

        progress?.Report(ChangeStep.Comparing);
        return await CompareAndWriteAsync(await journal.AskAsync(by, request, cancellationToken), request, places, progress, cancellationToken);
    }

    private async Task<ChangeOutcome> CompareAndWriteAsync(
        Change change, ChangeRequest request, ConvaiReservation places, IProgress<ChangeStep>? progress, CancellationToken cancellationToken)
    {
        // Taken down is taken down: a person who leaves now does not leave a line without an end.
        var answer = await calls.ReadAsync(change, "compare", places);
        if (!answer.IsSuccess)
        {
            return await EndAsync(change, ChangeOutcome.NotWritten(change.Id, answer.Failure), null, answer.Failure);
        }

        var before = answer.Value.Settings;
        cast.Replace(request.Character.Id, before);
        var conflict = new ChangeOutcome.Conflict(request.Opened, request.Character with { Settings = before }, request.Change);
        if (conflict.IsContested)
        {
            await EndAsync(change, conflict, before);
            return conflict with
            {
                ModelBy = await journal.WhoChangedAsync(conflict.Now, SettingsField.Model),
                TemperatureBy = await journal.WhoChangedAsync(conflict.Now, SettingsField.Temperature),
            };
        }

        // What somebody else has set to the very same value needs no write, and has just been read.
        var missing = request.Change.Without(before);
        if (missing.IsEmpty)
        {
            return await EndAsync(change, new ChangeOutcome.Confirmed(change.Id, request.Opened, conflict.Now, request.Change, WasWritten: false), before);
        }

        if (cancellationToken.IsCancellationRequested)
        {
            await journal.SettleAsync(change, ChangeState.Unchanged, before, null);
            cancellationToken.ThrowIfCancellationRequested();
        }

        progress?.Report(ChangeStep.Writing);
        await journal.SendAsync(change, missing, before, CancellationToken.None);
        var failure = await calls.WriteAsync(change, missing, places);
        if (failure is { MayHaveBeenApplied: false })
        {
            return await EndAsync(change, ChangeOutcome.NotWritten(change.Id, failure), null, failure);
        }

        progress?.Report(ChangeStep.ReadingBack);
        return await ReadBackAsync(change, request, missing, before, places, failure);
    }

    private async Task<ChangeOutcome> ReadBackAsync(
        Change change, ChangeRequest request, SettingsPatch written, CharacterCoreSettings before, ConvaiReservation places, ConvaiFailure? writeFailure)
    {
        var answer = await calls.ReadAsync(change, "read back", places);
        if (answer.IsSuccess && writeFailure is null && !written.IsMetBy(answer.Value.Settings))
        {
            await verifier.PauseAsync();
            answer = await calls.ReadAsync(change, "read back", null) is { IsSuccess: true } later ? later : answer;
        }

        if (!answer.IsSuccess)
        {
            var unknown = await EndAsync(change, new ChangeOutcome.OutcomeUnknown(change.Id, writeFailure, answer.Failure), null, writeFailure);
            _ = verifier.VerifyAsync(change, before, request.Character, writeFailure);
            return unknown;
        }

        // character/get is not promised to carry every field of the list's entry; the settings are what was asked for.
        var after = request.Character with { Settings = answer.Value.Settings };
        cast.Replace(after.Id, after.Settings);
        if (written.IsMetBy(after.Settings))
        {
            cast.KeepVerified(after.Id, before, written);
            return await EndAsync(change, new ChangeOutcome.Confirmed(change.Id, before, after, written, WasWritten: true), after.Settings);
        }

        if (writeFailure is null)
        {
            await journal.SettleAsync(change, ChangeState.OutcomeUnknown, after.Settings, null);
            return new ChangeOutcome.Verifying(change.Id, written.Without(after.Settings), after, verifier.VerifyAsync(change, before, after, null));
        }

        if (!written.IsKnownToBeSameIn(before, after.Settings))
        {
            return await EndAsync(change, new ChangeOutcome.NotConfirmed(change.Id, request.Change, after, writeFailure), after.Settings, writeFailure);
        }

        // The write failed and its fields are as they were, so it may safely be tried again.
        var outcome = await EndAsync(change, ChangeOutcome.NotWritten(change.Id, writeFailure), after.Settings, writeFailure);
        if (change.IsOpen)
        {
            _ = verifier.VerifyAsync(change, before, after, writeFailure);
        }

        return outcome;
    }

    /// <param name="live">What Convai was read to have last; null where it was not read since the last line of the journal.</param>
    private async Task<ChangeOutcome> EndAsync(Change change, ChangeOutcome outcome, CharacterCoreSettings? live, ConvaiFailure? failure = null)
    {
        await journal.SettleAsync(change, outcome.State, live, failure);
        return outcome;
    }

    private static bool IsFailure(ChangeState state) =>
        state is ChangeState.Rejected or ChangeState.Unchanged or ChangeState.NotConfirmed or ChangeState.OutcomeUnknown;
}
