using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;

namespace Convai.Dashboard.Features.Batches;

/// <summary>Batches in the designer's language; the same words on every page.</summary>
public static class BatchWords
{
    public static string Characters(int count) => count == 1 ? "1 character" : $"{count} characters";

    public static string Title(SettingsPatch change) => string.Join(" · ", change.Fields.Select(field =>
        field.ModelCode is { } code ? $"Model → {ChangeWords.Code(code)}" : $"Temperature → {TemperatureRules.Format(field.Temperature!.Value)}"));

    /// <summary>What starts a plan.</summary>
    public static string Start(ChangeKind kind, int count) => $"{(kind == ChangeKind.Undo ? "Undo for" : "Apply to")} {Characters(count)}";

    /// <summary>Never "done" alone where a row has failed.</summary>
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

    public static string State(BatchLineState state) => state switch
    {
        BatchLineState.Waiting => "Waiting",
        BatchLineState.Writing => "Writing",
        BatchLineState.ReadingBack => "Reading back",
        BatchLineState.Confirmed => "Confirmed",
        BatchLineState.Failed => "Failed",
        BatchLineState.Skipped => "Skipped",
        _ => "Not written",
    };

    public static BadgeTone Tone(BatchLineState state) => state switch
    {
        BatchLineState.Confirmed => BadgeTone.Good,
        BatchLineState.Failed => BadgeTone.Danger,
        BatchLineState.Writing or BatchLineState.ReadingBack => BadgeTone.Accent,
        BatchLineState.NotWritten => BadgeTone.Warning,
        _ => BadgeTone.Neutral,
    };

    /// <summary>Why a row stands where it stands, as a sentence; null where that goes without saying.</summary>
    public static string? Cause(BatchLine line) => line switch
    {
        { Row.Mark: BatchRowMark.LeftOut } => "Left out of the plan.",
        { Row: { Mark: BatchRowMark.Skipped, HasNoWayBack: true } } => "It stays as it is: no value is known from before, and Convai knows no way to unset one.",
        { Row.Mark: BatchRowMark.Skipped } => "Convai had these values already.",
        { State: BatchLineState.NotWritten } => "The batch was stopped before it came to this one.",
        { State: BatchLineState.ReadingBack, Change.Failure: null } => "Convai accepted it; it is verified together with others.",
        { State: BatchLineState.Writing } => null,
        { Change: { State: ChangeState.Conflict } } => "Changed since you looked; nothing was written.",
        { Change: { } change } => ChangeWords.Note(change),
        _ => null,
    };

    /// <summary>What an undo leaves as it is; null for nothing.</summary>
    public static string? Stays(Change change) => ChangeWords.Fields(change.Before, change.Applied)
        .Where(field => (field.IsCode ? change.Before.ModelCode is null : change.Before.Temperature is null))
        .Select(field => $"{field.Label} stays {field.After}")
        .ToList() is { Count: > 0 } fields ? $"{string.Join(", ", fields)}: no value is known from before, and Convai knows no way to unset it" : null;

    public static string? Pause(Batch batch) => batch.PausedFor switch
    {
        null => null,
        BatchPause.Asked => "Paused. Nothing more is written until somebody lets it go on.",
        BatchPause.Role => $"Paused: {batch.StartedByName} may not change characters any more. Stop it and start a new one under another name.",
        BatchPause.Quota => "Paused: quota used up. The usage limit of this account's Convai plan is reached. Upgrade the plan in Convai or wait until it renews, then resume the batch.",
        BatchPause.Refused => "Paused: Convai refuses every change, because of the API key or the plan of the account.",
        _ => "Paused: Convai cannot be reached, or does not answer as it should. What was not written is as it was; let the batch go on when Convai is back.",
    };
}
