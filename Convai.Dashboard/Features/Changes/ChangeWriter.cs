using System.Security.Claims;
using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Features.Models;
using Convai.Dashboard.Security;

namespace Convai.Dashboard.Features.Changes;

/// <summary>
/// The only way to write: record the change, compare it with Convai's values, write only the differences in one call, verify them, and
/// record the outcome. A change takes three calls to Convai, none of them a second write; changes to one character wait for each
/// other. If Convai accepts the write but does not show it yet, it is read again later (<see cref="ChangeVerifier"/>). Convai has no compare-and-set: an edit made outside this server between the comparison and the write is not prevented.
/// </summary>
public sealed class ChangeWriter(
    ConvaiClient convai, CastDirectory cast, AccountModels accountModels, ChangeRequestValidator validator, ChangeCalls calls, Access access, ChangeJournal journal, CharacterLocks characterLocks, FairQueue queue,
    RunningWrites writes, ChangeVerifier verifier, DashboardTelemetry telemetry)
{
    private const int CallsPerChange = 3;

    /// <param name="user">The acting person; looked up again, so that a role removed a moment ago counts.</param>
    /// <param name="cancellationToken">Honoured until the write begins; from then on the change runs to its end.</param>
    public async Task<ChangeOutcome> WriteAsync(ClaimsPrincipal user, ChangeRequest request, IProgress<ChangeStep>? progress, CancellationToken cancellationToken)
    {
        using var save = telemetry.StartSave(request.Kind, request.Character.Id);
        var outcome = await AttemptAsync(user, request, progress, cancellationToken);
        var state = outcome.State;
        save.End(DashboardTelemetry.ToSnakeCase(ChangeStateNames.GetName(state)), outcome is not ChangeOutcome.Verifying && IsFailure(state));
        return outcome;
    }

    private async Task<ChangeOutcome> AttemptAsync(ClaimsPrincipal user, ChangeRequest request, IProgress<ChangeStep>? progress, CancellationToken cancellationToken)
    {
        using var running = writes.TryBegin();
        if (running is null)
        {
            return new ChangeOutcome.Rejected(ChangeText.Restarting);
        }

        try
        {
            if (await access.FindAsync(user, Role.Viewer, cancellationToken) is not { } person)
            {
                return new ChangeOutcome.Rejected(SecurityText.SignedOut);
            }

            return (ValidateRole(person) ?? await validator.ValidateAsync(request, () => accountModels.LastForCharacterAsync(request.Character.Id, cancellationToken), cancellationToken)) is { } refusal
                ? new ChangeOutcome.Rejected(refusal)
                : await LockAndWriteAsync(person, request, progress, cancellationToken);
        }
        catch (OperationCanceledException) when (writes.Stopping.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return new ChangeOutcome.Rejected(ChangeText.Restarting);
        }
        catch (Exception exception) when (DatabaseError.Describe(exception) is { } error)
        {
            // Reached only before anything is sent; later failures are handled where they occur.
            return new ChangeOutcome.Rejected(ChangeText.NotRecorded(error));
        }
    }

    /// <summary>Undoes a confirmed change with an ordinary change, compared and confirmed like any other.</summary>
    public Task<ChangeOutcome> UndoAsync(
        ClaimsPrincipal user, ChangeOutcome.Confirmed confirmed, string? reason, IProgress<ChangeStep>? progress, CancellationToken cancellationToken) =>
        WriteAsync(user, CreateUndo(confirmed) with { Reason = reason }, progress, cancellationToken);

    /// <summary>The request that undoes a confirmed change; a conflict with it is one since the save.</summary>
    public static ChangeRequest CreateUndo(ChangeOutcome.Confirmed confirmed) =>
        new(confirmed.After, confirmed.After.Settings, Inverse(confirmed), UndoesId: confirmed.ChangeId) { IsSinceSave = true };

    /// <summary>
    /// False if nothing was written (the value may be someone else's), or if a field had no value before: Convai
    /// has no way to unset a model or a temperature. A reasoning effort stays as it is if none was sent before.
    /// </summary>
    public static bool CanUndo(ChangeOutcome.Confirmed confirmed) =>
        confirmed.WasWritten && Inverse(confirmed) is { IsEmpty: false } inverse && Effect(confirmed).ExceptFields(inverse) is { ModelCode: null, Temperature: null };

    /// <summary>The patch that undoes a confirmed change, side effects included; a field that had no value before is not part of it.</summary>
    public static SettingsPatch Inverse(ChangeOutcome.Confirmed confirmed) => SettingsPatch.From(confirmed.Before).IntersectFields(Effect(confirmed));

    private static SettingsPatch Effect(ChangeOutcome.Confirmed confirmed) => confirmed.Change.MergeFields(confirmed.SideEffect);

    private static string? ValidateRole(Person person) =>
        person.Role < Role.Designer ? SecurityText.NeedsDesigner : null;

    private async Task<ChangeOutcome> LockAndWriteAsync(Person user, ChangeRequest request, IProgress<ChangeStep>? progress, CancellationToken cancellationToken)
    {
        progress?.Report(ChangeStep.Waiting);
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, writes.Stopping);
        await using var characterLock = await characterLocks.AcquireAsync(request.Character.Id, waiting.Token);
        ConvaiReservation reservation;
        using (await queue.EnterAsync(user.Id, waiting.Token))
        {
            reservation = await convai.ReserveAsync(CallsPerChange, waiting.Token);
        }

        if (await access.FindAsync(user.Id, Role.Designer, cancellationToken) is null)
        {
            // The role is checked again, since the wait may have been long.
            return new ChangeOutcome.Rejected(ChangeText.RoleHasChanged);
        }

        progress?.Report(ChangeStep.Comparing);
        return await CompareAndWriteAsync(await journal.RecordAsync(user, request, cancellationToken), request, reservation, progress, cancellationToken);
    }

    private async Task<ChangeOutcome> CompareAndWriteAsync(
        ChangeRecord change, ChangeRequest request, ConvaiReservation reservation, IProgress<ChangeStep>? progress, CancellationToken cancellationToken)
    {
        // Once recorded, a change must reach a final state even if the user navigates away.
        var answer = await calls.ReadAsync(change, "compare", reservation);
        if (!answer.IsSuccess)
        {
            return await EndAsync(change, ChangeOutcome.NotWritten(change.Id, answer.Failure), null, answer.Failure);
        }

        cast.Replace(request.Character.Id, answer.Value.Settings);
        var before = answer.Value.Settings.WithLastReasoning(request.Change.Reasoning is null ? null : await ReadLastReasoningAsync(request.Character.Id));
        var conflict = new ChangeOutcome.Conflict(request.Opened, request.Character with { Settings = before }, request.Change) { IsSinceSave = request.IsSinceSave };
        if (conflict.IsContested)
        {
            await EndAsync(change, conflict, before);
            return conflict with
            {
                ModelBy = await journal.FindAuthorAsync(conflict.Now, SettingsField.Model),
                TemperatureBy = await journal.FindAuthorAsync(conflict.Now, SettingsField.Temperature),
                ReasoningBy = await journal.FindAuthorAsync(conflict.Now, SettingsField.Reasoning),
            };
        }

        // A field that someone else has set to the same value needs no write, and has just been read.
        var missing = request.Change.MissingFrom(before);
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
        await journal.RecordSendingAsync(change, missing, before, CancellationToken.None);
        var failure = await calls.WriteAsync(change, missing, reservation);
        if (failure is { MayHaveBeenApplied: false } && !ChangeCalls.MayBePartlyWritten(missing, failure))
        {
            return await EndAsync(change, ChangeOutcome.NotWritten(change.Id, failure), null, failure);
        }

        progress?.Report(ChangeStep.Verifying);
        return await VerifyWriteAsync(change, request, missing, before, reservation, failure);
    }

    private async Task<ChangeOutcome> VerifyWriteAsync(
        ChangeRecord change, ChangeRequest request, SettingsPatch written, CharacterCoreSettings before, ConvaiReservation reservation, ConvaiFailure? writeFailure)
    {
        var answer = await calls.ReadAsync(change, "read back", reservation);
        if (answer.IsSuccess && (writeFailure is null ? !written.IsVerifiedBy(answer.Value.Settings) : ChangeCalls.MayBePartlyWritten(written, writeFailure)))
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

        // character/get is not guaranteed to return every field of the list's entry; only the settings are used.
        var after = request.Character with { Settings = answer.Value.Settings };
        cast.Replace(after.Id, after.Settings);
        if (writeFailure is not null && ChangeCalls.MayBePartlyWritten(written, writeFailure))
        {
            await journal.SettleAsync(change, ChangeState.Rejected, after.Settings, writeFailure);
            return change.CarriedOut is { IsEmpty: false } part
                ? new ChangeOutcome.PartlyRejected(change.Id, before, after, part, written.ExceptFields(part), writeFailure)
                : ChangeOutcome.NotWritten(change.Id, writeFailure);
        }

        if (written.IsVerifiedBy(after.Settings))
        {
            cast.RememberVerifiedWrite(after.Id, before, written.VerifiableBy(after.Settings));
            return await EndAsync(change, ChangeOutcome.Confirmed.From(change.Id, before, after, written), after.Settings);
        }

        if (writeFailure is null)
        {
            await journal.SettleAsync(change, ChangeState.OutcomeUnknown, after.Settings, null);
            return new ChangeOutcome.Verifying(change.Id, written.MissingFrom(after.Settings), after with { Settings = after.Settings.WithLastReasoning(before.Reasoning) }, verifier.VerifyAsync(change, before, after, null));
        }

        if (!written.IsKnownUnchanged(before, after.Settings))
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

    /// <summary>What Convai has is compared in any case; what was sent here before is only needed to see whether a colleague has sent another level since.</summary>
    private async Task<string?> ReadLastReasoningAsync(string characterId)
    {
        try
        {
            return await journal.ReadLastReasoningAsync(characterId, CancellationToken.None);
        }
        catch (Exception exception) when (DatabaseError.Describe(exception) is not null)
        {
            return null;
        }
    }

    /// <param name="live">The values last read from Convai; null if it was not read since the last journal entry.</param>
    private async Task<ChangeOutcome> EndAsync(ChangeRecord change, ChangeOutcome outcome, CharacterCoreSettings? live, ConvaiFailure? failure = null)
    {
        await journal.SettleAsync(change, outcome.State, live, failure);
        return outcome;
    }

    private static bool IsFailure(ChangeState state) =>
        state is ChangeState.Rejected or ChangeState.Unchanged or ChangeState.NotConfirmed or ChangeState.OutcomeUnknown;
}
