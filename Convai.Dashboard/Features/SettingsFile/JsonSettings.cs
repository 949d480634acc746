using System.Globalization;
using System.Text.Json;
using Convai.Dashboard.Features.Characters;

namespace Convai.Dashboard.Features.SettingsFile;

/// <summary>Reads the JSON of a settings file.</summary>
internal static class JsonSettings
{
    private static readonly string[] Properties = ["schema", "version", "exportedAt", "characters"];

    public static void ReadInto(FileRows rows, string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            ReadDocument(rows, document.RootElement);
        }
        catch (JsonException exception)
        {
            rows.Fail(SettingsFileText.NotJson, SettingsFileText.Line((exception.LineNumber ?? 0) + 1));
        }
    }

    private static void ReadDocument(FileRows rows, JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            rows.Fail(SettingsFileText.FileIsList(Properties));
            return;
        }

        var fields = ReadFields(root, Properties, out var errors);
        errors.ForEach(error => rows.Fail(error));
        if (ValidateHeader(fields) is { } headerError)
        {
            rows.Fail(headerError);
        }
        else if (fields["characters"] is var characters && characters.GetArrayLength() is > SettingsSchema.MaxRows and var count)
        {
            rows.FailAsTooLong(count);
        }
        else
        {
            var known = SettingsSchema.GetProperties(fields["version"].GetInt32());
            foreach (var (index, character) in characters.EnumerateArray().Index())
            {
                ReadCharacter(rows, $"characters[{index.ToString(CultureInfo.InvariantCulture)}]", character, known);
            }
        }
    }

    private static string? ValidateHeader(Dictionary<string, JsonElement> fields)
    {
        if (!fields.TryGetValue("schema", out var schema) || GetText(schema) != SettingsSchema.Name)
        {
            return SettingsFileText.WrongSchema;
        }

        if (!fields.TryGetValue("version", out var version) || version.ValueKind != JsonValueKind.Number || !version.TryGetInt32(out var number))
        {
            return SettingsFileText.VersionNotNumber;
        }

        if (number is < 1 or > SettingsSchema.Version)
        {
            return SettingsFileText.WrongVersion(number);
        }

        return fields.TryGetValue("characters", out var characters) && characters.ValueKind == JsonValueKind.Array ? null : SettingsFileText.CharactersNotList;
    }

    private static void ReadCharacter(FileRows rows, string place, JsonElement character, IReadOnlyList<string> known)
    {
        if (character.ValueKind != JsonValueKind.Object)
        {
            rows.AddUnreadable(place, SettingsFileText.NotCharacter(Kind(character), known));
            return;
        }

        var fields = ReadFields(character, known, out var errors);
        var (id, name, model, temperature) = (Text(fields, "id", errors), Text(fields, "name", errors), Text(fields, "model", errors), Number(fields, "temperature", errors));
        var reasoning = Text(fields, "reasoning", errors);
        var groups = Texts(fields, "groups", errors);
        rows.Add(place, id, name, model, temperature, reasoning, groups, errors);
    }

    private static string? Text(Dictionary<string, JsonElement> fields, string name, List<string> errors)
    {
        if (!fields.TryGetValue(name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        var text = GetText(value);
        if (text is null)
        {
            errors.Add(value.ValueKind == JsonValueKind.String ? SettingsFileText.HalfCharacter(name) : SettingsFileText.NotText(name, Kind(value)));
        }

        return text;
    }

    /// <summary>A list of texts; null if it is not there.</summary>
    private static List<string>? Texts(Dictionary<string, JsonElement> fields, string name, List<string> errors)
    {
        if (!fields.TryGetValue(name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            errors.Add(SettingsFileText.NotList(name, Kind(value)));
            return null;
        }

        var texts = value.EnumerateArray().Select(GetText).ToList();
        if (texts.Contains(null))
        {
            errors.Add(SettingsFileText.NotListOfText(name));
        }

        return [.. texts.OfType<string>().Select(GroupNames.Clean)];
    }

    private static string? Number(Dictionary<string, JsonElement> fields, string name, List<string> errors)
    {
        if (!fields.TryGetValue(name, out var value) || value.ValueKind is JsonValueKind.Null or JsonValueKind.Number)
        {
            return value.ValueKind == JsonValueKind.Number ? value.GetRawText() : null;
        }

        errors.Add(SettingsFileText.NotNumber(name, Kind(value)));
        return null;
    }

    private static Dictionary<string, JsonElement> ReadFields(JsonElement element, IReadOnlyList<string> known, out List<string> errors)
    {
        var fields = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        errors = [];
        foreach (var property in element.EnumerateObject())
        {
            var name = GetName(property);
            if (!known.Contains(name, StringComparer.Ordinal))
            {
                errors.Add(SettingsFileText.UnknownProperty(name, known));
            }
            else if (!fields.TryAdd(name, property.Value))
            {
                errors.Add(SettingsFileText.PropertyTwice(name));
            }
        }

        return fields;
    }

    // An escape may encode half a character (\ud800), which is no text.
    private static string? GetText(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static string GetName(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            return "\uFFFD";
        }
    }

    private static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "text",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "true or false",
    };
}
