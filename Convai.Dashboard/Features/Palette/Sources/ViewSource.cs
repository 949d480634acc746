using Convai.Dashboard.Features.Cast;

namespace Convai.Dashboard.Features.Palette.Sources;

/// <summary>The views of the cast that the person may see.</summary>
internal sealed class ViewSource(CastViews views) : IPaletteSource
{
    public string Heading => "Views of the cast";

    public async Task<IReadOnlyList<PaletteEntry>> ReadAsync(PaletteContext context, CancellationToken cancellationToken) =>
        [.. (await views.ReadAsync(context.User, cancellationToken)).Select(view => new PaletteEntry(view.Name, Detail(view), $"./{(view.Hidden is { } hidden ? CastViews.LinkTo(view.Filter, hidden) : view.Filter.ToQuery())}"))];

    private static string Detail(CastView view) => view switch
    {
        { SharedBy: null } => "Your saved search and filters",
        { IsMine: true } => "Shared with the team by you",
        _ => $"Shared by {view.SharedBy}",
    };
}
