using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Team;

namespace Convai.Dashboard.Features.Palette.Sources;

/// <summary>The people of the team, for Admins, each leading to their account.</summary>
internal sealed class PersonSource(TeamDirectory team) : IPaletteSource
{
    public string Heading => "People";

    public async Task<IReadOnlyList<PaletteEntry>> ReadAsync(PaletteVisitor visitor, CancellationToken cancellationToken) => visitor.Role >= Role.Admin
        ? [.. (await team.ReadNamesAsync(visitor.User, cancellationToken)).Select(person => new PaletteEntry(person.Name, person.Role.ToString(), $"team/{person.Id}", person.Role.ToString()))]
        : [];
}
