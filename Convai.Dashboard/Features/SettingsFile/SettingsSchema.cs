using System.Text;
using Convai.Dashboard.Domain;

namespace Convai.Dashboard.Features.SettingsFile;

/// <summary>What a settings file looks like, in JSON and in CSV; the README describes it for people.</summary>
internal static class SettingsSchema
{
    public const string Name = "convai-dashboard/settings";
    public const int Version = 1;

    public const int LargestBytes = 5 * 1024 * 1024;
    public const int MostRows = 10_000;
    public const int LongestCode = 200;

    /// <summary>The header of the CSV, and the properties of a character in the JSON.</summary>
    public static readonly IReadOnlyList<string> Columns = ["id", "name", "model", "temperature"];
}

/// <summary>One character of a settings file that is as it should be.</summary>
/// <param name="Place">Where it stands, such as "Line 12" or "characters[11]".</param>
/// <param name="Name">For people; the id alone says which character it is. Null where the file gives none.</param>
/// <param name="Settings">A field that is null is left unchanged.</param>
public sealed record FileRow(string Place, string CharacterId, string? Name, SettingsPatch Settings);

/// <summary>Something in a settings file that is not as it should be.</summary>
/// <param name="Place">Where it stands; <see cref="WholeFile"/> for what is wrong with all of it.</param>
public sealed record FileError(string Place, string Sentence)
{
    public const string WholeFile = "File";
}

/// <param name="Count">How many characters the file names, the faulty ones included.</param>
public sealed record FileReading(int Count, IReadOnlyList<FileRow> Rows, IReadOnlyList<FileError> Errors)
{
    public static FileReading Unreadable(string sentence, string place = FileError.WholeFile) => new(0, [], [new FileError(place, sentence)]);
}

/// <summary>What comes from a file, on its way into a sentence.</summary>
internal static class FileWords
{
    private const int Longest = 60;

    /// <summary>Short, in quotes, and without what would garble the sentence around it.</summary>
    public static string Quote(string text)
    {
        var shown = new StringBuilder();
        foreach (var rune in text.EnumerateRunes().Take(Longest))
        {
            var category = Rune.GetUnicodeCategory(rune);
            shown.Append(category is System.Globalization.UnicodeCategory.Control or System.Globalization.UnicodeCategory.Format ? "�" : rune.ToString());
        }

        return $"“{shown}{(text.Length > Longest ? "…" : null)}”";
    }
}
