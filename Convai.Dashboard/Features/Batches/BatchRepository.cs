using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Changes;
using Microsoft.EntityFrameworkCore;

namespace Convai.Dashboard.Features.Batches;

/// <summary>Reads and writes batches in the database. Its callers check permissions. Methods throw the exceptions that <see cref="DatabaseError"/> describes.</summary>
public sealed class BatchRepository(IDbContextFactory<DashboardDbContext> contexts, IChangeFeed feed, TimeProvider time) : IBatchStates
{
    public IQueryable<long> Stopped(DashboardDbContext db) => db.Set<Batch>().Where(batch => batch.State == BatchState.Stopped).Select(batch => batch.Id);

    public async Task<BatchReport?> LoadAsync(long batchId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await db.Set<Batch>().AsNoTracking().FirstOrDefaultAsync(batch => batch.Id == batchId, cancellationToken) is not { } batch)
        {
            return null;
        }

        var items = await db.Set<BatchItem>().AsNoTracking().Where(item => item.BatchId == batchId).OrderBy(item => item.Position).ToListAsync(cancellationToken);
        var last = new Dictionary<string, ChangeRecord>(items.Count, StringComparer.Ordinal);
        var parts = new Dictionary<string, ChangeRecord>(StringComparer.Ordinal);
        await foreach (var change in db.Set<ChangeRecord>().AsNoTracking().Where(change => change.BatchId == batchId).OrderBy(change => change.Id).AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            (change.PartOfId is null ? last : parts)[change.CharacterId] = change;
        }

