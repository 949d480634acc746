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
            if (DistanceBetween(folded, name, best) is var distance && distance < best)
            {
                (best, nearest) = (distance, value);
            }
        }

        return nearest ?? (folded.Length < MinPartLength ? null : OnlyOneWith(folded));
    }

    private T? OnlyOneWith(string part) =>
        _candidates.Value.Where(candidate => candidate.Name.Contains(part, StringComparison.Ordinal)).Select(candidate => candidate.Value).Distinct().Take(2).ToList() is [var only] ? only : null;

    /// <summary>Only letters and digits, so that "gpt 4o" is as near as "gpt-4o".</summary>
    private static string Fold(string text) =>
        string.Concat(SearchText.Fold(text.Length > MaxLength ? text[..MaxLength] : text).Where(char.IsLetterOrDigit).Take(MaxLength));

    /// <summary>How many letters have to be replaced, inserted, removed or swapped with the next one; <paramref name="limit"/> if that many or more.</summary>
    private static int DistanceBetween(string left, string right, int limit)
    {
        var (before, last, row) = (new int[right.Length + 1], Enumerable.Range(0, right.Length + 1).ToArray(), new int[right.Length + 1]);
        for (var at = 1; at <= left.Length; at++)
        {
            row[0] = at;
            for (var other = 1; other <= right.Length; other++)
            {
                var isSame = left[at - 1] == right[other - 1];
                row[other] = Math.Min(Math.Min(last[other], row[other - 1]) + 1, last[other - 1] + (isSame ? 0 : 1));
                if (at > 1 && other > 1 && left[at - 1] == right[other - 2] && left[at - 2] == right[other - 1])
                {
                    row[other] = Math.Min(row[other], before[other - 2] + 1);
                }
            }

            if (row.Min() >= limit)
            {
                return limit;
            }

            (before, last, row) = (last, row, before);
        }

        return last[right.Length];
    }
}
