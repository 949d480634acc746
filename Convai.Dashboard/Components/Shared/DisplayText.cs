using System.Buffers;
using System.Globalization;
using System.Text;

namespace Convai.Dashboard.Components.Shared;

/// <summary>
/// Prepares names and codes that others have chosen for display: a name of 10,000 letters must not push everything else out of
/// sight, and one that changes the writing direction must not garble the sentence around it. Stored, sent and exported text stays as it is.
/// </summary>
public static class DisplayText
{
    /// <summary>In UTF-16 units.</summary>
    public const int MaxLength = 200;

    // Line breaks and other controls, and characters that embed, override or isolate a direction. Emoji joiners and marks are part of names.
    private static readonly SearchValues<char> UnsafeCharacters = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Concat(Enumerable.Range(0x7F, 0x21)).Concat(Enumerable.Range(0x2028, 7)).Concat(Enumerable.Range(0x2066, 4)).Select(code => (char)code)]);

    /// <summary>With a capital letter at the beginning, for text of our own.</summary>
    public static string Capitalize(string text) => $"{char.ToUpperInvariant(text[0])}{text[1..]}";

    /// <summary>Makes a text short, single-line, in one direction and not blank; returns the same instance if it already is.</summary>
    public static string Sanitize(string text)
    {
        if (!IsVisible(text))
        {
            return text.Length == 0 ? "" : "\uFFFD";
        }

        var isCut = text.Length > MaxLength;
        var unsafeAt = text.AsSpan().IndexOfAny(UnsafeCharacters);
        if (!isCut && unsafeAt < 0)
        {
            return text;
        }

        var shown = new StringBuilder(isCut ? text[..FindCutPosition(text)] : text);
        for (var at = Math.Max(unsafeAt, 0); unsafeAt >= 0 && at < shown.Length; at++)
        {
            shown[at] = UnsafeCharacters.Contains(shown[at]) ? '\uFFFD' : shown[at];
        }

        return isCut ? shown.Append('…').ToString() : shown.ToString();
    }

    /// <summary>
    /// Typed text as it is stored: one line with single spaces, without control characters and without those that change the direction of the text
    /// around them.
    /// </summary>
    public static string ToOneLine(string text) => string.Join(
        ' ',
        string.Concat(text.EnumerateRunes().Where(rune => Rune.IsWhiteSpace(rune) || !(Rune.IsControl(rune) || rune.Value is (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069))))
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Makes a text of several lines safe to show, whatever its length: line breaks stay.</summary>
    public static string SanitizeLines(string text)
    {
        var lines = text.ReplaceLineEndings("\n");
        return lines.AsSpan().IndexOfAny(UnsafeCharacters) < 0 ? lines : string.Create(lines.Length, lines, (shown, given) =>
        {
            for (var at = 0; at < shown.Length; at++)
            {
                shown[at] = given[at] is not '\n' && UnsafeCharacters.Contains(given[at]) ? '\uFFFD' : given[at];
            }
        });
    }

    /// <summary>Whether it contains anything visible, or clickable.</summary>
    public static bool IsVisible(string text) => text.EnumerateRunes().Any(rune => Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.OtherNotAssigned));

    /// <summary>Cuts between two visible characters: not within an emoji, nor between a letter and its accents, unless one alone is too long.</summary>
    private static int FindCutPosition(string text)
    {
        var length = 0;
        while (StringInfo.GetNextTextElementLength(text.AsSpan(length, Math.Min(text.Length - length, MaxLength + 1))) is var next && length + next <= MaxLength)
        {
            length += next;
        }

        return length > 0 ? length : char.IsHighSurrogate(text[MaxLength - 1]) ? MaxLength - 1 : MaxLength;
    }
}
