using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.History;
using Convai.Dashboard.Features.Models;

namespace Convai.Dashboard.Features.Editing;

/// <summary>What the page of a character says while it is edited; <see cref="OutcomeText"/> has how a change ended.</summary>
internal static class EditingText
{
    // The page.

    public const string CharacterNotFound = "It may have been deleted, or the address may be mistyped.";
    public const string ModerationOff = $"{ModelText.ModerationOff} Narrative Design and multilingual support don't work without it.";
    public const string DraftChangesIt = "Your draft changes it; nothing is saved yet.";
    public const string HasJustChanged = "It has just changed on this page.";

    /// <summary>The other people who have the page open; at least one.</summary>
    public static string AlsoHere(IReadOnlyList<string> people) => people switch
    {
        [var one] => $"{one} is here too",
        [var one, var two] => $"{one} and {two} are here too",
        _ => $"{people[0]} and {people.Count - 1} others are here too",
    };

    public const string SaveToApply = "Save to apply it.";

    public const string SaveToReapply = "Save to re-apply it.";

    public const string PresetIsMet = "Convai already has these values, so there is nothing to save.";
    public const string FavouritesNotChanged = "Your favourites haven't changed.";

    // The reasoning level.

    public const string LevelNotReported = "Convai doesn't report the level.";
    public const string LevelUnknown = "Convai doesn't report the level, and none was set here.";

    /// <param name="standard">The level that Convai names as the model's default; null if it names none.</param>
    public static string LevelMeaning(string model, string? standard) =>
        $"{(standard is null ? null : $"{model} uses {DisplayText.Sanitize(standard)} by default. ")}At a higher level, the model thinks longer before it answers.";

    /// <param name="level">The level set before.</param>
    public static string LevelLapses(string model, string level) =>
        $"{model} doesn't support reasoning levels, so none is sent. The level set before ({level}) doesn't apply to it; Convai's page says that it falls back to Auto.";

    // What Convai would use.

    /// <summary>Follows the model that Convai would use.</summary>
    public const string MatchesSaved = "matches the saved model.";
    public const string CheckIsFree = "Doesn't use an interaction. Convai returns the model only, not the temperature.";
    public const string NotComparable = "These can't be compared: Convai may answer with the provider's own name for a model.";

    // Earlier changes.

    /// <summary>Follows the change, who made it and when.</summary>
    public const string StillBeingVerified = "is still being verified.";
    public const string NoChanges = $"No changes yet. {HistoryText.WhatAppears}";

    /// <param name="trouble">Why the database cannot be used, as a sentence.</param>
    public static string HistoryNotLoaded(string trouble) => $"{trouble} The history could not be loaded.";

    // The draft.

    public const string TemperatureNeedsCorrecting = "The temperature needs correcting.";
    public const string ConflictIsOpen = "Choose which value to keep first.";
    public const string Leave = "Leave with unsaved changes?";

    public static string NotSaved(string character) => $"Your changes to {character} haven't been saved.";

    // Why an outside change cannot be answered right now.

    public const string DesignerCanReview = "A Designer can review it.";
    public const string DraftFirst = "Save or discard your draft first.";

    // What others have changed in the meantime.

    public static string Changed(ChangeRecord change, bool isMine, ModelList models)
    {
        var who = change.Kind == ChangeKind.SideEffect ? "Along with the model, Convai also changed"
            : isMine ? "You changed" : change.PersonName is { } name ? $"{name} changed" : "Someone working in Convai changed";
        var what = string.Join(" and ", ChangeText.Values(change.Applied, models).Select(field => $"the {field.Name} to {field.Value}"));
        return $"{who} {what}.";
    }

    public const string DraftIsKept = "Your draft is kept. When you save, you choose which value to keep.";

    // How a change of one's own ended.

    public const string LastSaveConfirmed = "Convai has confirmed your last save.";
    public const string NotReceived = "Convai didn't receive the change.";
    public const string WhichToKeep = "Which do you want to keep?";
    public const string DraftIsStillHere = "Your draft is still here.";

    /// <summary>What of a save Convai has confirmed, and that it does not report the reasoning level.</summary>
    public static string OnlySent(ChangeOutcome.Confirmed confirmed) => confirmed.Change switch
    {
        { ModelCode: not null, Temperature: not null } => $"Model and temperature are confirmed. {ChangeText.ReasoningNotReported}",
        { ModelCode: not null } => $"The model is confirmed. {ChangeText.ReasoningNotReported}",
        { Temperature: not null } => $"The temperature is confirmed. {ChangeText.ReasoningNotReported}",
        _ => ChangeText.ReasoningNotReported,
    };

    public const string UndoLeavesReasoning = "Undo leaves the reasoning level as it is: none was set here before.";

    public static string CannotBeUndone(ChangeOutcome.Confirmed confirmed) => confirmed.Before is { IsModelUnreadable: true } or { IsTemperatureUnreadable: true }
        ? "This can't be undone: the dashboard didn't understand the previous value."
        : $"This can't be undone: {ChangeText.HadNoValue((confirmed.Change.MergeFields(confirmed.SideEffect) with { Reasoning = null }).ExceptFields(SettingsPatch.From(confirmed.Before)).Count)}.";

    /// <summary>The step of a save in progress.</summary>
    public static string Step(ChangeStep step) => step switch
    {
        ChangeStep.Waiting => "Waiting…",
        ChangeStep.Comparing => "Checking…",
        ChangeStep.Writing => "Saving…",
        _ => "Verifying…",
    };
}
