using System.Security.Claims;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Security;

namespace Convai.Dashboard.Features.Batches;

/// <summary>
/// What people can do with plans and runs. Each method throws <see cref="AccessDeniedException"/> if the person lacks access, and the exceptions that <see cref="DatabaseError"/>
/// describes.
/// </summary>
public sealed class BatchService(BatchRepository store, BatchWorker runner, BatchPlanner plans, CastDirectory cast, ChangeHistory history, Access access)
{
    /// <summary>Reads a batch with all its items; null if there is none.</summary>
    public async Task<BatchReport?> ReadAsync(ClaimsPrincipal user, long batchId, CancellationToken cancellationToken)
    {
        await access.RequireAsync(user, Role.Viewer, cancellationToken);
        return await store.LoadAsync(batchId, cancellationToken);
    }

    /// <summary>Reads the last hundred batches, newest first.</summary>
    public async Task<IReadOnlyList<BatchSummary>> ListAsync(ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        await access.RequireAsync(user, Role.Viewer, cancellationToken);
        return await store.ListAsync(100, cancellationToken);
    }

    /// <summary>Reads the batches that wait for someone to resume them, newest first.</summary>
    public async Task<IReadOnlyList<BatchSummary>> ListPausedAsync(ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        await access.RequireAsync(user, Role.Viewer, cancellationToken);
        return await store.ListPausedAsync(cancellationToken);
    }

    /// <summary>Reads the last hundred batches, newest first, without counting their items.</summary>
    public async Task<IReadOnlyList<Batch>> ListRecentAsync(ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        await access.RequireAsync(user, Role.Viewer, cancellationToken);
        return await store.ListRecentAsync(100, cancellationToken);
    }

    /// <summary>The address of a batch, relative to the base address; a plan has a page of its own.</summary>
    public static string AddressOf(Batch batch) => batch.State == BatchState.Planned ? BatchPlanner.AddressOf(batch.Id) : $"batches/{batch.Id}";

    /// <summary>Reads batches without their items, keyed by id; unknown ids are left out.</summary>
    public async Task<IReadOnlyDictionary<long, BatchStanding>> FindAsync(ClaimsPrincipal user, IReadOnlyCollection<long> ids, CancellationToken cancellationToken)
    {
        await access.RequireAsync(user, Role.Viewer, cancellationToken);
        return await store.FindAsync(ids, cancellationToken);
    }

    /// <summary>What a running batch is waiting for, as a sentence; null if it is not waiting.</summary>
    public string? Hindrance(long batchId) => runner.Hindrance(batchId);

    /// <summary>Starts a plan in the acting person's name. Items whose values changed after the review are not written.</summary>
    public async Task<Result> StartAsync(ClaimsPrincipal user, long batchId, CancellationToken cancellationToken)
    {
        var person = await access.RequireAsync(user, Role.Designer, cancellationToken);
        var isStarted = await store.StartAsync(batchId, person, cancellationToken);
        runner.Wake();
        return isStarted ? Result.Success : BatchText.HasChanged;
    }

    /// <summary>Pauses a batch: writes in progress run to their end, and no more are begun. A batch that has nothing left to write is not paused.</summary>
    public async Task<Result> PauseAsync(ClaimsPrincipal user, long batchId, CancellationToken cancellationToken)
    {
        await access.RequireAsync(user, Role.Designer, cancellationToken);
        if (await NothingToPauseAsync(batchId, cancellationToken) is { } nothing)
        {
            return nothing;
        }

        var paused = await MoveAsync(user, batchId, [BatchState.Running], BatchState.Paused, BatchPause.Asked, cancellationToken);
        // It may have finished just before: then it is done and not paused.
        if (await store.LoadAsync(batchId, cancellationToken) is { Batch.State: BatchState.Paused, IsFinished: true })
        {
            await store.MoveAsync(batchId, BatchState.Paused, BatchState.Done, null, cancellationToken);
        }

        return await NothingToPauseAsync(batchId, cancellationToken) ?? paused;
    }

