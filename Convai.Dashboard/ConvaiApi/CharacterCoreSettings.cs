namespace Convai.Dashboard.ConvaiApi;

/// <summary>The core AI settings of a character as Convai has them.</summary>
/// <param name="ModelCode">The model code (<c>model_group_name</c>), case-sensitive; null where Convai names none. It may be a code that no list knows.</param>
/// <param name="Temperature">0 to 1 by Convai's documentation; null where it is not set at Convai. Rounded only to undo single precision.</param>
public sealed record CharacterCoreSettings(string? ModelCode, decimal? Temperature)
{
    /// <summary>Convai has something as the model that is no model code. It is unknown and not "not set": <see cref="ModelCode"/> is null all the same.</summary>
    public bool IsModelUnreadable { get; init; }

    /// <summary>The same for a temperature that is no number, such as <c>"0,7"</c> or <c>NaN</c>.</summary>
    public bool IsTemperatureUnreadable { get; init; }

    public CharacterCoreSettings With(SettingsChange change) => new(change.ModelCode ?? ModelCode, change.Temperature ?? Temperature)
    {
        IsModelUnreadable = change.ModelCode is null && IsModelUnreadable,
        IsTemperatureUnreadable = change.Temperature is null && IsTemperatureUnreadable,
    };
}

/// <summary>What to write: a null field is left as it is at Convai and is not sent.</summary>
public sealed record SettingsChange(string? ModelCode, decimal? Temperature)
{
    /// <summary>Every value that the settings have.</summary>
    public static SettingsChange Of(CharacterCoreSettings settings) => new(settings.ModelCode, settings.Temperature);

    public bool IsEmpty => ModelCode is null && Temperature is null;

    public int Count => (ModelCode is null ? 0 : 1) + (Temperature is null ? 0 : 1);

    /// <summary>Each field as a change of its own.</summary>
    public IEnumerable<SettingsChange> Fields => new SettingsChange[] { new(ModelCode, null), new(null, Temperature) }.Where(change => !change.IsEmpty);

    /// <summary>The part of this change in the fields that <paramref name="other"/> has.</summary>
    public SettingsChange Within(SettingsChange other) => new(other.ModelCode is null ? null : ModelCode, other.Temperature is null ? null : Temperature);

    /// <summary>The part of this change in the fields that <paramref name="other"/> does not have.</summary>
    public SettingsChange Except(SettingsChange other) => new(other.ModelCode is null ? ModelCode : null, other.Temperature is null ? Temperature : null);

    /// <summary>The fields of both; where both have one, the value of this change.</summary>
    public SettingsChange And(SettingsChange other) => new(ModelCode ?? other.ModelCode, Temperature ?? other.Temperature);

    /// <summary>Whether <paramref name="settings"/> already have every value of this change.</summary>
    public bool IsMetBy(CharacterCoreSettings settings) => Without(settings).IsEmpty;

    /// <summary>The part of this change that <paramref name="settings"/> do not have yet.</summary>
    public SettingsChange Without(CharacterCoreSettings settings) => new(
        string.Equals(ModelCode, settings.ModelCode, StringComparison.Ordinal) ? null : ModelCode,
        ConvaiApi.Temperature.AreSame(Temperature, settings.Temperature) ? null : Temperature);

    /// <summary>Whether two readings are known to agree in the fields of this change: one that cannot be understood may be anything.</summary>
    public bool IsKnownToBeSameIn(CharacterCoreSettings left, CharacterCoreSettings right) =>
        (ModelCode is null || !(left.IsModelUnreadable || right.IsModelUnreadable))
        && (Temperature is null || !(left.IsTemperatureUnreadable || right.IsTemperatureUnreadable))
        && HasTheSameFieldsIn(left, right);

    /// <summary>Whether two readings agree in the fields of this change, whatever happened to the others.</summary>
    public bool HasTheSameFieldsIn(CharacterCoreSettings left, CharacterCoreSettings right) =>
        (ModelCode is null || string.Equals(left.ModelCode, right.ModelCode, StringComparison.Ordinal))
        && (Temperature is null || ConvaiApi.Temperature.AreSame(left.Temperature, right.Temperature));
}
