using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Characters;
using Microsoft.EntityFrameworkCore;

namespace Convai.Dashboard.Features.Changes;

/// <summary>
/// Compares every reading of Convai with the journal: it settles open changes, and records changes that no one here asked for as outside changes.
/// <code>
/// a reading of the cast, or of one character after a write
///   │  began before the last one, or before an open write was answered?  → says nothing
///   ▼
/// each open change of the character                    → confirmed, not changed, not confirmed, or open until ChangeRecord.MaxWriteDelay is over
///   ▼
/// moved = the reading without what the journal expects
///   ├─ still being verified, or Convai's list is late  → a later reading settles it
///   ├─ our write, altered by Convai itself             → recorded in that change's own entry
///   ├─ a temperature or level that came with a model   → a side effect of the change that set the model
///   └─ the rest                                        → changed outside, or an earlier outside change undone
///   ▼
/// KnownCharacter = what the next reading is compared with
/// </code>
/// Methods throw the exceptions that <see cref="DatabaseError"/> describes.
/// </summary>
public sealed class JournalReconciler(IDbContextFactory<DashboardDbContext> contexts, JournalWriteQueue writeQueue, CharacterLocks characterLocks, JournalPublisher publisher, TimeProvider time)
{
    private long _comparedAtTicks;

    /// <summary>When this server last reconciled a reading of the cast, in UTC; null if it has not since it started.</summary>
    public DateTimeOffset? ComparedAt => Interlocked.Read(ref _comparedAtTicks) is > 0 and var ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    /// <summary>Reconciles a reading of the cast with what is known. Characters that are being written wait for the next reading.</summary>
    /// <param name="askedAt">When the reading began; anything recorded since is newer.</param>
    public async Task ObserveAsync(IReadOnlyList<Character> cast, DateTimeOffset askedAt, CancellationToken cancellationToken)
    {
        List<Character> toReconcile;
        await using (var db = await contexts.CreateDbContextAsync(cancellationToken))
        {
            var known = await db.Set<KnownCharacter>().AsNoTracking().ToDictionaryAsync(character => character.CharacterId, StringComparer.Ordinal, cancellationToken);
            var open = (await db.Set<ChangeRecord>().Where(ChangeRecord.Open).Select(change => change.CharacterId).ToListAsync(cancellationToken)).ToHashSet(StringComparer.Ordinal);
            // An entry without settings says nothing about them: Convai may leave fields out, and has no way to unset one.
            toReconcile = [.. cast.Where(character => character.Settings is not { ModelCode: null, Temperature: null } && (!known.TryGetValue(character.Id, out var before)
                || (before.ReadAt < askedAt && (open.Contains(character.Id) || before.Name != character.Name || !SettingsPatch.From(character.Settings).AgreesWith(before.Settings)))))];
        }

        // Only a few at a time: saves and batch items wait for the same lock.
        foreach (var chunk in toReconcile.Chunk(25))
        {
            await ObserveChunkAsync(chunk, askedAt, cancellationToken);
        }

        await CloseMissingAsync(cast, askedAt, cancellationToken);
        Interlocked.Exchange(ref _comparedAtTicks, time.GetUtcNow().UtcTicks);
    }

    /// <summary>Closes the open changes of characters that Convai no longer has: they failed, since no reading will ever show them.</summary>
    private async Task CloseMissingAsync(IReadOnlyList<Character> cast, DateTimeOffset askedAt, CancellationToken cancellationToken)
    {
        var longAgo = askedAt - ChangeRecord.MaxWriteDelay;
        List<ChangeRecord> open;
        await using (var db = await contexts.CreateDbContextAsync(cancellationToken))
        {
            open = await db.Set<ChangeRecord>().AsNoTracking().Where(ChangeRecord.Open).Where(change => change.SentAt < longAgo).ToListAsync(cancellationToken);
        }

        if (open.Count == 0)
        {
            return;
        }

        var settled = cast.Where(character => character.Settings is not { ModelCode: null, Temperature: null }).Select(character => character.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var change in open.Where(change => !settled.Contains(change.CharacterId)))
        {
            await using var characterLock = await characterLocks.TryAcquireAsync(change.CharacterId, cancellationToken);
            if (characterLock is not null)
            {
                await writeQueue.GroupCommitAsync(journal =>
                {
                    journal.Attach(change);
                    change.Settle(ChangeState.Unchanged, null, new ConvaiFailure(ConvaiFailureKind.UnknownCharacter, "Not in the cast."), time.GetUtcNow());
                });
                publisher.Publish(change);
            }
        }
    }