    private async Task<string?> NothingToPauseAsync(long batchId, CancellationToken cancellationToken) => await store.LoadAsync(batchId, cancellationToken) switch
    {
        { Batch.State: BatchState.Done } => BatchText.HadFinished,
        { Batch.State: BatchState.Running } report when report.Count(BatchItemState.Waiting) + report.Count(BatchItemState.Writing) == 0 => report.IsFinished ? BatchText.HadFinished : BatchText.HadSentAll,
        _ => null,
    };

    public Task<Result> ResumeAsync(ClaimsPrincipal user, long batchId, CancellationToken cancellationToken) =>
        MoveAsync(user, batchId, [BatchState.Paused], BatchState.Running, null, cancellationToken);

    /// <summary>Stops a batch for good: waiting items are not written. Written items stay, and can be undone by <see cref="UndoAsync"/>.</summary>
    public Task<Result> StopAsync(ClaimsPrincipal user, long batchId, CancellationToken cancellationToken) =>
        MoveAsync(user, batchId, [BatchState.Running, BatchState.Paused], BatchState.Stopped, null, cancellationToken);

    /// <summary>Retries the failed items over Convai's present values: the person has seen why they failed.</summary>
    public async Task<Result> RetryAsync(ClaimsPrincipal user, long batchId, CancellationToken cancellationToken)
    {
        await access.RequireAsync(user, Role.Designer, cancellationToken);
        if (await store.LoadAsync(batchId, cancellationToken) is not { } report)
        {
            return BatchText.HasChanged;
        }

        var failed = report.Items.Where(line => line.State == BatchItemState.Failed).ToDictionary(line => line.Item.CharacterId, line => line.Change!.Id, StringComparer.Ordinal);
        if ((await cast.ReadAsync(forceRefresh: true, cancellationToken)).Failure is { } failure)
        {
            return failure.Sentence;
        }

        var levels = await history.LastReasoningAsync(user, cancellationToken);
        var change = RuleOf(report.Batch);
        var isAltered = await store.UpdateItemsAsync(
            batchId,
            [BatchState.Done, BatchState.Stopped, BatchState.Paused],
            rows =>
            {
                foreach (var row in rows.Where(row => failed.ContainsKey(row.CharacterId)))
                {
                    row.RetriedId = failed[row.CharacterId];
                    RefreshBefore(row, levels);
                    SetAfter(row, change?.ForRetry(row.Before, row.Asked));
                }
            },
            cancellationToken);
        return isAltered ? await MoveAsync(user, batchId, [report.Batch.State], BatchState.Running, null, cancellationToken) : BatchText.HasChanged;
    }

    /// <summary>Excludes items from a plan, or includes them again.</summary>
    public Task<Result> ExcludeAsync(ClaimsPrincipal user, long batchId, IReadOnlyCollection<string> characterIds, bool isLeftOut, CancellationToken cancellationToken) =>
        AlterPlanAsync(
            user,
            batchId,
            rows =>
            {
                var ids = characterIds.ToHashSet(StringComparer.Ordinal);
                foreach (var row in rows.Where(row => ids.Contains(row.CharacterId)))
                {
                    row.Mark = isLeftOut ? BatchItemMark.LeftOut : BatchItemMark.ToWrite;
                }
            },
            cancellationToken);

    /// <summary>
    /// Rebases the items on Convai's present values, once the person has seen what changed since the plan was made; values that follow from those are computed
    /// again.
    /// </summary>
    public async Task<Result> UpdatePlanAsync(ClaimsPrincipal user, long batchId, CancellationToken cancellationToken)
    {
        var change = await ReadAsync(user, batchId, cancellationToken) is { Batch: var batch } ? RuleOf(batch) : null;
        var levels = await history.LastReasoningAsync(user, cancellationToken);
        return await AlterPlanAsync(
            user,
            batchId,
            rows =>
            {
                foreach (var row in rows)
                {
                    RefreshBefore(row, levels);
                    SetAfter(row, change?.For(row.Before));
                }
            },
            cancellationToken);
    }

