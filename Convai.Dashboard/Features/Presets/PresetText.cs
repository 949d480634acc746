using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Batches;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Features.Models;

namespace Convai.Dashboard.Features.Presets;

/// <summary>What the dashboard says about presets.</summary>
public static class PresetText
{
    // The list.

    public const string WhatPresetsAre = "A preset is a model, a temperature, a reasoning level or any mix of them, saved under one name for the whole team, such as “Villager” for background characters. Apply it to one character or to many at once; this page then shows who uses it, and who still matches.";

    public static string Count(IReadOnlyList<PresetInUse> presets) => presets switch
    {
        [] => "",
        [_] => $"1 preset{Differing(presets)}",
        { Count: var count } => $"{count} presets{Differing(presets)}",
    };

    private static string Differing(IReadOnlyList<PresetInUse> presets)
    {
        var (earlier, changed) = (presets.Sum(used => used.OnEarlierVersion.Count), presets.Sum(used => used.ChangedSince.Count));
        return $"{(earlier == 0 ? null : $" · {CharacterText.Count(earlier)} on an earlier version")}{(changed == 0 ? null : $" · {CharacterText.Count(changed)} changed since")}";
    }

    /// <summary>Shown after the preset of a character that was changed since.</summary>
    public const string Differs = "differs";

    /// <summary>Shown after the preset of a character that has the values of an earlier version.</summary>
    public const string EarlierVersion = "earlier version";

    public static string OnEarlierVersion(int characters) => $"{characters} on an earlier version";

    public const string OnEarlierVersionMeaning = "They have the values that the preset had when it was applied. It was edited since.";

    public static string ChangedSince(int characters) => $"{characters} changed since";

    public const string ChangedSinceMeaning = "Someone has changed them since the preset was applied, here or in Convai.";

    // Creating and changing a preset.

    public const string NoteHint = "What it is for.";
    public const string SavingWritesNothing = "Saving a preset changes nothing in Convai. Characters that use it keep their settings until you re-apply it.";
    public const string NotSaved = "The preset was not saved.";
    public static string NameMissing => FieldText.NameMissing("preset");
    public const string Deleted = "Someone has deleted this preset. Nothing was changed.";

    public static string NameTooLong => FieldText.TooLong("The name", Preset.MaxNameLength);

    public static string NoteTooLong => FieldText.TooLong("The note", Preset.MaxNoteLength);

    public static string NameTaken(string name) => FieldText.NameTaken("preset", name);

    public static string ChangedByOthers(Preset now, ModelList models) =>
        $"{now.ChangedByName} has changed it since you opened it: “{now.Name}”, {BatchText.Title(now.Settings, models)}. Nothing was saved. Save again to replace it.";

    // Applying a preset.

    public const string NoCharacters = "There are no characters to apply it to.";
    public const string AlreadyMatches = "already matches";

    /// <param name="search">What was searched for; empty if only a group is chosen.</param>
    public static string NoCharacter(string search) => search.Length > 0 ? $"No character matches “{search}”." : "No character in the cast belongs to this group.";

    /// <summary>The title of the plan.</summary>
    public static string Title(string preset) => $"Preset “{preset}”";

    /// <summary>The title of the plan for characters that were changed since.</summary>
    public static string ReapplyTitle(string preset) => $"Re-apply preset “{preset}”";

    /// <summary>The title of the plan for characters on an earlier version.</summary>
    public static string UpdateTitle(string preset) => $"Update preset “{preset}”";

    public static string Selected(int chosen, int characters) => $"{chosen} of {CharacterText.Count(characters)} selected";

    // The preset of a character.

    /// <summary>In what a character differs from its preset, before the values of <see cref="Fields"/>.</summary>
    public static string Difference(CharacterPreset preset) => preset.Match == PresetMatch.EarlierVersion
        ? EarlierVersion
        : $"{string.Join(" and ", preset.Missing.Fields.Select(field => field switch { { ModelCode: not null } => "model", { Temperature: not null } => "temperature", _ => "reasoning" }))} {(preset.Missing.Count == 1 ? "differs" : "differ")}";

    /// <summary>For a later change, from the preset's values to the character's; for an earlier version, to the preset's new ones.</summary>
    public static IReadOnlyList<FieldChange> Fields(CharacterPreset preset, CharacterCoreSettings now) =>
        [.. ChangeText.Fields(now, preset.Missing).Select(field => preset.Match == PresetMatch.EarlierVersion ? field : field with { Before = field.After, After = field.Before })];

    /// <summary>The act that gives a character the values of its preset.</summary>
    public static string ReapplyLabel(CharacterPreset preset) => preset.Match == PresetMatch.EarlierVersion ? "Apply update" : "Re-apply";

    public static string Detached(string preset) => $"Detached from “{preset}”. The values stay.";

    public static string DoesNotMatch(string preset) => $"The character no longer has the values of “{preset}”.";

    // Deleting a preset.

    public static string Delete(string name) => $"Delete “{name}”?";

    public static string KeepTheirSettings(int users) => users switch
    {
        0 => "No character uses it.",
        1 => "1 character uses it. It keeps its settings; nothing changes in Convai. The dashboard will no longer show who still matches it.",
        _ => $"{users} characters use it. They keep their settings; nothing changes in Convai. The dashboard will no longer show who still matches it.",
    };

    public static string NotDeleted(Preset now) => $"{now.ChangedByName} has changed “{now.Name}” since you opened it, so it was not deleted. Check it, then delete it.";
}
