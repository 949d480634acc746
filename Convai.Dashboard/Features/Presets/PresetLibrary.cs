using System.Security.Claims;
using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Features.Models;
using Convai.Dashboard.Security;
using Microsoft.EntityFrameworkCore;

namespace Convai.Dashboard.Features.Presets;

/// <summary>The presets that the team shares. Each method throws <see cref="AccessDeniedException"/> if the person may not, and what <see cref="DatabaseTrouble"/> names.</summary>
public sealed class PresetLibrary(
    IDbContextFactory<DashboardDbContext> contexts, Access access, AccountModels accountModels, CastDirectory cast, ChangeHistory history, IChangeFeed feed, TimeProvider time)
{
    private static readonly PresetOutcome Gone = new PresetOutcome.Refused("This preset is not there any more: somebody has deleted it.");

    /// <summary>By name.</summary>
    public async Task<IReadOnlyList<Preset>> ReadAsync(ClaimsPrincipal by, CancellationToken cancellationToken)
    {
        await access.RequireAsync(by, Role.Viewer, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<Preset>().AsNoTracking().OrderBy(preset => preset.NormalizedName).ToListAsync(cancellationToken);
    }

    /// <summary>The same with the characters that each of them was last put on, as the cast was last read; nothing is asked of Convai.</summary>
    public async Task<IReadOnlyList<PresetInUse>> ReadUsesAsync(ClaimsPrincipal by, CancellationToken cancellationToken)
    {
        var presets = await ReadAsync(by, cancellationToken);
        var last = await history.LastPresetsAsync(by, cancellationToken);
        if (cast.Last is not { Characters: not null } reading)
        {
            return [.. presets.Select(preset => new PresetInUse(preset, null))];
        }

        var users = last.Where(put => reading.Find(put.Key) is not null).ToLookup(put => put.Value, put => reading.Find(put.Key)!, StringComparer.Ordinal);
        return [.. presets.Select(preset => new PresetInUse(preset, [.. users[preset.Name]
            .Select(character => new PresetUse(character, preset.Settings.Without(character.Settings)))
            .OrderBy(use => !use.Deviates)
            .ThenBy(use => use.Character.Name, StringComparer.CurrentCultureIgnoreCase)
            .ThenBy(use => use.Character.Id, StringComparer.Ordinal)]))];
    }

    /// <param name="opened">The preset that the person has edited; null for a new one. Had it been changed since, nothing is saved.</param>
    public async Task<PresetOutcome> SaveAsync(ClaimsPrincipal by, Preset? opened, PresetValues values, CancellationToken cancellationToken)
    {
        var person = await access.RequireAsync(by, Role.Designer, cancellationToken);
        var asked = values.Trim();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var now = opened is null ? null : await db.Set<Preset>().AsNoTracking().FirstOrDefaultAsync(preset => preset.Id == opened.Id, cancellationToken);
        if (opened is not null && now is null)
        {
            return Gone;
        }

        if ((asked.Complaint ?? await RefuseModelAsync(asked.ModelCode, now, cancellationToken) ?? await RefuseNameAsync(by, asked.Name, now, cancellationToken)) is { } refusal)
        {
            return new PresetOutcome.Refused(refusal);
        }

        var (normalized, id) = (Normalize(asked.Name), opened?.Id ?? 0);
        if (await db.Set<Preset>().AnyAsync(preset => preset.NormalizedName == normalized && preset.Id != id, cancellationToken))
        {
            return Taken(asked.Name);
        }

        try
        {
            return await StoreAsync(db, opened, asked, person.Name, cancellationToken);
        }
        catch (Exception exception) when (DatabaseTrouble.IsNotUnique(exception))
        {
            // Somebody was faster by a moment.
            return Taken(asked.Name);
        }
    }

    /// <param name="opened">As the person has seen it: had it been changed since, it stays.</param>
    public async Task<PresetOutcome> DeleteAsync(ClaimsPrincipal by, Preset opened, CancellationToken cancellationToken)
    {
        await access.RequireAsync(by, Role.Designer, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await db.Set<Preset>().Where(preset => preset.Id == opened.Id && preset.ChangedAt == opened.ChangedAt).ExecuteDeleteAsync(cancellationToken) == 0
            && await db.Set<Preset>().AsNoTracking().FirstOrDefaultAsync(preset => preset.Id == opened.Id, cancellationToken) is { } moved)
        {
            return new PresetOutcome.Moved(moved);
        }

        feed.Tell(new ChangeNews.PresetsMoved());
        return new PresetOutcome.Deleted();
    }

    private async Task<PresetOutcome> StoreAsync(DashboardDbContext db, Preset? opened, PresetValues asked, string person, CancellationToken cancellationToken)
    {
        var at = time.GetUtcNow();
        var preset = new Preset
        {
            Id = opened?.Id ?? 0,
            Name = asked.Name,
            NormalizedName = Normalize(asked.Name),
            Note = asked.Note,
            ModelCode = asked.ModelCode,
            Temperature = asked.Temperature,
            // Later than what it replaces, whatever the clock says: it tells one version from the next.
            ChangedAt = opened is not null && at <= opened.ChangedAt ? opened.ChangedAt.AddMicroseconds(1) : at,
            ChangedByName = person,
        };
        if (opened is null)
        {
            db.Add(preset);
            await db.SaveChangesAsync(cancellationToken);
        }
        else if (await ReplaceAsync(db, opened, preset, cancellationToken) == 0)
        {
            // Compared and set in one statement: whoever was faster stands.
            var moved = await db.Set<Preset>().AsNoTracking().FirstOrDefaultAsync(candidate => candidate.Id == opened.Id, cancellationToken);
            return moved is null ? Gone : new PresetOutcome.Moved(moved);
        }

        feed.Tell(new ChangeNews.PresetsMoved());
        return new PresetOutcome.Saved(preset);
    }

    private static Task<int> ReplaceAsync(DashboardDbContext db, Preset opened, Preset by, CancellationToken cancellationToken) =>
        db.Set<Preset>().Where(preset => preset.Id == opened.Id && preset.ChangedAt == opened.ChangedAt).ExecuteUpdateAsync(
            set => set
                .SetProperty(preset => preset.Name, by.Name)
                .SetProperty(preset => preset.NormalizedName, by.NormalizedName)
                .SetProperty(preset => preset.Note, by.Note)
                .SetProperty(preset => preset.ModelCode, by.ModelCode)
                .SetProperty(preset => preset.Temperature, by.Temperature)
                .SetProperty(preset => preset.ChangedAt, by.ChangedAt)
                .SetProperty(preset => preset.ChangedByName, by.ChangedByName),
            cancellationToken);

    private async Task<string?> RefuseModelAsync(string? code, Preset? now, CancellationToken cancellationToken)
    {
        if (code is null || string.Equals(code, now?.ModelCode, StringComparison.Ordinal) || accountModels.Catalogue.Knows(code))
        {
            return null;
        }

        return cast.Last.ForAccountList is { } asked
            ? (await accountModels.ReadForCastAsync(asked.Id, cancellationToken)).Refuse(code)
            : $"{code} is not in the catalogue, and the account's list could not be fetched to look for it there.";
    }

    /// <summary>The journal knows a preset by the name it had: renamed, nobody could tell any more who uses it.</summary>
    private async Task<string?> RefuseNameAsync(ClaimsPrincipal by, string name, Preset? now, CancellationToken cancellationToken)
    {
        if (now is null || string.Equals(name, now.Name, StringComparison.Ordinal))
        {
            return null;
        }

        var users = (await ReadUsesAsync(by, cancellationToken)).FirstOrDefault(used => used.Preset.Id == now.Id)?.Uses?.Count;
        return users switch
        {
            0 => null,
            null => "The cast has not been read yet, so that nobody can tell whether this preset is in use. Try again when it has been; until then the name stays.",
            _ => $"“{now.Name}” is on {(users == 1 ? "1 character" : $"{users} characters")}, and the history knows it by this name. Keep the name, or make a new preset.",
        };
    }

    private static PresetOutcome.Refused Taken(string name) => new($"There is a preset called “{name}” already. Choose another name.");

    private static string Normalize(string name) => name.ToUpperInvariant();
}
