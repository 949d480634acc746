using System.Globalization;
using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Domain;
using Microsoft.Extensions.Primitives;

namespace Convai.Dashboard.Features.Changes;

/// <summary>One of the core AI settings.</summary>
public enum SettingsField
{
    Model,
    Temperature,
    Reasoning,
}

internal static class SettingsFields
{
    /// <summary>The part of a change in one field.</summary>
    public static SettingsPatch SelectFrom(this SettingsField field, SettingsPatch change) => field switch
    {
        SettingsField.Model => new SettingsPatch(change.ModelCode, null),
        SettingsField.Temperature => new SettingsPatch(null, change.Temperature),
        _ => new SettingsPatch(null, null, change.Reasoning),
    };

    /// <summary>The fields that a change has.</summary>
    public static IEnumerable<SettingsField> GetFields(SettingsPatch change) => Enum.GetValues<SettingsField>().Where(field => !field.SelectFrom(change).IsEmpty);
}

/// <summary>The outcomes that the history can be filtered by.</summary>
public enum HistoryOutcome
{
    /// <summary>Succeeded, here or outside.</summary>
    Done,

    /// <summary>Failed.</summary>
    Failed,

    /// <summary>The outcome is not known yet.</summary>
    Open,

    /// <summary>Part of a batch that a person stopped.</summary>
    Stopped,

    /// <summary>Changed outside, and not answered yet.</summary>
    Drifted,
}

/// <summary>Days that move on with the calendar, so that a view of them can be kept.</summary>
public enum HistoryPeriod
{
    Today,
    Yesterday,

    /// <summary>Today and the six days before.</summary>
    Week,
}

/// <summary>Which changes to show, as encoded in the address. The address is not trusted: invalid parts are ignored.</summary>
/// <param name="Character">An id, or words that the name or the reason must all contain.</param>
/// <param name="From">The first day, where the reader is.</param>
/// <param name="To">The last day, where the reader is.</param>
public sealed record HistoryFilter(
    string? PersonId = null, string? Character = null, ChangeKind? Kind = null, SettingsField? Field = null, HistoryOutcome? Outcome = null, DateOnly? From = null, DateOnly? To = null,
    HistoryPeriod? Period = null)
{
    public const int MaxTextLength = 200;

    private const string DateFormat = "yyyy-MM-dd";

    public bool IsEmpty => this == new HistoryFilter();

    /// <summary>Reads the query of an address.</summary>
    public static HistoryFilter Parse(Func<string, StringValues> query) => new(
        FilterValue.ParseText(query("person"), MaxTextLength),
        FilterValue.ParseText(query("character"), MaxTextLength),
        FilterValue.ParseName<ChangeKind>(query("kind")),
        FilterValue.ParseName<SettingsField>(query("field")),
        FilterValue.ParseName<HistoryOutcome>(query("outcome")),
        ParseDay(query("from")),
        ParseDay(query("to")),
        FilterValue.ParseName<HistoryPeriod>(query("period")));

    /// <summary>The query of the address; null for each part that is not filtered by.</summary>
    public IReadOnlyDictionary<string, object?> ToQuery() => new Dictionary<string, object?>
    {
        ["person"] = PersonId,
        ["character"] = Character,
        ["kind"] = FilterValue.Format(Kind),
        ["field"] = FilterValue.Format(Field),
        ["outcome"] = FilterValue.Format(Outcome),
        ["from"] = From?.ToString(DateFormat, CultureInfo.InvariantCulture),
        ["to"] = To?.ToString(DateFormat, CultureInfo.InvariantCulture),
        ["period"] = FilterValue.Format(Period),
    };

    /// <summary>
    /// Applies all conditions except the days, <see cref="HistoryOutcome.Stopped"/>, which only batches know, and <see cref="Character"/>: databases
    /// cannot compare names as the other searches do.
    /// </summary>
    internal IQueryable<ChangeRecord> Apply(IQueryable<ChangeRecord> changes)
    {
        if (PersonId is { } person)
        {
            changes = changes.Where(change => change.PersonId == person);
        }

        if (Kind is { } kind)
        {
            changes = changes.Where(change => change.Kind == kind);
        }

        changes = Field switch
        {
            SettingsField.Model => changes.Where(change => change.ModelAfter != null),
            SettingsField.Temperature => changes.Where(change => change.TemperatureAfter != null),
            SettingsField.Reasoning => changes.Where(change => change.ReasoningAfter != null),
            _ => changes,
        };
        if (Outcome is { } outcome and not HistoryOutcome.Stopped)
        {
            var states = GetStates(outcome);
            changes = changes.Where(change => states.Contains(change.State));
        }

        return changes;
    }

    /// <summary>Applies the days, which begin and end where the reader is.</summary>
    internal IQueryable<ChangeRecord> ApplyDays(IQueryable<ChangeRecord> changes, LocalTime local, DateTimeOffset now)
    {
        var today = local.GetDay(now);
        DateOnly? first = Period switch
        {
            HistoryPeriod.Today => today,
            HistoryPeriod.Yesterday => today.AddDays(-1),
            HistoryPeriod.Week => today.AddDays(-6),
            _ => null,
        };
        DateOnly? last = Period switch
        {
            null => null,
            HistoryPeriod.Yesterday => today.AddDays(-1),
            _ => today,
        };
        foreach (var from in new[] { first, From }.OfType<DateOnly>())
        {
            var start = local.GetStartOfDay(from);
            changes = changes.Where(change => change.At >= start);
        }

        foreach (var to in new[] { last, To }.OfType<DateOnly>().Where(day => day < DateOnly.MaxValue))
        {
            var end = local.GetStartOfDay(to.AddDays(1));
            changes = changes.Where(change => change.At < end);
        }

        return changes;
    }

    private static ChangeState[] GetStates(HistoryOutcome outcome) => outcome switch
    {
        HistoryOutcome.Done => [ChangeState.Confirmed, ChangeState.SentNotConfirmed, ChangeState.NoOp, ChangeState.Drifted, ChangeState.Accepted, ChangeState.Restored, ChangeState.Replaced],
        HistoryOutcome.Failed => [ChangeState.NotConfirmed, ChangeState.Rejected, ChangeState.Conflict, ChangeState.Unchanged],
        HistoryOutcome.Open => [ChangeState.Asked, ChangeState.Sent, ChangeState.OutcomeUnknown],
        _ => [ChangeState.Drifted],
    };

    private static DateOnly? ParseDay(StringValues values) =>
        DateOnly.TryParseExact(values.ToString(), DateFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
}
