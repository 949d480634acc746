using Convai.Dashboard.Features.Cast;
using Convai.Dashboard.Features.Characters;

namespace Convai.Dashboard.Features.Palette.Sources;

/// <summary>The team's groups, each leading to its characters in the cast.</summary>
internal sealed class GroupSource(CharacterGroups groups) : IPaletteSource
{
    public string Heading => "Groups";

    public bool UsesCast => true;

    public async Task<IReadOnlyList<PaletteEntry>> ReadAsync(PaletteContext context, CancellationToken cancellationToken)
    {
        var list = await groups.ReadAsync(context.User, cancellationToken);
        return [.. list.All.Select(group => new PaletteEntry(
            group.Name,
            context.Cast.Characters is null ? "" : CharacterText.Count(list.GetMembers(group.Id).Count(id => context.Cast.Find(id) is not null)),
            $"./{new CastFilter { GroupId = group.Id }.ToQuery()}"))];
    }
}
