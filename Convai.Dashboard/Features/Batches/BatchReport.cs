using Convai.Dashboard.Features.Changes;

namespace Convai.Dashboard.Features.Batches;

/// <summary>How far an item has come.</summary>
public enum BatchItemState
{
    Waiting,
    Writing,

    /// <summary>Convai accepted it; it is not verified yet.</summary>
    Verifying,
    Confirmed,

    /// <summary>Convai accepted it, and does not report the reasoning effort back.</summary>
    SentNotConfirmed,
    Failed,

    /// <summary>Not to be written: a person excluded it, or Convai already had the values.</summary>
    Skipped,

    /// <summary>The batch was stopped before it reached this item.</summary>
    NotWritten,
}

/// <summary>A batch item with what the journal says about it.</summary>
/// <param name="Change">Its last change that counts; null if there is none yet.</param>
public sealed record BatchItemStatus(BatchItem Item, ChangeRecord? Change, BatchItemState State)
{
    /// <summary>What Convai wrote although it rejected <see cref="Change"/>; null if nothing.</summary>
    public ChangeRecord? Part { get; init; }

    /// <summary>What this item wrote, and could be undone: all of its change, or the part that Convai carried out.</summary>
    public ChangeRecord? Written => Part ?? Change;

    public static BatchItemStatus From(Batch batch, BatchItem item, ChangeRecord? last, ChangeRecord? part)
    {
        if (last is null || last.Id <= item.RetriedId || IsTriedAgain(last))
        {
            return new BatchItemStatus(item, null, item.Mark != BatchItemMark.ToWrite ? BatchItemState.Skipped
                : batch.State == BatchState.Stopped ? BatchItemState.NotWritten
                : BatchItemState.Waiting);
        }

        return new BatchItemStatus(item, last, last.State switch
        {
            ChangeState.Asked or ChangeState.Sent => BatchItemState.Writing,
            ChangeState.OutcomeUnknown => BatchItemState.Verifying,
            ChangeState.Confirmed => BatchItemState.Confirmed,
            ChangeState.SentNotConfirmed => BatchItemState.SentNotConfirmed,
            _ => IsFailed(last.State) ? BatchItemState.Failed : BatchItemState.Skipped,
        })
        {
            Part = part?.PartOfId == last.Id ? part : null,
        };
    }

    public static bool IsFailed(ChangeState state) => state is ChangeState.Conflict or ChangeState.NotConfirmed or ChangeState.Rejected or ChangeState.Unchanged;

    /// <summary>Whether it never reached Convai because the server stopped, or Convai refused it because of its rate limit or the plan's quota.</summary>
    private static bool IsTriedAgain(ChangeRecord change) =>
        change is { State: ChangeState.Unchanged, Failure: null }
            or { State: ChangeState.Rejected, Failure: ConvaiApi.ConvaiFailureKind.RateLimited or ConvaiApi.ConvaiFailureKind.QuotaUsedUp };
}

/// <summary>A batch with all its items, in the order of the plan.</summary>
public sealed record BatchReport(Batch Batch, IReadOnlyList<BatchItemStatus> Items)
{
    public int Count(BatchItemState state) => Items.Count(item => item.State == state);

    /// <summary>How many items are to be written, or have been.</summary>
    public int ToWrite => Items.Count - Count(BatchItemState.Skipped);

    /// <summary>How many items Convai was sent, whatever came of them.</summary>
    public int Sent => Items.Count(item => item.Change?.State is ChangeState.OutcomeUnknown or ChangeState.Confirmed or ChangeState.SentNotConfirmed or ChangeState.NotConfirmed or ChangeState.Rejected);

    /// <summary>Whether no item is left to write or to verify.</summary>
    public bool IsFinished => !HasOpen && Count(BatchItemState.Waiting) == 0;

    public bool HasOpen => Items.Any(item => item.State is BatchItemState.Writing or BatchItemState.Verifying);
}

/// <summary>A batch in the list of batches.</summary>
/// <param name="ItemCount">The number of items to write.</param>
/// <param name="Sent">The number of items that Convai accepted without reporting all of their values back.</param>
public sealed record BatchSummary(Batch Batch, int ItemCount, int Confirmed, int Sent, int Failed)
{
    /// <summary>Whether a later batch has undone it.</summary>
    public bool IsUndone { get; init; }

    /// <summary>The items that have not been written yet, if it is not over.</summary>
    public int Waiting => Math.Max(0, ItemCount - Confirmed - Sent - Failed);
}
