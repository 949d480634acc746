using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Changes;
using Microsoft.EntityFrameworkCore;

namespace Convai.Dashboard.Features.Rehearsals;

/// <summary>Reads and writes rehearsals in the database. Its callers check permissions. Methods throw the exceptions that <see cref="DatabaseError"/> describes.</summary>
public sealed class RehearsalRepository(IDbContextFactory<DashboardDbContext> contexts, IChangeFeed feed, TimeProvider time)
{
    public async Task AddAsync(Rehearsal rehearsal, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        db.Add(rehearsal);
        await db.SaveChangesAsync(cancellationToken);
        Publish(rehearsal.Id);
    }

    /// <summary>The rehearsal that a person started at a time; null if there is none.</summary>
    public async Task<long?> FindStartedAsync(string personId, DateTimeOffset at, CancellationToken cancellationToken)
    {
        // PostgreSQL keeps microseconds.
        var (from, to) = (at.AddMilliseconds(-1), at.AddMilliseconds(1));
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<Rehearsal>().Where(rehearsal => rehearsal.PersonId == personId && rehearsal.At >= from && rehearsal.At <= to).Select(rehearsal => (long?)rehearsal.Id).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>The rehearsal with its lines, columns and answers; null if there is none.</summary>
    public async Task<Rehearsal?> LoadAsync(long rehearsalId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<Rehearsal>().AsNoTracking().AsSplitQuery()
            .Include(rehearsal => rehearsal.Lines.OrderBy(line => line.Number))
            .Include(rehearsal => rehearsal.Columns.OrderBy(column => column.Position))
            .Include(rehearsal => rehearsal.Answers.OrderBy(answer => answer.Repeat))
            .Include(rehearsal => rehearsal.Marks).Include(rehearsal => rehearsal.Notes.OrderBy(note => note.At))
            .FirstOrDefaultAsync(rehearsal => rehearsal.Id == rehearsalId, cancellationToken);
    }

    /// <summary>The last rehearsals with their columns, newest first, how many of their answers have arrived and are marked, and what became of them.</summary>
    public async Task<List<RehearsalSummary>> ListAsync(int maxCount, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var rehearsals = await db.Set<Rehearsal>().AsNoTracking().AsSplitQuery()
            .Include(rehearsal => rehearsal.Lines.OrderBy(line => line.Number)).Include(rehearsal => rehearsal.Columns.OrderBy(column => column.Position))
            .OrderByDescending(rehearsal => rehearsal.Id).Take(maxCount).ToListAsync(cancellationToken);
        var ids = rehearsals.Select(rehearsal => rehearsal.Id).ToList();
        var answered = await db.Set<RehearsalAnswer>().Where(answer => ids.Contains(answer.RehearsalId) && answer.State == AnswerState.Answered)
            .GroupBy(answer => answer.RehearsalId).Select(group => new { group.Key, Count = group.Count() }).ToDictionaryAsync(group => group.Key, group => group.Count, cancellationToken);
        var marked = await db.Set<AnswerMark>().Where(mark => ids.Contains(mark.RehearsalId))
            .GroupBy(mark => mark.RehearsalId).Select(group => new { group.Key, Count = group.Count() }).ToDictionaryAsync(group => group.Key, group => group.Count, cancellationToken);
        var saved = (await db.Set<ChangeRecord>().AsNoTracking().Where(change => change.RehearsalId != null && ids.Contains(change.RehearsalId.Value)).OrderBy(change => change.Id).ToListAsync(cancellationToken))
            .Where(change => change.IsDone).ToLookup(change => change.RehearsalId!.Value);
        return [.. rehearsals.Select(rehearsal => new RehearsalSummary(rehearsal, answered.GetValueOrDefault(rehearsal.Id), marked.GetValueOrDefault(rehearsal.Id), saved[rehearsal.Id].LastOrDefault()?.Asked))];
    }

    public async Task<List<Rehearsal>> ListRecentAsync(int maxCount, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<Rehearsal>().AsNoTracking().OrderByDescending(rehearsal => rehearsal.Id).Take(maxCount).ToListAsync(cancellationToken);
    }

    public async Task<List<long>> ListRunningAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<Rehearsal>().Where(rehearsal => rehearsal.State == RehearsalState.Running).OrderBy(rehearsal => rehearsal.Id).Select(rehearsal => rehearsal.Id).ToListAsync(cancellationToken);
    }

