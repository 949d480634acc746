using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Convai.Dashboard.ConvaiApi.Contracts;

// What Convai says about a character apart from its settings. Each record has only what the dashboard uses: neither the names of
// functions, nor the prompt, are ever read.

/// <summary>These calls name the character <c>character_id</c>, not <c>charID</c>.</summary>
internal sealed record CharacterIdRequest([property: JsonPropertyName("character_id")] string CharacterId);

/// <param name="PerPage">-1 for all of them on one page.</param>
internal sealed record FunctionsRequest([property: JsonPropertyName("character_id")] string CharacterId, [property: JsonPropertyName("per_page")] int PerPage = -1);

internal sealed record FunctionsResponse : ConvaiResponse
{
    /// <summary>An item that is none is read as a function without a status: it is not known what it means.</summary>
    [JsonPropertyName("functions"), JsonConverter(typeof(FunctionListConverter))]
    public IReadOnlyList<FunctionResponse>? Functions { get; init; }
}

internal sealed record FunctionResponse
{
    [JsonPropertyName("function_id"), JsonConverter(typeof(TolerantTextConverter))]
    public string? Id { get; init; }

    [JsonPropertyName("status"), JsonConverter(typeof(TolerantTextConverter))]
    public string? Status { get; init; }

    [JsonIgnore]
    public bool IsActive => string.Equals(Status, "active", StringComparison.OrdinalIgnoreCase);

    [JsonIgnore]
    public bool IsInactive => string.Equals(Status, "inactive", StringComparison.OrdinalIgnoreCase);
}

internal sealed record McpServersResponse : ConvaiResponse
{
    /// <summary>Their ids; null if the answer has no list of them, or one with anything else in it.</summary>
    [JsonPropertyName("server_ids"), JsonConverter(typeof(TolerantIdsConverter))]
    public IReadOnlyList<string>? Servers { get; init; }
}

/// <summary>
/// The answer also holds the whole prompt (<c>mindview</c>), with the backstory and what visitors said. Apart from the fields of an error
/// this record has two properties, so nothing else is ever read out of the answer.
/// </summary>
internal sealed record PromptResponse : ConvaiResponse
{
    [JsonPropertyName("model"), JsonConverter(typeof(TolerantTextConverter))]
    public string? Model { get; init; }

    /// <summary>Only in the record of a session.</summary>
    [JsonPropertyName("temperature"), JsonConverter(typeof(NumberFieldConverter))]
    public Field<decimal?> Temperature { get; init; }
}

internal sealed class FunctionListConverter : TolerantConverter<IReadOnlyList<FunctionResponse>?>
{
    protected override IReadOnlyList<FunctionResponse>? ReadTolerant(ref Utf8JsonReader reader, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return null;
        }

        var functions = new List<FunctionResponse>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.StartObject && JsonSerializer.Deserialize(ref reader, ConvaiJsonContext.Default.FunctionResponse) is { } function)
            {
                functions.Add(function);
            }
            else
            {
                functions.Add(new FunctionResponse());
                reader.Skip();
            }
        }

        return functions;
    }
}

/// <summary>Reads an array of texts and numbers; null if there is anything else in it, because then it is not known what.</summary>
internal sealed class TolerantIdsConverter : TolerantConverter<IReadOnlyList<string>?>
{
    protected override IReadOnlyList<string>? ReadTolerant(ref Utf8JsonReader reader, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return null;
        }

        var (ids, isUnderstood) = (new List<string>(), true);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var id = reader.TokenType switch
            {
                JsonTokenType.String => Tolerant.Text(ref reader),
                JsonTokenType.Number when reader.TryGetDecimal(out var number) => number.ToString(CultureInfo.InvariantCulture),
                _ => null,
            };
            isUnderstood &= id is not null;
            ids.Add(id ?? "");
            reader.Skip();
        }

        return isUnderstood ? ids : null;
    }
}
