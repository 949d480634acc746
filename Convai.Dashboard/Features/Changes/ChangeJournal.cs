using System.Security.Claims;
using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Security;
using Microsoft.EntityFrameworkCore;

namespace Convai.Dashboard.Features.Changes;

/// <summary>
/// What was asked for, stored before Convai is called, and what became of it.
/// Whoever calls for one character holds its turn (<see cref="CharacterTurns"/>). Methods throw what <see cref="DatabaseTrouble"/> names.
/// </summary>
public sealed partial class ChangeJournal(
    IDbContextFactory<DashboardDbContext> contexts, JournalCommits commits, JournalReconciler reconciler, CharacterTurns turns, JournalPublisher publisher, Access access, TimeProvider time, ILogger<ChangeJournal> logger)
{
    /// <summary>Takes the intent down. From here on the change is known, whatever happens.</summary>
    public async Task<Change> AskAsync(Person by, ChangeRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var change = Create(by, request);
        await AddAsync(change);
        return change;
    }

    /// <summary>Takes the row of a batch down, which was compared before: sent in the next moment, or ended already.</summary>
    /// <param name="sent">What is really sent; as asked for where nothing is.</param>
    public async Task<Change> TakeRowDownAsync(
        Person by, ChangeRequest request, SettingsPatch sent, ChangeState state, ConvaiFailureKind? failure, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var change = Create(by, request with { Change = sent });
        (change.State, change.Failure) = (state, failure);
        change.SentAt = state == ChangeState.Sent ? change.At : null;
        change.SettledAt = state == ChangeState.Sent ? null : change.At;
        await AddAsync(change);
        if (!change.IsOpen)
        {
            publisher.Publish(change);
        }

        return change;
    }

    private Change Create(Person by, ChangeRequest request) => new()
    {
        At = time.GetUtcNow(),
        Kind = request.Kind,
        PersonId = by.Id,
        PersonName = by.Name,
        CharacterId = request.Character.Id,
        CharacterName = request.Character.Name,
        ModelBefore = request.Change.ModelCode is null ? null : request.Opened.ModelCode,
        ModelAfter = request.Change.ModelCode,
        TemperatureBefore = request.Change.Temperature is null ? null : request.Opened.Temperature,
        TemperatureAfter = request.Change.Temperature,
        Reason = request.Reason,
        UndoesId = request.UndoesId,
        BatchId = request.BatchId,
        PresetName = request.PresetName,
    };

    private Task AddAsync(Change change) => commits.CommitTogetherAsync(db => db.Add(change));

    /// <summary>The last thing before the write goes out.</summary>
    /// <param name="sent">What is really sent: a field that Convai has already is none of this change's doing.</param>
    public Task SendAsync(Change change, SettingsPatch sent, CharacterCoreSettings live, CancellationToken cancellationToken) => StoreAsync(
        change,
        live,
        () => (change.State, change.SentAt, change.ModelAfter, change.TemperatureAfter) = (ChangeState.Sent, time.GetUtcNow(), sent.ModelCode, sent.Temperature),
        cancellationToken);

    /// <summary>
    /// How it ended. Never fails: what the database cannot take down now stays open, and is settled by a later reading.
    /// </summary>
    /// <param name="live">What Convai was read to have; null where it was not read.</param>
    public async Task SettleAsync(Change change, ChangeState state, CharacterCoreSettings? live, ConvaiFailure? failure)
    {
        try
        {
            if (live is not null)
            {
                await StoreAsync(change, live, () => change.Settle(state, live, failure, time.GetUtcNow()), CancellationToken.None);
                return;
            }

            await commits.CommitTogetherAsync(db =>
            {
                db.Attach(change);
                change.Settle(state, null, failure, time.GetUtcNow());
            });
            publisher.Publish(change);
        }
        catch (Exception exception) when (DatabaseTrouble.Of(exception) is { } trouble)
        {
            LogCouldNotSettle(change.Id, trouble);
        }
    }

    /// <summary>Closes what was taken down and never sent, because the server stopped or the database failed in between.</summary>
    public async Task CloseUnsentAsync(CancellationToken cancellationToken)
    {
        List<Change> unsent;
        await using (var db = await contexts.CreateDbContextAsync(cancellationToken))
        {
            unsent = await db.Set<Change>().AsNoTracking().Where(change => change.State == ChangeState.Asked).ToListAsync(cancellationToken);
        }

        foreach (var found in unsent)
        {
            await using var turn = await turns.TryEnterAsync(found.CharacterId, cancellationToken);
            if (turn is not null)
            {
                await CloseUnsentAsync(found.Id, cancellationToken);
            }
        }
    }

    private Task CloseUnsentAsync(long changeId, CancellationToken cancellationToken) => commits.InTurnAsync(
        async db =>
        {
            // Looked at again, now that nobody else is at it.
            if (await db.Set<Change>().FirstAsync(change => change.Id == changeId, cancellationToken) is { State: ChangeState.Asked } change)
            {
                change.Settle(ChangeState.Unchanged, null, null, time.GetUtcNow());
                await db.SaveChangesAsync(cancellationToken);
                publisher.Publish(change);
            }
        },
        cancellationToken);

    /// <summary>
    /// Whether a change waits for a reading of Convai, and nobody is at it. A batch reads its own rows back; only what it has left
    /// behind for long counts.
    /// </summary>
    public async Task<bool> HasOpenAsync(CancellationToken cancellationToken)
    {
        var longAgo = time.GetUtcNow() - Change.ArrivesWithin;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var open = await db.Set<Change>().Where(Change.Open).Where(change => change.BatchId == null || change.At < longAgo).Select(change => change.CharacterId).Distinct().ToListAsync(cancellationToken);
        foreach (var characterId in open)
        {
            await using var turn = await turns.TryEnterAsync(characterId, cancellationToken);
            if (turn is not null)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What a character has, as far as the journal knows more than an earlier reading: with all that was written since, here or at another server.</summary>
    public async Task<CharacterCoreSettings> BringUpToDateAsync(string characterId, CharacterCoreSettings read, DateTimeOffset askedAt, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var since = await db.Set<Change>().AsNoTracking()
            .Where(change => change.CharacterId == characterId && (change.SettledAt ?? change.At) > askedAt)
            .OrderBy(change => change.Id)
            .ToListAsync(cancellationToken);
        // A row that Convai took is written, though not read back yet.
        return since.Aggregate(read, (now, change) => now.With(change is { State: ChangeState.OutcomeUnknown, Failure: null } ? change.Asked : change.Applied));
    }

    /// <summary>Of how many changes it is not known yet what became of them, those under way among them.</summary>
    public async Task<int> CountOpenAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<Change>().Where(Change.Open).CountAsync(cancellationToken);
    }

    /// <summary>Whether a character is known to have run on a model before: it may go back to it, whatever the lists say by now.</summary>
    public async Task<bool> HasRunOnAsync(string characterId, string modelCode, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        // Of what came to nothing, only the browser has said what was before.
        return await db.Set<Change>().Where(Change.CameAbout).AnyAsync(change => change.CharacterId == characterId && change.ModelBefore == modelCode, cancellationToken);
    }

    /// <summary>A change as the journal has it now.</summary>
    public async Task<Change> ReadAsync(long changeId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<Change>().AsNoTracking().SingleAsync(change => change.Id == changeId, cancellationToken);
    }

    /// <summary>Who has set a field of a character to what it is now, in words; null where that is not known, or cannot be looked up now.</summary>
    public async Task<string?> WhoChangedAsync(Character now, SettingsField field)
    {
        try
        {
            await using var db = await contexts.CreateDbContextAsync();
            var changes = await new HistoryFilter(Field: field, Outcome: HistoryOutcome.Done).Apply(db.Set<Change>().AsNoTracking())
                .Where(change => change.CharacterId == now.Id && change.State != ChangeState.AlreadySo)
                .OrderByDescending(change => change.Id)
                .Take(1)
                .ToListAsync();
            // What was changed outside a moment ago may not have been seen yet.
            return changes.Where(change => Of(change, field).IsMetBy(now.Settings)).Select(ChangeWords.Who).FirstOrDefault();
        }
        catch (Exception exception) when (DatabaseTrouble.Of(exception) is not null)
        {
            return null;
        }

        static SettingsPatch Of(Change change, SettingsField field) =>
            field == SettingsField.Model ? new SettingsPatch(change.ModelAfter, null) : new SettingsPatch(null, change.TemperatureAfter);
    }

    /// <summary>What was changed outside may stay, as far as the person has seen it. Throws <see cref="AccessDeniedException"/>.</summary>
    public async Task AcceptAsync(ClaimsPrincipal by, string characterId, IReadOnlyCollection<long> seen, CancellationToken cancellationToken)
    {
        var person = await access.RequireAsync(by, Role.Designer, cancellationToken);
        await using var turn = await turns.EnterAsync(characterId, cancellationToken);
        await commits.InTurnAsync(
            async db =>
            {
                var drift = await db.Set<Change>()
                    .Where(change => change.CharacterId == characterId && change.State == ChangeState.Drifted && seen.Contains(change.Id))
                    .OrderBy(change => change.Id)
                    .ToListAsync(cancellationToken);
                drift.ForEach(change => reconciler.Answer(change, ChangeState.Accepted, person.Name));
                await db.SaveChangesAsync(cancellationToken);
                drift.ForEach(publisher.Publish);
            },
            cancellationToken);
    }

    private async Task StoreAsync(Change change, CharacterCoreSettings? live, Action alter, CancellationToken cancellationToken)
    {
        var recorded = new List<Change>();
        await commits.InTurnAsync(
            async db =>
            {
                await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
                db.Attach(change);
                alter();
                if (live is not null)
                {
                    var pending = await JournalReconciler.LoadPendingAsync(db, [change.CharacterId], cancellationToken);
                    await reconciler.ReconcileAsync(db, change.CharacterId, change.CharacterName, live, time.GetUtcNow(), change, pending[change.CharacterId], recorded, cancellationToken);
                }

                await db.SaveChangesAsync(cancellationToken);
                await transaction.CommitAsync(cancellationToken);
            },
            cancellationToken);

        if (change.State != ChangeState.Sent)
        {
            recorded.Add(change);
        }

        recorded.ForEach(publisher.Publish);
    }

    [LoggerMessage(1, LogLevel.Error, "What became of change {ChangeId} could not be taken down, and will be found out by reading Convai again. {Trouble}")]
    private partial void LogCouldNotSettle(long changeId, string trouble);
}