    /// <summary>Reconciles a reading of one character, made to verify a change.</summary>
    public Task ObserveAsync(Character read, DateTimeOffset askedAt, CancellationToken cancellationToken) =>
        read.Settings is { ModelCode: null, Temperature: null } ? Task.CompletedTask : ObserveChunkAsync([read], askedAt, cancellationToken);

    private async Task ObserveChunkAsync(Character[] characters, DateTimeOffset askedAt, CancellationToken cancellationToken)
    {
        var held = new List<IAsyncDisposable>();
        var recorded = new List<ChangeRecord>();
        try
        {
            await writeQueue.RunExclusiveAsync(
                async db =>
                {
                    await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
                    var free = new List<Character>();
                    foreach (var character in characters)
                    {
                        if (await characterLocks.TryAcquireAsync(character.Id, cancellationToken) is { } characterLock)
                        {
                            held.Add(characterLock);
                            free.Add(character);
                        }
                    }

                    var pending = await LoadPendingAsync(db, [.. free.Select(character => character.Id)], cancellationToken);
                    foreach (var character in free)
                    {
                        await ReconcileAsync(db, character.Id, character.Name, character.Settings, askedAt, null, pending[character.Id], recorded, cancellationToken);
                    }

                    await db.SaveJournalAsync(cancellationToken);
                    await transaction.CommitAsync(cancellationToken);
                },
                cancellationToken);
        }
        finally
        {
            foreach (var characterLock in held)
            {
                await characterLock.DisposeAsync();
            }
        }

        recorded.ForEach(publisher.Publish);
    }

    /// <summary>Loads what <see cref="ReconcileAsync"/> needs with two queries for all characters, because other writes are waiting for the lock.</summary>
    /// <returns>The open changes and the unanswered outside changes of each character, oldest first.</returns>
    internal static async Task<ILookup<string, ChangeRecord>> LoadPendingAsync(DashboardDbContext db, string[] characterIds, CancellationToken cancellationToken)
    {
        await db.Set<KnownCharacter>().Where(known => characterIds.Contains(known.CharacterId)).LoadAsync(cancellationToken);
        var pending = await db.Set<ChangeRecord>()
            .Where(change => characterIds.Contains(change.CharacterId))
            .Where(ChangeRecord.OpenOrDrifted)
            .OrderBy(change => change.Id)
            .ToListAsync(cancellationToken);
        return pending.ToLookup(change => change.CharacterId, StringComparer.Ordinal);
    }

