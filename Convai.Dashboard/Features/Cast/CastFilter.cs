using System.Globalization;
using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Models;
using Convai.Dashboard.Features.Presets;
using Microsoft.AspNetCore.WebUtilities;

namespace Convai.Dashboard.Features.Cast;

/// <summary>The flags that a model can carry beside its name.</summary>
public enum CastFlag
{
    Flagship,
    Uncensored,
    Private,
    Deprecated,
}

/// <summary>Whether a character's moderation filter is on.</summary>
public enum CastModeration
{
    On,
    Off,

    /// <summary>Convai does not report it.</summary>
    Unknown,
}

public enum CastSort
{
    Name,
    Model,
    Temperature,
    Moderation,
    Talked,
    Changed,
    Reasoning,
    Groups,
    Preset,
}

/// <summary>
/// Which characters to show, and in what order, as encoded in the address. The address is not trusted: invalid parts
/// are ignored.
/// </summary>
public sealed record CastFilter
{
    public const int MaxTextLength = 100;

    /// <summary>No level has such a name in an address: levels are single words.</summary>
    public const string ReasoningNotKnown = "(not known)";

    /// <summary>In an address, in place of a group: the characters that are in none.</summary>
    public const string NoGroup = "none";

    /// <summary>For <see cref="Preset"/>: no preset, changed since, on an earlier version.</summary>
    public const string NoPreset = "none";
    public const string PresetDiffers = "differs";
    public const string PresetEarlier = "earlier";

    /// <summary>Every word must occur in the name, the id, the preset's name, or the model's name, code or provider.</summary>
    public string Search { get; init; } = "";

    public string? Provider { get; init; }

    public string? ModelCode { get; init; }

    /// <summary>Only characters for which Convai names no model.</summary>
    public bool HasNoModel { get; init; }

    public CastFlag? Flag { get; init; }

    public TemperatureBand? Band { get; init; }

    /// <summary>The tenth of the temperature scale, 0 to 9; 1.0 belongs to the last.</summary>
    public int? Tenth { get; init; }

    public bool HasNoTemperature { get; init; }

    /// <summary>Only characters whose model or temperature cannot be read.</summary>
    public bool IsUnreadable { get; init; }

    /// <summary>The reasoning effort last sent from here, as files name it; <see cref="ReasoningNotKnown"/> for those of which none is known.</summary>
    public string? Reasoning { get; init; }

    /// <summary>The id of a preset, or one of the words above.</summary>
    public string? Preset { get; init; }

    public CastModeration? Moderation { get; init; }

    /// <summary>Only the characters of this group; a group that was deleted has none.</summary>
    public long? GroupId { get; init; }

    /// <summary>Only characters that are in no group.</summary>
    public bool HasNoGroup { get; init; }

    /// <summary>Only characters on a model that the account's list is known to lack.</summary>
    public bool IsUnlisted { get; init; }

    /// <summary>Only characters on a model that is being retired or not available to the account.</summary>
    public bool IsModelGoingAway { get; init; }

    /// <summary>Changed within the last seven days, here or outside.</summary>
    public bool IsChangedThisWeek { get; init; }

    /// <summary>Changed outside, and not answered yet.</summary>
    public bool IsDrifted { get; init; }

    public CastSort Sort { get; init; }

    public bool IsDescending { get; init; }

    /// <summary>Whether it matches every character; the order does not count.</summary>
    public bool IsEmpty => this == Cleared;

    /// <summary>All characters, in the same order.</summary>
    public CastFilter Cleared => new() { Sort = Sort, IsDescending = IsDescending };

    /// <summary>How many of the filters behind the button "Filter" are set.</summary>
    public int Choices => new[] { Provider ?? ModelCode, HasNoModel ? "" : null, Band?.Name, Tenth is null ? null : "", HasNoTemperature ? "" : null, Reasoning, Preset, Moderation?.ToString(), IsByGroup ? "" : null }.Count(choice => choice is not null);

    /// <summary>The temperature is filtered in only one way at a time.</summary>
    public CastFilter WithoutTemperature => this with { Band = null, Tenth = null, HasNoTemperature = false };

    /// <summary>The same without its choice of models.</summary>
    public CastFilter WithoutModel => this with { Provider = null, ModelCode = null, HasNoModel = false };

    public bool IsByGroup => GroupId is not null || HasNoGroup;

