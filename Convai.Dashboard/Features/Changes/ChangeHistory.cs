using System.Runtime.CompilerServices;
using System.Security.Claims;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Security;
using Microsoft.EntityFrameworkCore;

namespace Convai.Dashboard.Features.Changes;

/// <summary>A part of the history, newest first.</summary>
/// <param name="Total">How many changes the filter lets through.</param>
public sealed record HistoryPart(IReadOnlyList<Change> Changes, int Total);

/// <summary>Somebody who has changed something; the name is the one of their last change.</summary>
public sealed record HistoryPerson(string Id, string Name);

/// <summary>What was changed outside on one character and nobody has answered yet, oldest first.</summary>
public sealed record CharacterDrift(IReadOnlyList<Change> Changes)
{
    /// <summary>The values that the dashboard knew before; a field that was not set then cannot be put back.</summary>
    public SettingsPatch Ours => new(
        Changes.FirstOrDefault(change => change.ModelAfter is not null)?.ModelBefore,
        Changes.FirstOrDefault(change => change.TemperatureAfter is not null)?.TemperatureBefore);
}

/// <summary>A character that does not run on what it ran on at some time.</summary>
/// <param name="Then">The fields that differ, with their values of then.</param>
public sealed record CharacterThen(string CharacterId, string Name, CharacterCoreSettings Now, SettingsPatch Then);

/// <param name="Characters">Those that differ, by name.</param>
/// <param name="Same">How many run on the same as then.</param>
/// <param name="Unknown">How many were first seen later.</param>
public sealed record CastThen(IReadOnlyList<CharacterThen> Characters, int Same, int Unknown);

/// <summary>The last time that a character's settings became something else, here or outside.</summary>
/// <param name="At">UTC; of kind outside, when it was first seen.</param>
/// <param name="PersonName">Null for what was changed outside.</param>
public sealed record LastChange(string CharacterId, DateTimeOffset At, ChangeKind Kind, string? PersonName, string? PresetName);

/// <summary>What the journal says of the cast.</summary>
/// <param name="Last">By character id; a character whose settings never changed is not in it.</param>
/// <param name="Drifted">Ids of those changed outside, where nobody has answered it yet.</param>
public sealed record CastChanges(IReadOnlyDictionary<string, LastChange> Last, IReadOnlySet<string> Drifted);

