using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Data;
using Microsoft.EntityFrameworkCore;

namespace Convai.Dashboard.Features.Changes;

/// <content>
/// Every reading of a character is laid beside what is known of it: it settles what was left open, and what nobody here has
/// asked for is taken down as changed outside.
/// </content>
public sealed partial class ChangeJournal
{
    private long _comparedAtTicks;

    /// <summary>When this server last laid a reading of the cast beside what is known, UTC; null for not since the start.</summary>
    public DateTimeOffset? ComparedAt => Interlocked.Read(ref _comparedAtTicks) is > 0 and var ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    /// <summary>Lays a reading of the cast beside what is known. Characters that are being written right now wait for the next one.</summary>
    /// <param name="askedAt">When the reading began; whatever was taken down since is newer.</param>
    public async Task ObserveAsync(IReadOnlyList<Character> cast, DateTimeOffset askedAt, CancellationToken cancellationToken)
    {
        List<Character> news;
        await using (var db = await contexts.CreateDbContextAsync(cancellationToken))
        {
            var known = await db.Set<KnownCharacter>().AsNoTracking().ToDictionaryAsync(character => character.CharacterId, StringComparer.Ordinal, cancellationToken);
            var open = (await db.Set<Change>().Where(Change.Open).Select(change => change.CharacterId).ToListAsync(cancellationToken)).ToHashSet(StringComparer.Ordinal);
            // An entry without any settings says nothing about them: Convai may leave fields out, and knows no way to unset one.
            news = [.. cast.Where(character => character.Settings is not { ModelCode: null, Temperature: null } && (!known.TryGetValue(character.Id, out var before)
                || (before.ReadAt < askedAt && (open.Contains(character.Id) || before.Name != character.Name || !SettingsChange.Of(character.Settings).IsMetBy(before.Settings)))))];
        }

        foreach (var some in news.Chunk(500))
        {
            await ObserveSomeAsync(some, askedAt, cancellationToken);
        }

        await CloseMissingAsync(cast, askedAt, cancellationToken);
        Interlocked.Exchange(ref _comparedAtTicks, time.GetUtcNow().UtcTicks);
    }

    /// <summary>Of a character that Convai does not have any more nothing will ever be read: its open changes have come to nothing.</summary>
    private async Task CloseMissingAsync(IReadOnlyList<Character> cast, DateTimeOffset askedAt, CancellationToken cancellationToken)
    {
        var longAgo = askedAt - ArrivesWithin;
        List<Change> open;
        await using (var db = await contexts.CreateDbContextAsync(cancellationToken))
        {
            open = await db.Set<Change>().AsNoTracking().Where(Change.Open).Where(change => change.SentAt < longAgo).ToListAsync(cancellationToken);
        }

        if (open.Count == 0)
        {
            return;
        }

        var settled = cast.Where(character => character.Settings is not { ModelCode: null, Temperature: null }).Select(character => character.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var change in open.Where(change => !settled.Contains(change.CharacterId)))
        {
            await using var turn = await turns.TryEnterAsync(change.CharacterId, cancellationToken);
            if (turn is not null)
            {
                await SettleAsync(change, ChangeState.Unchanged, null, new ConvaiFailure(ConvaiFailureKind.UnknownCharacter, "Not in the cast."));
            }
        }
    }

    private async Task ObserveSomeAsync(Character[] characters, DateTimeOffset askedAt, CancellationToken cancellationToken)
    {
        var held = new List<IAsyncDisposable>();
        var news = new List<Change>();
        try
        {
            await InTurnAsync(
                async db =>
                {
                    await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
                    foreach (var character in characters)
                    {
                        if (await turns.TryEnterAsync(character.Id, cancellationToken) is { } turn)
                        {
                            held.Add(turn);
                            await TakeInAsync(db, character.Id, character.Name, character.Settings, askedAt, null, news, cancellationToken);
                        }
                    }

                    await db.SaveChangesAsync(cancellationToken);
                    await transaction.CommitAsync(cancellationToken);
                },
                cancellationToken);
        }
        finally
        {
            foreach (var turn in held)
            {
                await turn.DisposeAsync();
            }
        }

        news.ForEach(Tell);
    }

