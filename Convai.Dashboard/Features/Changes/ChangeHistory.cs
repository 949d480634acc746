using System.Runtime.CompilerServices;
using System.Security.Claims;
using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Security;
using Microsoft.EntityFrameworkCore;

namespace Convai.Dashboard.Features.Changes;

/// <summary>Someone who has made changes; the name is the one on their last change.</summary>
public sealed record HistoryPerson(string Id, string Name);

/// <summary>The unanswered outside changes of one character, oldest first.</summary>
public sealed record CharacterDrift(IReadOnlyList<ChangeRecord> Changes)
{
    /// <summary>The values that the dashboard knew before; a field that was not set then cannot be restored.</summary>
    public SettingsPatch Ours => new(
        Changes.FirstOrDefault(change => change.ModelAfter is not null)?.ModelBefore,
        Changes.FirstOrDefault(change => change.TemperatureAfter is not null)?.TemperatureBefore,
        Changes.FirstOrDefault(change => change.ReasoningAfter is not null)?.ReasoningBefore);
}

/// <summary>A character whose settings differ from an earlier time.</summary>
/// <param name="Then">The fields that differ, with their values at that time.</param>
public sealed record CharacterSnapshot(string CharacterId, string Name, CharacterCoreSettings Now, SettingsPatch Then);

/// <summary>A character about which nothing is known before a time.</summary>
/// <param name="FirstSeenAt">In UTC.</param>
public sealed record UnknownCharacter(string CharacterId, string Name, DateTimeOffset FirstSeenAt);

/// <param name="Characters">The characters that differ, sorted by name.</param>
/// <param name="Unchanged">The number of characters with unchanged settings.</param>
/// <param name="Unknown">The characters first seen later, sorted by name.</param>
public sealed record CastSnapshot(IReadOnlyList<CharacterSnapshot> Characters, int Unchanged, IReadOnlyList<UnknownCharacter> Unknown);

/// <summary>How far back the settings of the cast are known.</summary>
/// <param name="Since">When the first character was seen, in UTC; null if none was.</param>
public sealed record KnownPeriod(int Characters, DateTimeOffset? Since);

/// <summary>The last change of a character's settings, made here or outside.</summary>
/// <param name="At">In UTC; for an outside change, when it was first seen.</param>
/// <param name="PersonName">Null for an outside change.</param>
public sealed record LastChange(string CharacterId, DateTimeOffset At, ChangeKind Kind, string? PersonName, string? PresetName);

/// <summary>What the journal says about the cast.</summary>
/// <param name="Last">Keyed by character id; characters whose settings never changed are left out.</param>
/// <param name="Drifted">Keyed by character id; only characters with unanswered outside changes.</param>
/// <param name="Reasoning">Keyed by character id; characters for which no reasoning effort was ever sent are left out.</param>
public sealed record CastChanges(IReadOnlyDictionary<string, LastChange> Last, IReadOnlyDictionary<string, CharacterDrift> Drifted, IReadOnlyDictionary<string, LastReasoning> Reasoning);

/// <summary>The reasoning effort last sent for a character. Convai does not report which one it has.</summary>
/// <param name="Value">A value as in <see cref="ReasoningEffort"/>.</param>
/// <param name="ModelCode">The model of the character at that time.</param>
/// <param name="At">In UTC.</param>
/// <param name="PersonName">Null if it was not sent from here, but reported by Convai.</param>
public sealed record LastReasoning(string Value, string? ModelCode, DateTimeOffset? At, string? PersonName);

