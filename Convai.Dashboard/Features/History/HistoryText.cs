using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Batches;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Features.Models;

namespace Convai.Dashboard.Features.History;

/// <summary>What the pages about changes say; <see cref="ChangeText"/> has what is said about one change.</summary>
internal static class HistoryText
{
    // The history.

    /// <param name="place">The time zone of the person.</param>
    public static string Count(HistoryResult result, bool isFiltered, string place) =>
        $"{ChangeText.Count(result.Total)}{(result.EntryCount == result.Total ? null : $" in {(result.EntryCount == 1 ? "1 entry" : $"{result.EntryCount} entries")}")}{(isFiltered ? " with these filters" : " · read-only log")} · times in {place}";

    /// <summary>What the batch does, as people named it when they reviewed it.</summary>
    public static string Batch(BatchEntry batch) => batch.WithUndo?.Batch.Title ?? BatchSize(batch);

    /// <summary>How many characters a batch changed, beside its title.</summary>
    public static string BatchSize(BatchEntry batch) => $"Batch of {batch.Characters}";

    /// <summary>"Today", "Yesterday", the day of the week within the last seven days, or the date; then the date.</summary>
    public static (string Name, string Date) Day(DateOnly day, DateOnly today)
    {
        var (date, weekday) = (TimeText.Date(day), day.DayOfWeek.ToString());
        return (today.DayNumber - day.DayNumber) switch
        {
            0 => ("Today", $"{weekday}, {date}"),
            1 => ("Yesterday", $"{weekday}, {date}"),
            > 1 and < 7 => (weekday, date),
            _ => (date, weekday),
        };
    }

    /// <summary>The model of a batch before and after; null if it changed none.</summary>
    public static FieldChange? Model(BatchEntry batch, ModelList models) => Range(
        "Model", batch.Model, code => models.Describe(code).Name, (_, _) => "several models");

    public static FieldChange? Temperature(BatchEntry batch) => Range(
        "Temperature", batch.Temperature, value => ChangeText.Number(value), (min, max) => $"{ChangeText.Number(min)}–{ChangeText.Number(max)}");

    public static FieldChange? Reasoning(BatchEntry batch) => Range(
        "Reasoning", batch.Reasoning, ChangeText.Reasoning, (_, _) => "several levels", "unknown");

    /// <summary>How many of the changes of a batch set a setting; null if all of them do.</summary>
    public static string? Part(int count, BatchEntry batch) => count == batch.Count ? null : $"{count} of {batch.Count}";

    private static FieldChange? Range<T>(string label, ValueRange<T> range, Func<T, string> one, Func<T, T, string> several, string unset = "not set")
    {
        return range.Count == 0 ? null : new FieldChange(label, range.Unset == range.Count ? unset : range.Unset > 0 ? "various" : Text(range.BeforeMin!, range.BeforeMax!), Text(range.AfterMin!, range.AfterMax!));

        string Text(T min, T max) => EqualityComparer<T>.Default.Equals(min, max) ? one(min) : several(min, max);
    }

    /// <summary>Whether its state needs a word of its own: that a change was confirmed is what everyone expects, and the other states have a sentence that says it.</summary>
    public static bool NeedsBadge(ChangeRecord change) => change.PartOfId is not null || change.State is not (
        ChangeState.Confirmed or ChangeState.Conflict or ChangeState.NoOp or ChangeState.Accepted or ChangeState.Restored or ChangeState.Replaced);

    /// <summary>The fields of all its changes.</summary>
    public static IReadOnlyList<FieldChange> Fields(HistoryEntry entry) => [.. entry.Changes.SelectMany(change => ChangeText.Fields(change.Before, change.Asked))];

    /// <summary>The states of its changes, which may have been answered one by one.</summary>
    public static string States(HistoryEntry entry) => string.Join(", ", entry.Changes.Select(ChangeText.State).Distinct(StringComparer.Ordinal));

    /// <summary>The sentences about its changes; null if there are none.</summary>
    public static string? Notes(HistoryEntry entry, ModelList models) =>
        entry.Changes.Select(change => ChangeText.Note(change, models)).OfType<string>().Distinct(StringComparer.Ordinal).ToList() is { Count: > 0 } notes ? string.Join(' ', notes) : null;

