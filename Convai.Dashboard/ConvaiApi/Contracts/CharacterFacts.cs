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
    [JsonPropertyName("functions"), JsonConverter(typeof(TolerantListConverter<FunctionResponse>))]
    public IReadOnlyList<FunctionResponse>? Functions { get; init; }
}

internal sealed record FunctionResponse
{
    [JsonPropertyName("status"), JsonConverter(typeof(TolerantTextConverter))]
    public string? Status { get; init; }

    [JsonIgnore]
    public bool IsActive => string.Equals(Status, "active", StringComparison.OrdinalIgnoreCase);

    [JsonIgnore]
    public bool IsInactive => string.Equals(Status, "inactive", StringComparison.OrdinalIgnoreCase);
}

internal sealed record McpServersResponse : ConvaiResponse
{
    /// <summary>How many ids there are; null if the answer has no list of them.</summary>
    [JsonPropertyName("server_ids"), JsonConverter(typeof(TolerantCountConverter))]
    public int? Servers { get; init; }
}

/// <summary>
/// The answer also holds the whole prompt (<c>mindview</c>), with the backstory and what visitors said. Apart from the fields of an error
/// this record has one property, so nothing else is ever read out of the answer.
/// </summary>
internal sealed record PromptResponse : ConvaiResponse
{
    [JsonPropertyName("model"), JsonConverter(typeof(TolerantTextConverter))]
    public string? Model { get; init; }
}

/// <summary>Counts the texts and numbers of an array.</summary>
internal sealed class TolerantCountConverter : TolerantConverter<int?>
{
    protected override int? ReadTolerant(ref Utf8JsonReader reader, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return null;
        }

        var count = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            count += reader.TokenType is JsonTokenType.String or JsonTokenType.Number ? 1 : 0;
            reader.Skip();
        }

        return count;
    }
}