/// <summary>The journal as people read it. Each method throws <see cref="AccessDeniedException"/> if the person lacks access, and the exceptions that <see cref="DatabaseError"/> describes.</summary>
public sealed class ChangeHistory(IDbContextFactory<DashboardDbContext> contexts, IBatchStates batches, Access access, TimeProvider time)
{
    /// <summary>Reads what a table of all characters shows, with one query for all of them.</summary>
    public async Task<CastChanges> ReadForCastAsync(ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        await access.RequireAsync(user, Role.Viewer, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var changes = db.Set<ChangeRecord>().AsNoTracking();
        var lastIds = changes.Where(ChangeRecord.WasApplied).GroupBy(change => change.CharacterId).Select(character => character.Max(change => change.Id));
        var last = await changes.Where(change => lastIds.Contains(change.Id))
            .Select(change => new LastChange(change.CharacterId, change.At, change.Kind, change.PersonName, change.PresetName))
            .ToDictionaryAsync(change => change.CharacterId, StringComparer.Ordinal, cancellationToken);
        var drifted = (await changes.Where(change => change.State == ChangeState.Drifted).OrderBy(change => change.Id).ToListAsync(cancellationToken))
            .GroupBy(change => change.CharacterId, StringComparer.Ordinal)
            .ToDictionary(character => character.Key, character => new CharacterDrift([.. character]), StringComparer.Ordinal);
        return new CastChanges(last, drifted, await ReadLastReasoningAsync(db, cancellationToken));
    }

    /// <summary>Reads the reasoning effort last sent for each character, keyed by its id; characters for which none ever was are left out.</summary>
    public async Task<IReadOnlyDictionary<string, LastReasoning>> ReadLastReasoningAsync(ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        await access.RequireAsync(user, Role.Viewer, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await ReadLastReasoningAsync(db, cancellationToken);
    }

    private static Task<Dictionary<string, LastReasoning>> ReadLastReasoningAsync(DashboardDbContext db, CancellationToken cancellationToken) =>
        db.Set<KnownCharacter>().Where(character => character.Reasoning != null)
            .Select(character => new { character.CharacterId, Last = new LastReasoning(character.Reasoning!, character.ReasoningModelCode, character.ReasoningSetAt, character.ReasoningSetBy) })
            .ToDictionaryAsync(character => character.CharacterId, character => character.Last, StringComparer.Ordinal, cancellationToken);

    /// <summary>Reads the reasoning effort last sent for a character; null if none ever was.</summary>
    public async Task<LastReasoning?> ReadLastReasoningAsync(ClaimsPrincipal user, string characterId, CancellationToken cancellationToken)
    {
        await access.RequireAsync(user, Role.Viewer, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<KnownCharacter>().Where(character => character.CharacterId == characterId && character.Reasoning != null)
            .Select(character => new LastReasoning(character.Reasoning!, character.ReasoningModelCode, character.ReasoningSetAt, character.ReasoningSetBy))
            .FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>Reads the open change of a character; if there is none, the last one that the person made.</summary>
    public async Task<ChangeRecord?> ReadLastAttemptAsync(ClaimsPrincipal user, string characterId, CancellationToken cancellationToken)
    {
        await access.RequireAsync(user, Role.Viewer, cancellationToken);
        var personId = user.PersonId();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var changes = db.Set<ChangeRecord>().AsNoTracking().Where(change => change.CharacterId == characterId).OrderByDescending(change => change.Id);
        return await changes.Where(ChangeRecord.Open).FirstOrDefaultAsync(cancellationToken)
            ?? await changes.Where(change => change.PersonId == personId).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>Reads the later changes, by anyone, to the fields of a change; only the last one of each field, oldest first.</summary>
    public async Task<IReadOnlyList<ChangeRecord>> ListLaterChangesAsync(ClaimsPrincipal user, ChangeRecord change, CancellationToken cancellationToken)
    {
        await access.RequireAsync(user, Role.Viewer, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var later = await db.Set<ChangeRecord>().AsNoTracking()
            .Where(other => other.CharacterId == change.CharacterId && other.Id > change.Id)
            .Where(ChangeRecord.WasApplied)
            .OrderByDescending(other => other.Id)
            .ToListAsync(cancellationToken);
        return [.. change.Inverse.Fields
            .Select(field => later.Find(other => !other.Applied.IntersectFields(field).IsEmpty))
            .OfType<ChangeRecord>()
            .Distinct()
            .OrderBy(other => other.Id)];
    }

    public async Task<IReadOnlyList<HistoryPerson>> ListPeopleAsync(ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        await access.RequireAsync(user, Role.Viewer, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var last = db.Set<ChangeRecord>().Where(change => change.PersonId != null).GroupBy(change => change.PersonId).Select(group => group.Max(change => change.Id));
        return await db.Set<ChangeRecord>().Where(change => last.Contains(change.Id))
            .OrderBy(change => change.PersonName)
            .Select(change => new HistoryPerson(change.PersonId!, change.PersonName!))
            .ToListAsync(cancellationToken);
    }

    public async Task<CharacterDrift> ReadDriftAsync(ClaimsPrincipal user, string characterId, CancellationToken cancellationToken)
    {
        await access.RequireAsync(user, Role.Viewer, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return new CharacterDrift(await db.Set<ChangeRecord>().AsNoTracking()
            .Where(change => change.CharacterId == characterId && change.State == ChangeState.Drifted)
            .OrderBy(change => change.Id)
            .ToListAsync(cancellationToken));
    }

    /// <summary>Reads which of these models each character is known to have used before.</summary>
    public async Task<IReadOnlySet<(string CharacterId, string ModelCode)>> ReadUsedModelsAsync(ClaimsPrincipal user, IReadOnlyCollection<string> modelCodes, CancellationToken cancellationToken)
    {
        await access.RequireAsync(user, Role.Viewer, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var found = new HashSet<(string, string)>();
        // A file may name thousands of models, and a query takes only so many.
        foreach (var some in modelCodes.Chunk(500))
        {
            found.UnionWith((await db.Set<ChangeRecord>()
                .Where(ChangeRecord.WasApplied)
                .Where(change => change.ModelBefore != null && some.Contains(change.ModelBefore))
                .Select(change => new { change.CharacterId, change.ModelBefore })
                .Distinct()
                .ToListAsync(cancellationToken))
                .Select(change => (change.CharacterId, change.ModelBefore!)));
        }

        return found;
    }

    /// <summary>Computes the cast at a point in time: the settings known now, with every later change undone. It writes nothing.</summary>
    public async Task<CastSnapshot> ReadSnapshotAsync(ClaimsPrincipal user, DateTimeOffset at, CancellationToken cancellationToken)
    {
        await access.RequireAsync(user, Role.Viewer, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var characters = await db.Set<KnownCharacter>().AsNoTracking().ToListAsync(cancellationToken);
        var since = (await db.Set<ChangeRecord>().AsNoTracking().Where(change => change.At > at).Where(ChangeRecord.WasApplied).OrderByDescending(change => change.Id).ToListAsync(cancellationToken))
            .ToLookup(change => change.CharacterId, StringComparer.Ordinal);
        var known = characters.Where(character => character.FirstSeenAt <= at).ToList();
        var different = known
            .Select(character => new CharacterSnapshot(character.CharacterId, character.Name, character.Settings, ComputeThen(character, since[character.CharacterId])))
            .Where(character => !character.Then.IsEmpty)
            .OrderBy(character => character.Name, StringComparer.CurrentCultureIgnoreCase)
            .ToList();
        var unknown = characters.Where(character => character.FirstSeenAt > at)
            .Select(character => new UnknownCharacter(character.CharacterId, character.Name, character.FirstSeenAt))
            .OrderBy(character => character.Name, StringComparer.CurrentCultureIgnoreCase)
            .ToList();
        return new CastSnapshot(different, known.Count - different.Count, unknown);
    }

    /// <summary>Reads how far back <see cref="ReadSnapshotAsync"/> can look.</summary>
    public async Task<KnownPeriod> ReadKnownPeriodAsync(ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        await access.RequireAsync(user, Role.Viewer, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var seen = db.Set<KnownCharacter>().Select(character => (DateTimeOffset?)character.FirstSeenAt);
        return new KnownPeriod(await seen.CountAsync(cancellationToken), await seen.MinAsync(cancellationToken));
    }

    /// <summary>Reads every change that matches the filter, newest first, one by one.</summary>
    /// <param name="local">Where the days of the filter begin.</param>
    public async IAsyncEnumerable<ChangeRecord> ExportAsync(ClaimsPrincipal user, HistoryFilter filter, LocalTime local, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await access.RequireAsync(user, Role.Viewer, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var changes = await QueryAsync(db, filter, local, cancellationToken);
        await foreach (var change in changes.OrderByDescending(change => change.Id).AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            yield return change;
        }
    }

    /// <summary>A rejected change of which Convai carried out a part has two entries; people see the one of the part, which says so.</summary>
    internal static IQueryable<ChangeRecord> ExcludeSplitChanges(DashboardDbContext db, IQueryable<ChangeRecord> changes) =>
        changes.Where(change => !db.Set<ChangeRecord>().Any(part => part.PartOfId == change.Id));

    /// <summary>The changes that match the filter, each as people see it.</summary>
    /// <param name="local">Where the days of the filter begin.</param>
    internal async Task<IQueryable<ChangeRecord>> FilterAsync(DashboardDbContext db, HistoryFilter filter, LocalTime local, CancellationToken cancellationToken) =>
        ExcludeSplitChanges(db, await QueryAsync(db, filter, local, cancellationToken));

    private async Task<IQueryable<ChangeRecord>> QueryAsync(DashboardDbContext db, HistoryFilter filter, LocalTime local, CancellationToken cancellationToken)
    {
        var changes = filter.ApplyDays(filter.Apply(db.Set<ChangeRecord>().AsNoTracking()), local, time.GetUtcNow());
        if (filter.Outcome == HistoryOutcome.Stopped)
        {
            var stopped = batches.Stopped(db);
            changes = changes.Where(change => change.BatchId != null && stopped.Contains(change.BatchId.Value));
        }

        if (filter.Character is not { } character)
        {
            return changes;
        }

        var words = SearchText.SplitWords(character);
        var names = await changes.Select(change => change.CharacterName).Distinct().ToListAsync(cancellationToken);
        var found = names.FindAll(name => SearchText.ContainsAll(SearchText.Fold(name), words));
        var reasons = await changes.Where(change => change.Reason != null).Select(change => change.Reason!).Distinct().ToListAsync(cancellationToken);
        var given = reasons.FindAll(reason => SearchText.ContainsAll(SearchText.Fold(reason), words));
        // Passed as one parameter each: a database does not take thousands of separate ones.
        return changes.Where(change => change.CharacterId == character || EF.Parameter(found).Contains(change.CharacterName) || (change.Reason != null && EF.Parameter(given).Contains(change.Reason)));
    }

    private static SettingsPatch ComputeThen(KnownCharacter character, IEnumerable<ChangeRecord> since)
    {
        var settings = character.Settings;
        foreach (var change in since)
        {
            // Undone one by one, from the newest: a field that had no value before has none again.
            settings = new CharacterCoreSettings(
                change.Applied.ModelCode is null ? settings.ModelCode : change.ModelBefore,
                change.Applied.Temperature is null ? settings.Temperature : change.TemperatureBefore)
            {
                Reasoning = change.Applied.Reasoning is null ? settings.Reasoning : change.ReasoningBefore,
            };
        }

        return SettingsPatch.From(settings).DifferencesFrom(character.Settings);
    }
}
