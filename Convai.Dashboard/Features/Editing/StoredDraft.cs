using System.Text.Json;
using System.Text.Json.Serialization;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;

namespace Convai.Dashboard.Features.Editing;

/// <summary>
/// A draft as the browser tab stores it, so that it survives a lost connection, a reload and a restart of the server. It
/// comes back from the browser and is not trusted: <see cref="Deserialize"/> returns null for anything but a valid draft.
/// </summary>
internal sealed record StoredDraft(string? OpenedModelCode, decimal? OpenedTemperature, string? ModelCode, decimal? Temperature, string? Reason = null, string? OpenedReasoning = null, string? Reasoning = null)
{
    private const int MaxCodeLength = 200;

    public static string Serialize(SettingsDraft draft, string? reason) => JsonSerializer.Serialize(
        new StoredDraft(draft.Opened.ModelCode, draft.Opened.Temperature, draft.ModelCode, draft.Temperature, reason, draft.Opened.Reasoning, draft.Reasoning),
        StoredDraftJsonContext.Default.StoredDraft);

    public static StoredDraft? Deserialize(string? json)
    {
        try
        {
            return json is not null && JsonSerializer.Deserialize(json, StoredDraftJsonContext.Default.StoredDraft) is { IsValid: true } stored ? stored : null;
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            // The text is not JSON, or contains half of a surrogate pair.
            return null;
        }
    }

    public SettingsDraft ToDraft() => new(new CharacterCoreSettings(OpenedModelCode, OpenedTemperature) { Reasoning = OpenedReasoning }, ModelCode, Temperature, Reasoning);

    [JsonIgnore]
    private bool IsValid =>
        (ModelCode is not null || Temperature is not null || Reasoning is not null)
        && ModelCode is not { Length: 0 or > MaxCodeLength }
        && OpenedModelCode is not { Length: > MaxCodeLength }
        && Reasoning is not { Length: > ReasoningEffort.MaxLength }
        && OpenedReasoning is not { Length: > ReasoningEffort.MaxLength }
        && Reason is not { Length: > ChangeRecord.MaxReasonLength }
        && (Temperature is not { } temperature || TemperatureRules.IsInRange(temperature));
}

[JsonSerializable(typeof(StoredDraft))]
internal sealed partial class StoredDraftJsonContext : JsonSerializerContext;