    /// <summary>Discards a plan that was never started.</summary>
    public async Task<Result> DiscardAsync(ClaimsPrincipal user, long batchId, CancellationToken cancellationToken)
    {
        await access.RequireAsync(user, Role.Designer, cancellationToken);
        return await store.DiscardAsync(batchId, cancellationToken) ? Result.Success : BatchText.HasChanged;
    }

    /// <summary>Finds the last batch made to undo this one; null if there is none.</summary>
    public async Task<Batch?> FindUndoAsync(ClaimsPrincipal user, long batchId, CancellationToken cancellationToken)
    {
        await access.RequireAsync(user, Role.Viewer, cancellationToken);
        return await store.FindUndoAsync(batchId, cancellationToken);
    }

    /// <summary>
    /// Plans the undo of every applied item; nothing is written before someone starts it. The plan lists irreversible items too. An unstarted
    /// undo plan is returned again.
    /// </summary>
    public async Task<Result<MadePlan>> UndoAsync(ClaimsPrincipal user, long batchId, CancellationToken cancellationToken)
    {
        await access.RequireAsync(user, Role.Designer, cancellationToken);
        if (await store.LoadAsync(batchId, cancellationToken) is not { } report)
        {
            return BatchText.HasChanged;
        }

        if (await store.FindUndoAsync(batchId, cancellationToken) is { State: BatchState.Planned } waiting)
        {
            return new MadePlan(waiting.Id);
        }

        var rows = new List<BatchItemRequest>();
        foreach (var line in report.Items)
        {
            if (line.Written is { Applied.IsEmpty: false } change)
            {
                // Over the present value, no matter who has changed it since: the plan shows it.
                var now = cast.Last.Find(change.CharacterId)?.Settings ?? change.Before.With(change.Applied);
                rows.Add(new BatchItemRequest(change.CharacterId, change.CharacterName, now, change.Inverse, change.Id));
            }
        }

        return rows.All(row => row.After.IsEmpty)
            ? BatchText.NothingToUndo
            : await plans.MakeAsync(user, new PlanRequest(BatchText.UndoTitle(report.Batch.Title), ChangeKind.Undo, rows, UndoesBatchId: batchId), cancellationToken);
    }

    private async Task<Result> AlterPlanAsync(ClaimsPrincipal user, long batchId, Action<IReadOnlyList<BatchItem>> alter, CancellationToken cancellationToken)
    {
        await access.RequireAsync(user, Role.Designer, cancellationToken);
        return await store.UpdateItemsAsync(batchId, [BatchState.Planned], alter, cancellationToken) ? Result.Success : BatchText.HasChanged;
    }

    /// <param name="levels">The reasoning effort last sent for each character.</param>
    private void RefreshBefore(BatchItem row, IReadOnlyDictionary<string, LastReasoning> levels)
    {
        if (cast.Last.Find(row.CharacterId)?.Settings is { } now)
        {
            (row.ModelBefore, row.TemperatureBefore) = (now.ModelCode, now.Temperature);
            row.ReasoningBefore = row.ReasoningAfter is null ? null : now.WithLastReasoning(levels.GetValueOrDefault(row.CharacterId)?.Value).Reasoning;
        }
    }

    /// <summary>What the values of a plan follow from; null if they do not depend on what a character has.</summary>
    internal static BulkChange? RuleOf(Batch batch) => batch.Rule is { } rule ? BulkChange.Parse(rule) : null;

    /// <param name="after">Null if the values do not follow from what the character has.</param>
    private static void SetAfter(BatchItem row, SettingsPatch? after)
    {
        if (after is not null)
        {
            (row.ModelAfter, row.TemperatureAfter) = (after.ModelCode, after.Temperature);
        }
    }

    private async Task<Result> MoveAsync(ClaimsPrincipal user, long batchId, BatchState[] from, BatchState to, BatchPause? pausedFor, CancellationToken cancellationToken)
    {
        await access.RequireAsync(user, Role.Designer, cancellationToken);
        foreach (var state in from)
        {
            if (await store.MoveAsync(batchId, state, to, pausedFor, cancellationToken))
            {
                runner.Wake();
                return Result.Success;
            }
        }

        return BatchText.HasChanged;
    }
}
