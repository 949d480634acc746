using System.Security.Claims;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Security;

namespace Convai.Dashboard.Features.Batches;

/// <summary>
/// What people do with plans and runs. Each method throws <see cref="AccessDeniedException"/> if the person may not, and what <see cref="DatabaseTrouble"/>
/// names.
/// </summary>
public sealed class BatchRuns(BatchStore store, BatchRunner runner, BatchPlans plans, CastDirectory cast, Access access)
{
    private const string MovedOn = "Somebody else was quicker: look at how it stands now.";

    /// <summary>A batch with all its rows; null where there is none.</summary>
    public async Task<BatchReport?> ReadAsync(ClaimsPrincipal by, long batchId, CancellationToken cancellationToken)
    {
        await access.RequireAsync(by, Role.Viewer, cancellationToken);
        return await store.LoadAsync(batchId, cancellationToken);
    }

    /// <summary>The last hundred, newest first.</summary>
    public async Task<IReadOnlyList<BatchSummary>> ListAsync(ClaimsPrincipal by, CancellationToken cancellationToken)
    {
        await access.RequireAsync(by, Role.Viewer, cancellationToken);
        return await store.ListAsync(100, cancellationToken);
    }

    /// <summary>What keeps a running batch waiting right now, as a sentence; null for nothing.</summary>
    public string? Hindrance(long batchId) => runner.Hindrance(batchId);

    /// <summary>Starts a plan under the name of whoever does so. What has moved since the plan was looked at is not written.</summary>
    public async Task<Result> StartAsync(ClaimsPrincipal by, long batchId, CancellationToken cancellationToken)
    {
        var person = await access.RequireAsync(by, Role.Designer, cancellationToken);
        var isStarted = await store.StartAsync(batchId, person, cancellationToken);
        runner.Wake();
        return isStarted ? Result.Done : MovedOn;
    }

    /// <summary>What is being written is written to its end; nothing more is begun.</summary>
    public Task<Result> PauseAsync(ClaimsPrincipal by, long batchId, CancellationToken cancellationToken) =>
        MoveAsync(by, batchId, [BatchState.Running], BatchState.Paused, BatchPause.Asked, cancellationToken);

    public Task<Result> ResumeAsync(ClaimsPrincipal by, long batchId, CancellationToken cancellationToken) =>
        MoveAsync(by, batchId, [BatchState.Paused], BatchState.Running, null, cancellationToken);

    /// <summary>For good: rows that wait are not written. What was written stays, and can be taken back by <see cref="UndoAsync"/>.</summary>
    public Task<Result> StopAsync(ClaimsPrincipal by, long batchId, CancellationToken cancellationToken) =>
        MoveAsync(by, batchId, [BatchState.Running, BatchState.Paused], BatchState.Stopped, null, cancellationToken);

    /// <summary>Writes the failed rows again, over what Convai has now: the person has seen why they failed.</summary>
    public async Task<Result> RetryAsync(ClaimsPrincipal by, long batchId, CancellationToken cancellationToken)
    {
        await access.RequireAsync(by, Role.Designer, cancellationToken);
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
    public Task<Result> LeaveOutAsync(ClaimsPrincipal by, long batchId, string characterId, bool isLeftOut, CancellationToken cancellationToken) =>
        AlterPlanAsync(
            by,
            batchId,
            rows =>
            {
                if (rows.FirstOrDefault(row => string.Equals(row.CharacterId, characterId, StringComparison.Ordinal)) is { } row)
                {
                    row.Mark = isLeftOut ? BatchRowMark.LeftOut : BatchRowMark.ToWrite;
                }
            },
            cancellationToken);

    /// <summary>The person has seen what has moved since the plan was made: the rows begin from what Convai has now.</summary>
    public Task<Result> LookAgainAsync(ClaimsPrincipal by, long batchId, CancellationToken cancellationToken) =>
        AlterPlanAsync(
            by,
            batchId,
            rows =>
            {
                foreach (var row in rows)
                {
                    LookAgain(row);
                }
            },
            cancellationToken);

    /// <summary>Throws a plan away that was never started.</summary>
    public async Task<Result> DiscardAsync(ClaimsPrincipal by, long batchId, CancellationToken cancellationToken)
    {
        await access.RequireAsync(by, Role.Designer, cancellationToken);
        return await store.DiscardAsync(batchId, cancellationToken) ? Result.Done : MovedOn;
    }

    /// <summary>The last batch that was to undo this one; null where there is none.</summary>
    public async Task<Batch?> FindUndoAsync(ClaimsPrincipal by, long batchId, CancellationToken cancellationToken)
    {
        await access.RequireAsync(by, Role.Viewer, cancellationToken);
        return await store.FindUndoAsync(batchId, cancellationToken);
    }

    /// <summary>
    /// A plan that takes back every row that came about; nothing is written before somebody starts it. Rows with no way back stand in it too. One that
    /// waits already is given again.
    /// </summary>
    public async Task<Result<MadePlan>> UndoAsync(ClaimsPrincipal by, long batchId, CancellationToken cancellationToken)
    {
        await access.RequireAsync(by, Role.Designer, cancellationToken);
        if (await store.LoadAsync(batchId, cancellationToken) is not { } report)
        {
            return MovedOn;
        }

        if (await store.FindUndoAsync(batchId, cancellationToken) is { State: BatchState.Planned } waiting)
        {
            return new MadePlan(waiting.Id);
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
            ? "Nothing of this batch can be undone."
            : await plans.MakeAsync(by, new PlanRequest($"Undo of “{report.Batch.Title}”", ChangeKind.Undo, rows, UndoesBatchId: batchId), cancellationToken);
    }

    private async Task<Result> AlterPlanAsync(ClaimsPrincipal by, long batchId, Action<IReadOnlyList<BatchRow>> alter, CancellationToken cancellationToken)
    {
        await access.RequireAsync(by, Role.Designer, cancellationToken);
        return await store.AlterRowsAsync(batchId, [BatchState.Planned], alter, cancellationToken) ? Result.Done : MovedOn;
    }

    private void LookAgain(BatchRow row)
    {
        if (cast.Last.Find(row.CharacterId)?.Settings is { } now)
        {
            (row.ModelBefore, row.TemperatureBefore) = (now.ModelCode, now.Temperature);
        }
    }

    private async Task<Result> MoveAsync(ClaimsPrincipal by, long batchId, BatchState[] from, BatchState to, BatchPause? pausedFor, CancellationToken cancellationToken)
    {
        await access.RequireAsync(by, Role.Designer, cancellationToken);
        foreach (var state in from)
        {
            if (await store.MoveAsync(batchId, state, to, pausedFor, cancellationToken))
            {
                runner.Wake();
                return Result.Done;
            }
        }

        return MovedOn;
    }
}
