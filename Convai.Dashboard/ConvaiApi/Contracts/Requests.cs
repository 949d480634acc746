using System.Text.Json.Serialization;

namespace Convai.Dashboard.ConvaiApi.Contracts;

internal sealed record CharacterRequest([property: JsonPropertyName("charID")] string CharacterId);

/// <summary>The call needs no body; an empty object keeps the content type that every call must have.</summary>
internal sealed record ListCharactersRequest;

/// <summary>A null field is left out of the JSON, so that Convai keeps its value.</summary>
internal sealed record UpdateCharacterRequest(
    [property: JsonPropertyName("charID")] string CharacterId,
    [property: JsonPropertyName("model_group_name")] string? ModelCode,
    [property: JsonPropertyName("temperature")] decimal? Temperature,
    [property: JsonPropertyName("reasoning_effort")] string? Reasoning);
