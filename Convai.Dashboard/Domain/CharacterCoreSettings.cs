namespace Convai.Dashboard.Domain;

/// <summary>The core AI settings of a character as Convai has them.</summary>
/// <param name="ModelCode">The model code (<c>model_group_name</c>), case-sensitive; null where Convai names none. It may be a code that no list knows.</param>
/// <param name="Temperature">0 to 1 by Convai's documentation; null where it is not set at Convai. Rounded only to undo single precision.</param>
public sealed record CharacterCoreSettings(string? ModelCode, decimal? Temperature)
{
    /// <summary>Convai has something as the model that is no model code. It is unknown and not "not set": <see cref="ModelCode"/> is null all the same.</summary>
    public bool IsModelUnreadable { get; init; }

    /// <summary>The same for a temperature that is no number, such as <c>"0,7"</c> or <c>NaN</c>.</summary>
    public bool IsTemperatureUnreadable { get; init; }

    public CharacterCoreSettings With(SettingsPatch change) => new(change.ModelCode ?? ModelCode, change.Temperature ?? Temperature)
    {
        IsModelUnreadable = change.ModelCode is null && IsModelUnreadable,
        IsTemperatureUnreadable = change.Temperature is null && IsTemperatureUnreadable,
    };
}