/// <summary>The journal as people read it. Each method throws <see cref="AccessDeniedException"/> if the person may not, and what <see cref="DatabaseTrouble"/> names.</summary>
public sealed class ChangeHistory(IDbContextFactory<DashboardDbContext> contexts, Access access)
{
    public async Task<HistoryPart> ReadAsync(ClaimsPrincipal by, HistoryFilter filter, int skip, int take, CancellationToken cancellationToken)
    {
        await access.RequireAsync(by, Role.Viewer, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var changes = await FilterAsync(db, filter, cancellationToken);
        var total = await changes.CountAsync(cancellationToken);
        return new HistoryPart(await changes.OrderByDescending(change => change.Id).Skip(skip).Take(take).ToListAsync(cancellationToken), total);
    }

    /// <summary>For a table of all characters: one question for all of them, not one for each.</summary>
    public async Task<CastChanges> ReadForCastAsync(ClaimsPrincipal by, CancellationToken cancellationToken)
    {
        await access.RequireAsync(by, Role.Viewer, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var changes = db.Set<Change>().AsNoTracking();
        var lastIds = changes.Where(Change.CameAbout).GroupBy(change => change.CharacterId).Select(character => character.Max(change => change.Id));
        var last = await changes.Where(change => lastIds.Contains(change.Id))
            .Select(change => new LastChange(change.CharacterId, change.At, change.Kind, change.PersonName, change.PresetName))
            .ToDictionaryAsync(change => change.CharacterId, StringComparer.Ordinal, cancellationToken);
        var drifted = await changes.Where(change => change.State == ChangeState.Drifted).Select(change => change.CharacterId).Distinct().ToListAsync(cancellationToken);
        return new CastChanges(last, drifted.ToHashSet(StringComparer.Ordinal));
    }

    /// <summary>The last changes of one character.</summary>
    public async Task<HistoryPart> ReadOfAsync(ClaimsPrincipal by, string characterId, int take, CancellationToken cancellationToken)
    {
        await access.RequireAsync(by, Role.Viewer, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var changes = db.Set<Change>().AsNoTracking().Where(change => change.CharacterId == characterId);
        var total = await changes.CountAsync(cancellationToken);
        return new HistoryPart(await changes.OrderByDescending(change => change.Id).Take(take).ToListAsync(cancellationToken), total);
    }

    /// <summary>The change of a character of which it is not known yet what became of it; else the last one that the person has made.</summary>
    public async Task<Change?> LastAttemptAsync(ClaimsPrincipal by, string characterId, CancellationToken cancellationToken)
    {
        await access.RequireAsync(by, Role.Viewer, cancellationToken);
        var personId = by.PersonId();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var changes = db.Set<Change>().AsNoTracking().Where(change => change.CharacterId == characterId).OrderByDescending(change => change.Id);
        return await changes.Where(Change.Open).FirstOrDefaultAsync(cancellationToken)
            ?? await changes.Where(change => change.PersonId == personId).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>What others, or the person too, have set the fields of a change to since; for each field only the last, oldest first.</summary>
    public async Task<IReadOnlyList<Change>> SinceAsync(ClaimsPrincipal by, Change change, CancellationToken cancellationToken)
    {
        await access.RequireAsync(by, Role.Viewer, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var later = await db.Set<Change>().AsNoTracking()
            .Where(other => other.CharacterId == change.CharacterId && other.Id > change.Id)
            .Where(Change.CameAbout)
            .OrderByDescending(other => other.Id)
            .ToListAsync(cancellationToken);
        return [.. change.Inverse.Fields
            .Select(field => later.Find(other => !other.Applied.Within(field).IsEmpty))
            .OfType<Change>()
            .Distinct()
            .OrderBy(other => other.Id)];
    }

    public async Task<IReadOnlyList<HistoryPerson>> PeopleAsync(ClaimsPrincipal by, CancellationToken cancellationToken)
    {
        await access.RequireAsync(by, Role.Viewer, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var last = db.Set<Change>().Where(change => change.PersonId != null).GroupBy(change => change.PersonId).Select(group => group.Max(change => change.Id));
        return await db.Set<Change>().Where(change => last.Contains(change.Id))
            .OrderBy(change => change.PersonName)
            .Select(change => new HistoryPerson(change.PersonId!, change.PersonName!))
            .ToListAsync(cancellationToken);
    }

    public async Task<CharacterDrift> DriftAsync(ClaimsPrincipal by, string characterId, CancellationToken cancellationToken)
    {
        await access.RequireAsync(by, Role.Viewer, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return new CharacterDrift(await db.Set<Change>().AsNoTracking()
            .Where(change => change.CharacterId == characterId && change.State == ChangeState.Drifted)
            .OrderBy(change => change.Id)
            .ToListAsync(cancellationToken));
    }

    /// <summary>The name of the preset that was last put on each character, by character id. One that was undone is not on it any more.</summary>
    public async Task<IReadOnlyDictionary<string, string>> LastPresetsAsync(ClaimsPrincipal by, CancellationToken cancellationToken)
    {
        await access.RequireAsync(by, Role.Viewer, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var undone = db.Set<Change>()
            .Where(change => change.Kind == ChangeKind.Undo && change.UndoesId != null && (change.State == ChangeState.Confirmed || change.State == ChangeState.AlreadySo))
            .Select(change => change.UndoesId!.Value);
        var last = db.Set<Change>()
            .Where(change => change.Kind == ChangeKind.Preset && change.PresetName != null && (change.State == ChangeState.Confirmed || change.State == ChangeState.AlreadySo))
            .Where(change => !undone.Contains(change.Id))
            .GroupBy(change => change.CharacterId)
            .Select(group => group.Max(change => change.Id));
        return await db.Set<Change>().Where(change => last.Contains(change.Id))
            .Select(change => new { change.CharacterId, change.PresetName })
            .ToDictionaryAsync(change => change.CharacterId, change => change.PresetName!, StringComparer.Ordinal, cancellationToken);
    }

    /// <summary>Which of these models each character is known to have run on before.</summary>
    public async Task<IReadOnlySet<(string CharacterId, string ModelCode)>> RanOnAsync(ClaimsPrincipal by, IReadOnlyCollection<string> modelCodes, CancellationToken cancellationToken)
    {
        await access.RequireAsync(by, Role.Viewer, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var found = new HashSet<(string, string)>();
        // A file may name thousands of models, and a question has room for so many.
        foreach (var some in modelCodes.Chunk(500))
        {
            found.UnionWith((await db.Set<Change>()
                .Where(Change.CameAbout)
                .Where(change => change.ModelBefore != null && some.Contains(change.ModelBefore))
                .Select(change => new { change.CharacterId, change.ModelBefore })
                .Distinct()
                .ToListAsync(cancellationToken))
                .Select(change => (change.CharacterId, change.ModelBefore!)));
        }

        return found;
    }

    /// <summary>The cast as it was: what is known now, with every change since then taken back. Nothing is written by looking.</summary>
    public async Task<CastThen> AsItWasAsync(ClaimsPrincipal by, DateTimeOffset at, CancellationToken cancellationToken)
    {
        await access.RequireAsync(by, Role.Viewer, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var characters = await db.Set<KnownCharacter>().AsNoTracking().ToListAsync(cancellationToken);
        var since = (await db.Set<Change>().AsNoTracking().Where(change => change.At > at).Where(Change.CameAbout).OrderByDescending(change => change.Id).ToListAsync(cancellationToken))
            .ToLookup(change => change.CharacterId, StringComparer.Ordinal);
        var known = characters.Where(character => character.FirstSeenAt <= at).ToList();
        var different = known
            .Select(character => new CharacterThen(character.CharacterId, character.Name, character.Settings, Then(character, since[character.CharacterId])))
            .Where(character => !character.Then.IsEmpty)
            .OrderBy(character => character.Name, StringComparer.CurrentCultureIgnoreCase)
            .ToList();
        return new CastThen(different, known.Count - different.Count, characters.Count - known.Count);
    }

    /// <summary>Everything that the filter lets through, newest first, one by one.</summary>
    public async IAsyncEnumerable<Change> ExportAsync(ClaimsPrincipal by, HistoryFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await access.RequireAsync(by, Role.Viewer, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var changes = await FilterAsync(db, filter, cancellationToken);
        await foreach (var change in changes.OrderByDescending(change => change.Id).AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            yield return change;
        }
    }

    private static async Task<IQueryable<Change>> FilterAsync(DashboardDbContext db, HistoryFilter filter, CancellationToken cancellationToken)
    {
        var changes = filter.Apply(db.Set<Change>().AsNoTracking());
        if (filter.Character is not { } character)
        {
            return changes;
        }

        var words = SearchText.Words(character);
        var names = await changes.Select(change => change.CharacterName).Distinct().ToListAsync(cancellationToken);
        var found = names.FindAll(name => SearchText.HasAll(SearchText.Fold(name), words));
        // As one parameter: each of thousands as its own would be more than a database takes.
        return changes.Where(change => change.CharacterId == character || EF.Parameter(found).Contains(change.CharacterName));
    }

    private static SettingsPatch Then(KnownCharacter character, IEnumerable<Change> since)
    {
        var settings = character.Settings;
        foreach (var change in since)
        {
            // Taken back one by one, from the newest: a field that had no value before has none again.
            settings = new CharacterCoreSettings(
                change.Applied.ModelCode is null ? settings.ModelCode : change.ModelBefore,
                change.Applied.Temperature is null ? settings.Temperature : change.TemperatureBefore);
        }

        return SettingsPatch.Of(settings).Without(character.Settings);
    }
}
