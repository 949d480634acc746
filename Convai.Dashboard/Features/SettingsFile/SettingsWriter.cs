using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Characters;
using CsvHelper;

namespace Convai.Dashboard.Features.SettingsFile;

/// <summary>Writes a settings file. The same cast gives the same file, apart from the time; no number is rounded.</summary>
internal static class SettingsWriter
{
    private static readonly JsonWriterOptions Readable = new() { Indented = true, Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    public static byte[] ToJson(IEnumerable<Character> characters, GroupList groups, DateTimeOffset at)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Readable))
        {
            json.WriteStartObject();
            json.WriteString("schema", SettingsSchema.Name);
            json.WriteNumber("version", SettingsSchema.Version);
            json.WriteString("exportedAt", at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));
            json.WriteStartArray("characters");
            foreach (var character in InOrder(characters))
            {
                Write(json, character, groups.GetGroups(character.Id));
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    public static byte[] ToCsv(IEnumerable<Character> characters, GroupList groups)
    {
        using var stream = new MemoryStream();
        using (var csv = CsvWriter.Create(stream, SpreadsheetCell.Csv))
        {
            csv.WriteRecord([.. SettingsSchema.Columns]);
            foreach (var character in InOrder(characters))
            {
                csv.WriteField(SpreadsheetCell.Defuse(character.Id));
                csv.WriteField(SpreadsheetCell.Defuse(character.Name));
                csv.WriteField(SpreadsheetCell.Defuse(character.Settings.ModelCode));
                csv.WriteField(character.Settings.Temperature);
                csv.WriteField(SpreadsheetCell.Defuse(Reasoning(character)));
                csv.WriteField(SpreadsheetCell.Defuse(FileGroups.ToCell(groups, character.Id)));
                csv.EndRecord();
            }
        }

        return stream.ToArray();
    }

    private static void Write(Utf8JsonWriter json, Character character, IReadOnlyList<CharacterGroup> groups)
    {
        json.WriteStartObject();
        json.WriteString("id", character.Id);
        json.WriteString("name", character.Name);
        json.WriteString("model", character.Settings.ModelCode);
        if (character.Settings.Temperature is { } temperature)
        {
            json.WriteNumber("temperature", temperature);
        }
        else
        {
            json.WriteNull("temperature");
        }

        json.WriteString("reasoning", Reasoning(character));
        json.WriteStartArray("groups");
        foreach (var group in groups)
        {
            json.WriteStringValue(group.Name);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string? Reasoning(Character character) => character.Settings.Reasoning is { } value ? ReasoningEffort.ToFile(value) : null;

    private static IEnumerable<Character> InOrder(IEnumerable<Character> characters) =>
        characters.OrderBy(character => character.Name, StringComparer.Ordinal).ThenBy(character => character.Id, StringComparer.Ordinal);
}