    /// <summary>Ends a running rehearsal; false if it has ended already.</summary>
    /// <param name="stoppedFor">Null if every column has ended.</param>
    public async Task<bool> EndAsync(long rehearsalId, RehearsalStop? stoppedFor, CancellationToken cancellationToken)
    {
        DateTimeOffset? now = time.GetUtcNow();
        var state = stoppedFor is null ? RehearsalState.Done : RehearsalState.Stopped;
        return await UpdateAsync(
            rehearsalId,
            db => db.Set<Rehearsal>().Where(rehearsal => rehearsal.Id == rehearsalId && rehearsal.State == RehearsalState.Running)
                .ExecuteUpdateAsync(rehearsal => rehearsal.SetProperty(r => r.State, state).SetProperty(r => r.StoppedFor, stoppedFor).SetProperty(r => r.EndedAt, now), cancellationToken),
            cancellationToken);
    }

    /// <summary>Marks the lines that were in flight when a server died: they are not sent again.</summary>
    public Task CloseInterruptedAsync(long rehearsalId, CancellationToken cancellationToken) => UpdateAsync(
        rehearsalId,
        db => db.Set<RehearsalAnswer>().Where(answer => answer.RehearsalId == rehearsalId && answer.State == AnswerState.Sent)
            .ExecuteUpdateAsync(answer => answer.SetProperty(a => a.State, AnswerState.MaybeSpent), cancellationToken),
        cancellationToken);

    public Task SetColumnAsync(RehearsalColumn column, ColumnState state, string? failure, CancellationToken cancellationToken) => UpdateAsync(
        column.RehearsalId,
        db => db.Set<RehearsalColumn>().Where(stored => stored.RehearsalId == column.RehearsalId && stored.Number == column.Number)
            .ExecuteUpdateAsync(stored => stored.SetProperty(c => c.State, state).SetProperty(c => c.Failure, failure), cancellationToken),
        cancellationToken);

    public Task SetUsedSettingsAsync(RehearsalColumn column, string? model, decimal? temperature, CancellationToken cancellationToken) => UpdateAsync(
        column.RehearsalId,
        db => db.Set<RehearsalColumn>().Where(stored => stored.RehearsalId == column.RehearsalId && stored.Number == column.Number)
            .ExecuteUpdateAsync(stored => stored.SetProperty(c => c.UsedModel, model).SetProperty(c => c.UsedTemperature, temperature), cancellationToken),
        cancellationToken);

    public Task SetVerdictAsync(RehearsalColumn column, int? score, string verdict, CancellationToken cancellationToken) => UpdateAsync(
        column.RehearsalId,
        db => db.Set<RehearsalColumn>().Where(stored => stored.RehearsalId == column.RehearsalId && stored.Number == column.Number)
            .ExecuteUpdateAsync(stored => stored.SetProperty(c => c.Score, score).SetProperty(c => c.Verdict, verdict), cancellationToken),
        cancellationToken);

    /// <summary>Records a line as sent; false if it is not waiting, so that no line is ever sent twice, or if the rehearsal has ended.</summary>
    public Task<bool> TryMarkSentAsync(RehearsalAnswer answer, CancellationToken cancellationToken) => UpdateAsync(
        answer.RehearsalId,
        db => FindStored(db, answer).Where(stored => stored.State == AnswerState.Waiting && db.Set<Rehearsal>().Any(rehearsal => rehearsal.Id == answer.RehearsalId && rehearsal.State == RehearsalState.Running)).ExecuteUpdateAsync(stored => stored.SetProperty(a => a.State, AnswerState.Sent), cancellationToken),
        cancellationToken);

    public async Task<bool> HasEndedAsync(long rehearsalId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return !await db.Set<Rehearsal>().AnyAsync(rehearsal => rehearsal.Id == rehearsalId && rehearsal.State == RehearsalState.Running, cancellationToken);
    }

