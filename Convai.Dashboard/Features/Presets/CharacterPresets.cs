using System.Security.Claims;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Security;
using Microsoft.EntityFrameworkCore;

namespace Convai.Dashboard.Features.Presets;

/// <summary>
/// Which preset each character has. A change that applies one assigns it by itself, once its values are confirmed. Each method throws
/// <see cref="AccessDeniedException"/> if the person lacks access, and the exceptions that <see cref="DatabaseError"/> describes.
/// </summary>
public sealed class CharacterPresets(IDbContextFactory<DashboardDbContext> contexts, Access access, CastDirectory cast, ChangeHistory history, IChangeFeed feed)
{
    /// <summary>Reads the presets, and those of all characters with one query.</summary>
    public Task<CastPresets> ReadAsync(ClaimsPrincipal user, CancellationToken cancellationToken) => ReadAsync(user, assignments => assignments, cancellationToken);

    /// <summary>Reads the presets, and that of one character.</summary>
    public Task<CastPresets> ReadAsync(ClaimsPrincipal user, string characterId, CancellationToken cancellationToken) =>
        ReadAsync(user, assignments => assignments.Where(assignment => assignment.CharacterId == characterId), cancellationToken);

    /// <summary>Assigns a preset to a character that has its values already, so that nothing needs to be written.</summary>
    public async Task<Result> AssignAsync(ClaimsPrincipal user, string characterId, Preset preset, CancellationToken cancellationToken)
    {
        await access.RequireAsync(user, Role.Designer, cancellationToken);
        var reasoning = await history.ReadLastReasoningAsync(user, characterId, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        // As it is now: someone may have edited it since the person saw it.
        var now = await db.Set<Preset>().AsNoTracking().FirstOrDefaultAsync(candidate => candidate.Id == preset.Id, cancellationToken);
        if (now is null)
        {
            return PresetText.Deleted;
        }

        if (cast.Last.Find(characterId)?.Settings.WithLastReasoning(reasoning?.Value) is not { } settings || !now.Settings.AgreesWith(settings))
        {
            return PresetText.DoesNotMatch(now.Name);
        }

        await db.AssignPresetAsync(characterId, now.Id, now.Version, null, cancellationToken);
        feed.Publish(new ChangeEvent.PresetsUpdated());
        return Result.Success;
    }

    /// <summary>Detaches a preset from a character, which keeps its values. Does nothing if the character has got another preset.</summary>
    public async Task DetachAsync(ClaimsPrincipal user, string characterId, long presetId, CancellationToken cancellationToken)
    {
        await access.RequireAsync(user, Role.Designer, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await db.Set<PresetAssignment>().Where(assignment => assignment.CharacterId == characterId && assignment.PresetId == presetId).ExecuteDeleteAsync(cancellationToken);
        feed.Publish(new ChangeEvent.PresetsUpdated());
    }

    private async Task<CastPresets> ReadAsync(ClaimsPrincipal user, Func<IQueryable<PresetAssignment>, IQueryable<PresetAssignment>> filter, CancellationToken cancellationToken)
    {
        await access.RequireAsync(user, Role.Viewer, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var presets = await db.Set<Preset>().AsNoTracking().OrderBy(preset => preset.NormalizedName).ToListAsync(cancellationToken);
        var byId = presets.ToDictionary(preset => preset.Id);
        var versions = (await db.Set<PresetVersion>().AsNoTracking().ToListAsync(cancellationToken)).ToDictionary(version => (version.PresetId, version.Version), version => version.Settings);
        var assigned = await filter(db.Set<PresetAssignment>().AsNoTracking())
            .Select(assignment => new { assignment.CharacterId, assignment.PresetId, assignment.PresetVersion })
            .ToListAsync(cancellationToken);
        // A preset may have been deleted while it was applied.
        return new CastPresets(presets, assigned.Where(assignment => byId.ContainsKey(assignment.PresetId)).ToDictionary(
            assignment => assignment.CharacterId,
            assignment => new AssignedPreset(byId[assignment.PresetId], assignment.PresetVersion, versions.GetValueOrDefault((assignment.PresetId, assignment.PresetVersion))),
            StringComparer.Ordinal));
    }
}
