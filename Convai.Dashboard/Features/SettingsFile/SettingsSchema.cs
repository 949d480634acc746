using Convai.Dashboard.Domain;

namespace Convai.Dashboard.Features.SettingsFile;

/// <summary>The format of a settings file, in JSON and in CSV; docs/settings-file.md describes it for people.</summary>
internal static class SettingsSchema
{
    public const string Name = "convai-dashboard/settings";
    public const int Version = 3;

    public const int MaxBytes = 5 * 1024 * 1024;
    public const int MaxRows = 10_000;
    public const int MaxCodeLength = 200;

    /// <summary>The columns that say which character a row is for: a CSV has at least one of them.</summary>
    public static readonly IReadOnlyList<string> CharacterColumns = ["id", "name"];

    /// <summary>The properties of a character in JSON of version 1.</summary>
    public static readonly IReadOnlyList<string> Version1Columns = [.. CharacterColumns, "model", "temperature"];

    /// <summary>The header of an exported CSV, and the properties of a character in JSON of version 3.</summary>
    public static readonly IReadOnlyList<string> Columns = [.. Version1Columns, "reasoning", "groups"];

    /// <summary>The properties of a character in JSON of one version.</summary>
    public static IReadOnlyList<string> GetProperties(int version) => version switch
    {
        1 => Version1Columns,
        2 => [.. Version1Columns, "reasoning"],
        _ => Columns,
    };
}

/// <summary>One valid character of a settings file.</summary>
/// <param name="Place">Its place in the file, such as "Line 12" or "characters[11]".</param>
/// <param name="Name">For people; the id alone says which character it is. Null if the file gives none.</param>
/// <param name="Settings">A field that is null is left unchanged. The model is as the file calls it.</param>
/// <param name="IsByName">Whether the file gives no id, and the character was found by its name.</param>
/// <param name="Groups">The names of all its groups; null leaves them unchanged.</param>
public sealed record FileRow(string Place, string CharacterId, string? Name, SettingsPatch Settings, bool IsByName = false, IReadOnlyList<string>? Groups = null);

/// <summary>An error in a settings file.</summary>
/// <param name="Place">Its place in the file; <see cref="WholeFile"/> for an error in all of it.</param>
/// <param name="Character">The name of the character there; null if the file does not say which it is.</param>
public sealed record FileError(string Place, string Sentence, string? Character = null)
{
    public const string WholeFile = "File";
}

/// <param name="Count">How many characters the file names, the faulty ones included.</param>
public sealed record FileReading(int Count, IReadOnlyList<FileRow> Rows, IReadOnlyList<FileError> Errors)
{
    /// <summary>Rows with errors of which the character is known: what else is wrong with them can be said at once.</summary>
    public IReadOnlyList<FileRow> Faulty { get; init; } = [];

    public static FileReading Unreadable(string sentence, string place = FileError.WholeFile) => new(0, [], [new FileError(place, sentence)]);
}