    /// <summary>The same for another group.</summary>
    /// <param name="group">As an address has it; null, or anything that is no group, for all characters.</param>
    public CastFilter ByGroup(string? group) => this with
    {
        GroupId = long.TryParse(group, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null,
        HasNoGroup = string.Equals(group, NoGroup, StringComparison.Ordinal),
    };

    /// <summary>Sorts by another column, or reverses the order; times begin with the latest.</summary>
    public CastFilter SortedBy(CastSort sort) => this with
    {
        Sort = sort,
        IsDescending = sort == Sort ? !IsDescending : sort is CastSort.Talked or CastSort.Changed,
    };

    /// <summary>Reads the query of an address.</summary>
    public static CastFilter Parse(string query)
    {
        var values = QueryHelpers.ParseQuery(query);
        var band = Value("band");
        return new CastFilter
        {
            Search = Value("q") ?? "",
            Provider = Value("provider"),
            ModelCode = Value("model"),
            HasNoModel = Is("nomodel", "1"),
            Flag = FilterValue.ParseName<CastFlag>(Value("flag")),
            Band = TemperatureBand.All.FirstOrDefault(candidate => string.Equals(candidate.Name, band, StringComparison.Ordinal)),
            Tenth = Value("t") is ['0', '.', >= '0' and <= '9' and var tenth] ? tenth - '0' : null,
            HasNoTemperature = Is("band", "unset"),
            IsUnreadable = Is("unreadable", "1"),
            Reasoning = Value("reasoning"),
            Preset = Value("preset"),
            Moderation = FilterValue.ParseName<CastModeration>(Value("moderation")),
            IsUnlisted = Is("unlisted", "1"),
            IsModelGoingAway = Is("review", "models"),
            IsChangedThisWeek = Is("changed", "week"),
            IsDrifted = Is("drifted", "1"),
            Sort = FilterValue.ParseName<CastSort>(Value("sort")) ?? CastSort.Name,
            IsDescending = Is("dir", "desc"),
        }.ByGroup(Value("group"));

        string? Value(string name) => FilterValue.ParseText(values.GetValueOrDefault(name), MaxTextLength);

        bool Is(string name, string value) => string.Equals(Value(name), value, StringComparison.Ordinal);
    }

    /// <summary>The query of the address, with its question mark; empty for all characters in the default order.</summary>
    public string ToQuery() => QueryHelpers.AddQueryString("", new Dictionary<string, string?>
    {
        ["q"] = Search.Length == 0 ? null : Search,
        ["provider"] = Provider,
        ["model"] = ModelCode,
        ["nomodel"] = HasNoModel ? "1" : null,
        ["flag"] = FilterValue.Format(Flag),
        ["band"] = HasNoTemperature ? "unset" : Band?.Name,
        ["t"] = Tenth is { } tenth ? string.Create(CultureInfo.InvariantCulture, $"0.{tenth}") : null,
        ["unreadable"] = IsUnreadable ? "1" : null,
        ["reasoning"] = Reasoning,
        ["preset"] = Preset,
        ["moderation"] = FilterValue.Format(Moderation),
        ["group"] = HasNoGroup ? NoGroup : GroupId?.ToString(CultureInfo.InvariantCulture),
        ["unlisted"] = IsUnlisted ? "1" : null,
        ["review"] = IsModelGoingAway ? "models" : null,
        ["changed"] = IsChangedThisWeek ? "week" : null,
        ["drifted"] = IsDrifted ? "1" : null,
        ["sort"] = Sort == CastSort.Name ? null : FilterValue.Format<CastSort>(Sort),
        ["dir"] = IsDescending ? "desc" : null,
    });

    /// <summary>Whether it matches one character; <see cref="CastOverview"/> handles <see cref="Search"/>.</summary>
    public bool Matches(CastRow row) =>
        (Provider is null || string.Equals(row.Model?.Provider.Name, Provider, StringComparison.Ordinal))
        && (ModelCode is null || string.Equals(row.Model?.Code, ModelCode, StringComparison.Ordinal))
        && (!HasNoModel || (row.Model is null && !row.Character.Settings.IsModelUnreadable))
        && (Flag is not { } flag || (row.Model is { } model && Has(model, flag)))
        && MatchesTemperature(row.Character.Settings)
        && (!IsUnreadable || row.IsUnreadable)
        && (Reasoning is null || string.Equals(row.ReasoningName, Reasoning, StringComparison.Ordinal))
        && (Preset is null || HasPreset(row.Preset, Preset))
        && (Moderation is not { } moderation || moderation == row.Moderation)
        && (GroupId is not { } group || row.Groups.Any(own => own.Id == group))
        && (!HasNoGroup || row.Groups.Count == 0)
        && (!IsUnlisted || row.Model?.Availability == Availability.NotListed)
        && (!IsModelGoingAway || row.Model?.IsGoingAway == true)
        && (!IsChangedThisWeek || row.IsChangedThisWeek)
        && (!IsDrifted || row.IsDrifted);

    private static bool HasPreset(CharacterPreset? preset, string filter) => filter switch
    {
        NoPreset => preset is null,
        PresetDiffers => preset?.Match == PresetMatch.Differs,
        PresetEarlier => preset?.Match == PresetMatch.EarlierVersion,
        _ => long.TryParse(filter, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && preset?.Preset.Id == id,
    };

    private bool MatchesTemperature(CharacterCoreSettings settings) => settings.Temperature is { } value
        ? !HasNoTemperature && (Band is null || Band == TemperatureBand.For(value)) && (Tenth is null || Tenth == CastOverview.GetTenth(value))
        : Band is null && Tenth is null && !(HasNoTemperature && settings.IsTemperatureUnreadable);

    private static bool Has(LanguageModel model, CastFlag flag) => flag switch
    {
        CastFlag.Flagship => model.Flags.Contains(ModelFlag.Flagship),
        CastFlag.Uncensored => model.Flags.Contains(ModelFlag.Uncensored),
        CastFlag.Private => model.Flags.Contains(ModelFlag.Private),
        _ => model.IsDeprecated,
    };
}
