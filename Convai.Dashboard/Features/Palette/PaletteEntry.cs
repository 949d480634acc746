namespace Convai.Dashboard.Features.Palette;

public enum PaletteKind
{
    Page,
    Character,
    Model,
}

/// <summary>Somewhere to go.</summary>
/// <param name="Detail">What tells it from others of the same name.</param>
/// <param name="Address">Relative to the base address.</param>
/// <param name="Text">What is searched beside the name.</param>
public sealed record PaletteEntry(PaletteKind Kind, string Name, string Detail, string Address, string Text);

/// <param name="Shown">The best of them, best first.</param>
/// <param name="Count">How many there are.</param>
public sealed record PaletteFound(IReadOnlyList<PaletteEntry> Shown, int Count)
{
    public static readonly PaletteFound Nothing = new([], 0);
}
