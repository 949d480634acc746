using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Models;

namespace Convai.Dashboard.Features.Editing;

/// <summary>What the page of a character says while it is edited; <see cref="OutcomeText"/> has how a change ended.</summary>
internal static class EditingText
{
    // The page.


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
        : $"This can't be undone: {ChangeText.HadNoValue((confirmed.Change.And(confirmed.SideEffect) with { Reasoning = null }).Except(SettingsPatch.From(confirmed.Before)).Count)}.";

    /// <summary>The step of a save in progress.</summary>
    public static string Step(ChangeStep step) => step switch
    {
        ChangeStep.Waiting => "Waiting…",
        ChangeStep.Comparing => "Checking…",
        ChangeStep.Writing => "Saving…",
        _ => "Verifying…",
    };
}
