using System.Security.Claims;
using Microsoft.EntityFrameworkCore;

namespace Convai.Dashboard.Features.Changes;

/// <summary>The last time that a character's settings became something else, here or outside.</summary>
/// <param name="At">UTC; of kind outside, when it was first seen.</param>
/// <param name="PersonName">Null for what was changed outside.</param>
public sealed record LastChange(string CharacterId, DateTimeOffset At, ChangeKind Kind, string? PersonName, string? PresetName);

/// <summary>What the journal says of the cast.</summary>
/// <param name="Last">By character id; a character whose settings never changed is not in it.</param>
/// <param name="Drifted">Ids of those changed outside, where nobody has answered it yet.</param>
public sealed record CastChanges(IReadOnlyDictionary<string, LastChange> Last, IReadOnlySet<string> Drifted);

public sealed partial class ChangeHistory
{
    /// <summary>For a table of all characters: one question for all of them, not one for each.</summary>
    public async Task<CastChanges?> ReadForCastAsync(ClaimsPrincipal by, CancellationToken cancellationToken)
    {
        if (!await MayReadAsync(by, cancellationToken))
        {
            return null;
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var changes = db.Set<Change>().AsNoTracking();
        var lastIds = changes.Where(Change.CameAbout).GroupBy(change => change.CharacterId).Select(character => character.Max(change => change.Id));
        var last = await changes.Where(change => lastIds.Contains(change.Id))
            .Select(change => new LastChange(change.CharacterId, change.At, change.Kind, change.PersonName, change.PresetName))
            .ToDictionaryAsync(change => change.CharacterId, StringComparer.Ordinal, cancellationToken);
        var drifted = await changes.Where(change => change.State == ChangeState.Drifted).Select(change => change.CharacterId).Distinct().ToListAsync(cancellationToken);
        return new CastChanges(last, drifted.ToHashSet(StringComparer.Ordinal));
    }
}
