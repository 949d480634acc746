namespace Convai.Dashboard.Features.Palette;

public enum PaletteKind
{
    Page,
    Character,
    Model,
}

/// <summary>A destination of the palette.</summary>
/// <param name="Detail">The detail that distinguishes it from others of the same name.</param>
/// <param name="Address">The address relative to the base address.</param>
/// <param name="Text">The text that is searched besides the name.</param>
public sealed record PaletteEntry(PaletteKind Kind, string Name, string Detail, string Address, string Text);

/// <param name="Shown">The best matches, best first.</param>
/// <param name="Count">The number of matches.</param>
public sealed record PaletteFound(IReadOnlyList<PaletteEntry> Shown, int Count)
{
    public static readonly PaletteFound Nothing = new([], 0);
}
