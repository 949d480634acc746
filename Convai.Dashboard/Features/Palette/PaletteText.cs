using System.Globalization;
using Convai.Dashboard.Data;

namespace Convai.Dashboard.Features.Palette;

/// <summary>What the palette says besides its entries.</summary>
internal static class PaletteText
{
    public const string EmptyHint = "Try a part of a name, a model, a page or an action.";

    /// <summary>What can be typed, shown before anything was.</summary>
    public static string Hint(Role role) => role switch
    {
        Role.Viewer => "Type a character, a preset, a model, a page – or “export”, “theme”.",
        Role.Designer => "Type a character, a preset, a model, a page – or “new preset”, “export”.",
        _ => "Type a character, a preset, a colleague, a page – or “new preset”, “invite”.",
    };

    public static string Nothing(string query) => $"Nothing matches “{query}”.";

    public static string Found(string query, PaletteResults results) => results.Count switch
    {
        0 => Nothing(query),
        1 => "1 result.",
        var count when count > results.VisibleEntries.Count => $"Showing {results.VisibleEntries.Count} of {Number(count)} results. Type more to narrow them down.",
        var count => $"{count} results.",
    };

    /// <summary>How many of a group are shown: "8 of 1,234"; null if all are.</summary>
    public static string? Shown(PaletteGroup group) => group.Count > group.Entries.Count ? $"{group.Entries.Count} of {Number(group.Count)}" : null;

    private static string Number(int count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
