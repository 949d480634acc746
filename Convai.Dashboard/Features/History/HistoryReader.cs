using System.Security.Claims;
using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Batches;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Security;
using Microsoft.EntityFrameworkCore;

namespace Convai.Dashboard.Features.History;

/// <summary>
/// Reads the history entry by entry. An entry is found by the first of its changes that match the filter, so a page ends between two entries and never within
/// one; what a page shows of them is read with a few queries, and one for each batch on it, however many changes they have. Each method throws
/// <see cref="AccessDeniedException"/> if the person lacks access, and the exceptions that <see cref="DatabaseError"/> describes.
/// </summary>
public sealed class HistoryReader(IDbContextFactory<DashboardDbContext> contexts, ChangeHistory history, BatchService batches, Access access)
{
    /// <summary>The number of entries on a page.</summary>
    public const int PageSize = 50;

    /// <summary>The number of changes that an entry of a batch carries along.</summary>
    public const int ChangesPerBatch = 3;

    /// <summary>Reads a page; the newest one if there is none at the cursor.</summary>
    /// <param name="local">Where the days of the filter begin.</param>
    public async Task<HistoryResult> ReadAsync(ClaimsPrincipal user, HistoryFilter filter, LocalTime local, HistoryCursor cursor, CancellationToken cancellationToken)
    {
        await access.RequireAsync(user, Role.Viewer, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var changes = await history.FilterAsync(db, filter, local, cancellationToken);
        var firstChanges = SelectFirstChanges(changes);
        var (total, entryCount) = (await changes.CountAsync(cancellationToken), await firstChanges.CountAsync(cancellationToken));
        if (cursor.After is { } after)
        {
            var newer = await firstChanges.Where(entry => entry.Id > after).OrderBy(entry => entry.Id).Take(PageSize + 1).ToListAsync(cancellationToken);
            if (newer.Count > PageSize)
            {
                newer.RemoveAt(PageSize);
                newer.Reverse();
                return new HistoryResult(await CreateEntriesAsync(db, user, changes, newer, cancellationToken), total, entryCount, HasNewer: true, HasOlder: true);
            }
        }

        var page = cursor.Before is { } before ? firstChanges.Where(entry => entry.Id < before) : firstChanges;
        var firsts = await page.OrderByDescending(entry => entry.Id).Take(PageSize + 1).ToListAsync(cancellationToken);
        if (firsts.Count == 0 && cursor.Before is not null)
        {
            return await ReadAsync(user, filter, local, HistoryCursor.Newest, cancellationToken);
        }

        return new HistoryResult(
            await CreateEntriesAsync(db, user, changes, [.. firsts.Take(PageSize)], cancellationToken), total, entryCount, HasNewer: cursor.Before is not null, HasOlder: firsts.Count > PageSize);
    }

    /// <summary>Reads the changes of one batch that match the filter, oldest first.</summary>
    public async Task<IReadOnlyList<HistoryEntry>> ReadBatchAsync(ClaimsPrincipal user, HistoryFilter filter, LocalTime local, long batchId, int take, CancellationToken cancellationToken)
    {
        await access.RequireAsync(user, Role.Viewer, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var changes = (await history.FilterAsync(db, filter, local, cancellationToken)).Where(change => change.BatchId == batchId);
        var some = await changes.OrderBy(change => change.Id).Take(take).ToListAsync(cancellationToken);
        var reverts = await ReadRevertsAsync(db, some, cancellationToken);
        return [.. some.Select(change => new HistoryEntry([change], RevertedBy: reverts.GetValueOrDefault(change.Id)))];
    }

    /// <summary>Reads the last entries of one character; a batch counts as the change that it made there.</summary>
    public async Task<HistoryResult> ReadCharacterAsync(ClaimsPrincipal user, string characterId, int take, CancellationToken cancellationToken)
    {
        await access.RequireAsync(user, Role.Viewer, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var changes = ChangeHistory.ExcludeSplitChanges(db, db.Set<ChangeRecord>().AsNoTracking().Where(change => change.CharacterId == characterId));
        var firstChanges = SelectFirstOutsideChanges(changes);
        var (total, entryCount) = (await changes.CountAsync(cancellationToken), await firstChanges.CountAsync(cancellationToken));
        var firsts = await firstChanges.OrderByDescending(entry => entry.Id).Take(take).ToListAsync(cancellationToken);
        var (others, reverts) = (await ReadSimultaneousChangesAsync(db, changes, firsts, cancellationToken), await ReadRevertsAsync(db, firsts, cancellationToken));
        return new HistoryResult([.. firsts.Select(first => CreateEntry(first, others, reverts))], total, entryCount, HasNewer: false, HasOlder: entryCount > firsts.Count);
    }

    private static IQueryable<ChangeRecord> SelectFirstChanges(IQueryable<ChangeRecord> changes) =>
        SelectFirstOutsideChanges(changes).Where(change => change.BatchId == null || !changes.Any(other => other.BatchId == change.BatchId && other.Id < change.Id));

    /// <summary>Each field that was changed in Convai is an entry of its own; those that one reading found have the same time.</summary>
    private static IQueryable<ChangeRecord> SelectFirstOutsideChanges(IQueryable<ChangeRecord> changes) =>
        changes.Where(change => change.Kind != ChangeKind.Outside
            || !changes.Any(other => other.At == change.At && other.CharacterId == change.CharacterId && other.Kind == ChangeKind.Outside && other.Id < change.Id));

    private async Task<IReadOnlyList<HistoryEntry>> CreateEntriesAsync(DashboardDbContext db, ClaimsPrincipal user, IQueryable<ChangeRecord> changes, List<ChangeRecord> firsts, CancellationToken cancellationToken)
    {
        var singleChanges = firsts.FindAll(first => first.BatchId is null);
        var others = await ReadSimultaneousChangesAsync(db, changes, singleChanges, cancellationToken);
        var reverts = await ReadRevertsAsync(db, singleChanges, cancellationToken);
        var batchEntries = await ReadBatchEntriesAsync(user, changes, [.. firsts.Select(first => first.BatchId).OfType<long>()], cancellationToken);
        return [.. firsts.Select(first => first.BatchId is { } batch && batchEntries.TryGetValue(batch, out var entry) ? entry : CreateEntry(first, others, reverts))];
    }

    private static HistoryEntry CreateEntry(ChangeRecord first, ILookup<(DateTimeOffset At, string CharacterId), ChangeRecord> others, Dictionary<long, ChangeRecord> reverts)
    {
        IReadOnlyList<ChangeRecord> changes = first.Kind == ChangeKind.Outside ? [first, .. others[(first.At, first.CharacterId)]] : [first];
        return new HistoryEntry(changes, RevertedBy: changes.Select(change => reverts.GetValueOrDefault(change.Id)).FirstOrDefault(revert => revert is not null));
    }

    private static async Task<ILookup<(DateTimeOffset At, string CharacterId), ChangeRecord>> ReadSimultaneousChangesAsync(
        DashboardDbContext db, IQueryable<ChangeRecord> changes, List<ChangeRecord> firsts, CancellationToken cancellationToken)
    {
        var ids = firsts.Where(first => first.Kind == ChangeKind.Outside).Select(first => first.Id).ToList();
        var others = ids.Count == 0 ? [] : await db.Set<ChangeRecord>().Where(first => ids.Contains(first.Id))
            .Join(changes, first => new { first.At, first.CharacterId }, other => new { other.At, other.CharacterId }, (first, other) => new { first.Id, Other = other })
            .Where(pair => pair.Other.Kind == ChangeKind.Outside && pair.Other.Id > pair.Id)
            .Select(pair => pair.Other)
            .OrderBy(other => other.Id)
            .ToListAsync(cancellationToken);
        return others.ToLookup(other => (other.At, other.CharacterId));
    }

    /// <summary>The last change that took back each of these, keyed by their ids. The characters lead to an index.</summary>
    private static async Task<Dictionary<long, ChangeRecord>> ReadRevertsAsync(DashboardDbContext db, List<ChangeRecord> changes, CancellationToken cancellationToken)
    {
        var ids = changes.Select(change => (long?)change.Id).ToList();
        var characters = changes.Select(change => change.CharacterId).Distinct().ToList();
        var reverts = ids.Count == 0 ? [] : await db.Set<ChangeRecord>().AsNoTracking()
            .Where(revert => characters.Contains(revert.CharacterId) && ids.Contains(revert.UndoesId))
            .Where(revert => revert.State == ChangeState.Confirmed || revert.State == ChangeState.SentNotConfirmed || revert.State == ChangeState.NoOp)
            .OrderBy(revert => revert.Id)
            .ToListAsync(cancellationToken);
        return reverts.GroupBy(revert => revert.UndoesId!.Value).ToDictionary(group => group.Key, group => group.Last());
    }

    private async Task<Dictionary<long, HistoryEntry>> ReadBatchEntriesAsync(ClaimsPrincipal user, IQueryable<ChangeRecord> changes, List<long> ids, CancellationToken cancellationToken)
    {
        if (ids.Count == 0)
        {
            return [];
        }

        var batchEntries = changes.Where(change => change.BatchId != null && ids.Contains(change.BatchId.Value));
        var sums = await batchEntries.GroupBy(change => change.BatchId!.Value).Select(batch => new
        {
            Id = batch.Key,
            Count = batch.Count(),
            Characters = batch.Select(change => change.CharacterId).Distinct().Count(),
            Failed = batch.Count(change => change.State == ChangeState.NotConfirmed || change.State == ChangeState.Rejected || change.State == ChangeState.Conflict || change.State == ChangeState.Unchanged),
            Open = batch.Count(change => change.State == ChangeState.Asked || change.State == ChangeState.Sent || change.State == ChangeState.OutcomeUnknown),
            Revertible = batch.Count(change => (change.State == ChangeState.Confirmed || change.State == ChangeState.SentNotConfirmed || change.State == ChangeState.NotConfirmed)
                && ((change.ModelAfter != null && change.ModelBefore != null) || (change.TemperatureAfter != null && change.TemperatureBefore != null)
                    || (change.ReasoningAfter != null && change.ReasoningBefore != null))),
            Models = batch.Count(change => change.ModelAfter != null),
            ModelsUnset = batch.Count(change => change.ModelAfter != null && change.ModelBefore == null),
            ModelBeforeMin = batch.Min(change => change.ModelBefore),
            ModelBeforeMax = batch.Max(change => change.ModelBefore),
            ModelAfterMin = batch.Min(change => change.ModelAfter),
            ModelAfterMax = batch.Max(change => change.ModelAfter),
            Temperatures = batch.Count(change => change.TemperatureAfter != null),
            TemperaturesUnset = batch.Count(change => change.TemperatureAfter != null && change.TemperatureBefore == null),
            TemperatureBeforeMin = batch.Min(change => change.TemperatureBefore),
            TemperatureBeforeMax = batch.Max(change => change.TemperatureBefore),
            TemperatureAfterMin = batch.Min(change => change.TemperatureAfter),
            TemperatureAfterMax = batch.Max(change => change.TemperatureAfter),
            Levels = batch.Count(change => change.ReasoningAfter != null),
            LevelsUnset = batch.Count(change => change.ReasoningAfter != null && change.ReasoningBefore == null),
            LevelBeforeMin = batch.Min(change => change.ReasoningBefore),
            LevelBeforeMax = batch.Max(change => change.ReasoningBefore),
            LevelAfterMin = batch.Min(change => change.ReasoningAfter),
            LevelAfterMax = batch.Max(change => change.ReasoningAfter),
        }).ToListAsync(cancellationToken);
        var named = new Dictionary<long, List<ChangeRecord>>();
        foreach (var id in ids)
        {
            named[id] = await changes.Where(change => change.BatchId == id).OrderBy(change => change.Id).Take(ChangesPerBatch).ToListAsync(cancellationToken);
        }

        var batchesById = await batches.FindAsync(user, ids, cancellationToken);
        return sums.ToDictionary(sum => sum.Id, sum => new HistoryEntry(
            named[sum.Id],
            new BatchEntry(
                sum.Id,
                batchesById.GetValueOrDefault(sum.Id),
                sum.Count,
                sum.Characters,
                sum.Failed,
                sum.Open,
                sum.Revertible,
                new ValueRange<string>(sum.Models, sum.ModelsUnset, sum.ModelBeforeMin, sum.ModelBeforeMax, sum.ModelAfterMin, sum.ModelAfterMax),
                new ValueRange<decimal?>(sum.Temperatures, sum.TemperaturesUnset, sum.TemperatureBeforeMin, sum.TemperatureBeforeMax, sum.TemperatureAfterMin, sum.TemperatureAfterMax),
                new ValueRange<string>(sum.Levels, sum.LevelsUnset, sum.LevelBeforeMin, sum.LevelBeforeMax, sum.LevelAfterMin, sum.LevelAfterMax))));
    }
}
