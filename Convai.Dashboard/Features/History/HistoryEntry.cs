using Convai.Dashboard.Features.Batches;
using Convai.Dashboard.Features.Changes;

namespace Convai.Dashboard.Features.History;

/// <summary>One thing that was done: a change, the changes of a batch, or what was changed in Convai at once.</summary>
/// <param name="Changes">Those that match the filter, oldest first; of a batch only the first <see cref="HistoryReader.ChangesPerBatch"/>.</param>
/// <param name="Batch">Null if it is no batch.</param>
/// <param name="RevertedBy">The last change that restored the values from before; null if none did, and for a batch.</param>
public sealed record HistoryEntry(IReadOnlyList<ChangeRecord> Changes, BatchEntry? Batch = null, ChangeRecord? RevertedBy = null)
{
    /// <summary>Says who did it, when, and to which character.</summary>
    public ChangeRecord First => Changes[0];

    /// <summary>The number of changes that match the filter.</summary>
    public int Count => Batch?.Count ?? Changes.Count;

    /// <summary>What Revert takes back: all its fields as one change, without those that someone has restored already.</summary>
    public ChangeRecord Revertible
    {
        get
        {
            var open = Changes.Where(change => change.State != ChangeState.Restored).ToList();
            if (Changes.Count == 1 || open.Count == 0)
            {
                return First;
            }

            var (model, temperature, reasoning) = (open.Find(change => change.ModelAfter is not null), open.Find(change => change.TemperatureAfter is not null), open.Find(change => change.ReasoningAfter is not null));
            return new ChangeRecord
            {
                // Later changes are those after all of its own.
                Id = Changes[^1].Id,
                At = First.At,
                Kind = First.Kind,
                CharacterId = First.CharacterId,
                CharacterName = First.CharacterName,
                ModelBefore = model?.ModelBefore,
                ModelAfter = model?.ModelAfter,
                TemperatureBefore = temperature?.TemperatureBefore,
                TemperatureAfter = temperature?.TemperatureAfter,
                ReasoningBefore = reasoning?.ReasoningBefore,
                ReasoningAfter = reasoning?.ReasoningAfter,
                State = open[0].State,
            };
        }
    }

    /// <summary>Whether it wrote nothing, and nothing is left to do about it.</summary>
    public bool HasNoEffect => Batch is null && First.State is ChangeState.Conflict or ChangeState.NoOp;
}

/// <summary>The smallest and largest of the values of one setting; null if there is none.</summary>
/// <param name="Count">The number of changes that set it.</param>
/// <param name="Unset">The number of these before which it had no value.</param>
public sealed record ValueRange<T>(int Count, int Unset, T? BeforeMin, T? BeforeMax, T? AfterMin, T? AfterMax);

/// <summary>A batch in the history.</summary>
/// <param name="WithUndo">Null if the batch is unknown.</param>
/// <param name="Count">The number of its changes that match the filter.</param>
/// <param name="Characters">The number of characters that they belong to.</param>
/// <param name="Failed">The number of these changes that failed.</param>
/// <param name="Open">The number of these changes whose outcome is not known yet.</param>
/// <param name="Revertible">The number of these changes that have values from before to restore.</param>
public sealed record BatchEntry(
    long Id, BatchWithUndo? WithUndo, int Count, int Characters, int Failed, int Open, int Revertible, ValueRange<string> Model, ValueRange<decimal?> Temperature, ValueRange<string> Reasoning)
{
    /// <summary>Whether its undo can be planned now.</summary>
    public bool MayBeUndone => WithUndo is { Batch.State: BatchState.Done or BatchState.Stopped, IsUndone: false } && Revertible > 0;
}

/// <summary>A page of the history, newest first.</summary>
/// <param name="Total">The number of changes that match the filter.</param>
/// <param name="EntryCount">The number of entries that they belong to.</param>
public sealed record HistoryResult(IReadOnlyList<HistoryEntry> Items, int Total, int EntryCount, bool HasNewer, bool HasOlder);

/// <summary>Which page of the history: next to an entry, or the newest one.</summary>
/// <param name="Before">The id of the first change of the entry that it comes after.</param>
/// <param name="After">The same for the entry that it comes before.</param>
public sealed record HistoryCursor(long? Before = null, long? After = null)
{
    public static HistoryCursor Newest { get; } = new();
}
