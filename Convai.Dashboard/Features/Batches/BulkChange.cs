using System.Text.Json;
using System.Text.Json.Serialization;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;

namespace Convai.Dashboard.Features.Batches;

/// <summary>One change for many characters; the values of each follow from what it has now.</summary>
public sealed record BulkChange
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>The model for all; null if they keep theirs, or only <see cref="Replacements"/> are made.</summary>
    public string? ModelCode { get; init; }

    /// <summary>The new model code for characters that use a model, by the code of that model. Other characters keep theirs.</summary>
    public IReadOnlyDictionary<string, string>? Replacements { get; init; }

    public TemperatureRule? Temperature { get; init; }

    /// <summary>A value as in <see cref="ReasoningEffort"/>; null leaves reasoning unchanged.</summary>
    public string? Reasoning { get; init; }

    [JsonIgnore]
    public bool IsEmpty => ModelCode is null && Replacements is not { Count: > 0 } && Temperature is null && Reasoning is null;

    /// <summary>Whether a character's values depend on what it has now.</summary>
    [JsonIgnore]
    public bool IsRelative => Replacements is { Count: > 0 } || Temperature is { Operation: not TemperatureOperation.SetTo };

    /// <summary>The values to write for a character; a field that it keeps is null.</summary>
    public SettingsPatch For(CharacterCoreSettings now) => new(ModelFor(now), Temperature?.For(now.Temperature), Reasoning);

    /// <summary>
    /// The same for a second attempt, which must not make a step twice: the first may have arrived after all. The temperature of a step keeps its first target.
    /// </summary>
    /// <param name="first">What the first attempt was to write.</param>
    public SettingsPatch ForRetry(CharacterCoreSettings now, SettingsPatch first) =>
        Temperature?.Operation == TemperatureOperation.ChangeBy ? For(now) with { Temperature = first.Temperature } : For(now);

    /// <summary>Why it cannot be applied to anyone, as a sentence; null if it can. Model codes are checked with the plan.</summary>
    public string? Validate() => IsEmpty ? ChangeText.NothingChosen : Temperature?.Validate();

    /// <summary>As it is stored with a plan.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Format);

    public static BulkChange Parse(string json) => JsonSerializer.Deserialize<BulkChange>(json, Format) ?? throw new JsonException("A plan's rule is empty.");

    private string? ModelFor(CharacterCoreSettings now) =>
        ModelCode ?? (now.ModelCode is { } code && Replacements?.GetValueOrDefault(code) is { } replacement && !string.Equals(replacement, code, StringComparison.Ordinal) ? replacement : null);
}
