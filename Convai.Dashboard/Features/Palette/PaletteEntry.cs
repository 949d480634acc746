using MudBlazor;

namespace Convai.Dashboard.Features.Palette;

/// <summary>What an entry does when it is chosen.</summary>
public abstract record PaletteAction
{
    private PaletteAction()
    {
    }

    /// <summary>Opens a page, by its address relative to the base address.</summary>
    public sealed record Navigate(string Address) : PaletteAction;

    /// <summary>Downloads a file of this server, by its address relative to the base address.</summary>
    public sealed record Download(string Address) : PaletteAction;

    /// <summary>Presses a control that every page has, by its CSS selector.</summary>
    public sealed record Click(string Selector) : PaletteAction;

    /// <summary>Opens a dialog, which returns the address of the page to show next; null to stay.</summary>
    public sealed record OpenDialog(Func<IDialogService, Task<string?>> Open) : PaletteAction;
}

/// <summary>An entry of the palette: where it leads, or what it does.</summary>
/// <param name="Name">Found first; shown in bold.</param>
/// <param name="Detail">The detail that distinguishes it from others of the same name.</param>
/// <param name="Text">The text that is searched besides the name.</param>
public sealed record PaletteEntry(string Name, string Detail, PaletteAction Action, string Text = "")
{
    /// <summary>An entry that opens a page.</summary>
    public PaletteEntry(string name, string detail, string address, string text = "")
        : this(name, detail, new PaletteAction.Navigate(address), text)
    {
    }
}

/// <summary>The best matches of one source, best first.</summary>
/// <param name="Count">The number of matches; more than are shown.</param>
public sealed record PaletteGroup(string Heading, IReadOnlyList<PaletteEntry> Entries, int Count);

/// <param name="Count">The number of matches in all groups.</param>
public sealed record PaletteResults(IReadOnlyList<PaletteGroup> Groups, int Count)
{
    public static readonly PaletteResults None = new([], 0);

    /// <summary>The entries of all groups, in the order in which they are shown.</summary>
    public IReadOnlyList<PaletteEntry> VisibleEntries { get; } = [.. Groups.SelectMany(group => group.Entries)];
}
