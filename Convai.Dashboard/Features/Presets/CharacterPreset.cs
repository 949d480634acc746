using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;

namespace Convai.Dashboard.Features.Presets;

/// <summary>Whether a character has the values of its preset.</summary>
public enum PresetMatch
{
    Matches,

    /// <summary>Its values were changed since the preset was applied: here, alone or in a batch, or in Convai.</summary>
    Differs,

    /// <summary>It has the values that the preset had when it was applied; the preset was edited since.</summary>
    EarlierVersion,
}

/// <summary>The preset of a character, compared with the character's values.</summary>
/// <param name="Missing">The preset's present values that the character doesn't have; empty if it matches.</param>
public sealed record CharacterPreset(Preset Preset, SettingsPatch Missing, PresetMatch Match)
{
    /// <param name="version">The version that was applied.</param>
    /// <param name="applied">The values of that version; null if they are unknown.</param>
    /// <param name="now">With the reasoning effort last sent from here.</param>
    public static CharacterPreset From(Preset preset, int version, SettingsPatch? applied, CharacterCoreSettings now)
    {
        var isCurrent = version == preset.Version;
        var missing = preset.Settings.DifferencesFrom(now);
        if (!isCurrent && now.Reasoning is null && !string.Equals(preset.Reasoning, applied?.Reasoning, StringComparison.Ordinal))
        {
            // A level that was never sent counts as no difference, except where the edit of the preset is what asks for it.
            missing = missing with { Reasoning = preset.Reasoning };
        }

        return new CharacterPreset(
            preset,
            missing,
            missing.IsEmpty ? PresetMatch.Matches : isCurrent || applied?.DifferencesFrom(now).IsEmpty == false ? PresetMatch.Differs : PresetMatch.EarlierVersion);
    }
}

/// <summary>Which preset each character of the cast has, as it was read at one time.</summary>
/// <param name="Presets">All presets of the team, sorted by name.</param>
public sealed record CastPresets(IReadOnlyList<Preset> Presets, IReadOnlyDictionary<string, AssignedPreset> Assigned)
{
    /// <summary>Compares a character with its preset; null if it has none.</summary>
    /// <param name="reasoning">The reasoning effort last sent for the character; null if none is known.</param>
    public CharacterPreset? For(Character character, string? reasoning) => Assigned.TryGetValue(character.Id, out var assigned)
        ? assigned.CompareWith(character.Settings.WithLastReasoning(reasoning))
        : null;
}

/// <summary>The preset of a character as it was applied.</summary>
/// <param name="Applied">The values of that version; null if they are unknown.</param>
public sealed record AssignedPreset(Preset Preset, int Version, SettingsPatch? Applied)
{
    /// <param name="now">The character's settings, with the reasoning effort last sent from here.</param>
    public CharacterPreset CompareWith(CharacterCoreSettings now) => CharacterPreset.From(Preset, Version, Applied, now);
}
