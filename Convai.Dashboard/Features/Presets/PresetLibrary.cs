using System.Security.Claims;
using Convai.Dashboard.Data;
using Convai.Dashboard.Security;
using Microsoft.EntityFrameworkCore;

namespace Convai.Dashboard.Features.Presets;

/// <summary>The presets that the team shares. Throws what <see cref="DatabaseTrouble"/> names.</summary>
public sealed class PresetLibrary(IDbContextFactory<DashboardDbContext> contexts, Access access)
{
    /// <summary>By name; null for whoever may not see them.</summary>
    public async Task<IReadOnlyList<Preset>?> ReadAsync(ClaimsPrincipal by, CancellationToken cancellationToken)
    {
        if (await access.FindAsync(by, Role.Viewer, cancellationToken) is null)
        {
            return null;
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<Preset>().AsNoTracking().OrderBy(preset => preset.NormalizedName).ToListAsync(cancellationToken);
    }
}
