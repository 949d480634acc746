using System.Security.Claims;
using Convai.Dashboard.Features.Batches;

namespace Convai.Dashboard.Features.Presets;

/// <summary>Tells plans which presets their characters have.</summary>
internal sealed class PlanPresets(CharacterPresets presets) : IPlanPresets
{
    public async Task<IReadOnlyDictionary<string, PlanPreset>> ReadAsync(ClaimsPrincipal user, CancellationToken cancellationToken) =>
        (await presets.ReadAsync(user, cancellationToken)).Assigned.ToDictionary(
            assigned => assigned.Key, assigned => new PlanPreset(assigned.Value.Preset.Name, assigned.Value.Preset.Settings), StringComparer.Ordinal);
}
