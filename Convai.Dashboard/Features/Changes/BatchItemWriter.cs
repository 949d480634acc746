using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Features.Models;
using Convai.Dashboard.Security;

namespace Convai.Dashboard.Features.Changes;

/// <summary>The state that the items of one batch share.</summary>
/// <param name="Slots">One for each concurrent call to Convai. An item is recorded only once it has a slot, and settled after it has released it.</param>
/// <param name="OnAnswered">Called with every answer before the next item takes the slot; it may pause the batch.</param>
public sealed record BatchItemContext(SemaphoreSlim Slots, Action<ConvaiFailure?> OnAnswered);

/// <summary>Writes the items of a batch: the steps of <see cref="ChangeWriter"/>, but compared and verified many at a time, by readings of the whole cast.</summary>
public sealed class BatchItemWriter(
    ConvaiClient convai, CastDirectory cast, AccountModels accountModels, ChangeRequestValidator validator, ChangeCalls calls, Access access, ChangeJournal journal, CharacterLocks characterLocks, FairQueue queue)
{
    /// <summary>
    /// Records one item, compares it with the newest reading of the cast, and writes it in one call. An item that Convai accepted is left
    /// open, unknown without a failure, until the next reading of the cast is reconciled with the journal.
    /// </summary>
    /// <param name="personId">The person who makes the change; looked up again.</param>
    /// <param name="cancellationToken">Honoured until the item is sent; from then on it runs to its end.</param>
    /// <returns>Its journal entry; null if the person may no longer change characters.</returns>
    public async Task<ChangeRecord?> WriteAsync(string personId, ChangeRequest request, BatchItemContext context, CancellationToken cancellationToken)
    {
        await convai.AwaitBatchPermitAsync(cancellationToken);
        await using var characterLock = await characterLocks.AcquireAsync(request.Character.Id, cancellationToken);
        if (await access.FindAsync(personId, Role.Designer, cancellationToken) is not { } person)
        {
            return null;
        }

        var refusal = await validator.ValidateAsync(request, () => accountModels.ReadForCastAsync(cast.Last.AccountListCharacter?.Id ?? request.Character.Id, cancellationToken), cancellationToken);
        ConvaiReservation reservation;
        using (await queue.EnterAsync($"batch {request.BatchId}", cancellationToken))
        {
            reservation = await convai.ReserveAsync(1, cancellationToken);
        }

        return refusal is not null
            ? await journal.RecordItemAsync(person, request, request.Change, ChangeState.Rejected, ConvaiFailureKind.ValueRejected, cancellationToken)
            : cast.Last is var reading && reading.Find(request.Character.Id)?.Settings is { } live
            // Another server may have written since, and its event may still be on the way.
            ? await CompareAndSendAsync(person, request, await journal.ApplyLaterChangesAsync(request.Character.Id, live, reading.AskedAt, cancellationToken), reservation, context, cancellationToken)
            : await journal.RecordItemAsync(person, request, request.Change, ChangeState.Rejected, ConvaiFailureKind.UnknownCharacter, cancellationToken);
    }

    private async Task<ChangeRecord> CompareAndSendAsync(
        Person by, ChangeRequest request, CharacterCoreSettings live, ConvaiReservation reservation, BatchItemContext context, CancellationToken cancellationToken)
    {
        var missing = request.Change.MissingFrom(live);
        if (missing.IsEmpty || !missing.HasEqualFields(request.Opened, live))
        {
            return await journal.RecordItemAsync(by, request, request.Change, missing.IsEmpty ? ChangeState.NoOp : ChangeState.Conflict, null, cancellationToken);
        }

        var (change, failure) = await SendAsync(by, request, missing, reservation, context, cancellationToken);
        if (failure is null)
        {
            // Later writes compare with it and need not wait for a reading. Done before the change is settled: the journal ignores
            // readings that began earlier, whose values these replace.
            cast.Replace(change.CharacterId, live.With(missing));
        }

        var state = failure is null or { MayHaveBeenApplied: true } || ChangeCalls.MayBePartlyWritten(missing, failure) ? ChangeState.OutcomeUnknown : ChangeOutcome.NotWritten(change.Id, failure).State;
        await journal.SettleAsync(change, state, null, failure);
        return change;
    }

    private async Task<(ChangeRecord Change, ConvaiFailure? Failure)> SendAsync(
        Person by, ChangeRequest request, SettingsPatch missing, ConvaiReservation reservation, BatchItemContext context, CancellationToken cancellationToken)
    {
        await context.Slots.WaitAsync(cancellationToken);
        try
        {
            var change = await journal.RecordItemAsync(by, request, missing, ChangeState.Sent, null, cancellationToken);
            var failure = await calls.WriteAsync(change, missing, reservation);
            context.OnAnswered(failure);
            return (change, failure);
        }
        finally
        {
            context.Slots.Release();
        }
    }
}
