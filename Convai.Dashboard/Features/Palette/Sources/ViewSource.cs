using Convai.Dashboard.Features.Cast;

namespace Convai.Dashboard.Features.Palette.Sources;

/// <summary>The views of the cast that the person may see.</summary>
internal sealed class ViewSource(CastViews views) : IPaletteSource
{
    public string Heading => "Views of the cast";

    public async Task<IReadOnlyList<PaletteEntry>> ReadAsync(PaletteVisitor visitor, CancellationToken cancellationToken) =>
        [.. (await views.ReadAsync(visitor.User, cancellationToken)).Select(view => new PaletteEntry(view.Name, "Your saved search and filters", $"./{view.Filter.ToQuery()}"))];
}
