using System.Security.Claims;
using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Security;

namespace Convai.Dashboard.Features.Batches;

/// <summary>
/// What people do with plans and runs. Every act asks who may do it, gives a sentence where it was refused and null where it was
/// done, and throws what <see cref="DatabaseTrouble"/> names.
/// </summary>
public sealed class BatchRuns(BatchStore store, BatchRunner runner, BatchPlans plans, CastDirectory cast, Access access)
{
    private const string NotAllowed = "Your role lets you look at batches, not change them. An Admin can give you the Designer role.";
    private const string MovedOn = "Somebody else was quicker: look at how it stands now.";

    /// <summary>A batch with all its rows; null where there is none, or for whoever may not see it.</summary>
    public async Task<BatchReport?> ReadAsync(ClaimsPrincipal by, long batchId, CancellationToken cancellationToken) =>
        await access.FindAsync(by, Role.Viewer, cancellationToken) is null ? null : await store.LoadAsync(batchId, cancellationToken);

    /// <summary>The last hundred, newest first; null for whoever may not see them.</summary>
    public async Task<IReadOnlyList<BatchSummary>?> ListAsync(ClaimsPrincipal by, CancellationToken cancellationToken) =>
        await access.FindAsync(by, Role.Viewer, cancellationToken) is null ? null : await store.ListAsync(100, cancellationToken);

    /// <summary>What keeps a running batch waiting right now, as a sentence; null for nothing.</summary>
    public string? Hindrance(long batchId) => runner.Hindrance(batchId);

    /// <summary>Starts a plan under the name of whoever does so. What has moved since the plan was looked at is not written.</summary>
    public async Task<string?> StartAsync(ClaimsPrincipal by, long batchId, CancellationToken cancellationToken)
    {
        if (await access.FindAsync(by, Role.Designer, cancellationToken) is not { } person)
        {
            return NotAllowed;
        }

        var isStarted = await store.StartAsync(batchId, person, cancellationToken);
        runner.Wake();
        return isStarted ? null : MovedOn;
    }

    /// <summary>What is being written is written to its end; nothing more is begun.</summary>
    public Task<string?> PauseAsync(ClaimsPrincipal by, long batchId, CancellationToken cancellationToken) =>
        MoveAsync(by, batchId, [BatchState.Running], BatchState.Paused, BatchPause.Asked, cancellationToken);

    public Task<string?> ResumeAsync(ClaimsPrincipal by, long batchId, CancellationToken cancellationToken) =>
        MoveAsync(by, batchId, [BatchState.Paused], BatchState.Running, null, cancellationToken);

    /// <summary>For good: rows that wait are not written. What was written stays, and can be taken back by <see cref="UndoAsync"/>.</summary>
    public Task<string?> StopAsync(ClaimsPrincipal by, long batchId, CancellationToken cancellationToken) =>
        MoveAsync(by, batchId, [BatchState.Running, BatchState.Paused], BatchState.Stopped, null, cancellationToken);

    /// <summary>Writes the failed rows again, over what Convai has now: the person has seen why they failed.</summary>
    public async Task<string?> RetryAsync(ClaimsPrincipal by, long batchId, CancellationToken cancellationToken)
    {
        if (await access.FindAsync(by, Role.Designer, cancellationToken) is null)
        {
            return NotAllowed;
        }

        if (await store.LoadAsync(batchId, cancellationToken) is not { } report)
        {
            return MovedOn;
        }

        var failed = report.Lines.Where(line => line.State == BatchLineState.Failed).ToDictionary(line => line.Row.CharacterId, line => line.Change!.Id, StringComparer.Ordinal);
        if ((await cast.ReadAsync(again: true, cancellationToken)).Failure is { } failure)
        {
            return failure.Sentence;
        }

        var isAltered = await store.AlterRowsAsync(
            batchId,
            [BatchState.Done, BatchState.Stopped, BatchState.Paused],
            rows =>
            {
                foreach (var row in rows.Where(row => failed.ContainsKey(row.CharacterId)))
                {
                    row.RetriedId = failed[row.CharacterId];
                    LookAgain(row);
                }
            },
            cancellationToken);
        return isAltered ? await MoveAsync(by, batchId, [report.Batch.State], BatchState.Running, null, cancellationToken) : MovedOn;
    }

