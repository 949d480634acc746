using System.Globalization;
using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Features.Models;

namespace Convai.Dashboard.Features.Batches;

/// <summary>Describes batches in the designer's language, the same on every page.</summary>
public static class BatchText
{
    // Making a plan.

    public static string Title(SettingsPatch change, ModelList models) =>
        string.Join(" · ", ChangeText.Values(change, models).Select(field => $"{DisplayText.Capitalize(field.Name)} → {field.Value}"));

    /// <summary>The same for a change whose values follow from what each character has.</summary>
    public static string Title(BulkChange change, ModelList models)
    {
        var parts = new List<string>();
        if (change.Replacements is { Count: > 0 and var count } replacements)
        {
            parts.AddRange(count > MaxReplacementsNamed ? [$"Replace {count} models"] : replacements.Select(pair => $"{models.Describe(pair.Key).Name} → {models.Describe(pair.Value).Name}"));
        }

        if (change.Temperature is { Operation: not TemperatureOperation.SetTo } rule)
        {
            parts.Add(rule.Operation == TemperatureOperation.ChangeBy ? Step(rule, " temperature") : $"Temperature {Rule(rule)}");
        }

        var others = new SettingsPatch(change.ModelCode, change.Temperature is { Operation: TemperatureOperation.SetTo, Value: var value } ? value : null, change.Reasoning);
        return string.Join(" · ", others.IsEmpty ? parts : parts.Append(Title(others, models)));
    }

    private const int MaxReplacementsNamed = 2;

    private static string Rule(TemperatureRule rule) => rule.Operation switch
    {
        TemperatureOperation.AtMost => $"at most {TemperatureRules.Format(rule.Value)}",
        TemperatureOperation.AtLeast => $"at least {TemperatureRules.Format(rule.Value)}",
        _ => TemperatureRules.Format(rule.Value),
    };

    /// <summary>As a plan says it: nothing has been done yet.</summary>
    private static string Step(TemperatureRule rule, string what = "") => $"{(rule.Value > 0 ? "Raise" : "Lower")}{what} by {TemperatureRules.Format(Math.Abs(rule.Value))}";

    public const string NoTemperature = $"Enter a temperature, or choose “{ModelText.LeaveUnchanged}”.";
    public const string NoModel = $"Choose a model, or “{ModelText.LeaveUnchanged}”.";
    public const string NoReplacement = $"No model is replaced yet. Choose one, or set Model to “{ModelText.LeaveUnchanged}”.";
    public static string NoStep(bool isLowered) => $"Enter how much to {(isLowered ? "lower" : "raise")} by, such as 0.10.";

    /// <param name="models">How many models have a suggested replacement.</param>
    public static string UseSuggestions(int models) => $"Use suggested {(models == 1 ? "replacement" : "replacements")} ({models})";

    public const string StepOutOfRange = "Enter a step between 0.01 and 1.";

    /// <summary>What becomes of these temperatures, as a sentence or two.</summary>
    /// <param name="now">Null for a character without one.</param>
    public static string Result(TemperatureRule rule, IReadOnlyList<decimal?> now)
    {
        var moved = now.Count(rule.Changes);
        var unset = rule.Operation == TemperatureOperation.SetTo ? 0 : now.Count(value => value is null);
        var kept = now.Count - moved - unset;
        var value = TemperatureRules.Format(rule.Value);
        var limit = TemperatureRules.Format(rule.Value > 0 ? TemperatureRules.Maximum : TemperatureRules.Minimum);
        var sentences = new List<string>
        {
            moved == 0 ? "No temperature changes." : $"{moved} of {now.Count} {rule.Operation switch
            {
                TemperatureOperation.AtMost => $"{(moved == 1 ? "drops" : "drop")} to {value}",
                TemperatureOperation.AtLeast => $"{(moved == 1 ? "rises" : "rise")} to {value}",
                TemperatureOperation.ChangeBy => $"{(moved == 1 ? "goes" : "go")} {(rule.Value > 0 ? "up" : "down")} by {TemperatureRules.Format(Math.Abs(rule.Value))}",
                _ => $"{(moved == 1 ? "changes" : "change")} to {value}",
            }}.",
        };
        Add(now.Count(value => rule.Changes(value) && rule.IsClamped(value)), count => $"{count} of them {(count == 1 ? "stops" : "stop")} at {limit}.");
        Add(kept, count => $"{(moved > 0 && count > 1 ? $"The other {count}" : count.ToString(CultureInfo.InvariantCulture))} {(count == 1 ? "is" : "are")} already {rule.Operation switch
        {
            TemperatureOperation.AtMost => $"at or below {value}",
            TemperatureOperation.AtLeast => $"at or above {value}",
            TemperatureOperation.ChangeBy => $"at {limit}",
            _ => $"at {value}",
        }}.");
        Add(unset, count => $"{count} {(count == 1 ? "has no temperature and stays" : "have no temperature and stay")} unset.");
        return string.Join(' ', sentences);

