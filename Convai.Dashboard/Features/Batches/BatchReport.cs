using Convai.Dashboard.Features.Changes;

namespace Convai.Dashboard.Features.Batches;

/// <summary>How far a row has come.</summary>
public enum BatchLineState
{
    Waiting,
    Writing,

    /// <summary>Convai took it; what it has now is still to be read.</summary>
    ReadingBack,
    Confirmed,
    Failed,

    /// <summary>Not to be written: left out by a person, or Convai had the values already.</summary>
    Skipped,

    /// <summary>The batch was stopped before it came to this row.</summary>
    NotWritten,
}

/// <summary>A row of a batch, and what the journal says of it.</summary>
/// <param name="Change">Its last change that counts; null where there is none yet.</param>
public sealed record BatchLine(BatchRow Row, Change? Change, BatchLineState State)
{
    public static BatchLine Of(Batch batch, BatchRow row, Change? last)
    {
        if (last is null || last.Id <= row.RetriedId || IsTriedAgain(last))
        {
            return new BatchLine(row, null, row.Mark != BatchRowMark.ToWrite ? BatchLineState.Skipped
                : batch.State == BatchState.Stopped ? BatchLineState.NotWritten
                : BatchLineState.Waiting);
        }

        return new BatchLine(row, last, last.State switch
        {
            ChangeState.Asked or ChangeState.Sent => BatchLineState.Writing,
            ChangeState.OutcomeUnknown => BatchLineState.ReadingBack,
            ChangeState.Confirmed => BatchLineState.Confirmed,
            _ => IsFailed(last.State) ? BatchLineState.Failed : BatchLineState.Skipped,
        });
    }

    public static bool IsFailed(ChangeState state) => state is ChangeState.Conflict or ChangeState.NotConfirmed or ChangeState.Rejected or ChangeState.Unchanged;

    /// <summary>It never reached Convai, because the server stopped in between; or Convai took nothing because of its rate limit or the plan's quota.</summary>
    private static bool IsTriedAgain(Change change) =>
        change is { State: ChangeState.Unchanged, Failure: null }
            or { State: ChangeState.Rejected, Failure: ConvaiApi.ConvaiFailureKind.RateLimited or ConvaiApi.ConvaiFailureKind.QuotaUsedUp };
}

/// <summary>A batch with all its rows, in the order of the plan.</summary>
public sealed record BatchReport(Batch Batch, IReadOnlyList<BatchLine> Lines)
{
    public int Count(BatchLineState state) => Lines.Count(line => line.State == state);

    public bool HasOpen => Lines.Any(line => line.State is BatchLineState.Writing or BatchLineState.ReadingBack);
}

/// <summary>A batch in the list of all.</summary>
/// <param name="Rows">How many there are to write.</param>
public sealed record BatchSummary(Batch Batch, int Rows, int Confirmed, int Failed);
