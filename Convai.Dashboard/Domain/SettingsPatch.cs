namespace Convai.Dashboard.Domain;

/// <summary>The values to write: a null field is not sent and keeps its value in Convai.</summary>
/// <param name="Reasoning">A value as in <see cref="ReasoningEffort"/>; <see cref="ReasoningEffort.ModelDefault"/> is a value and is sent.</param>
public sealed record SettingsPatch(string? ModelCode, decimal? Temperature, string? Reasoning = null)
{
    /// <summary>Every value that the settings have, a reasoning effort that was only sent included.</summary>
    public static SettingsPatch From(CharacterCoreSettings settings) => new(settings.ModelCode, settings.Temperature, settings.Reasoning);

    public bool IsEmpty => ModelCode is null && Temperature is null && Reasoning is null;

    public int Count => Fields.Count();

    /// <summary>Each field as a change of its own.</summary>
    public IEnumerable<SettingsPatch> Fields =>
        new SettingsPatch[] { new(ModelCode, null), new(null, Temperature), new(null, null, Reasoning) }.Where(change => !change.IsEmpty);

    /// <summary>The part of this change in the fields that <paramref name="other"/> has.</summary>
    public SettingsPatch IntersectFields(SettingsPatch other) => new(
        other.ModelCode is null ? null : ModelCode, other.Temperature is null ? null : Temperature, other.Reasoning is null ? null : Reasoning);

    /// <summary>The part of this change in the fields that <paramref name="other"/> does not have.</summary>
    public SettingsPatch ExceptFields(SettingsPatch other) => new(
        other.ModelCode is null ? ModelCode : null, other.Temperature is null ? Temperature : null, other.Reasoning is null ? Reasoning : null);

    /// <summary>The fields of both; where both have one, the value of this change.</summary>
    public SettingsPatch MergeFields(SettingsPatch other) => new(ModelCode ?? other.ModelCode, Temperature ?? other.Temperature, Reasoning ?? other.Reasoning);

    /// <summary>Whether <paramref name="settings"/> are known to have every value of this change.</summary>
    public bool IsSatisfiedBy(CharacterCoreSettings settings) => MissingFrom(settings).IsEmpty;

    /// <summary>The part of this change that <paramref name="settings"/> are not known to have: a reasoning effort that Convai does not report is never known.</summary>
    public SettingsPatch MissingFrom(CharacterCoreSettings settings) =>
        DifferencesFrom(settings) with { Reasoning = settings.IsReasoningReported && HasSameReasoning(settings) ? null : Reasoning };

    /// <summary>The part of this change whose values differ from <paramref name="settings"/>: an unknown reasoning effort never differs.</summary>
    public SettingsPatch DifferencesFrom(CharacterCoreSettings settings) => new(
        string.Equals(ModelCode, settings.ModelCode, StringComparison.Ordinal) ? null : ModelCode,
        TemperatureRules.AreSame(Temperature, settings.Temperature) ? null : Temperature,
        settings.Reasoning is null || HasSameReasoning(settings) ? null : Reasoning);

    /// <summary>Whether <paramref name="settings"/> have every value of this change, a reasoning effort that was only sent included.</summary>
    public bool AgreesWith(CharacterCoreSettings settings) => DifferencesFrom(settings).IsEmpty && (Reasoning is null || settings.Reasoning is not null);

    /// <summary>The part of this change that a reading of Convai can prove: without the reasoning effort if the reading does not carry it.</summary>
    public SettingsPatch VerifiableBy(CharacterCoreSettings reading) => reading.IsReasoningReported ? this : this with { Reasoning = null };

    /// <summary>Whether a reading shows everything of this change that it can show.</summary>
    public bool IsVerifiedBy(CharacterCoreSettings reading) => VerifiableBy(reading).IsSatisfiedBy(reading);

    /// <summary>
    /// Whether two readings are known to agree in the fields of this change: one that cannot be understood may be anything, and so may a reasoning
    /// effort that is sent alone, while one that is sent with other fields arrives with them.
    /// </summary>
    public bool IsKnownUnchanged(CharacterCoreSettings left, CharacterCoreSettings right) =>
        (ModelCode is null || !(left.IsModelUnreadable || right.IsModelUnreadable))
        && (Temperature is null || !(left.IsTemperatureUnreadable || right.IsTemperatureUnreadable))
        && !VerifiableBy(right).IsEmpty
        && HasEqualFields(left, right);

    /// <summary>Whether two readings agree in the fields of this change, whatever happened to the others. An unknown reasoning effort agrees with any.</summary>
    public bool HasEqualFields(CharacterCoreSettings left, CharacterCoreSettings right) =>
        (ModelCode is null || string.Equals(left.ModelCode, right.ModelCode, StringComparison.Ordinal))
        && (Temperature is null || TemperatureRules.AreSame(left.Temperature, right.Temperature))
        && (Reasoning is null || left.Reasoning is null || right.Reasoning is null || string.Equals(left.Reasoning, right.Reasoning, StringComparison.Ordinal));

    private bool HasSameReasoning(CharacterCoreSettings settings) => string.Equals(Reasoning, settings.Reasoning, StringComparison.Ordinal);
}
