using Convai.Dashboard.Features.Batches;
using Convai.Dashboard.Features.Models;

namespace Convai.Dashboard.Features.Presets;

/// <summary>What the dashboard says about presets.</summary>
public static class PresetText
{
    // The list.

    public static string Count(IReadOnlyList<PresetInUse> presets) => presets switch
    {
        [] => "",
        [_] => $"1 preset{Deviating(presets)}",
        { Count: var count } => $"{count} presets{Deviating(presets)}",
    };

    private static string? Deviating(IReadOnlyList<PresetInUse> presets) => presets.Sum(used => used.Deviating.Count) switch
    {
        0 => null,
        1 => " · 1 character no longer matches its preset",
        var count => $" · {count} characters no longer match their preset",
    };

    // Creating and changing a preset.

    public const string NotSaved = "The preset was not saved.";
    public const string NameMissing = "Enter a name for the preset.";
    public const string NameOnSeveralLines = "Use a name that fits on one line.";
    public const string Deleted = "Someone has deleted this preset.";

    /// <summary>Why a new name is refused: it could not be checked whether the preset is in use.</summary>
    public const string UsesUnknown = "The cast hasn't been loaded yet, so the dashboard can't tell whether this preset is in use. Its name can be changed once the cast has loaded.";

    public static string NameTooLong => $"The name is longer than {Preset.MaxNameLength} characters.";

    public static string NoteTooLong => $"The note is longer than {Preset.MaxNoteLength} characters.";

    public static string NameTaken(string name) => $"A preset called “{name}” already exists. Choose another name.";

    public static string NameInUse(string name, int users) =>
        $"“{name}” is used by {BatchText.Characters(users)}, and the history refers to it by this name. Keep the name, or create a new preset.";

    public static string ChangedByOthers(Preset now, ModelList models) =>
        $"{now.ChangedByName} has changed it since you opened it: “{now.Name}”, {BatchText.Title(now.Settings, models)}. Nothing was saved. Save again to replace it.";

    // Applying a preset.

    public const string NoCharacters = "There are no characters to apply it to.";
    public const string AlreadyMatches = "already matches";

    /// <summary>The title of the plan.</summary>
    public static string Title(string preset) => $"Preset “{preset}”";

    /// <summary>The title of the plan.</summary>
    public static string ReapplyTitle(string preset) => $"Re-apply preset “{preset}”";

    public static string Selected(int chosen, int characters) => $"{chosen} of {BatchText.Characters(characters)} selected";

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
