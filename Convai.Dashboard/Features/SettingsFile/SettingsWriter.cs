using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Convai.Dashboard.Domain;

namespace Convai.Dashboard.Features.SettingsFile;

/// <summary>Writes a settings file. The same cast gives the same file, apart from the time; no number is rounded.</summary>
internal static class SettingsWriter
{
    private static readonly JsonWriterOptions Readable = new() { Indented = true, Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    public static byte[] ToJson(IEnumerable<Character> characters, DateTimeOffset at)
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
                Write(json, character);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    public static byte[] ToCsv(IEnumerable<Character> characters)
    {
        var lines = InOrder(characters).Select(character => string.Join(',', new[]
        {
            character.Id, character.Name, character.Settings.ModelCode ?? "", character.Settings.Temperature?.ToString(CultureInfo.InvariantCulture) ?? "",
        }.Select(cell => Quote(SpreadsheetCell.Defuse(cell)))));
        var text = string.Concat(lines.Prepend(string.Join(',', SettingsSchema.Columns)).Select(line => $"{line}\r\n"));
        // Without the mark Excel takes it for the code page of the machine.
        return [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(text)];
    }

    private static void Write(Utf8JsonWriter json, Character character)
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

        json.WriteEndObject();
    }

    private static IEnumerable<Character> InOrder(IEnumerable<Character> characters) =>
        characters.OrderBy(character => character.Name, StringComparer.Ordinal).ThenBy(character => character.Id, StringComparer.Ordinal);

    private static string Quote(string cell) =>
        cell.AsSpan().IndexOfAny("\",;\r\n") < 0 ? cell : $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
