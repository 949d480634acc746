using System.Text.Json;
using System.Text.Json.Serialization;

namespace Convai.Dashboard.ConvaiApi.Contracts;

// The calls for temporary copies of a character (source: Convai's clone, chat and chat history pages).

/// <param name="IncludesKnowledge">Whether the copy gets the source's knowledge bank.</param>
internal sealed record CloneRequest([property: JsonPropertyName("charID")] string SourceId, [property: JsonPropertyName("KB")] bool IncludesKnowledge);

internal sealed record CloneResponse : ConvaiResponse
{
    /// <summary>The id of the copy.</summary>
    [JsonPropertyName("charID"), JsonConverter(typeof(TolerantTextConverter))]
    public string? CharacterId { get; init; }
}

/// <summary>Goes to <c>character/update</c>. A null field is left out of the JSON, so that Convai keeps its value.</summary>
internal sealed record ConfigureCopyRequest(
    [property: JsonPropertyName("charID")] string CopyId,
    [property: JsonPropertyName("charName")] string Name,
    [property: JsonPropertyName("memorySettings")] MemorySettings Memory,
    [property: JsonPropertyName("model_group_name")] string? ModelCode,
    [property: JsonPropertyName("temperature")] decimal? Temperature,
    [property: JsonPropertyName("reasoning_effort")] string? Reasoning,
    [property: JsonPropertyName("functions")] IReadOnlyList<FunctionStatus>? Functions);

internal sealed record MemorySettings([property: JsonPropertyName("enabled")] bool IsEnabled);

internal sealed record FunctionStatus([property: JsonPropertyName("id")] string Id, [property: JsonPropertyName("status")] string Status);

internal sealed record DetachMcpServerRequest([property: JsonPropertyName("character_id")] string CopyId, [property: JsonPropertyName("server_id")] string ServerId);

/// <param name="Offset">-1 for the last record of the session.</param>
internal sealed record SessionPromptRequest([property: JsonPropertyName("session_id")] string SessionId, [property: JsonPropertyName("offset")] int Offset = -1);

/// <summary>A stream of events, as <see cref="EventStreamHandler"/> passes it on.</summary>
internal sealed record EventsResponse : ConvaiResponse
{
    /// <summary>The data of each event.</summary>
    [JsonPropertyName("events")]
    public IReadOnlyList<string>? Events { get; init; }
}

/// <param name="JudgeId">The character that judges.</param>
/// <param name="Prompt">Contains <c>[[conversation_history]]</c>, and <c>[[name]]</c> for each variable; without a value for each, Convai answers 500 (documented).</param>
internal sealed record JudgeConversationRequest(
    [property: JsonPropertyName("session_id")] string SessionId,
    [property: JsonPropertyName("character_id")] string JudgeId,
    [property: JsonPropertyName("prompt")] string Prompt,
    [property: JsonPropertyName("variables")] IReadOnlyDictionary<string, string> Variables);

/// <summary>Whatever JSON the prompt asked for (documented).</summary>
internal sealed record VerdictResponse : ConvaiResponse
{
    [JsonPropertyName("score")]
    public JsonElement Score { get; init; }

    [JsonPropertyName("reason"), JsonConverter(typeof(TolerantTextConverter))]
    public string? Reason { get; init; }
}

internal sealed record SpokenResponse : ConvaiResponse
{
    /// <summary>What the character said; Convai puts its failures here too.</summary>
    [JsonPropertyName("text"), JsonConverter(typeof(TolerantTextConverter))]
    public string? Text { get; init; }

    [JsonPropertyName("sessionID"), JsonConverter(typeof(TolerantTextConverter))]
    public string? SessionId { get; init; }
}