    /// <summary>Why a change cannot be reverted; null if it can.</summary>
    public static string? RevertObstacle(HistoryEntry entry, LocalTime local)
    {
        return entry.RevertedBy is { } revert ? $"Undone {When(revert.At, entry.First.At, local)}" : entry.Revertible switch
        {
            { IsOpen: true } => "Not finished yet",
            { State: ChangeState.Restored } => "Already restored",
            { Applied.IsEmpty: true } => "Nothing was changed",
            { Inverse.IsEmpty: true } => "No earlier value",
            _ => null,
        };
    }

    /// <summary>Why a batch cannot be undone; null if it can, or if the batch is unknown.</summary>
    public static string? UndoObstacle(BatchEntry batch, ChangeRecord first, LocalTime local) => batch.WithUndo switch
    {
        null => null,
        { IsUndone: true, Undo: { State: BatchState.Done, StartedAt: { } at } } => $"Undone {When(at, first.At, local)}",
        { IsUndone: true } => "Being undone",
        { Batch.State: BatchState.Running } => "Still running",
        { Batch.State: BatchState.Paused } => "Paused",
        _ => batch.Revertible == 0 ? "Nothing to undo" : null,
    };

    /// <summary>The time, on the same day; otherwise the date.</summary>
    private static string When(DateTimeOffset at, DateTimeOffset of, LocalTime local) => local.GetDay(at) == local.GetDay(of) ? local.FormatTime(at) : local.FormatDate(at);

    public const string WhatAppears = "Edits made here or directly in Convai will appear here.";

    /// <param name="trouble">Why the database cannot be used, as a sentence.</param>
    public static string NotLoaded(string trouble) => $"{trouble} No recorded change is lost.";

    public static string Nothing(bool isFiltered) => isFiltered ? "No change matches these filters" : "No changes yet";

    // Reverting one change.

    public const string NothingToRevert = "Convai already has these values, so there is nothing to undo.";

    public static string Undone(string character) => $"Undone for {character}.";

    /// <summary>What a later change has set, inside a sentence.</summary>
    /// <param name="plan">What reverting would set: only the same fields are of interest.</param>
    public static string SetTo(ChangeRecord later, SettingsPatch plan, ModelList models) => string.Join(" and ", ChangeText.Values(later.Applied.IntersectFields(plan), models).Select(field =>
        $"{(plan.Count == 1 ? "it" : $"the {field.Name}")} to {field.Value}"));

    // Restoring to a point in time.

    public const string RestoreLead = "See which characters had different settings then, and restore them. Nothing is changed until you restore.";
    public const string WhatIsListed = "This page then lists what has changed since, character by character.";
    public const string ChoosePast = "Choose a time in the past.";

    public static string Differences(CastSnapshot then) => string.Join(' ', new[]
    {
        then.Characters.Count switch
        {
            0 => "Nothing to restore.",
            1 => "1 character has different settings now.",
            var count => $"{count} characters have different settings now.",
        },
        then.Unchanged == 0 ? null : $"{then.Unchanged} {(then.Unchanged == 1 ? "has" : "have")} the same settings.",
        then.Unknown.Count == 0 ? null : $"{then.Unknown.Count} {(then.Unknown.Count == 1 ? "was" : "were")} first seen later, so the settings at that time are unknown.",
    }.OfType<string>());

    /// <summary>How far back the page can look.</summary>
    public static string Known(KnownPeriod knowledge, LocalTime local) => knowledge is { Since: { } since }
        ? $"Earliest time: {local.FormatDateAndTime(since)} {local.FormatOffset(since)}"
        : "No character has been seen yet, so nothing is known about earlier settings.";

    public const string TooEarly = "Before the earliest known settings";

    /// <summary>What restoring to a time would change.</summary>
    public static string Differences(int characters) => characters == 0 ? "Nothing has changed since" : $"{CharacterText.Count(characters)} changed since";

    /// <summary>The reason of each change, which people in other zones read too.</summary>
    public static string RestoredTo(DateTimeOffset at, LocalTime local) => $"Restored to {local.FormatDateAndTime(at)} ({local.FormatOffset(at)})";

    /// <summary>The title of the plan.</summary>
    public static string RestoreTo(DateTimeOffset at, LocalTime local) => $"Restore to {local.FormatDateAndTime(at)} ({local.FormatOffset(at)})";
}
