namespace Convai.Dashboard.Features.SettingsFile;

/// <summary>Finds what a person may have meant by a text that names nothing. It is suggested, and never applied.</summary>
/// <param name="candidates">Each with a name that it goes by; one with several names occurs several times.</param>
internal sealed class NearestText<T>(IEnumerable<(string Name, T Value)> candidates)
    where T : class
{
    // More errors than this are not shown either; a hostile file must not compare millions of names.
    private const int MaxSearches = 100;
    private const int MaxLength = 60;
    private const int MinPartLength = 3;

    private readonly Lazy<List<(string Name, T Value)>> _candidates = new(() => [.. candidates.Select(candidate => (Fold(candidate.Name), candidate.Value)).Where(candidate => candidate.Item1.Length > 0)]);
    private int _searches;

    /// <summary>The candidate that a few letters set apart from the text; if there is none, the only one that contains it.</summary>
    public T? Find(string text)
    {
        var folded = Fold(text);
        if (folded.Length == 0 || ++_searches > MaxSearches)
        {
            return null;
        }

        var (best, nearest) = (Math.Min(3, folded.Length / 3) + 1, (T?)null);
        foreach (var (name, value) in _candidates.Value.Where(candidate => Math.Abs(candidate.Name.Length - folded.Length) < best))
        {
            if (GetEditDistance(folded, name, best) is var distance && distance < best)
            {
                (best, nearest) = (distance, value);
            }
        }

        return nearest ?? (folded.Length < MinPartLength ? null : FindOnlyContaining(folded));
    }

    private T? FindOnlyContaining(string part) =>
        _candidates.Value.Where(candidate => candidate.Name.Contains(part, StringComparison.Ordinal)).Select(candidate => candidate.Value).Distinct().Take(2).ToList() is [var only] ? only : null;

    /// <summary>Only letters and digits, so that "gpt 4o" is as near as "gpt-4o".</summary>
    private static string Fold(string text) =>
        string.Concat(SearchText.Fold(text.Length > MaxLength ? text[..MaxLength] : text).Where(char.IsLetterOrDigit).Take(MaxLength));

    /// <summary>How many letters have to be replaced, inserted, removed or swapped with the next one; <paramref name="limit"/> if that many or more.</summary>
    private static int GetEditDistance(string left, string right, int limit)
    {
        Span<int> before = stackalloc int[MaxLength + 2], last = stackalloc int[MaxLength + 2], row = stackalloc int[MaxLength + 2];
        for (var other = 0; other <= right.Length; other++)
        {
            last[other] = other;
        }

        for (var at = 1; at <= left.Length; at++)
        {
            // Farther from the diagonal than the limit, nothing can come of it.
            var (from, to) = (Math.Max(1, at - limit + 1), Math.Min(right.Length, at + limit - 1));
            row[from - 1] = from == 1 ? at : limit;
            var min = row[from - 1];
            for (var other = from; other <= to; other++)
            {
                var distance = Math.Min(Math.Min(last[other], row[other - 1]) + 1, last[other - 1] + (left[at - 1] == right[other - 1] ? 0 : 1));
                if (at > 1 && other > 1 && left[at - 1] == right[other - 2] && left[at - 2] == right[other - 1])
                {
                    distance = Math.Min(distance, before[other - 2] + 1);
                }

                row[other] = distance;
                min = Math.Min(min, distance);
            }

            if (min >= limit)
            {
                return limit;
            }

            row[to + 1] = limit;
            var spare = before;
            before = last;
            last = row;
            row = spare;
        }

        return Math.Min(last[right.Length], limit);
    }
}
