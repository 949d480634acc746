using System.Globalization;
using System.Text.RegularExpressions;

namespace Convai.Dashboard.Domain;

/// <summary>What a temporary copy of a character is called in Convai. It tells nothing about the copy's settings.</summary>
public static partial class CopyName
{
    /// <summary>What the cast says about a character with such a name. Nothing is ever done to it because of its name.</summary>
    public const string Label = "Rehearsal copy";

    public const string Meaning = "By its name, a temporary copy that another dashboard of this account made for a rehearsal. It is only a label: this dashboard does nothing to it.";

    private const int MaxLength = 100;

    /// <param name="number">The number of the copy's record. It must not be that of a column: while names are hidden, it would give one away.</param>
    public static string Create(string characterName, long number)
    {
        var suffix = string.Create(CultureInfo.InvariantCulture, $" (rehearsal copy {number})");
        return string.Concat(characterName.AsSpan(0, Math.Min(characterName.Length, MaxLength - suffix.Length)), suffix);
    }

    /// <summary>Whether a character has the name of a copy.</summary>
    public static bool IsMatch(string characterName) => Suffix().IsMatch(characterName);

    [GeneratedRegex(@" \(rehearsal copy [0-9]{1,19}\)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Suffix();
}
