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
public sealed class BatchService(BatchRepository repository, BatchWorker worker, BatchPlanner planner, CastDirectory cast, ChangeHistory history, Access access)
{
    /// <summary>Reads a batch with all its items; null if there is none.</summary>
    public async Task<BatchReport?> ReadAsync(ClaimsPrincipal user, long batchId, CancellationToken cancellationToken)
    {
        await access.RequireAsync(user, Role.Viewer, cancellationToken);
        return await repository.LoadAsync(batchId, cancellationToken);
    }

    /// <summary>Reads the last hundred batches, newest first.</summary>
    public async Task<IReadOnlyList<BatchSummary>> ListAsync(ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        await access.RequireAsync(user, Role.Viewer, cancellationToken);
        return await repository.ListAsync(100, cancellationToken);
    }

    /// <summary>Reads the batches that wait for someone to resume them, newest first.</summary>
    public async Task<IReadOnlyList<BatchSummary>> ListPausedAsync(ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        await access.RequireAsync(user, Role.Viewer, cancellationToken);
        return await repository.ListPausedAsync(cancellationToken);
    }

    /// <summary>Reads the last hundred batches, newest first, without counting their items.</summary>
    public async Task<IReadOnlyList<Batch>> ListRecentAsync(ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        await access.RequireAsync(user, Role.Viewer, cancellationToken);
        return await repository.ListRecentAsync(100, cancellationToken);
    }

    /// <summary>The address of a batch, relative to the base address; a plan has a page of its own.</summary>
    public static string GetAddress(Batch batch) => batch.State == BatchState.Planned ? BatchPlanner.GetAddress(batch.Id) : $"batches/{batch.Id}";

    /// <summary>Reads batches without their items, keyed by id; unknown ids are left out.</summary>
    public async Task<IReadOnlyDictionary<long, BatchWithUndo>> FindAsync(ClaimsPrincipal user, IReadOnlyCollection<long> ids, CancellationToken cancellationToken)
    {
        await access.RequireAsync(user, Role.Viewer, cancellationToken);
        return await repository.FindAsync(ids, cancellationToken);
    }

    /// <summary>What a running batch is waiting for, as a sentence; null if it is not waiting.</summary>
    public string? GetWaitReason(long batchId) => worker.GetWaitReason(batchId);

    /// <summary>Starts a plan in the acting person's name. Items whose values changed after the review are not written.</summary>
    public async Task<Result> StartAsync(ClaimsPrincipal user, long batchId, CancellationToken cancellationToken)
    {
        var person = await access.RequireAsync(user, Role.Designer, cancellationToken);
        var isStarted = await repository.StartAsync(batchId, person, cancellationToken);
        worker.Wake();
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

        var paused = await TransitionAsync(user, batchId, [BatchState.Running], BatchState.Paused, BatchPauseReason.Asked, cancellationToken);
        // It may have finished just before: then it is done and not paused.
        if (await repository.LoadAsync(batchId, cancellationToken) is { Batch.State: BatchState.Paused, IsFinished: true })
        {
            await repository.TransitionAsync(batchId, BatchState.Paused, BatchState.Done, null, cancellationToken);
        }

        return await NothingToPauseAsync(batchId, cancellationToken) ?? paused;
    }

    private async Task<string?> NothingToPauseAsync(long batchId, CancellationToken cancellationToken) => await repository.LoadAsync(batchId, cancellationToken) switch
    {
        { Batch.State: BatchState.Done } => BatchText.HadFinished,
        { Batch.State: BatchState.Running } report when report.Count(BatchItemState.Waiting) + report.Count(BatchItemState.Writing) == 0 => report.IsFinished ? BatchText.HadFinished : BatchText.HadSentAll,
        _ => null,
    };

    public Task<Result> ResumeAsync(ClaimsPrincipal user, long batchId, CancellationToken cancellationToken) =>
        TransitionAsync(user, batchId, [BatchState.Paused], BatchState.Running, null, cancellationToken);

    /// <summary>Stops a batch for good: waiting items are not written. Written items stay, and can be undone by <see cref="UndoAsync"/>.</summary>
    public Task<Result> StopAsync(ClaimsPrincipal user, long batchId, CancellationToken cancellationToken) =>
        TransitionAsync(user, batchId, [BatchState.Running, BatchState.Paused], BatchState.Stopped, null, cancellationToken);

    /// <summary>Retries the failed items over Convai's present values: the person has seen why they failed.</summary>
    public async Task<Result> RetryAsync(ClaimsPrincipal user, long batchId, CancellationToken cancellationToken)
    {
        await access.RequireAsync(user, Role.Designer, cancellationToken);
        if (await repository.LoadAsync(batchId, cancellationToken) is not { } report)
        {
            return BatchText.HasChanged;
        }

        var failed = report.Items.Where(item => item.State == BatchItemState.Failed).ToDictionary(item => item.Item.CharacterId, item => item.Change!.Id, StringComparer.Ordinal);
        if ((await cast.ReadAsync(forceRefresh: true, cancellationToken)).Failure is { } failure)
        {
            return failure.Sentence;
        }

        var levels = await history.ReadLastReasoningAsync(user, cancellationToken);
        var change = GetRule(report.Batch);
        var isAltered = await repository.UpdateItemsAsync(
            batchId,
            [BatchState.Done, BatchState.Stopped, BatchState.Paused],
            items =>
            {
                foreach (var item in items.Where(item => failed.ContainsKey(item.CharacterId)))
                {
                    item.RetriedId = failed[item.CharacterId];
                    RefreshBefore(item, levels);
                    SetAfter(item, change?.ForRetry(item.Before, item.Asked));
                }
            },
            cancellationToken);
        return isAltered ? await TransitionAsync(user, batchId, [report.Batch.State], BatchState.Running, null, cancellationToken) : BatchText.HasChanged;
    }

