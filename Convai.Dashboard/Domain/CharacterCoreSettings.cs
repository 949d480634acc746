namespace Convai.Dashboard.Domain;

/// <summary>The core AI settings of a character as Convai has them.</summary>
/// <param name="ModelCode">The model code (<c>model_group_name</c>), case-sensitive; null where Convai names none. The code may be in no list.</param>
/// <param name="Temperature">0 to 1 by Convai's documentation; null if it is not set in Convai. Rounded only to undo single precision.</param>
public sealed record CharacterCoreSettings(string? ModelCode, decimal? Temperature)
{
    /// <summary>True if Convai has a model that is not a model code. It is unknown rather than "not set", although <see cref="ModelCode"/> is null.</summary>
    public bool IsModelUnreadable { get; init; }

    /// <summary>The same for a temperature that is not a number, such as <c>"0,7"</c> or <c>NaN</c>.</summary>
    public bool IsTemperatureUnreadable { get; init; }

    /// <summary>
    /// A value as in <see cref="ReasoningEffort"/>: reported by Convai, or else the last one sent from here, which Convai may not have kept.
    /// Null if neither is known. No documented answer of Convai carries it.
    /// </summary>
    public string? Reasoning { get; init; }

    /// <summary>Whether Convai itself reported <see cref="Reasoning"/>.</summary>
    public bool IsReasoningReported { get; init; }

    /// <summary>Adds the reasoning effort last sent from here to a reading that carries none.</summary>
    public CharacterCoreSettings WithLastReasoning(string? sent) => Reasoning is null ? this with { Reasoning = sent } : this;

    public CharacterCoreSettings With(SettingsPatch change) => new(change.ModelCode ?? ModelCode, change.Temperature ?? Temperature)
    {
        Reasoning = change.Reasoning ?? Reasoning,
        IsReasoningReported = change.Reasoning is null && IsReasoningReported,
        IsModelUnreadable = change.ModelCode is null && IsModelUnreadable,
        IsTemperatureUnreadable = change.Temperature is null && IsTemperatureUnreadable,
    };
}
