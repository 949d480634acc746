using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Models;

namespace Convai.Dashboard.Features.Batches;

/// <summary>Describes batches in the designer's language, the same on every page.</summary>
public static class BatchText
{
    public static string Characters(int count) => count == 1 ? "1 character" : $"{count} characters";

    public static string Title(SettingsPatch change) => string.Join(" · ", change.Fields.Select(field =>
        field.ModelCode is { } code ? $"Model → {ChangeText.Code(code)}" : $"Temperature → {TemperatureRules.Format(field.Temperature!.Value)}"));

    /// <summary>The label of the button that starts a plan.</summary>
    public static string Start(Batch batch, int count) => $"{(batch.Kind != ChangeKind.Undo ? "Apply to" : batch.UndoesBatchId is null ? "Restore" : "Undo for")} {Characters(count)}";

    /// <summary>What a model does to one character, in a few words; empty if there is nothing but what holds for every change of a model.</summary>
    public static string Consequences(IEnumerable<ModelConsequence> lines) => string.Join(" · ", lines.Select(line => line.Summary).OfType<string>());

    /// <summary>The same for all characters of a plan, each with the number of characters, such as "Flagship: 3"; empty if there is nothing to say.</summary>
    public static string ConsequenceTotals(IEnumerable<IReadOnlyList<ModelConsequence>> characters) => string.Join(
        " · ",
        characters.SelectMany(lines => lines)
            .Where(line => line.Summary is not null)
            .GroupBy(line => (line.Topic, Text: line.HasTools ? "active functions or MCP servers" : line.Summary!))
            .OrderBy(group => group.Key.Topic)
            .Select(group => $"{char.ToUpperInvariant(group.Key.Text[0])}{group.Key.Text[1..]}: {group.Count()}"));

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
    public static string? Cause(BatchItemStatus line) => line switch
    {
        { Item.Mark: BatchItemMark.LeftOut } => "Excluded from the plan.",
        { Item: { Mark: BatchItemMark.Skipped, IsIrreversible: true } } => "It had no value before, and Convai can't unset one, so it stays as it is.",
        { Item.Mark: BatchItemMark.Skipped } => "Convai already had these values.",
        { State: BatchItemState.NotWritten } => "The batch was stopped before it reached this character.",
        { State: BatchItemState.ReadingBack, Change.Failure: null } => "Convai accepted it. It will be verified together with the others.",
        { State: BatchItemState.Writing } => null,
        { Change: { State: ChangeState.Conflict } } => "Someone changed it first, so nothing was saved.",
        { Change: { } change } => ChangeText.Note(change),
        _ => null,
    };

    /// <summary>What an undo leaves unchanged; null for nothing.</summary>
    public static string? Stays(ChangeRecord change) => ChangeText.Fields(change.Before, change.Applied)
        .Where(field => (field.IsCode ? change.Before.ModelCode is null : change.Before.Temperature is null))
        .Select(field => $"{field.Label} stays {field.After}")
        .ToList() is { Count: > 0 } fields ? $"{string.Join(", ", fields)}: it had no value before, and Convai can't unset it" : null;

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
