namespace Convai.Dashboard.Features.Palette;

/// <summary>What the palette says below its list.</summary>
internal static class PaletteText
{
    public const string Loading = "Loading the cast from Convai…";

    public static string Found(string query, int count) => count switch
    {
        0 => $"Nothing matches “{query}”.",
        1 => "1 result.",
        > PaletteSearch.MaxResults => $"Showing {PaletteSearch.MaxResults} of {count} results. Type more to narrow them down.",
        _ => $"{count} results.",
    };
}
