using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Models;

namespace Convai.Dashboard.Features.Batches;

/// <summary>Describes batches in the designer's language, the same on every page.</summary>
public static class BatchText
{
    public static string Characters(int count) => count == 1 ? "1 character" : $"{count} characters";

    public static string Title(SettingsPatch change, ModelList models) => string.Join(" · ", change.Fields.Select(field =>
        field.ModelCode is { } code ? $"Model → {models.Describe(code).NameAndCode}" : $"Temperature → {TemperatureRules.Format(field.Temperature!.Value)}"));

    /// <summary>The label of the button that starts a plan.</summary>
    public static string Start(Batch batch, int count) => $"{(batch.Kind != ChangeKind.Undo ? "Apply to" : batch.UndoesBatchId is null ? "Restore" : "Undo for")} {Characters(count)}";

    /// <summary>Never says only "done" if an item has failed.</summary>
    public static string State(Batch batch, int failed) => batch.State switch
    {
        BatchState.Planned => "Plan",
        BatchState.Running => "Running",
        BatchState.Paused => "Paused",
        BatchState.Stopped => "Stopped",
        _ => failed == 0 ? "Done" : $"Done, {failed} failed",
    };

    public static BadgeTone Tone(Batch batch, int failed) => batch.State switch
    {
        BatchState.Running => BadgeTone.Accent,
        BatchState.Paused or BatchState.Stopped => BadgeTone.Warning,
        BatchState.Done => failed == 0 ? BadgeTone.Good : BadgeTone.Danger,
        _ => BadgeTone.Neutral,
    };

    public static string State(BatchItemState state) => state switch
    {
        BatchItemState.Waiting => "Waiting",
        BatchItemState.Writing => "Writing",
        BatchItemState.ReadingBack => "Verifying",
        BatchItemState.Confirmed => "Confirmed",
        BatchItemState.Failed => "Failed",
        BatchItemState.Skipped => "Skipped",
        _ => "Not written",
    };

    public static BadgeTone Tone(BatchItemState state) => state switch
    {
        BatchItemState.Confirmed => BadgeTone.Good,
        BatchItemState.Failed => BadgeTone.Danger,
        BatchItemState.Writing or BatchItemState.ReadingBack => BadgeTone.Accent,
        BatchItemState.NotWritten => BadgeTone.Warning,
        _ => BadgeTone.Neutral,
    };

    /// <summary>Why an item has its status, as a sentence; null if it needs no reason.</summary>
    public static string? Cause(BatchItemStatus line, ModelList models) => line switch
    {
        { Row.Mark: BatchItemMark.LeftOut } => "Excluded from the plan.",
        { Row: { Mark: BatchItemMark.Skipped, IsIrreversible: true } } => "Nothing was set before, and Convai can't unset a value, so it stays as it is.",
        { Row.Mark: BatchItemMark.Skipped } => "Convai already had these values.",
        { State: BatchItemState.NotWritten } => "The batch was stopped before it reached this character.",
        { State: BatchItemState.ReadingBack, Change.Failure: null } => "Convai accepted it. It will be verified together with the others.",
        { State: BatchItemState.Writing } => null,
        { Change: { State: ChangeState.Conflict } } => "Someone changed it first, so nothing was saved.",
        { Change: { } change } => ChangeText.Note(change, models),
        _ => null,
    };

    /// <summary>The values that the plan was made for, if Convai's have changed since.</summary>
    public static string WasWhenPlanned(BatchPlanItem line, ModelList models) =>
        $"It was {string.Join(" · ", line.Missing.Fields.Select(field => field.ModelCode is null ? ChangeText.TemperatureOf(line.Row.Before) : ChangeText.Model(line.Row.Before, models)))} when the plan was made";

    /// <param name="settings">How many settings are not set in Convai.</param>
    public static string HasNoValue(int settings) => settings == 1 ? "This has no value now, so the change can't be undone." : "These have no value now, so the change can't be undone.";

    /// <summary>What an undo leaves unchanged; null for nothing.</summary>
    public static string? Stays(ChangeRecord change, ModelList models) => change.Applied.Except(SettingsPatch.From(change.Before)).Fields
        .Select(field => field.ModelCode is { } code ? $"Model stays {models.Describe(code).NameAndCode}" : $"Temperature stays {TemperatureRules.Format(field.Temperature!.Value)}")
        .ToList() is { Count: > 0 } fields ? $"{string.Join(", ", fields)}: {ChangeText.HadNoValue(fields.Count)}" : null;

    public static string? Pause(Batch batch) => batch.PausedFor switch
    {
        null => null,
        BatchPause.Asked => "Paused. No more changes will be made until someone resumes it.",
        BatchPause.Role => $"Paused: {batch.StartedByName} can no longer change characters. Stop this batch, and ask someone else to start a new one.",
        BatchPause.Quota => "Paused: quota used up. The usage limit of this account's Convai plan is reached. Upgrade the plan in Convai or wait until it renews, then resume the batch.",
        BatchPause.Refused => "Paused: Convai refuses every change, because of the API key or the account's plan.",
        _ => "Paused: Convai can't be reached or isn't responding properly. Characters that were not changed keep their values. Resume the batch when Convai is back.",
    };
}
