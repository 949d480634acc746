using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Convai.Dashboard.ConvaiApi.Contracts;

// Convai's types drift: a flag is true on one character and "true" on the next, the string "NULL" means absent, and any
// field may be missing, null or new. A field of an unexpected type is read as absent instead of losing the whole answer.

internal static class Tolerant
{
    /// <summary>Null for blank text, for the string "NULL" and for text that is not valid Unicode. U+0000, which neither databases nor pages accept, is replaced.</summary>
    public static string? Text(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString() is { } text && !string.IsNullOrWhiteSpace(text) && text is not "NULL" ? text.Replace('\0', '\uFFFD') : null;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair in one name must not lose the whole cast.
            return null;
        }
    }

    /// <summary>Whether the reader's current string means no value.</summary>
    public static bool IsAbsent(ref Utf8JsonReader reader)
    {
        try
        {
            return string.IsNullOrWhiteSpace(reader.GetString()) || reader.ValueTextEquals("NULL"u8);
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>The reader's current number, or the number that its current string holds; null for anything else and for one that no decimal can hold.</summary>
    public static decimal? Number(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.Number when reader.TryGetDecimal(out var number) => number,
        JsonTokenType.String when decimal.TryParse(Text(ref reader), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
        _ => null,
    };

    public static JsonTypeInfo<T> TypeInfo<T>(JsonSerializerOptions options) => (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));

    /// <summary>Reads the objects of the reader's current array and skips anything else in it.</summary>
    public static List<T> Objects<T>(ref Utf8JsonReader reader, JsonSerializerOptions options)
    {
        var items = new List<T>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                reader.Skip();
            }
            else if (JsonSerializer.Deserialize(ref reader, TypeInfo<T>(options)) is { } item)
            {
                items.Add(item);
            }
        }

        return items;
    }
}

internal abstract class TolerantConverter<T> : JsonConverter<T>
{
    public override bool HandleNull => true;

    public sealed override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var value = ReadTolerant(ref reader, options);
        if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            reader.Skip();
        }

        return value;
    }

    protected abstract T? ReadTolerant(ref Utf8JsonReader reader, JsonSerializerOptions options);

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        throw new NotSupportedException("Convai's answers are read, never written.");
}

internal sealed class TolerantTextConverter : TolerantConverter<string?>
{
    protected override string? ReadTolerant(ref Utf8JsonReader reader, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.String => Tolerant.Text(ref reader),
        JsonTokenType.Number => reader.TryGetDecimal(out var number) ? number.ToString(CultureInfo.InvariantCulture) : null,
        _ => null,
    };
}

/// <summary>Reads an error, which need not be text: any value counts as one. From objects and arrays it takes the messages in them, or else their JSON.</summary>
internal sealed class ErrorTextConverter : TolerantConverter<string?>
{
    protected override string? ReadTolerant(ref Utf8JsonReader reader, JsonSerializerOptions options)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return Tolerant.Text(ref reader);
            case JsonTokenType.Null or JsonTokenType.False:
                return null;
            default:
                using (var value = JsonDocument.ParseValue(ref reader))
                {
                    return Messages(value.RootElement) is { Length: > 0 } messages ? messages : value.RootElement.GetRawText();
                }
        }
    }

    /// <summary>Returns the messages in the form in which web frameworks list the errors of a request.</summary>
    private static string Messages(JsonElement error) => string.Join(
        "; ",
        (error.ValueKind == JsonValueKind.Array ? error.EnumerateArray().AsEnumerable() : [error])
            .Where(part => part.ValueKind == JsonValueKind.Object)
            .SelectMany(part => part.EnumerateObject())
            .Where(part => part.Value.ValueKind == JsonValueKind.String && (part.NameEquals("msg") || part.NameEquals("message")))
            .Select(part => Text(part.Value)));

    private static string? Text(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair.
            return null;
        }
    }
}

/// <summary>A field that distinguishes "not set" from "set to something that cannot be read".</summary>
/// <param name="Value">Null in both cases.</param>
internal readonly record struct Field<T>(T? Value, bool IsUnreadable);

internal abstract class FieldConverter<T> : TolerantConverter<Field<T>>
{
    protected sealed override Field<T> ReadTolerant(ref Utf8JsonReader reader, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Null || (reader.TokenType == JsonTokenType.String && Tolerant.IsAbsent(ref reader)))
        {
            return default;
        }

        var value = ReadValue(ref reader);
        return new Field<T>(value, IsUnreadable: value is null);
    }

    /// <summary>Returns null if the token is not such a value.</summary>
    protected abstract T? ReadValue(ref Utf8JsonReader reader);
}

internal sealed class CodeFieldConverter : FieldConverter<string?>
{
    protected override string? ReadValue(ref Utf8JsonReader reader) => reader.TokenType == JsonTokenType.String ? Tolerant.Text(ref reader) : null;
}

internal sealed class NumberFieldConverter : FieldConverter<decimal?>
{
    protected override decimal? ReadValue(ref Utf8JsonReader reader) => Tolerant.Number(ref reader);
}

internal sealed class TolerantFlagConverter : TolerantConverter<bool?>
{
    protected override bool? ReadTolerant(ref Utf8JsonReader reader, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        JsonTokenType.String when bool.TryParse(Tolerant.Text(ref reader), out var flag) => flag,
        _ => null,
    };
}

internal sealed class TolerantObjectConverter<T> : TolerantConverter<T?>
    where T : class
{
    protected override T? ReadTolerant(ref Utf8JsonReader reader, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.StartObject ? JsonSerializer.Deserialize(ref reader, Tolerant.TypeInfo<T>(options)) : null;
}

internal sealed class TolerantListConverter<T> : TolerantConverter<IReadOnlyList<T>?>
{
    protected override IReadOnlyList<T>? ReadTolerant(ref Utf8JsonReader reader, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.StartArray ? Tolerant.Objects<T>(ref reader, options) : null;
}

/// <summary>Reads the texts of an array and skips anything else in it.</summary>
internal sealed class TolerantTextsConverter : TolerantConverter<IReadOnlyList<string>?>
{
    protected override IReadOnlyList<string>? ReadTolerant(ref Utf8JsonReader reader, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return null;
        }

        var texts = new List<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.String && Tolerant.Text(ref reader) is { } text)
            {
                texts.Add(text);
            }
            else
            {
                reader.Skip();
            }
        }

        return texts;
    }
}

/// <summary>
/// <c>getSupportedModel</c> answers with a JSON array encoded as a string (seen on the live service); a plain array is
/// accepted too, since nothing documents the double encoding.
/// </summary>
internal sealed class SupportedModelListConverter : TolerantConverter<IReadOnlyList<SupportedModelResponse>?>
{
    protected override IReadOnlyList<SupportedModelResponse>? ReadTolerant(ref Utf8JsonReader reader, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.StartArray)
        {
            return Tolerant.Objects<SupportedModelResponse>(ref reader, options);
        }

        if (reader.TokenType != JsonTokenType.String || Tolerant.Text(ref reader) is not { } text)
        {
            return null;
        }

        var json = Encoding.UTF8.GetBytes(text);
        NonFiniteLiterals.Replace(json);
        var inner = new Utf8JsonReader(json);
        return inner.Read() && inner.TokenType == JsonTokenType.StartArray
            ? Tolerant.Objects<SupportedModelResponse>(ref inner, options)
            : null;
    }
}