    /// <summary>Records what became of a line that was sent, unless that is recorded already.</summary>
    public Task RecordAnswerAsync(RehearsalAnswer answer, CancellationToken cancellationToken) => UpdateAsync(
        answer.RehearsalId,
        db => FindStored(db, answer).Where(stored => stored.State == AnswerState.Sent).ExecuteUpdateAsync(
            stored => stored.SetProperty(a => a.State, answer.State).SetProperty(a => a.Text, answer.Text).SetProperty(a => a.Failure, answer.Failure)
                .SetProperty(a => a.Milliseconds, answer.Milliseconds).SetProperty(a => a.SessionId, answer.SessionId),
            cancellationToken),
        cancellationToken);

    /// <summary>Reveals the names for everyone; false if they are not hidden.</summary>
    public async Task<bool> RevealAsync(long rehearsalId, string personName, CancellationToken cancellationToken)
    {
        DateTimeOffset? now = time.GetUtcNow();
        return await UpdateAsync(
            rehearsalId,
            db => db.Set<Rehearsal>().Where(rehearsal => rehearsal.Id == rehearsalId && rehearsal.HidesNames && rehearsal.RevealedAt == null)
                .ExecuteUpdateAsync(rehearsal => rehearsal.SetProperty(r => r.RevealedAt, now).SetProperty(r => r.RevealedBy, personName), cancellationToken),
            cancellationToken);
    }

    /// <summary>Deletes what the characters said, and the notes and verdicts on it; false if the rehearsal still runs, an answer is still awaited, or all are gone already.</summary>
    public async Task<bool> DeleteAnswersAsync(long rehearsalId, CancellationToken cancellationToken)
    {
        DateTimeOffset? now = time.GetUtcNow();
        return await UpdateAsync(
            rehearsalId,
            async db =>
            {
                await using var transaction = await db.Database.BeginSerialTransactionAsync(cancellationToken);
                var marked = await db.Set<Rehearsal>().Where(rehearsal => rehearsal.Id == rehearsalId && rehearsal.State != RehearsalState.Running && rehearsal.AnswersDeletedAt == null
                        && !rehearsal.Answers.Any(answer => answer.State == AnswerState.Sent))
                    .ExecuteUpdateAsync(rehearsal => rehearsal.SetProperty(r => r.AnswersDeletedAt, now), cancellationToken);
                if (marked > 0)
                {
                    await db.Set<RehearsalColumn>().Where(column => column.RehearsalId == rehearsalId).ExecuteUpdateAsync(column => column.SetProperty(c => c.Verdict, (string?)null), cancellationToken);
                    await db.Set<AnswerNote>().Where(note => note.RehearsalId == rehearsalId).ExecuteDeleteAsync(cancellationToken);
                    await db.Set<RehearsalAnswer>().Where(answer => answer.RehearsalId == rehearsalId)
                        .ExecuteUpdateAsync(answer => answer.SetProperty(a => a.Text, (string?)null).SetProperty(a => a.SessionId, (string?)null), cancellationToken);
                    await transaction.CommitAsync(cancellationToken);
                }

                return marked;
            },
            cancellationToken);
    }

    /// <summary>Rehearsals that ended before a time and still have their answers.</summary>
    public async Task<List<long>> ListEndedBeforeAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<Rehearsal>().Where(rehearsal => rehearsal.AnswersDeletedAt == null && rehearsal.EndedAt != null && rehearsal.EndedAt < before)
            .Select(rehearsal => rehearsal.Id).ToListAsync(cancellationToken);
    }

    /// <summary>Tells the pages of a rehearsal to read it again.</summary>
    public void Publish(long rehearsalId) => feed.Publish(new ChangeEvent.RehearsalUpdated(rehearsalId));

    private static IQueryable<RehearsalAnswer> FindStored(DashboardDbContext db, RehearsalAnswer answer) => db.Set<RehearsalAnswer>().Where(stored =>
        stored.RehearsalId == answer.RehearsalId && stored.Column == answer.Column && stored.Repeat == answer.Repeat && stored.Line == answer.Line);

    private async Task<bool> UpdateAsync(long rehearsalId, Func<DashboardDbContext, Task<int>> update, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var isUpdated = await update(db) > 0;
        Publish(rehearsalId);
        return isUpdated;
    }
}
