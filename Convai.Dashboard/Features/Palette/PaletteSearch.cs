namespace Convai.Dashboard.Features.Palette;

/// <summary>
/// Prepares the entries of all sources for searching: with 5,000 characters each typed letter must cost milliseconds, so work that
/// does not depend on the query is done once, here.
/// </summary>
public sealed class PaletteSearch
{
    /// <summary>How many matches of one source are shown.</summary>
    public const int MaxPerGroup = 8;

    /// <summary>Text beyond this length is not searched for.</summary>
    public const int MaxQueryLength = 100;

    // In the order of the sources.
    private readonly SortedList<int, Group> _groups = [];

    /// <summary>Adds the entries of a source, or replaces those that it had before.</summary>
    /// <param name="position">The place of the source among all.</param>
    public void Set(int position, string heading, PaletteVisibility visibility, IReadOnlyList<PaletteEntry> entries) =>
        _groups[position] = new Group(heading, visibility, [.. entries.Select(entry => new IndexedEntry(entry, SearchText.Fold(entry.Name), SearchText.Fold($"{entry.Name}\n{entry.Text}")))]);

    /// <summary>
    /// Finds the entries that contain every word. Names that begin with the query come first, then entries in which every word begins a word, then the
    /// others; the source of the best match comes first.
    /// </summary>
    public PaletteResults Find(string query)
    {
        query = SearchText.Fold((query.Length > MaxQueryLength ? query[..MaxQueryLength] : query).Trim());
        var words = SearchText.SplitWords(query);
        var groups = words.Length == 0
            ? [.. _groups.Values.Where(group => group.Visibility != PaletteVisibility.WhenTyped).Select(group => new PaletteGroup(group.Heading, [.. group.Entries.Select(entry => entry.Entry)], group.Entries.Count))]
            : Matches(query, words);
        groups.RemoveAll(group => group.Count == 0);
        return new PaletteResults(groups, groups.Sum(group => group.Count));
    }

    private List<PaletteGroup> Matches(string query, string[] words)
    {
        var found =
            from @group in _groups.Values
            where @group.Visibility != PaletteVisibility.BeforeTyping
            let ranked = @group.Entries.Where(entry => SearchText.ContainsAll(entry.Searchable, words)).Select(entry => (entry.Entry, Rank: Rank(entry, query, words))).OrderBy(match => match.Rank).ToList()
            where ranked.Count > 0
            orderby ranked[0].Rank
            select new PaletteGroup(@group.Heading, [.. ranked.Take(MaxPerGroup).Select(match => match.Entry)], ranked.Count);
        return [.. found];
    }

    private static int Rank(IndexedEntry entry, string query, string[] words) =>
        entry.Name.StartsWith(query, StringComparison.Ordinal) ? 0 : Array.TrueForAll(words, word => StartsWord(entry.Searchable, word)) ? 1 : 2;

    private static bool StartsWord(string text, string word)
    {
        for (var at = text.IndexOf(word, StringComparison.Ordinal); at >= 0; at = text.IndexOf(word, at + 1, StringComparison.Ordinal))
        {
            if (at == 0 || !char.IsLetterOrDigit(text[at - 1]))
            {
                return true;
            }
        }

        return false;
    }

    private sealed record Group(string Heading, PaletteVisibility Visibility, IReadOnlyList<IndexedEntry> Entries);

    private sealed record IndexedEntry(PaletteEntry Entry, string Name, string Searchable);
}
