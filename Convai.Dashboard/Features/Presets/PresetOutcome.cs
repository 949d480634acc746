using Convai.Dashboard.Domain;

namespace Convai.Dashboard.Features.Presets;

/// <summary>What a preset is to be.</summary>
/// <param name="Name">1 to <see cref="Preset.LongestName"/> characters, unique whatever the case of its letters.</param>
/// <param name="ModelCode">Null: leave the model unchanged.</param>
/// <param name="Temperature">0 to 1; null: leave the temperature unchanged.</param>
public sealed record PresetValues(string Name, string? Note, string? ModelCode, decimal? Temperature)
{
    public PresetValues Trim() => this with { Name = Name.Trim(), Note = Note?.Trim() is { Length: > 0 } note ? note : null };

    /// <summary>Why this is no preset, as far as can be told from the values alone; null where it is one.</summary>
    public string? Complaint => this switch
    {
        { Name.Length: 0 } => "Give the preset a name.",
        { Name.Length: > Preset.LongestName } => $"The name is longer than {Preset.LongestName} characters.",
        { Name: var name } when name.Any(char.IsControl) => "A name stands on one line.",
        { Note.Length: > Preset.LongestNote } => $"The note is longer than {Preset.LongestNote} characters.",
        { ModelCode: null, Temperature: null } => "Choose a model, a temperature, or both.",
        _ => TemperatureRules.Refuse(Temperature),
    };
}

/// <summary>How an act on a preset ended.</summary>
public abstract record PresetOutcome
{
    private PresetOutcome()
    {
    }

    public sealed record Saved(Preset Preset) : PresetOutcome;

    public sealed record Deleted : PresetOutcome;

    /// <summary>Somebody else has changed it since; nothing was done.</summary>
    public sealed record Moved(Preset Now) : PresetOutcome;

    public sealed record Refused(string Sentence) : PresetOutcome;
}

/// <summary>A character that a preset was last put on.</summary>
/// <param name="Missing">What the character has otherwise by now; empty where it still runs on the preset.</param>
public sealed record PresetUse(Character Character, SettingsPatch Missing)
{
    public bool Deviates => !Missing.IsEmpty;
}

/// <param name="Uses">Those that deviate first; null as long as the cast could not be read.</param>
public sealed record PresetInUse(Preset Preset, IReadOnlyList<PresetUse>? Uses)
{
    public IReadOnlyList<PresetUse> Deviating => [.. (Uses ?? []).Where(use => use.Deviates)];
}