    /// <summary>A row of a plan is left out, or taken in again.</summary>
    public async Task<string?> LeaveOutAsync(ClaimsPrincipal by, long batchId, string characterId, bool isLeftOut, CancellationToken cancellationToken) =>
        await access.FindAsync(by, Role.Designer, cancellationToken) is null ? NotAllowed
        : await store.AlterRowsAsync(
            batchId,
            [BatchState.Planned],
            rows =>
            {
                if (rows.FirstOrDefault(row => string.Equals(row.CharacterId, characterId, StringComparison.Ordinal)) is { } row)
                {
                    row.Mark = isLeftOut ? BatchRowMark.LeftOut : BatchRowMark.ToWrite;
                }
            },
            cancellationToken) ? null : MovedOn;

    /// <summary>The person has seen what has moved since the plan was made: the rows begin from what Convai has now.</summary>
    public async Task<string?> LookAgainAsync(ClaimsPrincipal by, long batchId, CancellationToken cancellationToken) =>
        await access.FindAsync(by, Role.Designer, cancellationToken) is null ? NotAllowed
        : await store.AlterRowsAsync(
            batchId,
            [BatchState.Planned],
            rows =>
            {
                foreach (var row in rows)
                {
                    LookAgain(row);
                }
            },
            cancellationToken) ? null : MovedOn;

    /// <summary>Throws a plan away that was never started.</summary>
    public async Task<string?> DiscardAsync(ClaimsPrincipal by, long batchId, CancellationToken cancellationToken) =>
        await access.FindAsync(by, Role.Designer, cancellationToken) is null ? NotAllowed
        : await store.DiscardAsync(batchId, cancellationToken) ? null : MovedOn;

    /// <summary>The last batch that was to take this one back; null where there is none, or for whoever may not see it.</summary>
    public async Task<Batch?> FindUndoAsync(ClaimsPrincipal by, long batchId, CancellationToken cancellationToken) =>
        await access.FindAsync(by, Role.Viewer, cancellationToken) is null ? null : await store.FindUndoAsync(batchId, cancellationToken);

    /// <summary>
    /// A plan that takes back every row that came about; nothing is written before somebody starts it. Rows with no way back stand in it too. One that
    /// waits already is given again.
    /// </summary>
    public async Task<PlanOutcome> UndoAsync(ClaimsPrincipal by, long batchId, CancellationToken cancellationToken)
    {
        if (await access.FindAsync(by, Role.Designer, cancellationToken) is null)
        {
            return new PlanOutcome.Refused(NotAllowed);
        }

        if (await store.LoadAsync(batchId, cancellationToken) is not { } report)
        {
            return new PlanOutcome.Refused(MovedOn);
        }

        if (await store.FindUndoAsync(batchId, cancellationToken) is { State: BatchState.Planned } waiting)
        {
            return new PlanOutcome.Made(waiting.Id);
        }

        var rows = new List<PlannedRow>();
        foreach (var line in report.Lines)
        {
            if (line.Change is { Applied.IsEmpty: false } change)
            {
                // Over what stands there now, whoever has changed it since: the plan shows it.
                var now = cast.Last.Find(change.CharacterId)?.Settings ?? change.Before.With(change.Applied);
                rows.Add(new PlannedRow(change.CharacterId, change.CharacterName, now, change.Inverse, change.Id));
            }
        }

        return rows.All(row => row.After.IsEmpty)
            ? new PlanOutcome.Refused("Nothing of this batch can be taken back.")
            : await plans.MakeAsync(by, new PlanRequest($"Undo of “{report.Batch.Title}”", ChangeKind.Undo, rows, UndoesBatchId: batchId), cancellationToken);
    }

    private void LookAgain(BatchRow row)
    {
        if (cast.Last.Find(row.CharacterId)?.Settings is { } now)
        {
            (row.ModelBefore, row.TemperatureBefore) = (now.ModelCode, now.Temperature);
        }
    }

    private async Task<string?> MoveAsync(ClaimsPrincipal by, long batchId, BatchState[] from, BatchState to, BatchPause? pausedFor, CancellationToken cancellationToken)
    {
        if (await access.FindAsync(by, Role.Designer, cancellationToken) is null)
        {
            return NotAllowed;
        }

        foreach (var state in from)
        {
            if (await store.MoveAsync(batchId, state, to, pausedFor, cancellationToken))
            {
                runner.Wake();
                return null;
            }
        }

        return MovedOn;
    }
}
