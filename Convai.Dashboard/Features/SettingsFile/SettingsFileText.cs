using System.Globalization;
using System.Text;
using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Batches;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Features.Models;
using CsvHelper;

namespace Convai.Dashboard.Features.SettingsFile;

/// <summary>What the dashboard says about a settings file.</summary>
internal static class SettingsFileText
{
    private const int MaxQuoted = 60;
    private const int MaxPlaces = 5;
    private const int MaxMegabytes = SettingsSchema.MaxBytes / 1024 / 1024;

    // The page.

    public static string PageTitle(bool mayChange) => mayChange ? "Import settings" : "Compare a file";

    public static string Lead(bool mayChange) => $"The file is compared with the cast{(mayChange ? ", and the differences become a plan" : null)}. Uploading it changes nothing.";

    public static string ChooseHint => string.Create(
        CultureInfo.InvariantCulture, $"Choose it, or drop it anywhere on this page; up to {MaxMegabytes} MB and {SettingsSchema.MaxRows:N0} characters.");

    public const string DropHint = "Drop it to compare it with the cast.";
    public const string PasteHint = "Copy them with their column names and paste them here.";
    public const string EmptyCellsChangeNothing = "Empty cells change nothing.";
    public const string DesignerCanPlan = "A Designer can make a plan from this.";
    public const string DesignerCanApply = "A Designer can apply these.";

    public static string FixErrors(bool mayPlanRest) => $"Fix these errors and import it again{(mayPlanRest ? ", or plan the valid rows below" : null)}.";

    public static string Errors(int count) => count == 1 ? "1 error" : $"{count} errors";

    /// <param name="rest">How many of a list are not shown.</param>
    public static string AndMore(int rest) => $"and {rest} more";

    public static string AndMoreInPlan(int rest) => $"{AndMore(rest)}; the plan includes them all.";

    public static string ReviewPlan(int rows) => $"Review plan for {CharacterText.Count(rows)}";

    public static string UnknownCharacters(int count) => $"{CharacterText.Count(count)} not in this cast (excluded)";

    public const string Reading = "Reading the file…";
    public const string NothingToDo = "Nothing to do: the cast already has these values.";
    public const string NotImportable = "The file can't be imported.";
    public const string NotCompared = "The file could not be compared.";
    public const string NotReadable = "The file could not be read. It may have been moved or changed since you chose it; upload it again.";

    /// <param name="areGroupsApplied">Whether the characters have the groups of the file by now.</param>
    public static string Summary(ImportReading reading, bool areGroupsApplied) => string.Join(" · ", new[]
    {
        $"{CharacterText.Count(reading.Count)} in the file",
        $"{reading.Different.Count} {(reading.Different.Count == 1 ? "differs" : "differ")}",
        $"{reading.Same} {(reading.Same == 1 ? "is" : "are")} the same",
        reading.Groups.Count == 0 ? null : areGroupsApplied ? $"groups of {reading.Groups.Count} changed" : $"{reading.Groups.Count} with other groups",
        reading.UnknownCharacters.Count == 0 ? null : $"{reading.UnknownCharacters.Count} not in this cast",
    }.OfType<string>());

    public static string PlanValid(int rows) => rows == 1 ? "Plan the 1 valid row" : $"Plan the {rows} valid rows";

    public static string FoundByNames(int rows) => rows == 1
        ? "1 row has no id; its character was found by its name."
        : $"{rows} rows have no id; their characters were found by their names.";

    /// <summary>Asked if the file calls a character by another name.</summary>
    public const string IsItTheRightOne = "Is this the right character?";

    public const string GroupsAreOurs = "Groups are kept in the dashboard. Applying these changes writes nothing to Convai and is not part of the plan.";

    public static string TooManyGroups(int newGroups, int max) => $"The file would create {newGroups} groups, and there can be {max} in all.";

    public static string GroupsApplied(int characters) => $"The groups of {CharacterText.Count(characters)} were changed.";

    /// <summary>The title of the plan.</summary>
    /// <param name="fileName">Null if it was pasted.</param>
    public static string Title(string? fileName, bool hasErrors) => $"{(fileName is null ? "Pasted cells" : $"File “{fileName}”")}{(hasErrors ? ", valid rows only" : null)}";

    /// <summary>Adds what may have been meant; null for nothing.</summary>
    public static string WithSuggestion(string sentence, string? suggestion) => suggestion is null ? sentence : $"{sentence} {DidYouMean(suggestion)}";

    public static string DidYouMean(string suggestion) => $"Did you mean {suggestion}?";

    /// <summary>A character in a suggestion: names occur twice, ids do not.</summary>
    public static string NameAndId(Character character) => $"{Quote(character.Name)} (id {Quote(character.Id)})";

    /// <param name="error">Why the cast cannot be read, as a sentence.</param>
    public static string NoCast(string? error) => $"{error} The file could not be compared without the cast.";

    // Errors in the whole file.

    public const string Empty = "The file is empty.";
    public const string NoCharacters = "The file has no characters.";
    public const string Utf32 = "The file is UTF-32. Save it as UTF-8.";
    public const string Utf16 = "The file is UTF-16 (“Unicode text”). Save it as UTF-8; in Excel that is “CSV UTF-8”.";
    public const string Workbook = "The file is a workbook or an archive. Save the sheet as “CSV UTF-8”.";
    public const string NulByte = "There is a NUL byte: this is not a text file, or it is UTF-16. Save it as UTF-8.";

    public static string TooLarge => $"The file is larger than {MaxMegabytes} MB.";

