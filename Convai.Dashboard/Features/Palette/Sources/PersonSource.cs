using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Team;

namespace Convai.Dashboard.Features.Palette.Sources;

/// <summary>The people of the team. For Admins each leads to their account.</summary>
internal sealed class PersonSource(TeamDirectory team) : IPaletteSource
{
    public string Heading => "People";

    public async Task<IReadOnlyList<PaletteEntry>> ReadAsync(PaletteContext context, CancellationToken cancellationToken) =>
        [.. (await team.ReadNamesAsync(context.User, cancellationToken)).Select(person => new PaletteEntry(
            person.Name, person.Role.ToString(), context.Role >= Role.Admin ? $"team/{person.Id}" : "team", person.Role.ToString()))];
}
