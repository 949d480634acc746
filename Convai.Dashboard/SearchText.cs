using System.Text;

namespace Convai.Dashboard;

/// <summary>
/// Text as every search here compares it: without regard to case, accents and variants of letters, so that "zoe" finds "Zoë",
/// "istanbul" finds "İstanbul" and "strasse" finds "Straße". Comparing by culture would cost a hundred times as much: what is
/// searched is folded once, when it is read, and then compared character by character.
/// </summary>
public static class SearchText
{
    /// <summary>Returns the same for texts that a person considers the same. Half of a surrogate pair, from an address or from Convai, stays.</summary>
    public static string Fold(string text)
    {
        if (Ascii.IsValid(text))
        {
            return text.ToUpperInvariant();
        }

        var folded = new StringBuilder(text.Length);
        try
        {
            foreach (var sign in text.Normalize(NormalizationForm.FormKD).ToUpperInvariant())
            {
                // An accent is dropped only after a letter; alone, it is what the person searches for.
                if (!IsAccent(sign) || folded.Length == 0 || !IsLetterOrAccent(folded[^1]))
                {
                    _ = Plain(sign) is { } plain ? folded.Append(plain) : folded.Append(sign);
                }
            }

            return folded.ToString().Normalize(NormalizationForm.FormC);
        }
        catch (ArgumentException)
        {
            return text.ToUpperInvariant();
        }
    }

    /// <summary>The words of a query, each folded.</summary>
    public static string[] SplitWords(string query) => Fold(query).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Whether every word occurs anywhere in the text.</summary>
    /// <param name="folded">The text, by <see cref="Fold"/>.</param>
    public static bool ContainsAll(string folded, string[] words) => Array.TrueForAll(words, word => folded.Contains(word, StringComparison.Ordinal));

    private static bool IsLetterOrAccent(char sign) => char.IsLetter(sign) || IsAccent(sign);

    // The marks of Latin, Greek and Cyrillic. Those of other scripts are vowels and the like, without which a word becomes another.
    private static bool IsAccent(char sign) => sign is >= '\u0300' and <= '\u036f' or >= '\u1ab0' and <= '\u1aff' or >= '\u1dc0' and <= '\u1dff';

    /// <summary>Letters that Unicode treats as separate letters, and that people replace if their keyboard lacks them.</summary>
    private static string? Plain(char sign) => sign switch
    {
        'ß' or 'ẞ' => "SS",
        'ı' => "I",
        'Æ' => "AE",
        'Œ' => "OE",
        'Ø' => "O",
        'Ł' => "L",
        'Đ' or 'Ð' => "D",
        'Þ' => "TH",
        _ => null,
    };
}