    /// <param name="own">The change that the reading was made for; null for a reading of the cast.</param>
    /// <param name="pending">From <see cref="LoadPendingAsync"/>.</param>
    internal async Task ReconcileAsync(
        DashboardDbContext db, string characterId, string name, CharacterCoreSettings live, DateTimeOffset askedAt, ChangeRecord? own, IEnumerable<ChangeRecord> pending, List<ChangeRecord> recorded,
        CancellationToken cancellationToken)
    {
        var known = await db.Set<KnownCharacter>().FindAsync([characterId], cancellationToken);
        if (own is null && known?.ReadAt >= askedAt)
        {
            return;
        }

        var (open, drift) = (pending.Where(change => change.IsOpen).ToList(), pending.Where(change => change.State == ChangeState.Drifted).ToList());
        if (own is null && open.Exists(change => (change.SettledAt ?? change.SentAt) >= askedAt))
        {
            // The reading began before that write was answered, and says nothing about it.
            return;
        }

        var expected = known?.Settings ?? live;
        var written = new List<ChangeRecord>();
        foreach (var openChange in open.Where(openChange => openChange != own))
        {
            if (Resolve(openChange, live, askedAt))
            {
                recorded.Add(openChange);
                expected = ApplyWritten(expected, openChange, drift, recorded);
            }

            written.Add(openChange);
        }

        if (own is not null)
        {
            expected = ApplyWritten(expected, own, drift, recorded);
            written.Add(own);
        }

        foreach (var part in written.Select(CarriedOutPart).OfType<ChangeRecord>().ToList())
        {
            db.Add(part);
            recorded.Add(part);
            written.Add(part);
            expected = ApplyWritten(expected, part, drift, recorded);
        }

        var differences = SettingsPatch.From(live).DifferencesFrom(expected);
        // This server's writes that Convai does not show yet, or no longer shows: a later reading settles them.
        var unsettled = differences.IntersectFields(MergeRequestedFields(written.Where(change => change.IsBeingVerified)));
        unsettled = own is null && !differences.IsEmpty ? unsettled.MergeFields(await FindStaleFieldsAsync(db, characterId, differences, askedAt, cancellationToken)) : unsettled;
        // Convai accepted the write and altered it: the change's own entry says so.
        var explained = MergeRequestedFields(written.Where(change => change is { State: ChangeState.NotConfirmed, Failure: null }));
        var unexplained = RecordSideEffect(db, expected, differences.ExceptFields(unsettled).ExceptFields(explained), written, recorded);
        RecordOutside(db, characterId, name, expected, unexplained, own, drift, recorded);
        if (known is null)
        {
            known = new KnownCharacter { CharacterId = characterId, Name = name, FirstSeenAt = time.GetUtcNow(), ReadAt = askedAt };
            db.Add(known);
        }

        var now = expected.With(SettingsPatch.From(live).ExceptFields(unsettled));
        (known.Name, known.ModelCode, known.Temperature, known.ReadAt) = (name, now.ModelCode, now.Temperature, askedAt);
        if (written.LastOrDefault(change => change.Applied.Reasoning is not null) is { } setter)
        {
            (known.ReasoningModelCode, known.ReasoningSetAt, known.ReasoningSetBy) = (now.ModelCode, setter.SentAt, setter.PersonName);
        }
        else if (now.Reasoning != known.Reasoning)
        {
            (known.ReasoningModelCode, known.ReasoningSetAt, known.ReasoningSetBy) = (now.ModelCode, askedAt, null);
        }

        known.Reasoning = now.Reasoning;
    }

    /// <summary>The entry for what Convai wrote of a change that it rejected; null for nothing. It is settled when the change is.</summary>
    private ChangeRecord? CarriedOutPart(ChangeRecord rejected) => rejected.CarriedOut is { IsEmpty: false } part
        ? new ChangeRecord
        {
            At = rejected.At,
            Kind = rejected.Kind,
            PersonId = rejected.PersonId,
            PersonName = rejected.PersonName,
            CharacterId = rejected.CharacterId,
            CharacterName = rejected.CharacterName,
            ModelBefore = part.ModelCode is null ? null : rejected.ModelBefore,
            ModelAfter = part.ModelCode,
            ModelReported = rejected.ModelReported,
            TemperatureBefore = part.Temperature is null ? null : rejected.TemperatureBefore,
            TemperatureAfter = part.Temperature,
            TemperatureReported = rejected.TemperatureReported,
            Reason = rejected.Reason,
            UndoesId = rejected.UndoesId,
            BatchId = rejected.BatchId,
            PresetName = rejected.PresetName,
            RehearsalId = rejected.RehearsalId,
            PartOfId = rejected.Id,
            State = ChangeState.Confirmed,
            SentAt = rejected.SentAt,
            SettledAt = rejected.SettledAt,
        }
        : null;

