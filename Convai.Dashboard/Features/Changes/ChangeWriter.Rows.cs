using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Data;

namespace Convai.Dashboard.Features.Changes;

/// <content>The rows of a batch: the same steps, but compared and read back many at a time, by readings of the whole cast.</content>
public sealed partial class ChangeWriter
{
    /// <summary>
    /// Takes one row down, compares it with the newest reading of the cast, and writes it in one call. A row that Convai took is left
    /// open, unknown without a failure, until the next reading of the cast is laid beside the journal.
    /// </summary>
    /// <param name="personId">Under whose name; looked up anew.</param>
    /// <param name="cancellationToken">Honoured until the row is taken down; from then on it is carried to its end.</param>
    /// <returns>Its line in the journal; null where the person may not change characters any more.</returns>
    public async Task<Change?> WriteRowAsync(string personId, ChangeRequest request, CancellationToken cancellationToken)
    {
        await convai.AwaitBatchPlaceAsync(cancellationToken);
        using var turn = await turns.EnterAsync(request.Character.Id, cancellationToken);
        if (await access.FindAsync(personId, Role.Designer, cancellationToken) is not { } person)
        {
            return null;
        }

        var refusal = await RefuseAsync(request, () => accountModels.ReadForCastAsync(cast.Last.ForAccountList?.Id ?? request.Character.Id, cancellationToken), cancellationToken);
        var places = await ReserveAsync($"batch {request.BatchId}", 1, cancellationToken);
        var change = await journal.AskAsync(person, request, cancellationToken);
        if (refusal is not null)
        {
            await journal.SettleAsync(change, ChangeState.Rejected, null, new ConvaiFailure(ConvaiFailureKind.ValueRejected, refusal.Sentence));
        }
        else if (cast.Last.Find(request.Character.Id)?.Settings is { } live)
        {
            await CompareAndSendAsync(change, request, live, places);
        }
        else
        {
            await journal.SettleAsync(change, ChangeState.Rejected, null, new ConvaiFailure(ConvaiFailureKind.UnknownCharacter, "Not in the cast."));
        }

        return change;
    }

    private async Task CompareAndSendAsync(Change change, ChangeRequest request, CharacterCoreSettings live, ConvaiReservation places)
    {
        var missing = request.Change.Without(live);
        if (missing.IsEmpty)
        {
            await journal.SettleAsync(change, ChangeState.AlreadySo, null, null);
        }
        else if (!missing.HasTheSameFieldsIn(request.Opened, live))
        {
            await journal.SettleAsync(change, ChangeState.Conflict, null, null);
        }
        else
        {
            await journal.SendAsync(change, missing, null, CancellationToken.None);
            var failure = await convai.UpdateCharacterAsync(request.Character.Id, missing, places, CancellationToken.None);
            if (failure is null)
            {
                // What comes after compares with it, and needs not wait for the reading. Before it is settled: the journal passes over
                // readings that began earlier, whose values are laid over by these.
                cast.Replace(request.Character.Id, live.With(missing));
            }

            await journal.SettleAsync(change, StateOf(change, failure), null, failure);
        }
    }

    private static ChangeState StateOf(Change change, ConvaiFailure? failure) => failure is null or { MayHaveBeenApplied: true }
        ? ChangeState.OutcomeUnknown
        : StateOf(NotWritten(change, failure));
}