        return new BatchReport(batch, [.. items.Select(item => BatchItemStatus.From(batch, item, last.GetValueOrDefault(item.CharacterId), parts.GetValueOrDefault(item.CharacterId)))]);
    }

    /// <summary>Reads batches, each with the last one made to undo it, keyed by id.</summary>
    public async Task<Dictionary<long, BatchWithUndo>> FindAsync(IReadOnlyCollection<long> ids, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await db.Set<Batch>().AsNoTracking()
            .Where(batch => ids.Contains(batch.Id) || (batch.UndoesBatchId != null && ids.Contains(batch.UndoesBatchId.Value)))
            .OrderBy(batch => batch.Id)
            .ToListAsync(cancellationToken);
        return found.Where(batch => ids.Contains(batch.Id)).ToDictionary(batch => batch.Id, batch => new BatchWithUndo(batch, found.FindLast(undo => undo.UndoesBatchId == batch.Id)));
    }

    public async Task<Batch?> FindUndoAsync(long batchId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<Batch>().AsNoTracking().Where(batch => batch.UndoesBatchId == batchId).OrderByDescending(batch => batch.Id).FirstOrDefaultAsync(cancellationToken);
    }

    public async Task<List<Batch>> RunningAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<Batch>().AsNoTracking().Where(batch => batch.State == BatchState.Running).OrderBy(batch => batch.Id).ToListAsync(cancellationToken);
    }

    public async Task<List<BatchSummary>> ListAsync(int max, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await SummarizeAsync(db, await db.Set<Batch>().AsNoTracking().OrderByDescending(batch => batch.Id).Take(max).ToListAsync(cancellationToken), cancellationToken);
    }

    public async Task<List<BatchSummary>> ListPausedAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var paused = await db.Set<Batch>().AsNoTracking().Where(batch => batch.State == BatchState.Paused).OrderByDescending(batch => batch.Id).ToListAsync(cancellationToken);
        return paused.Count == 0 ? [] : await SummarizeAsync(db, paused, cancellationToken);
    }

    private static async Task<List<BatchSummary>> SummarizeAsync(DashboardDbContext db, List<Batch> batches, CancellationToken cancellationToken)
    {
        var ids = batches.Select(batch => (long?)batch.Id).ToList();
        var items = await db.Set<BatchItem>().Where(item => ids.Contains(item.BatchId) && item.Mark == BatchItemMark.ToWrite)
            .GroupBy(item => item.BatchId).Select(group => new { group.Key, Count = group.Count() }).ToDictionaryAsync(group => group.Key, group => group.Count, cancellationToken);
        var last = db.Set<ChangeRecord>().Where(change => ids.Contains(change.BatchId) && change.PartOfId == null).GroupBy(change => new { change.BatchId, change.CharacterId }).Select(group => group.Max(change => change.Id));
        var ends = (await db.Set<ChangeRecord>().Where(change => last.Contains(change.Id))
            .GroupBy(change => new { change.BatchId, change.State }).Select(group => new { group.Key.BatchId, group.Key.State, Count = group.Count() }).ToListAsync(cancellationToken))
            .ToLookup(end => end.BatchId!.Value);
        // As BatchWithUndo has it: the last undo counts, and one that was stopped can be started again.
        var undone = (await db.Set<Batch>().AsNoTracking().Where(batch => ids.Contains(batch.UndoesBatchId)).OrderBy(batch => batch.Id)
            .Select(batch => new { batch.UndoesBatchId, batch.State }).ToListAsync(cancellationToken))
            .GroupBy(undo => undo.UndoesBatchId!.Value).Where(undos => undos.Last().State == BatchState.Done).Select(undos => undos.Key).ToHashSet();
        return [.. batches.Select(batch => new BatchSummary(
            batch,
            items.GetValueOrDefault(batch.Id),
            ends[batch.Id].Where(end => end.State == ChangeState.Confirmed).Sum(end => end.Count),
            ends[batch.Id].Where(end => end.State == ChangeState.SentNotConfirmed).Sum(end => end.Count),
            ends[batch.Id].Where(end => BatchItemStatus.IsFailed(end.State)).Sum(end => end.Count))
        {
            IsUndone = undone.Contains(batch.Id),
        })];
    }

    public async Task<List<Batch>> ListRecentAsync(int max, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<Batch>().AsNoTracking().OrderByDescending(batch => batch.Id).Take(max).ToListAsync(cancellationToken);
    }

    /// <summary>Moves a batch from one state to another; false if it is no longer in the first.</summary>
    public async Task<bool> TransitionAsync(long batchId, BatchState from, BatchState to, BatchPauseReason? pausedFor, CancellationToken cancellationToken)
    {
        DateTimeOffset? ended = to is BatchState.Done or BatchState.Stopped ? time.GetUtcNow() : null;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var moved = await db.Set<Batch>().Where(batch => batch.Id == batchId && batch.State == from).ExecuteUpdateAsync(
            batch => batch.SetProperty(b => b.State, to).SetProperty(b => b.PausedFor, pausedFor).SetProperty(b => b.EndedAt, ended), cancellationToken);
        feed.Publish(new ChangeEvent.BatchUpdated(batchId));
        return moved > 0;
    }

    /// <summary>Turns a plan into a run in the name of the person who starts it.</summary>
    public async Task<bool> StartAsync(long batchId, Person by, CancellationToken cancellationToken)
    {
        DateTimeOffset? now = time.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var moved = await db.Set<Batch>().Where(batch => batch.Id == batchId && batch.State == BatchState.Planned).ExecuteUpdateAsync(
            batch => batch.SetProperty(b => b.State, BatchState.Running).SetProperty(b => b.StartedAt, now).SetProperty(b => b.StartedById, by.Id).SetProperty(b => b.StartedByName, by.Name),
            cancellationToken);
        feed.Publish(new ChangeEvent.BatchUpdated(batchId));
        return moved > 0;
    }

    /// <summary>Skips items of a running batch: Convai has their values already, so they have its preset too; or they are irreversible.</summary>
    public async Task SkipAsync(Batch batch, IReadOnlySet<string> characterIds, CancellationToken cancellationToken)
    {
        await UpdateItemsAsync(
            batch.Id,
            [BatchState.Running],
            async (db, items) =>
            {
                foreach (var item in items.Where(item => characterIds.Contains(item.CharacterId)))
                {
                    item.Mark = BatchItemMark.Skipped;
                    if (batch.Preset is { } preset)
                    {
                        await db.AssignPresetAsync(item.CharacterId, preset.Id, preset.Version, null, cancellationToken);
                    }
                    else if (item is { UndoesId: { } undoneId, IsIrreversible: false })
                    {
                        await db.ReturnPresetAsync(item.CharacterId, undoneId, cancellationToken);
                    }
                }
            },
            cancellationToken);
        feed.Publish(new ChangeEvent.PresetsUpdated());
    }

    /// <summary>Alters items of a batch if it is in one of these states; false if it is not.</summary>
    public Task<bool> UpdateItemsAsync(long batchId, BatchState[] states, Action<IReadOnlyList<BatchItem>> alter, CancellationToken cancellationToken) => UpdateItemsAsync(
        batchId,
        states,
        (_, items) =>
        {
            alter(items);
            return Task.CompletedTask;
        },
        cancellationToken);

    private async Task<bool> UpdateItemsAsync(long batchId, BatchState[] states, Func<DashboardDbContext, IReadOnlyList<BatchItem>, Task> alter, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        // Written unchanged, so that it keeps this state until the items are altered: PostgreSQL blocks others from moving it.
        if (await db.Set<Batch>().Where(batch => batch.Id == batchId && states.Contains(batch.State))
            .ExecuteUpdateAsync(batch => batch.SetProperty(b => b.State, b => b.State), cancellationToken) == 0)
        {
            return false;
        }

        await alter(db, await db.Set<BatchItem>().Where(item => item.BatchId == batchId).OrderBy(item => item.Position).ToListAsync(cancellationToken));
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        feed.Publish(new ChangeEvent.BatchUpdated(batchId));
        return true;
    }

    /// <summary>Discards a plan; nothing else can be discarded.</summary>
    public async Task<bool> DiscardAsync(long batchId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var deleted = await db.Set<Batch>().Where(batch => batch.Id == batchId && batch.State == BatchState.Planned).ExecuteDeleteAsync(cancellationToken);
        feed.Publish(new ChangeEvent.BatchUpdated(batchId));
        return deleted > 0;
    }
}
