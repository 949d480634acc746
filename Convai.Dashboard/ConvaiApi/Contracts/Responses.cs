using System.Text.Json.Serialization;

namespace Convai.Dashboard.ConvaiApi.Contracts;

/// <summary>The error fields that any answer may carry, even one with HTTP 200.</summary>
internal record ConvaiResponse
{
    [JsonPropertyName("ERROR"), JsonConverter(typeof(ErrorTextConverter))]
    public string? Error { get; init; }

    [JsonPropertyName("API_ERROR"), JsonConverter(typeof(ErrorTextConverter))]
    public string? ApiError { get; init; }

    [JsonPropertyName("INTERNAL_ERROR"), JsonConverter(typeof(ErrorTextConverter))]
    public string? InternalError { get; init; }

    [JsonPropertyName("status"), JsonConverter(typeof(TolerantTextConverter))]
    public string? LowerCaseStatus { get; init; }

    [JsonPropertyName("message"), JsonConverter(typeof(TolerantTextConverter))]
    public string? Message { get; init; }

    [JsonPropertyName("detail"), JsonConverter(typeof(ErrorTextConverter))]
    public string? Detail { get; init; }

    [JsonPropertyName("transactionID"), JsonConverter(typeof(TolerantTextConverter))]
    public string? TransactionId { get; init; }

    [JsonPropertyName("Reference ID"), JsonConverter(typeof(TolerantTextConverter))]
    public string? ReferenceId { get; init; }

    [JsonIgnore]
    public string? ErrorText =>
        Error ?? ApiError ?? InternalError ?? Detail
        ?? (string.Equals(LowerCaseStatus, "error", StringComparison.OrdinalIgnoreCase) ? Message ?? "error" : null);

    [JsonIgnore]
    public string? Reference => ReferenceId ?? TransactionId;
}

/// <summary>The answer of every call that writes or deletes.</summary>
internal sealed record StatusResponse : ConvaiResponse
{
    [JsonPropertyName("STATUS"), JsonConverter(typeof(TolerantTextConverter))]
    public string? Status { get; init; }
}

internal sealed record ListCharactersResponse : ConvaiResponse
{
    [JsonPropertyName("characters"), JsonConverter(typeof(TolerantListConverter<CharacterResponse>))]
    public IReadOnlyList<CharacterResponse>? Characters { get; init; }
}

internal sealed record CharacterResponse : ConvaiResponse
{
    [JsonPropertyName("character_id"), JsonConverter(typeof(TolerantTextConverter))]
    public string? CharacterId { get; init; }

    [JsonPropertyName("character_name"), JsonConverter(typeof(TolerantTextConverter))]
    public string? CharacterName { get; init; }

    [JsonPropertyName("last_interacted_with"), JsonConverter(typeof(TolerantTextConverter))]
    public string? LastInteractedWith { get; init; }

    [JsonPropertyName("model_details"), JsonConverter(typeof(TolerantObjectConverter<ModelDetailsResponse>))]
    public ModelDetailsResponse? ModelDetails { get; init; }

    [JsonPropertyName("reasoning_effort"), JsonConverter(typeof(TolerantTextConverter))]
    public string? Reasoning { get; init; }

    [JsonPropertyName("personalised_prompt_config"), JsonConverter(typeof(TolerantObjectConverter<PromptConfigResponse>))]
    public PromptConfigResponse? PromptConfig { get; init; }
}

/// <summary>Describes the avatar, not the language model.</summary>
internal sealed record ModelDetailsResponse
{
    [JsonPropertyName("modelPlaceholder"), JsonConverter(typeof(TolerantTextConverter))]
    public string? Placeholder { get; init; }
}

internal sealed record PromptConfigResponse
{
    [JsonPropertyName("MODEL"), JsonConverter(typeof(CodeFieldConverter))]
    public Field<string?> Model { get; init; }

    [JsonPropertyName("TEMPERATURE"), JsonConverter(typeof(NumberFieldConverter))]
    public Field<decimal?> Temperature { get; init; }

    /// <summary>Not documented; if Convai should ever report it, it is likely to stand here or in <see cref="CharacterResponse.Reasoning"/>.</summary>
    [JsonPropertyName("REASONING_EFFORT"), JsonConverter(typeof(TolerantTextConverter))]
    public string? Reasoning { get; init; }

    [JsonPropertyName("MODERATION_ENABLED"), JsonConverter(typeof(TolerantFlagConverter))]
    public bool? ModerationEnabled { get; init; }
}

internal sealed record SupportedModelsResponse : ConvaiResponse
{
    [JsonPropertyName("STATUS"), JsonConverter(typeof(SupportedModelListConverter))]
    public IReadOnlyList<SupportedModelResponse>? Models { get; init; }
}

internal sealed record SupportedModelResponse
{
    [JsonPropertyName("model_group_name"), JsonConverter(typeof(TolerantTextConverter))]
    public string? ModelCode { get; init; }

    [JsonPropertyName("display_name"), JsonConverter(typeof(TolerantTextConverter))]
    public string? DisplayName { get; init; }

    [JsonPropertyName("is_deprecated"), JsonConverter(typeof(TolerantFlagConverter))]
    public bool? IsDeprecated { get; init; }

    /// <summary>True on the one model that the character uses now (seen on the live service).</summary>
    [JsonPropertyName("is_active"), JsonConverter(typeof(TolerantFlagConverter))]
    public bool? IsActive { get; init; }

    [JsonPropertyName("reasoning"), JsonConverter(typeof(TolerantObjectConverter<ReasoningResponse>))]
    public ReasoningResponse? Reasoning { get; init; }
}

/// <summary>Present on models that take a reasoning effort.</summary>
internal sealed record ReasoningResponse
{
    /// <summary>From least to most.</summary>
    [JsonPropertyName("levels"), JsonConverter(typeof(TolerantTextsConverter))]
    public IReadOnlyList<string>? Levels { get; init; }

    [JsonPropertyName("supports_auto"), JsonConverter(typeof(TolerantFlagConverter))]
    public bool? SupportsAuto { get; init; }

    /// <summary>The provider's own.</summary>
    [JsonPropertyName("default"), JsonConverter(typeof(TolerantTextConverter))]
    public string? Default { get; init; }

    /// <summary>Not documented, nor is <see cref="Current"/>: the level that the character uses, if Convai should ever report it here.</summary>
    [JsonPropertyName("active"), JsonConverter(typeof(TolerantTextConverter))]
    public string? Active { get; init; }

    [JsonPropertyName("current"), JsonConverter(typeof(TolerantTextConverter))]
    public string? Current { get; init; }
}