    /// <param name="own">The change that the reading was made for; null for a reading of the cast.</param>
    private async Task TakeInAsync(
        DashboardDbContext db, string characterId, string name, CharacterCoreSettings live, DateTimeOffset askedAt, Change? own, List<Change> news, CancellationToken cancellationToken)
    {
        var known = await db.Set<KnownCharacter>().FindAsync([characterId], cancellationToken);
        if (own is null && known?.ReadAt >= askedAt)
        {
            return;
        }

        var open = await db.Set<Change>().Where(Change.Open).Where(change => change.CharacterId == characterId).OrderBy(change => change.Id).ToListAsync(cancellationToken);
        if (own is null && open.Exists(change => (change.SettledAt ?? change.SentAt) >= askedAt))
        {
            // The reading began before that write was answered, and says nothing about it.
            return;
        }

        var drift = await DriftAsync(db, characterId, cancellationToken);
        var expected = known?.Settings ?? live;
        foreach (var left in open)
        {
            if (left != own && Resolve(left, live, askedAt))
            {
                news.Add(left);
                expected = Explain(expected, left, drift, news);
            }
        }

        if (own is not null)
        {
            expected = Explain(expected, own, drift, news);
        }

        TakeDownOutside(db, characterId, name, expected, SettingsChange.Of(live).Without(expected), own, drift, news);
        if (known is null)
        {
            known = new KnownCharacter { CharacterId = characterId, Name = name, FirstSeenAt = time.GetUtcNow(), ReadAt = askedAt };
            db.Add(known);
        }

        (known.Name, known.ModelCode, known.Temperature, known.ReadAt) =
            (name, live.ModelCode ?? expected.ModelCode, live.Temperature ?? expected.Temperature, askedAt);
    }

    /// <summary>What a change brought about is no drift, and answers the drift that it wrote over.</summary>
    private CharacterCoreSettings Explain(CharacterCoreSettings expected, Change change, List<Change> drift, List<Change> news)
    {
        var answers = change.State == ChangeState.AlreadySo ? change.Asked : change.Applied;
        foreach (var outside in drift.Where(outside => outside.State == ChangeState.Drifted && !answers.Within(outside.Asked).IsEmpty))
        {
            var answer = answers.Within(outside.Asked);
            Answer(
                outside,
                answer.IsMetBy(outside.Before) ? ChangeState.Restored : change.State == ChangeState.AlreadySo ? ChangeState.Accepted : ChangeState.Replaced,
                change.PersonName);
            news.Add(outside);
        }

        return expected.With(change.Applied);
    }

    private void TakeDownOutside(
        DashboardDbContext db, string characterId, string name, CharacterCoreSettings expected, SettingsChange outside, Change? own, List<Change> drift, List<Change> news)
    {
        // A line for each field: they are accepted, put back and written over one by one.
        foreach (var field in outside.Fields)
        {
            var change = new Change
            {
                At = time.GetUtcNow(),
                Kind = ChangeKind.Outside,
                CharacterId = characterId,
                CharacterName = name,
                ModelBefore = field.ModelCode is null ? null : expected.ModelCode,
                ModelAfter = field.ModelCode,
                TemperatureBefore = field.Temperature is null ? null : expected.Temperature,
                TemperatureAfter = field.Temperature,
                State = ChangeState.Drifted,
            };
            if (own is { State: ChangeState.AlreadySo } && !own.Asked.Within(field).IsEmpty)
            {
                // Somebody here was about to set the very same.
                Answer(change, ChangeState.Accepted, own.PersonName);
            }

            var earlier = drift.Where(before => before.State == ChangeState.Drifted && !before.Asked.Within(field).IsEmpty).ToList();
            if (earlier.Count > 0 && field.IsMetBy(earlier[0].Before))
            {
                // Whoever changed it outside has put it back.
                earlier.ForEach(before => Answer(before, ChangeState.Restored, null));
                news.AddRange(earlier);
                Answer(change, ChangeState.Restored, null);
            }

            db.Add(change);
            news.Add(change);
        }
    }

    /// <summary>Settles a change that was left open by what Convai was read to have since; false where that does not tell yet.</summary>
    private bool Resolve(Change change, CharacterCoreSettings live, DateTimeOffset askedAt)
    {
        // A field that Convai leaves out says nothing.
        var isTold = change.Asked.Within(SettingsChange.Of(live)) == change.Asked;
        // Whatever the answer was, nothing comes after it.
        var wasAnswered = change is { State: ChangeState.OutcomeUnknown, Failure: null or ConvaiFailureKind.NotUnderstood };
        ChangeState? state =
            change.State == ChangeState.Asked ? ChangeState.Unchanged
            : change.Asked.IsMetBy(live) ? ChangeState.Confirmed
            // It may yet arrive, over whatever somebody else has set meanwhile.
            : !(wasAnswered && isTold) && askedAt - change.SentAt < ArrivesWithin ? null
            : (change.Failure is not null || change.State == ChangeState.Sent) && change.Asked.IsKnownToBeSameIn(change.Before, live) ? ChangeState.Unchanged
            : ChangeState.NotConfirmed;
        if (state is not null)
        {
            (change.State, change.SettledAt) = (state.Value, time.GetUtcNow());
            (change.ModelReported, change.TemperatureReported) = (live.ModelCode, live.Temperature);
        }

        return state is not null;
    }

    private static Task<List<Change>> DriftAsync(DashboardDbContext db, string characterId, CancellationToken cancellationToken) =>
        db.Set<Change>().Where(change => change.CharacterId == characterId && change.State == ChangeState.Drifted).OrderBy(change => change.Id).ToListAsync(cancellationToken);
}
