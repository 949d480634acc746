using System.Globalization;
using System.Text;
using Convai.Dashboard.Features.Batches;
using CsvHelper;

namespace Convai.Dashboard.Features.SettingsFile;

/// <summary>What the dashboard says about a settings file.</summary>
internal static class SettingsFileText
{
    private const int MaxQuoted = 60;

    // The page.

    public const string Reading = "Reading the file…";
    public const string NothingToDo = "Nothing to do: the cast already has these values.";
    public const string NotImportable = "The file can't be imported.";
    public const string NotCompared = "The file could not be compared.";
    public const string NotReadable = "The file could not be read. It may have been moved or changed since you chose it; upload it again.";

    public static string Summary(ImportReading reading) => string.Join(" · ", new[]
    {
        $"{BatchText.Characters(reading.Count)} in the file",
        $"{reading.Different.Count} {(reading.Different.Count == 1 ? "differs" : "differ")}",
        $"{reading.Same} {(reading.Same == 1 ? "is" : "are")} the same",
        reading.Strangers.Count == 0 ? null : $"{reading.Strangers.Count} not in this cast",
    }.OfType<string>());

    /// <summary>The title of the plan.</summary>
    public static string Title(string fileName) => $"File “{fileName}”";

    /// <param name="trouble">Why the cast cannot be read, as a sentence.</param>
    public static string NoCast(string? trouble) => $"{trouble} The file could not be compared without the cast.";

    // Errors in the whole file.

    public const string Empty = "The file is empty.";
    public const string NoCharacters = "The file has no characters.";
    public const string Utf32 = "The file is UTF-32. Save it as UTF-8.";
    public const string Utf16 = "The file is UTF-16 (“Unicode text”). Save it as UTF-8; in Excel that is “CSV UTF-8”.";
    public const string Workbook = "The file is a workbook or an archive. Save the sheet as “CSV UTF-8”.";
    public const string NulByte = "There is a NUL byte: this is not a text file, or it is UTF-16. Save it as UTF-8.";

    public static string TooLarge => $"The file is larger than {SettingsSchema.MaxBytes / 1024 / 1024} MB.";

    public static string NotUtf8(byte value) =>
        $"The byte 0x{value.ToString("X2", CultureInfo.InvariantCulture)} is not UTF-8; the file may be Latin-1 or Windows-1252. Save it as UTF-8; in Excel that is “CSV UTF-8”.";

    public static string TooManyCharacters(int count) => string.Create(CultureInfo.InvariantCulture, $"The file has {count:N0} characters; the limit is {SettingsSchema.MaxRows:N0}.");

    // Errors in the CSV.

    public static string UnknownColumn(string name) => $"Unknown column {Quote(name)}.";

    public static string ColumnTwice(string name) => $"The column {Quote(name)} appears twice.";

    public static string ColumnMissing(string name) => $"The column {Quote(name)} is missing.";

    public static string TooManyColumns(int max) => $"There are more than {max} columns.";

    public static string Header(IEnumerable<string> errors) => $"{string.Join(' ', errors)} The header is {string.Join(',', SettingsSchema.Columns)}.";

    public static string WrongCells(int cells, int columns) => $"There {(cells == 1 ? "is 1 cell" : $"are {cells} cells")}; the header has {columns}.";

    public static string Malformed(CsvMalformedReason reason) => reason switch
    {
        CsvMalformedReason.UnterminatedQuote => "A quote is opened here and never closed.",
        CsvMalformedReason.TextAfterClosingQuote => "There is text between a closing quote and the end of its cell. Write \"\" for a quote inside a cell.",
        _ => "There is a quote inside a cell. Enclose the whole cell in quotes, and write \"\" for a quote in it.",
    };

    // Errors in the JSON.

    public const string NotJson = "This cannot be read as JSON: a comma, a quote or a bracket is missing or one too many, or it is nested too deep.";
    public const string CharactersNotList = "“characters” should be a list.";

    public static string FileIsList(IReadOnlyList<string> properties) => $"The file is a list; it should be an object with {Listed(properties)}.";

    public static string WrongSchema => $"“schema” should be “{SettingsSchema.Name}”.";

    public static string VersionNotNumber => $"“version” should be the number {SettingsSchema.Version}.";

    public static string WrongVersion(int version) => $"The file has version {version}; this dashboard reads versions 1 to {SettingsSchema.Version}.";

    /// <param name="kind">What it is instead, such as "a list".</param>
    public static string NotCharacter(string kind, IReadOnlyList<string> known) => $"This is {kind}; it should be an object with {Listed(known)}.";

    public static string HalfCharacter(string property) => $"“{property}” contains half a character.";

    public static string NotText(string property, string kind) => $"“{property}” is {kind}; it should be text.";

    public static string NotNumber(string property, string kind) => $"“{property}” is {kind}; it should be a number.";

    public static string UnknownProperty(string name, IReadOnlyList<string> known) => $"Unknown property {Quote(name)}; the known ones are {Listed(known)}.";

    public static string PropertyTwice(string name) => $"{Quote(name)} appears twice.";

    private static string Listed(IReadOnlyList<string> names) => string.Join(", ", names.Select(name => $"“{name}”"));

    // Errors in a character.

    public const string IdMissing = "The id is missing. It says which character the row is for.";

    public static string IdTooLong(string id) => $"{Quote(id)} is longer than an id can be.";

    public static string IdTwice(string id, string place) => $"The id {Quote(id)} is already used at {place.ToLowerInvariant()}.";

    public static string NotModelCode(string text) => $"{Quote(text)} is not a model code.";

    public static string NotReasoning(string text) => $"{Quote(text)} is not a reasoning level.";

    /// <param name="hint">What a temperature looks like, as a sentence.</param>
    public static string NotTemperature(string text, string hint) => $"{Quote(text)} is not a temperature. {hint}";

    // The export.

    public static string TooManyIds(int max) => $"At most {max} characters can be named. Without \"ids\" the whole cast is exported.";

    /// <param name="trouble">Why the cast cannot be read, as a sentence.</param>
    public static string NotExported(string? trouble) => $"{trouble} Nothing was exported.";

    /// <summary>Prepares text from a file for a sentence: shortens and quotes it, and removes anything that would garble the sentence around it.</summary>
    public static string Quote(string text)
    {
        var shown = new StringBuilder();
        foreach (var rune in text.EnumerateRunes().Take(MaxQuoted))
        {
            var category = Rune.GetUnicodeCategory(rune);
            shown.Append(category is UnicodeCategory.Control or UnicodeCategory.Format ? "\uFFFD" : rune.ToString());
        }

        return $"“{shown}{(text.Length > MaxQuoted ? "…" : null)}”";
    }
}
