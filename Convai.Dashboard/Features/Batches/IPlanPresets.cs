using System.Security.Claims;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Security;

namespace Convai.Dashboard.Features.Batches;

/// <summary>What a plan says about the presets of its characters. The presets themselves are a feature that is built on batches.</summary>
public interface IPlanPresets
{
    /// <summary>
    /// Reads the preset of each character that has one. Throws <see cref="AccessDeniedException"/> if the person lacks access, and the exceptions that
    /// <see cref="DatabaseError"/> describes.
    /// </summary>
    Task<IReadOnlyDictionary<string, PlanPreset>> ReadAsync(ClaimsPrincipal user, CancellationToken cancellationToken);
}

/// <summary>The preset that a character has.</summary>
public sealed record PlanPreset(string Name, SettingsPatch Settings)
{
    /// <summary>The name of the preset if the plan gives the character another value in a field that the preset sets; else null.</summary>
    public string? WillDifferAfter(BatchPlanItem item, Batch batch) =>
        // A plan that applies a preset replaces this one, and the undo of a change may return another.
        item is { IsWritten: true, Item.UndoesId: null } && batch.PresetId is null && !Settings.IntersectFields(item.Missing).DifferencesFrom(item.Shown.With(item.Missing)).IsEmpty ? Name : null;
}
