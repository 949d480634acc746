using Convai.Dashboard.Domain;

namespace Convai.Dashboard.Features.Rehearsals;

/// <summary>A candidate while it is being entered.</summary>
public sealed class CandidateForm
{
    /// <summary>The preset that filled it; null if none did, or if it was edited since.</summary>
    public long? PresetId { get; set; }

    /// <summary>Null keeps the character's model.</summary>
    public string? ModelCode { get; set; }

    /// <summary>As typed; empty keeps the character's temperature.</summary>
    public string Temperature { get; set; } = "";

    /// <summary>A value as in <see cref="ReasoningEffort"/>; null keeps what the copy has.</summary>
    public string? Reasoning { get; set; }

    public static CandidateForm From(SettingsPatch settings) => new()
    {
        ModelCode = settings.ModelCode,
        Temperature = settings.Temperature is { } temperature ? TemperatureRules.Format(temperature) : "",
        Reasoning = settings.Reasoning,
    };

    /// <summary>Whether it has the same settings.</summary>
    public bool IsSameAs(CandidateForm other) => (ModelCode, Temperature, Reasoning) == (other.ModelCode, other.Temperature, other.Reasoning);

    /// <param name="now">The character's present settings.</param>
    /// <param name="error">Why the typed temperature is none; null if it is one.</param>
    public SettingsPatch ToPatch(CharacterCoreSettings now, out string? error) =>
        new(ModelCode, TemperatureParser.ParseOptional(Temperature, now.Temperature, out error), Reasoning);
}