        void Add(int count, Func<int, string> sentence)
        {
            if (count > 0)
            {
                sentences.Add(sentence(count));
            }
        }
    }

    /// <summary>How many of these characters get another model, as a sentence.</summary>
    public static string ModelResult(BulkChange change, IReadOnlyList<Character> characters) => characters.Count(character => change.For(character.Settings).ModelCode is not null) switch
    {
        0 => "No model changes.",
        var moved => $"{moved} of {characters.Count} {(moved == 1 ? "gets" : "get")} another model.",
    };

    /// <param name="lacking">How many characters would be excluded; at least one.</param>
    public static string WillLackLevel(int lacking, int all) => lacking == all
        ? LevelOfferedByNone
        : $"{lacking} of {all} will be excluded from the plan, because {(lacking == 1 ? "its model doesn't" : "their models don't")} offer this level.";

    /// <summary>How the new values of an item come about; null if the values say it.</summary>
    public static string? TemperatureReason(BulkChange? change, BatchItem item)
    {
        if (change?.Temperature is not { Operation: not TemperatureOperation.SetTo } rule)
        {
            return null;
        }

        var value = TemperatureRules.Format(rule.Value);
        var now = item.TemperatureBefore;
        return (rule.Operation, rule.Changes(now)) switch
        {
            _ when now is null => "Temperature not set, so left alone",
            (TemperatureOperation.AtMost, true) => $"Was above {value}",
            (TemperatureOperation.AtLeast, true) => $"Was below {value}",
            (TemperatureOperation.AtMost, _) => $"Temperature already at or below {value}",
            (TemperatureOperation.AtLeast, _) => $"Temperature already at or above {value}",
            (_, true) => $"{Step(rule)}{(rule.IsClamped(now) ? $", stopped at {TemperatureRules.Format(rule.For(now)!.Value)}" : null)}",
            _ => $"Temperature already at {TemperatureRules.Format(now.Value)}",
        };
    }

    /// <summary>Without quotation marks: the title may contain some, and an undo may itself be undone.</summary>
    public static string UndoTitle(string title) => $"Undo: {title}";

    /// <summary>What a database failure means when a plan is made.</summary>
    public const string PlanNotCreated = "The plan was not created. Nothing was changed.";

    public const string NothingChangesYet = "Nothing changes until you apply the plan.";

    public const string NothingToChange = "There is nothing to change.";

    public static string TooManyPlans(int max) => $"You have {max} plans that were never started, so this one was not created. Discard some under Batches, then try again.";

    public static string TooManyCharacters(int max, int count) => $"A batch holds at most {max} characters; this one has {count}.";

    public const string LevelNotOffered = "The model of this character doesn't offer the reasoning level.";
    public const string LevelOfferedByNone = "None of the models of these characters offers the reasoning level.";

    public static string TwiceInPlan(string character) => $"{character} appears twice, so no plan was created. Remove one, then try again.";

    // The list of batches.

    public const string Lead = "Change many characters at once: review the plan, apply it, and see each change confirmed.";
    public const string NoBatches = "Select characters in the cast and change them together. The plan shows what would happen before anything does.";

    public static string Confirmed(BatchSummary summary) =>
        $"{summary.Confirmed} of {summary.ItemCount} confirmed{(summary.Sent == 0 ? null : $", {summary.Sent} sent, not confirmed")}";

    // A plan.

    public const string NothingWritten = "Nothing has been written yet.";
    public const string PlanNotFound = "It may have been discarded, or the address may be mistyped.";

    /// <summary>The calls to Convai that a batch makes at most, if nothing fails: one for each write, and the readings of the cast.</summary>
    public static string Calls(int writes) => string.Create(CultureInfo.InvariantCulture, $"Needs about {writes + 2 + (writes / BatchExecution.ItemsPerReading):#,##0} calls to Convai.");

    /// <summary>The label of the button that starts a plan.</summary>
    public static string Start(Batch batch, int count) => $"{(batch.Kind != ChangeKind.Undo ? "Apply to" : batch.UndoesBatchId is null ? "Restore" : "Undo for")} {CharacterText.Count(count)}";

    /// <summary>How many characters a plan would change, and what becomes of the others.</summary>
    public static string Summary(IReadOnlyList<BatchPlanItem> items)
    {
        var parts = new List<string> { $"{items.Count(item => item.IsWritten)} of {CharacterText.Count(items.Count)} will change" };
        Add(items.Count(item => item is { IsExcluded: false, Now: not null, Item.IsIrreversible: false } && item.Missing.IsEmpty), "unchanged");
        Add(items.Count(item => item.Item.IsIrreversible), "can't be undone");
        Add(items.Count(item => item is { HasChangedSince: true, IsExcluded: false }), "changed since the plan was created");
        Add(items.Count(item => item.IsExcluded), "excluded");
        Add(items.Count(item => item is { IsExcluded: false, Now: null }), "not in the cast");
        return string.Join(" · ", parts);

        void Add(int count, string words)
        {
            if (count > 0)
            {
                parts.Add($"{count} {words}");
            }
        }
    }

    public static string HaveChanged(int characters) => characters == 1
        ? "1 character has changed since this plan was created, so its change would fail. Refresh the plan to use the current values."
        : $"{characters} characters have changed since this plan was created, so their changes would fail. Refresh the plan to use the current values.";

    /// <summary>What is worth knowing about an item of a plan; null if nothing is.</summary>
    /// <param name="undoLimitation">What an undo leaves unchanged (<see cref="UndoLimitation"/>).</param>
    public static string? Note(BatchPlanItem item, string? undoLimitation, ModelList models) => item switch
    {
        { IsExcluded: true, LacksLevel: true } => "Excluded: its model doesn't offer this reasoning level",
        { IsExcluded: true } => "Excluded",
        { LacksLevel: true } => "Its model doesn't offer this reasoning level, so Convai is likely to reject it.",
        { Now: null } => "No longer in the cast",
        _ when undoLimitation is not null => undoLimitation,
        { Item.Asked.IsEmpty: true } => "No change",
        { Missing.IsEmpty: true } => "No change: Convai already has these values",
        { HasChangedSince: true } => WasWhenPlanned(item, models),
        { Now: { } now } when (item.Missing with { Reasoning = null }).ExceptFields(SettingsPatch.From(now)) is { IsEmpty: false } unset => HasNoValue(unset.Count),
        _ => null,
    };

    public static string WillDiffer(string preset) => $"Will differ from preset {preset}";

    /// <summary>The values that the plan was made for, if Convai's have changed since.</summary>
    public static string WasWhenPlanned(BatchPlanItem item, ModelList models) =>
        $"It was {string.Join(" · ", item.Missing.Fields.Select(field => field switch
        {
            { ModelCode: not null } => ChangeText.Model(item.Item.Before, models),
            { Temperature: not null } => ChangeText.Temperature(item.Item.Before),
            _ => ChangeText.Reasoning(item.Item.Before.Reasoning),
        }))} when the plan was created";

    /// <param name="settings">How many settings are not set in Convai.</param>
    private static string HasNoValue(int settings) => settings == 1 ? "This has no value now, so the change can't be undone." : "These have no value now, so the change can't be undone.";

    /// <summary>What an undo leaves unchanged; null for nothing.</summary>
    public static string? UndoLimitation(ChangeRecord change, ModelList models) =>
        string.Join(
            "; ",
            new[] { UnsetLimitation(change, models), change.Applied.Reasoning is { } level && change.ReasoningBefore is null ? $"Reasoning level stays {ChangeText.Reasoning(level)}: none was set here before" : null }
                .OfType<string>()) is { Length: > 0 } limitation ? limitation : null;

    /// <summary>The same for what Convai can't unset.</summary>
    private static string? UnsetLimitation(ChangeRecord change, ModelList models) =>
        ChangeText.Values((change.Applied with { Reasoning = null }).ExceptFields(SettingsPatch.From(change.Before)), models)
            .Select(field => $"{DisplayText.Capitalize(field.Name)} stays {field.Value}")
            .ToList() is { Count: > 0 } fields ? $"{string.Join(", ", fields)}: {ChangeText.HadNoValue(fields.Count)}" : null;

    /// <param name="isRead">Whether Convai was asked for the tools of all of these characters, and did not tell.</param>
    public static string ToolsNotChecked(int characters, bool isRead) => $"Tools of {CharacterText.Count(characters)} {(isRead ? "could not be read" : "not checked yet")}";

    public static string CheckingTools(ToolCheckProgress progress) => progress.IsPaused
        ? $"Checked {progress.Done} of {progress.Total}. Paused, because half of this minute's calls are used; it resumes by itself."
        : $"Checking tools: {progress.Done} of {progress.Total}";

    public const string DiscardPlan = "Discard this plan?";

    public static string WillBeDiscarded(string title, int characters) => $"The plan for {CharacterText.Count(characters)} will be discarded: {title}. Nothing was changed.";

    // A run.

    public const string NotFound = "It may have been a plan that was discarded, or the address may be mistyped.";

    /// <param name="error">Why the database cannot be used, as a sentence.</param>
    public static string ContinuesAnyway(string error) => $"{error} The batch continues anyway, or resumes as soon as it can.";

    /// <summary>Shown instead of an outcome if someone else has started, paused or discarded it in the meantime.</summary>
    public const string HasChanged = "This batch has already changed. Here's its current state.";

    public const string NothingToUndo = "Nothing in this batch can be undone.";

    /// <summary>
    /// What a model does to one character, in a few words, with what a person should check first; empty if there is nothing but what holds for every
    /// change of a model.
    /// </summary>
    public static string Consequences(IEnumerable<ModelConsequence> lines) => string.Join(
        " · ", lines.OrderByDescending(line => line.NeedsCheck).ThenByDescending(line => line.Topic == ConsequenceTopic.Tools).Select(line => line.Summary).OfType<string>());

    /// <summary>
    /// The same for all characters of a plan, each with the number of characters, such as "No longer Flagship: 3"; empty if there is nothing to say. What is
    /// to be checked is left out, because the warnings count it (<see cref="PlanWarning"/>).
    /// </summary>
    public static string ConsequenceTotals(IEnumerable<IReadOnlyList<ModelConsequence>> characters) => string.Join(
        " · ",
        characters.SelectMany(lines => lines)
            .Where(line => line is { NeedsCheck: false, Summary: not null } && line.Topic != ConsequenceTopic.Tools)
            .GroupBy(line => (line.Topic, Text: line.Summary!))
            .OrderBy(group => group.Key.Topic)
            .Select(group => $"{DisplayText.Capitalize(group.Key.Text)}: {group.Count()}"));

    /// <summary>Never says only "done" if an item has failed.</summary>
    public static string State(Batch batch, int failed) => batch.State switch
    {
        BatchState.Planned => "Plan",
        BatchState.Running => "Running",
        BatchState.Paused => "Paused",
        BatchState.Stopped => "Stopped",
        _ => failed == 0 ? "Done" : $"Done, {failed} failed",
    };

    public static string State(BatchSummary summary) => summary.IsUndone ? "Undone" : State(summary.Batch, summary.Failed);

    public static BadgeTone Tone(BatchSummary summary) => summary.IsUndone ? BadgeTone.Neutral : Tone(summary.Batch, summary.Failed);

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
        BatchItemState.Verifying => "Verifying",
        BatchItemState.Confirmed => "Confirmed",
        BatchItemState.SentNotConfirmed => "Sent, not confirmed",
        BatchItemState.Failed => "Failed",
        BatchItemState.Skipped => "Skipped",
        _ => "Not written",
    };

    /// <summary>Whether an item is as it should be, so that its state needs no badge.</summary>
    public static bool IsExpected(BatchItemState state) => state is BatchItemState.Waiting or BatchItemState.Writing or BatchItemState.Verifying or BatchItemState.Confirmed or BatchItemState.Skipped;

    public static BadgeTone Tone(BatchItemState state) => state switch
    {
        BatchItemState.Failed => BadgeTone.Danger,
        BatchItemState.NotWritten => BadgeTone.Warning,
        _ => BadgeTone.Neutral,
    };

    /// <summary>Why an item has its status, as a sentence; null if it needs no reason.</summary>
    public static string? StatusReason(BatchItemStatus item, ModelList models) => item switch
    {
        { Item.Mark: BatchItemMark.Excluded } => "Excluded from the plan.",
        { Item: { Mark: BatchItemMark.Skipped, IsIrreversible: true } } => "No earlier value is known, so nothing can be restored.",
        { Item: { Mark: BatchItemMark.Skipped, Asked.IsEmpty: true } } => "This change doesn't affect the character.",
        { Item.Mark: BatchItemMark.Skipped } => "Convai already had these values.",
        { State: BatchItemState.NotWritten } => "The batch was stopped before it reached this character.",
        { State: BatchItemState.Verifying, Change.Failure: null } => "Convai accepted it. It will be verified together with the others.",
        { State: BatchItemState.Writing } => null,
        { Change: { State: ChangeState.Conflict } } => "Someone changed it first, so nothing was saved.",
        { Change: { } change, Part: { } part } => $"{ChangeText.Note(change, models)} {ChangeText.WrittenAnyway(part, models)}",
        { Change: { } change } => ChangeText.Note(change, models),
        _ => null,
    };

    /// <summary>What is sent and what is confirmed, and then what is neither.</summary>
    public static string Progress(BatchReport report) => string.Join(" · ", Enum.GetValues<BatchItemState>()
        .Where(state => state is not (BatchItemState.Writing or BatchItemState.Verifying or BatchItemState.Confirmed))
        .Select(state => (State: state, Count: report.Count(state)))
        .Where(part => part.Count > 0)
        .Select(part => $"{part.Count} {State(part.State).ToLowerInvariant()}")
        .Prepend($"{report.Sent} of {report.ToWrite} sent · {report.Count(BatchItemState.Confirmed)} confirmed"));

    public const string HadFinished = "The batch had already finished, so there was nothing left to pause.";
    public const string HadSentAll = "Everything had already been sent, so there was nothing left to pause. It is still being verified.";

    public const string StopBatch = "Stop this batch?";

    public static string StillWaiting(int characters) =>
        $"{CharacterText.Count(characters)} {(characters == 1 ? "is" : "are")} still waiting and will not be changed. Changes already made stay, and can be undone.";

    // What a run waits for.

    public const string MayStillArrive = "A change that Convai hasn't answered may still arrive. The dashboard keeps checking.";
    public const string NotShownYet = "Convai doesn't show every change yet. The dashboard keeps checking.";

    /// <param name="error">Why Convai cannot be read, as a sentence.</param>
    public static string NotVerifiedYet(string error) => $"{error} Changes already made will be verified as soon as Convai answers.";

    /// <param name="error">Why the database cannot be used, as a sentence.</param>
    public static string WaitsForDatabase(string error) => $"{error} Nothing is written until this is fixed; then the batch resumes by itself.";

    public static string? PauseReason(Batch batch) => batch.PausedFor switch
    {
        null => null,
        BatchPauseReason.Asked => "Paused. No more changes will be made until someone resumes it.",
        BatchPauseReason.Role => $"Paused: {batch.StartedByName} can no longer change characters. Stop this batch, and ask someone else to start a new one.",
        BatchPauseReason.Quota => "Paused: quota used up. The usage limit of this account's Convai plan is reached. Upgrade the plan in Convai or wait until it renews, then resume the batch.",
        BatchPauseReason.Refused => "Paused: Convai rejects every change because of the API key or the account's plan.",
        _ => "Paused: Convai can't be reached or isn't responding properly. Characters that were not changed keep their values. Resume the batch when Convai is back.",
    };
}
