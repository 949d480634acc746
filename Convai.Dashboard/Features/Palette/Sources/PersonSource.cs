using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Team;

namespace Convai.Dashboard.Features.Palette.Sources;

/// <summary>The people of the team. For Admins each leads to their account.</summary>
internal sealed class PersonSource(TeamDirectory team) : IPaletteSource
{
    public string Heading => "People";

    public async Task<IReadOnlyList<PaletteEntry>> ReadAsync(PaletteVisitor visitor, CancellationToken cancellationToken) =>
        [.. (await team.ReadNamesAsync(visitor.User, cancellationToken)).Select(person => new PaletteEntry(
            person.Name, person.Role.ToString(), visitor.Role >= Role.Admin ? $"team/{person.Id}" : "team", person.Role.ToString()))];
}