    public static string NotUtf8(byte value) =>
        $"The byte 0x{value.ToString("X2", CultureInfo.InvariantCulture)} is not UTF-8; the file may be Latin-1 or Windows-1252. Save it as UTF-8; in Excel that is “CSV UTF-8”.";

    public static string TooManyCharacters(int count) => string.Create(CultureInfo.InvariantCulture, $"The file has {count:N0} characters; the limit is {SettingsSchema.MaxRows:N0}.");

    // Errors in the CSV.

    public static string Line(long number) => string.Create(CultureInfo.InvariantCulture, $"Line {number}");

    public const string NoCharacterColumn = "The file needs an “id” or “name” column to identify each row's character.";
    public const string NoSettingsColumn = "The file has nothing to change. Add a model, temperature, reasoning or groups column.";

    public static string UnknownColumn(string name, string? suggestion) => WithSuggestion($"Unknown column {Quote(name)}.", suggestion is null ? null : Quote(suggestion));

    public static string ColumnTwice(string name) => $"The column {Quote(name)} appears twice.";

    public static string TooManyColumns(int max) => $"There are more than {max} columns.";

    public static string Header(IEnumerable<string> errors) => $"{string.Join(' ', errors)} The header is {string.Join(',', SettingsSchema.Columns)}.";

    public static string WrongCells(int cells, int columns) => $"This row has {(cells == 1 ? "1 cell" : $"{cells} cells")}, but the header has {columns}.";

    public static string Malformed(CsvMalformedReason reason) => reason switch
    {
        CsvMalformedReason.UnterminatedQuote => "A quote is opened here and never closed.",
        CsvMalformedReason.TextAfterClosingQuote => "There is text between a closing quote and the end of its cell. Write \"\" for a quote inside a cell.",
        _ => "There is a quote inside a cell. Enclose the whole cell in quotes, and write \"\" for a quote in it.",
    };

    // Errors in the JSON.

    public const string NotJson = "This isn't valid JSON. A comma, quote or bracket is missing or extra, or it is nested too deeply.";
    public const string CharactersNotList = "“characters” should be a list.";

    public static string FileIsList(IReadOnlyList<string> properties) => $"The file is a list; it should be an object with {Listed(properties)}.";

    public static string WrongSchema => $"“schema” should be “{SettingsSchema.Name}”.";

    public static string VersionNotNumber => $"“version” should be the number {SettingsSchema.Version}.";

    public static string WrongVersion(int version) => $"The file has version {version}; this dashboard reads versions 1 to {SettingsSchema.Version}.";

    /// <param name="kind">What it is instead, such as "a list".</param>
    public static string NotCharacter(string kind, IReadOnlyList<string> known) => $"This is {kind}; it should be an object with {Listed(known)}.";

    public static string HalfCharacter(string property) => $"“{property}” contains a broken character. Retype it.";

    public static string NotText(string property, string kind) => $"“{property}” is {kind}; it should be text.";

    public static string NotList(string property, string kind) => $"“{property}” is {kind}; it should be a list of names.";

    public static string NotListOfText(string property) => $"“{property}” should contain only text.";

    public static string NotNumber(string property, string kind) => $"“{property}” is {kind}; it should be a number.";

    public static string UnknownProperty(string name, IReadOnlyList<string> known) => $"Unknown property {Quote(name)}; the known ones are {Listed(known)}.";

    public static string PropertyTwice(string name) => $"{Quote(name)} appears twice.";

    private static string Listed(IReadOnlyList<string> names) => string.Join(", ", names.Select(name => $"“{name}”"));

    // Errors in a character.

    public const string IdMissing = "This entry needs an id or a name.";

    public static string IdTooLong(string id) => $"{Quote(id)} is too long to be an id.";

    /// <param name="name">Null if the cast does not have the character.</param>
    public static string CharacterRepeated(string? name, string id, IReadOnlyList<string> places)
    {
        var at = places.Take(MaxPlaces).Select(place => place.StartsWith("Line ", StringComparison.Ordinal) ? $"on line {place[5..]}" : $"at {place}").ToList();
        var listed = places.Count > MaxPlaces ? $"{string.Join(", ", at)} and {places.Count - MaxPlaces} more" : $"{string.Join(", ", at[..^1])} and {at[^1]}";
        return $"{(name is null ? $"The character with the id {Quote(id)}" : DisplayText.Sanitize(name))} is {listed}. Keep one.";
    }

    public static string SeveralCharacters(string name, int count) => $"{count} characters are called {Quote(name)}. Add the id of the one you mean.";

    public static string NoCharacterNamed(string name, Character? suggestion) => WithSuggestion($"No character is called {Quote(name)}.", suggestion is null ? null : Quote(suggestion.Name));

    public static string SeveralModels(string text, IReadOnlyList<LanguageModel> called) =>
        $"{Quote(text)} can mean {called.Count} models. Write the code: {string.Join(" or ", called.Select(model => model.ShownCode))}.";

    public static string NotModelCode(string text) => $"{Quote(text)} is not a model code.";

    public static string NotReasoning(string text) => $"{Quote(text)} is not a reasoning level.";

    /// <param name="reason">Why no group can be called this, as a sentence.</param>
    public static string NotGroup(string text, string reason) => $"{Quote(text)} is not a group. {reason}";

    /// <param name="hint">What a temperature looks like, as a sentence.</param>
    public static string NotTemperature(string text, string hint) => $"{Quote(text)} is not a temperature. {hint}";

    // The export.

    public static string TooManyIds(int max) => $"You can list at most {max} characters. Leave out “ids” to export the whole cast.";

    /// <param name="error">Why the cast cannot be read, as a sentence.</param>
    public static string NotExported(string? error) => $"{error} Nothing was exported.";

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
