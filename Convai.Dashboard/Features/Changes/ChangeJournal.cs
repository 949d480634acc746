using System.Security.Claims;
using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Security;
using Microsoft.EntityFrameworkCore;

namespace Convai.Dashboard.Features.Changes;

/// <summary>
/// Records every change before Convai is called, and its outcome afterwards.
/// The caller holds the character's lock (<see cref="CharacterLocks"/>). Methods throw the exceptions that <see cref="DatabaseError"/> describes.
/// </summary>
public sealed partial class ChangeJournal(
    IDbContextFactory<DashboardDbContext> contexts, JournalWriteQueue writeQueue, JournalReconciler reconciler, CharacterLocks characterLocks, JournalPublisher publisher, Access access, TimeProvider time, ILogger<ChangeJournal> logger)
{
    /// <summary>Records the intent. From here on the change is known, whatever happens.</summary>
    public async Task<ChangeRecord> RecordAsync(Person user, ChangeRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var change = Create(user, request);
        await AddAsync(change);
        return change;
    }

    /// <summary>Records a batch item that was compared before: it is about to be sent, or has already ended.</summary>
    /// <param name="sent">The fields that are sent; those asked for if none are.</param>
    public async Task<ChangeRecord> RecordItemAsync(
        Person user, ChangeRequest request, SettingsPatch sent, ChangeState state, ConvaiFailureKind? failure, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var change = Create(user, request with { Change = sent });
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

    private ChangeRecord Create(Person user, ChangeRequest request) => new()
    {
        At = time.GetUtcNow(),
        Kind = request.Kind,
        PersonId = user.Id,
        PersonName = user.Name,
        CharacterId = request.Character.Id,
        CharacterName = request.Character.Name,
        ModelBefore = request.Change.ModelCode is null ? null : request.Opened.ModelCode,
        ModelAfter = request.Change.ModelCode,
        TemperatureBefore = request.Change.Temperature is null ? null : request.Opened.Temperature,
        TemperatureAfter = request.Change.Temperature,
        ReasoningBefore = request.Change.Reasoning is null ? null : request.Opened.Reasoning,
        ReasoningAfter = request.Change.Reasoning,
        Reason = request.Reason,
        UndoesId = request.UndoesId,
        BatchId = request.BatchId,
        PresetName = request.Preset?.Name,
        PresetId = request.Preset?.Id,
        PresetVersion = request.Preset?.Version,
        RehearsalId = request.RehearsalId,
    };

    private Task AddAsync(ChangeRecord change) => writeQueue.GroupCommitAsync(db => db.Add(change));

    /// <summary>Records that the write is about to be sent.</summary>
    /// <param name="sent">The fields that are sent; a field that Convai already has is not part of this change.</param>
    public Task RecordSendingAsync(ChangeRecord change, SettingsPatch sent, CharacterCoreSettings live, CancellationToken cancellationToken) => StoreAsync(
        change,
        live,
        () => (change.State, change.SentAt, change.ModelAfter, change.TemperatureAfter, change.ReasoningAfter) =
            (ChangeState.Sent, time.GetUtcNow(), sent.ModelCode, sent.Temperature, sent.Reasoning),
        cancellationToken);

    /// <summary>
    /// Records the outcome. Never fails: a change that cannot be recorded now stays open, and a later reading settles it.
    /// </summary>
    /// <param name="live">The values read from Convai; null if it was not read.</param>
    public async Task SettleAsync(ChangeRecord change, ChangeState state, CharacterCoreSettings? live, ConvaiFailure? failure)
    {
        try
        {
            if (live is not null)
            {
                await StoreAsync(change, live, () => change.Settle(state, live, failure, time.GetUtcNow()), CancellationToken.None);
                return;
            }

            await writeQueue.GroupCommitAsync(db =>
            {
                db.Attach(change);
                change.Settle(state, null, failure, time.GetUtcNow());
            });
            publisher.Publish(change);
        }
        catch (Exception exception) when (DatabaseError.Describe(exception) is { } error)
        {
            LogCouldNotSettle(change.Id, error);
        }
    }

    /// <summary>Closes changes that were recorded but never sent, because the server stopped or the database failed in between.</summary>
    public async Task CloseUnsentAsync(CancellationToken cancellationToken)
    {
        List<ChangeRecord> unsent;
        await using (var db = await contexts.CreateDbContextAsync(cancellationToken))
        {
            unsent = await db.Set<ChangeRecord>().AsNoTracking().Where(change => change.State == ChangeState.Asked).ToListAsync(cancellationToken);
        }

        foreach (var found in unsent)
        {
            await using var characterLock = await characterLocks.TryAcquireAsync(found.CharacterId, cancellationToken);
            if (characterLock is not null)
            {
                await CloseUnsentAsync(found.Id, cancellationToken);
            }
        }
    }

    private Task CloseUnsentAsync(long changeId, CancellationToken cancellationToken) => writeQueue.RunExclusiveAsync(
        async db =>
        {
            // Checked again, now that no one else works on the character.
            if (await db.Set<ChangeRecord>().FirstAsync(change => change.Id == changeId, cancellationToken) is { State: ChangeState.Asked } change)
            {
                change.Settle(ChangeState.Unchanged, null, null, time.GetUtcNow());
                await db.SaveChangesAsync(cancellationToken);
                publisher.Publish(change);
            }
        },
        cancellationToken);

    /// <summary>
    /// Whether an open change needs a reading of Convai and no one works on it. A batch verifies its own items; only those that it left
    /// behind long ago count.
    /// </summary>
    public async Task<bool> HasOpenAsync(CancellationToken cancellationToken)
    {
        var longAgo = time.GetUtcNow() - ChangeRecord.MaxWriteDelay;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var open = await db.Set<ChangeRecord>().Where(ChangeRecord.Open).Where(change => change.BatchId == null || change.At < longAgo).Select(change => change.CharacterId).Distinct().ToListAsync(cancellationToken);
        foreach (var characterId in open)
        {
            await using var characterLock = await characterLocks.TryAcquireAsync(characterId, cancellationToken);
            if (characterLock is not null)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Adds to an earlier reading of a character everything in the journal that was written since, here or by another server.</summary>
    public async Task<CharacterCoreSettings> ApplyLaterChangesAsync(string characterId, CharacterCoreSettings read, DateTimeOffset askedAt, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var since = await db.Set<ChangeRecord>().AsNoTracking()
            .Where(change => change.CharacterId == characterId && (change.SettledAt ?? change.At) > askedAt)
            .OrderBy(change => change.Id)
            .ToListAsync(cancellationToken);
        // An item that Convai accepted is written, though not verified yet.
        return since.Aggregate(read, (now, change) => now.With(change is { State: ChangeState.OutcomeUnknown, Failure: null } ? change.Asked : change.Applied));
    }

    /// <summary>Counts the changes whose outcome is not known yet, including those in progress.</summary>
    public async Task<int> CountOpenAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<ChangeRecord>().Where(ChangeRecord.Open).CountAsync(cancellationToken);
    }

    /// <summary>Whether a character is known to have used a model before: it may return to it, whatever the lists say now.</summary>
    public async Task<bool> HasUsedModelAsync(string characterId, string modelCode, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        // For a failed change, only the browser has reported the earlier values.
        return await db.Set<ChangeRecord>().Where(ChangeRecord.WasApplied).AnyAsync(change => change.CharacterId == characterId && change.ModelBefore == modelCode, cancellationToken);
    }

    /// <summary>Reads a change as it is in the journal now.</summary>
    public async Task<ChangeRecord> ReadAsync(long changeId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<ChangeRecord>().AsNoTracking().SingleAsync(change => change.Id == changeId, cancellationToken);
    }

    /// <summary>Names who set a field of a character to its present value; null if that is unknown or cannot be looked up now.</summary>
    public async Task<string?> FindAuthorAsync(Character now, SettingsField field)
    {
        try
        {
            await using var db = await contexts.CreateDbContextAsync();
            var changes = await new HistoryFilter(Field: field, Outcome: HistoryOutcome.Done).Apply(db.Set<ChangeRecord>().AsNoTracking())
                .Where(change => change.CharacterId == now.Id && change.State != ChangeState.NoOp)
                .OrderByDescending(change => change.Id)
                .Take(1)
                .ToListAsync();
            // A very recent outside change may not have been seen yet.
            return changes.Where(change => field.SelectFrom(change.Asked).AgreesWith(now.Settings)).Select(ChangeText.Who).FirstOrDefault();
        }
        catch (Exception exception) when (DatabaseError.Describe(exception) is not null)
        {
            return null;
        }
    }

    /// <summary>The reasoning effort last sent for a character, or last reported by Convai; null if neither is known.</summary>
    public async Task<string?> ReadLastReasoningAsync(string characterId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<KnownCharacter>().Where(character => character.CharacterId == characterId).Select(character => character.Reasoning).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>Whether a reading of the cast before that time contained the character.</summary>
    public async Task<bool> WasSeenBeforeAsync(string characterId, DateTimeOffset before, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<KnownCharacter>().AnyAsync(character => character.CharacterId == characterId && character.FirstSeenAt < before, cancellationToken);
    }

    /// <summary>The characters that readings of the cast contained for the first time in a period, by id and name.</summary>
    public async Task<IReadOnlyList<(string Id, string Name)>> ListFirstSeenAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await db.Set<KnownCharacter>().Where(character => character.FirstSeenAt >= from && character.FirstSeenAt <= to).OrderBy(character => character.FirstSeenAt)
            .Select(character => new { character.CharacterId, character.Name }).ToListAsync(cancellationToken);
        return [.. found.Select(character => (character.CharacterId, character.Name))];
    }

    /// <summary>Accepts the outside changes that the person has seen. Throws <see cref="AccessDeniedException"/>.</summary>
    public async Task AcceptAsync(ClaimsPrincipal user, string characterId, IReadOnlyCollection<long> seen, CancellationToken cancellationToken)
    {
        var person = await access.RequireAsync(user, Role.Designer, cancellationToken);
        await using var characterLock = await characterLocks.AcquireAsync(characterId, cancellationToken);
        await writeQueue.RunExclusiveAsync(
            async db =>
            {
                var drift = await db.Set<ChangeRecord>()
                    .Where(change => change.CharacterId == characterId && change.State == ChangeState.Drifted && seen.Contains(change.Id))
                    .OrderBy(change => change.Id)
                    .ToListAsync(cancellationToken);
                drift.ForEach(change => reconciler.SettleOutside(change, ChangeState.Accepted, person.Name));
                await db.SaveChangesAsync(cancellationToken);
                drift.ForEach(publisher.Publish);
            },
            cancellationToken);
    }

    private async Task StoreAsync(ChangeRecord change, CharacterCoreSettings? live, Action alter, CancellationToken cancellationToken)
    {
        var recorded = new List<ChangeRecord>();
        await writeQueue.RunExclusiveAsync(
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

                await db.SaveJournalAsync(cancellationToken);
                await transaction.CommitAsync(cancellationToken);
            },
            cancellationToken);

        if (change.State != ChangeState.Sent)
        {
            recorded.Add(change);
        }

        recorded.ForEach(publisher.Publish);
    }

    [LoggerMessage(1, LogLevel.Error, "The outcome of change {ChangeId} could not be recorded; a later reading of Convai will settle it. {Trouble}")]
    private partial void LogCouldNotSettle(long changeId, string trouble);
}
