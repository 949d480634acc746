using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Models;

namespace Convai.Dashboard.Features.Presets;

/// <summary>The requested values of a preset.</summary>
/// <param name="Name">1 to <see cref="Preset.MaxNameLength"/> characters, unique ignoring case.</param>
/// <param name="ModelCode">Null leaves the model unchanged.</param>
/// <param name="Temperature">0 to 1; null leaves the temperature unchanged.</param>
public sealed record PresetValues(string Name, string? Note, string? ModelCode, decimal? Temperature, string? Reasoning = null)
{
    public PresetValues Trim() => this with { Name = Name.Trim(), Note = Note?.Trim() is { Length: > 0 } note ? note : null };

    public SettingsPatch Settings => new(ModelCode, Temperature, Reasoning);

    /// <summary>Why these values make no valid preset, judged by the values alone; null if they do.</summary>
    public string? ValidationError => this switch
    {
        { Name.Length: 0 } => PresetText.NameMissing,
        { Name.Length: > Preset.MaxNameLength } => PresetText.NameTooLong,
        { Name: var name } when name.Any(char.IsControl) => FieldText.NameOnSeveralLines,
        { Note.Length: > Preset.MaxNoteLength } => PresetText.NoteTooLong,
        { ModelCode: null, Temperature: null, Reasoning: null } => ChangeText.NothingChosen,
        { Reasoning.Length: > ReasoningEffort.MaxLength } => ModelText.LevelTooLong,
        _ => TemperatureRules.Validate(Temperature),
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

    /// <summary>Someone else has changed it since; nothing was done.</summary>
    public sealed record Conflict(Preset Current) : PresetOutcome;

    public sealed record Refused(string Sentence) : PresetOutcome;
}

/// <summary>A character that has a preset.</summary>
/// <param name="Missing">The preset's present values that the character doesn't have; empty if it matches.</param>
public sealed record PresetUse(Character Character, SettingsPatch Missing, PresetMatch Match);

/// <param name="Uses">Those changed since come first, then those on an earlier version; null if the cast has not been read yet.</param>
public sealed record PresetInUse(Preset Preset, IReadOnlyList<PresetUse>? Uses)
{
    public IReadOnlyList<PresetUse> ChangedSince => [.. (Uses ?? []).Where(use => use.Match == PresetMatch.Differs)];

    public IReadOnlyList<PresetUse> OnEarlierVersion => [.. (Uses ?? []).Where(use => use.Match == PresetMatch.EarlierVersion)];
}