    private static SettingsPatch MergeRequestedFields(IEnumerable<ChangeRecord> changes) =>
        changes.Aggregate(new SettingsPatch(null, null), (fields, change) => fields.MergeFields(change.Asked));

    /// <summary>
    /// The fields in which a reading of the cast still shows what a verified change replaced a moment ago: Convai's list may lag behind its writes.
    /// </summary>
    private static async Task<SettingsPatch> FindStaleFieldsAsync(DashboardDbContext db, string characterId, SettingsPatch differences, DateTimeOffset askedAt, CancellationToken cancellationToken)
    {
        var since = askedAt - CastDirectory.MaxLag;
        var recent = await db.Set<ChangeRecord>().AsNoTracking()
            .Where(change => change.CharacterId == characterId && (change.State == ChangeState.Confirmed || change.State == ChangeState.SentNotConfirmed) && change.SentAt > since)
            .ToListAsync(cancellationToken);
        return differences.Fields
            .Where(field => recent.Exists(change => !change.Asked.IntersectFields(field).IsEmpty && field.IsSatisfiedBy(change.Before)))
            .Aggregate(new SettingsPatch(null, null), (late, field) => late.MergeFields(field));
    }

    /// <summary>Records a temperature or a level that came with a model as a side effect of setting the model, not as an outside change.</summary>
    /// <returns>The differences still to be explained.</returns>
    private SettingsPatch RecordSideEffect(DashboardDbContext db, CharacterCoreSettings expected, SettingsPatch differences, List<ChangeRecord> written, List<ChangeRecord> recorded)
    {
        var setter = written.LastOrDefault(change =>
            change is { ModelAfter: not null, SentAt: not null, State: ChangeState.Confirmed or ChangeState.SentNotConfirmed or ChangeState.NotConfirmed } || (change.IsBeingVerified && change.ModelAfter is not null));
        var effect = differences with { ModelCode = null };
        if (setter is null || effect.IsEmpty)
        {
            return differences;
        }

        var change = new ChangeRecord
        {
            At = time.GetUtcNow(),
            Kind = ChangeKind.SideEffect,
            PersonId = setter.PersonId,
            PersonName = setter.PersonName,
            CharacterId = setter.CharacterId,
            CharacterName = setter.CharacterName,
            TemperatureBefore = effect.Temperature is null ? null : expected.Temperature,
            TemperatureAfter = effect.Temperature,
            TemperatureReported = effect.Temperature,
            ReasoningBefore = effect.Reasoning is null ? null : expected.Reasoning,
            ReasoningAfter = effect.Reasoning,
            ReasoningReported = effect.Reasoning,
            State = ChangeState.Confirmed,
            SentAt = setter.SentAt,
            SettledAt = time.GetUtcNow(),
        };
        db.Add(change);
        recorded.Add(change);
        return differences.ExceptFields(effect);
    }

    /// <summary>Expects what a change wrote, which is no drift, and answers the drift that it overwrote.</summary>
    private CharacterCoreSettings ApplyWritten(CharacterCoreSettings expected, ChangeRecord change, List<ChangeRecord> drift, List<ChangeRecord> recorded)
    {
        var covered = change.State == ChangeState.NoOp ? change.Asked : change.Applied;
        foreach (var outside in drift.Where(outside => outside.State == ChangeState.Drifted && !covered.IntersectFields(outside.Asked).IsEmpty))
        {
            var answer = covered.IntersectFields(outside.Asked);
            SettleOutside(
                outside,
                answer.IsSatisfiedBy(outside.Before) ? ChangeState.Restored : change.State == ChangeState.NoOp ? ChangeState.Accepted : ChangeState.Replaced,
                change.PersonName);
            recorded.Add(outside);
        }

        return expected.With(change.Applied);
    }