    /// <summary>Excludes items from a plan, or includes them again.</summary>
    public Task<Result> ExcludeAsync(ClaimsPrincipal user, long batchId, IReadOnlyCollection<string> characterIds, bool isExcluded, CancellationToken cancellationToken) =>
        AlterPlanAsync(
            user,
            batchId,
            items =>
            {
                var ids = characterIds.ToHashSet(StringComparer.Ordinal);
                foreach (var item in items.Where(item => ids.Contains(item.CharacterId)))
                {
                    item.Mark = isExcluded ? BatchItemMark.Excluded : BatchItemMark.ToWrite;
                }
            },
            cancellationToken);

    /// <summary>
    /// Rebases the items on Convai's present values, once the person has seen what changed since the plan was made; values that follow from those are computed
    /// again.
    /// </summary>
    public async Task<Result> UpdatePlanAsync(ClaimsPrincipal user, long batchId, CancellationToken cancellationToken)
    {
        var change = await ReadAsync(user, batchId, cancellationToken) is { Batch: var batch } ? GetRule(batch) : null;
        var levels = await history.ReadLastReasoningAsync(user, cancellationToken);
        return await AlterPlanAsync(
            user,
            batchId,
            items =>
            {
                foreach (var item in items)
                {
                    RefreshBefore(item, levels);
                    SetAfter(item, change?.For(item.Before));
                }
            },
            cancellationToken);
    }

    /// <summary>Discards a plan that was never started.</summary>
    public async Task<Result> DiscardAsync(ClaimsPrincipal user, long batchId, CancellationToken cancellationToken)
    {
        await access.RequireAsync(user, Role.Designer, cancellationToken);
        return await repository.DiscardAsync(batchId, cancellationToken) ? Result.Success : BatchText.HasChanged;
    }

    /// <summary>Finds the last batch made to undo this one; null if there is none.</summary>
    public async Task<Batch?> FindUndoAsync(ClaimsPrincipal user, long batchId, CancellationToken cancellationToken)
    {
        await access.RequireAsync(user, Role.Viewer, cancellationToken);
        return await repository.FindUndoAsync(batchId, cancellationToken);
    }

    /// <summary>
    /// Plans the undo of every applied item; nothing is written before someone starts it. The plan lists irreversible items too. An unstarted
    /// undo plan is returned again.
    /// </summary>
    public async Task<Result<CreatedPlan>> UndoAsync(ClaimsPrincipal user, long batchId, CancellationToken cancellationToken)
    {
        await access.RequireAsync(user, Role.Designer, cancellationToken);
        if (await repository.LoadAsync(batchId, cancellationToken) is not { } report)
        {
            return BatchText.HasChanged;
        }

        if (await repository.FindUndoAsync(batchId, cancellationToken) is { State: BatchState.Planned } waiting)
        {
            return new CreatedPlan(waiting.Id);
        }

        var items = new List<BatchItemRequest>();
        foreach (var item in report.Items)
        {
            if (item.Written is { Applied.IsEmpty: false } change)
            {
                // Over the present value, no matter who has changed it since: the plan shows it.
                var now = cast.Last.Find(change.CharacterId)?.Settings ?? change.Before.With(change.Applied);
                items.Add(new BatchItemRequest(change.CharacterId, change.CharacterName, now, change.Inverse, change.Id));
            }
        }

        return items.All(item => item.After.IsEmpty)
            ? BatchText.NothingToUndo
            : await planner.CreateAsync(user, new PlanRequest(BatchText.UndoTitle(report.Batch.Title), ChangeKind.Undo, items, UndoesBatchId: batchId), cancellationToken);
    }

    private async Task<Result> AlterPlanAsync(ClaimsPrincipal user, long batchId, Action<IReadOnlyList<BatchItem>> alter, CancellationToken cancellationToken)
    {
        await access.RequireAsync(user, Role.Designer, cancellationToken);
        return await repository.UpdateItemsAsync(batchId, [BatchState.Planned], alter, cancellationToken) ? Result.Success : BatchText.HasChanged;
    }

    /// <param name="levels">The reasoning effort last sent for each character.</param>
    private void RefreshBefore(BatchItem item, IReadOnlyDictionary<string, LastReasoning> levels)
    {
        if (cast.Last.Find(item.CharacterId)?.Settings is { } now)
        {
            (item.ModelBefore, item.TemperatureBefore) = (now.ModelCode, now.Temperature);
            item.ReasoningBefore = item.ReasoningAfter is null ? null : now.WithLastReasoning(levels.GetValueOrDefault(item.CharacterId)?.Value).Reasoning;
        }
    }

    /// <summary>What the values of a plan follow from; null if they do not depend on what a character has.</summary>
    internal static BulkChange? GetRule(Batch batch) => batch.Rule is { } rule ? BulkChange.Parse(rule) : null;

    /// <param name="after">Null if the values do not follow from what the character has.</param>
    private static void SetAfter(BatchItem item, SettingsPatch? after)
    {
        if (after is not null)
        {
            (item.ModelAfter, item.TemperatureAfter) = (after.ModelCode, after.Temperature);
        }
    }

    private async Task<Result> TransitionAsync(ClaimsPrincipal user, long batchId, BatchState[] from, BatchState to, BatchPauseReason? pausedFor, CancellationToken cancellationToken)
    {
        await access.RequireAsync(user, Role.Designer, cancellationToken);
        foreach (var state in from)
        {
            if (await repository.TransitionAsync(batchId, state, to, pausedFor, cancellationToken))
            {
                worker.Wake();
                return Result.Success;
            }
        }

        return BatchText.HasChanged;
    }
}
