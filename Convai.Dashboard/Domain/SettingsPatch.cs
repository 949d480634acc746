namespace Convai.Dashboard.Domain;

/// <summary>The values to write: a null field is not sent and keeps its value in Convai.</summary>
public sealed record SettingsPatch(string? ModelCode, decimal? Temperature)
{
    /// <summary>Every value that the settings have.</summary>
    public static SettingsPatch From(CharacterCoreSettings settings) => new(settings.ModelCode, settings.Temperature);

    public bool IsEmpty => ModelCode is null && Temperature is null;

    public int Count => (ModelCode is null ? 0 : 1) + (Temperature is null ? 0 : 1);

    /// <summary>Each field as a change of its own.</summary>
    public IEnumerable<SettingsPatch> Fields => new SettingsPatch[] { new(ModelCode, null), new(null, Temperature) }.Where(change => !change.IsEmpty);

    /// <summary>The part of this change in the fields that <paramref name="other"/> has.</summary>
    public SettingsPatch Within(SettingsPatch other) => new(other.ModelCode is null ? null : ModelCode, other.Temperature is null ? null : Temperature);

    /// <summary>The part of this change in the fields that <paramref name="other"/> does not have.</summary>
    public SettingsPatch Except(SettingsPatch other) => new(other.ModelCode is null ? ModelCode : null, other.Temperature is null ? Temperature : null);

    /// <summary>The fields of both; where both have one, the value of this change.</summary>
    public SettingsPatch And(SettingsPatch other) => new(ModelCode ?? other.ModelCode, Temperature ?? other.Temperature);

    /// <summary>Whether <paramref name="settings"/> already have every value of this change.</summary>
    public bool IsMetBy(CharacterCoreSettings settings) => Without(settings).IsEmpty;

    /// <summary>The part of this change that <paramref name="settings"/> do not have yet.</summary>
    public SettingsPatch Without(CharacterCoreSettings settings) => new(
        string.Equals(ModelCode, settings.ModelCode, StringComparison.Ordinal) ? null : ModelCode,
        TemperatureRules.AreSame(Temperature, settings.Temperature) ? null : Temperature);

    /// <summary>Whether two readings are known to agree in the fields of this change: one that cannot be understood may be anything.</summary>
    public bool IsKnownToBeSameIn(CharacterCoreSettings left, CharacterCoreSettings right) =>
        (ModelCode is null || !(left.IsModelUnreadable || right.IsModelUnreadable))
        && (Temperature is null || !(left.IsTemperatureUnreadable || right.IsTemperatureUnreadable))
        && HasTheSameFieldsIn(left, right);

    /// <summary>Whether two readings agree in the fields of this change, whatever happened to the others.</summary>
    public bool HasTheSameFieldsIn(CharacterCoreSettings left, CharacterCoreSettings right) =>
        (ModelCode is null || string.Equals(left.ModelCode, right.ModelCode, StringComparison.Ordinal))
        && (Temperature is null || TemperatureRules.AreSame(left.Temperature, right.Temperature));
}