    private void RecordOutside(
        DashboardDbContext db, string characterId, string name, CharacterCoreSettings expected, SettingsPatch outside, ChangeRecord? own, List<ChangeRecord> drift, List<ChangeRecord> recorded)
    {
        // One entry per field: fields are accepted, restored and overwritten one by one. With one time, as they were found at once.
        var seenAt = time.GetUtcNow();
        foreach (var field in outside.Fields)
        {
            var change = new ChangeRecord
            {
                At = seenAt,
                Kind = ChangeKind.Outside,
                CharacterId = characterId,
                CharacterName = name,
                ModelBefore = field.ModelCode is null ? null : expected.ModelCode,
                ModelAfter = field.ModelCode,
                TemperatureBefore = field.Temperature is null ? null : expected.Temperature,
                TemperatureAfter = field.Temperature,
                ReasoningBefore = field.Reasoning is null ? null : expected.Reasoning,
                ReasoningAfter = field.Reasoning,
                State = ChangeState.Drifted,
            };
            if (own is { State: ChangeState.NoOp } && !own.Asked.IntersectFields(field).IsEmpty)
            {
                // Someone here was about to set the same value.
                SettleOutside(change, ChangeState.Accepted, own.PersonName);
            }

            var earlier = drift.Where(before => before.State == ChangeState.Drifted && !before.Asked.IntersectFields(field).IsEmpty).ToList();
            if (earlier.Count > 0 && field.IsSatisfiedBy(earlier[0].Before))
            {
                // Someone outside has restored the earlier value.
                earlier.ForEach(before => SettleOutside(before, ChangeState.Restored, null));
                recorded.AddRange(earlier);
                SettleOutside(change, ChangeState.Restored, null);
            }

            db.Add(change);
            recorded.Add(change);
        }
    }

    /// <summary>Settles an open change by a later reading of Convai; false if the reading does not decide it yet.</summary>
    private bool Resolve(ChangeRecord change, CharacterCoreSettings live, DateTimeOffset askedAt)
    {
        // A field that Convai leaves out proves nothing.
        var readable = change.Asked.VerifiableBy(live);
        var isReported = readable.IntersectFields(SettingsPatch.From(live)) == readable;
        // Convai itself reported the failure: nothing arrives after that.
        var wasRefused = change is { State: ChangeState.OutcomeUnknown, Failure: ConvaiFailureKind.ErrorAnswer };
        ChangeState? state =
            change.State == ChangeState.Asked ? ChangeState.Unchanged
            // Convai refused the level; what it wrote of the same call becomes an entry of its own.
            : change.Failure == ConvaiFailureKind.ValueRejected ? ChangeState.Rejected
            : change.Asked.IsVerifiedBy(live) ? change.Asked.IsSatisfiedBy(live) ? ChangeState.Confirmed : ChangeState.SentNotConfirmed
            // Its values may still appear, over anything that others have set since.
            : !(wasRefused && isReported) && askedAt - change.SentAt < ChangeRecord.MaxWriteDelay ? null
            : (change.Failure is not null || change.State == ChangeState.Sent) && change.Asked.IsKnownUnchanged(change.Before, live) ? ChangeState.Unchanged
            : ChangeState.NotConfirmed;
        if (state is not null)
        {
            (change.State, change.SettledAt) = (state.Value, time.GetUtcNow());
            (change.ModelReported, change.TemperatureReported) = (live.ModelCode, live.Temperature);
            change.ReasoningReported = live.IsReasoningReported ? live.Reasoning : null;
        }

        return state is not null;
    }

    /// <summary>An outside change answered by the reading that found it is settled when it is first seen.</summary>
    internal void SettleOutside(ChangeRecord outside, ChangeState state, string? by) =>
        (outside.State, outside.SettledAt, outside.SettledBy) = (state, outside.Id == 0 ? outside.At : time.GetUtcNow(), by);
}
