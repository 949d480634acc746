using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Features.Models;
using Convai.Dashboard.Features.Presets;

namespace Convai.Dashboard.Features.Cast;

/// <summary>One row of the cast table.</summary>
/// <param name="Model">Null if Convai names no model.</param>
/// <param name="LastChange">Null if no change was ever made here or seen from outside, or the journal could not be read.</param>
/// <param name="Drift">Changes made outside and not answered yet; null if there are none.</param>
/// <param name="IsChangedThisWeek">Changed within the last seven days, here or outside.</param>
public sealed record CastRow(Character Character, LanguageModel? Model, LastChange? LastChange, CharacterDrift? Drift, bool IsChangedThisWeek)
{
    public bool IsDrifted => Drift is not null;

    /// <summary>All searchable text, folded by <see cref="SearchText"/>.</summary>
    internal string Searchable { get; init; } = "";

    /// <summary>The reasoning effort last sent from here; null if none was, or the journal could not be read.</summary>
    public LastReasoning? Reasoning { get; init; }

    /// <summary>The same as the filter names it; null for a character whose model takes none and for which none was sent.</summary>
    public string? ReasoningName => Reasoning is { Value: var value } ? ReasoningEffort.ToFile(value) : Model?.Reasoning is null ? null : CastFilter.ReasoningNotKnown;

    /// <summary>Its groups, sorted by name.</summary>
    public IReadOnlyList<CharacterGroup> Groups { get; init; } = [];

    /// <summary>The position of its groups among all combinations of groups in the cast; null without a group.</summary>
    internal int? GroupOrder { get; init; }
    /// <summary>Its preset; null if it has none, or presets could not be read.</summary>
    public CharacterPreset? Preset { get; init; }

    /// <summary>The position of its preset among all presets.</summary>
    internal int PresetOrder { get; init; }

    /// <summary>The position of its model among all models of the cast.</summary>
    internal int ModelOrder { get; init; }

    /// <summary>Whether its model or temperature cannot be read.</summary>
    public bool IsUnreadable => Character.Settings is { IsModelUnreadable: true } or { IsTemperatureUnreadable: true };

    public CastModeration Moderation => Character.ModerationEnabled switch
    {
        true => CastModeration.On,
        false => CastModeration.Off,
        null => CastModeration.Unknown,
    };
}

/// <summary>A model and the characters that use it, sorted by name.</summary>
/// <param name="Model">Null for the characters whose model is not named by Convai, or cannot be read.</param>
public sealed record ModelUse(LanguageModel? Model, IReadOnlyList<Character> Characters)
{
    public bool IsUnreadable => Model is null && Characters[0].Settings.IsModelUnreadable;
}

/// <summary>
/// Prepares one reading of the cast for searching, filtering, sorting and counting: with 5,000 characters each typed letter
/// must cost milliseconds, so work that does not depend on the filter is done once, here.
/// </summary>
public sealed class CastOverview
{
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    private readonly List<CastRow> _byName;
    private readonly List<string> _reasonings;

    /// <param name="changes">Null if the journal could not be read; nothing is then shown as changed.</param>
    /// <param name="now">In UTC.</param>
    /// <param name="groups">Null if they could not be read; no character is then shown in a group.</param>
    /// <param name="presets">Null if they could not be read.</param>
    public CastOverview(IReadOnlyList<Character> characters, ModelList models, CastChanges? changes, DateTimeOffset now, GroupList? groups = null, CastPresets? presets = null)
    {
        Presets = presets?.Presets ?? [];
        var presetPlaces = Presets.Select((preset, place) => (preset.Id, place)).ToDictionary(preset => preset.Id, preset => preset.place);
        var sorted = CharacterSearch.Sort(characters).ToList();
        var uses = sorted.GroupBy(character => (character.Settings.ModelCode, character.Settings.IsModelUnreadable))
            .Select(use => new ModelUse(use.Key.ModelCode is { } code ? models.Describe(code) : null, [.. use]))
            .OrderBy(use => use.Model?.Provider.Position is { } position and > 0 ? position : int.MaxValue)
            .ThenBy(use => use.Model is null)
            .ThenBy(use => use.Model?.Name, StringComparer.CurrentCultureIgnoreCase)
            .ThenBy(use => use.Model?.Code, StringComparer.Ordinal)
            .ToList();
        var places = uses.Where(use => use.Model is not null).Select((use, place) => (use.Model, place)).ToDictionary(use => use.Model!.Code, StringComparer.Ordinal);

        Groups = groups ?? GroupList.Empty;
        var groupOrders = Groups.GetSortPositions(sorted.Select(character => character.Id));
        _byName = [.. sorted.Select(ToRow)];
        _reasonings = [.. _byName.Select(row => row.ReasoningName).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        IsJournalKnown = changes is not null;
        Providers = [.. uses.Where(use => use.Model is not null).Select(use => use.Model!.Provider.Name).Distinct(StringComparer.Ordinal)];
        Models = [.. uses.OrderByDescending(use => use.Characters.Count)];
        UsedBy = Models.Where(use => use.Model is not null).ToDictionary(use => use.Model!.Code, use => use.Characters.Count, StringComparer.Ordinal);
        ModelsGoingAway = [.. Models.Where(use => use.Model?.IsGoingAway == true)];
        Drifted = [.. _byName.Where(row => row.IsDrifted)];

        CastRow ToRow(Character character)
        {
            var last = changes?.Last.GetValueOrDefault(character.Id);
            var reasoning = changes?.Reasoning.GetValueOrDefault(character.Id);
            var preset = presets?.For(character, reasoning?.Value);
            var (model, place) = character.Settings.ModelCode is { } code ? places[code] : default;
            return new CastRow(character, model, last, changes?.Drifted.GetValueOrDefault(character.Id), last?.At > now - Week)
            {
                Reasoning = reasoning,
                Preset = preset,
                PresetOrder = preset is null ? 0 : presetPlaces[preset.Preset.Id],
                Searchable = CharacterSearch.Fold(character, $"{(model is null ? "" : ModelSearch.GetSearchText(model))} {preset?.Preset.Name}"),
                ModelOrder = place,
                Groups = Groups.GetGroups(character.Id),
                GroupOrder = groupOrders.TryGetValue(character.Id, out var order) ? order : null,
            };
        }
    }

    public int Total => _byName.Count;

    /// <summary>The characters that were changed in Convai and not reviewed yet, sorted by name.</summary>
    public IReadOnlyList<CastRow> Drifted { get; }

    /// <summary>How many characters use each model, by its code.</summary>
    public IReadOnlyDictionary<string, int> UsedBy { get; }

    public bool IsJournalKnown { get; }

    /// <summary>All groups of the team, those that no character is in included.</summary>
    public GroupList Groups { get; }

    /// <summary>All presets of the team, sorted by name; empty if there are none, or they could not be read.</summary>
    public IReadOnlyList<Preset> Presets { get; }

    /// <summary>The providers that the cast uses, in catalogue order.</summary>
    public IReadOnlyList<string> Providers { get; }

    /// <summary>The models of the cast, the most used first.</summary>
    public IReadOnlyList<ModelUse> Models { get; }

    /// <summary>The <see cref="Models"/> that the account's list is known to lack, or marks as deprecated.</summary>
    public IReadOnlyList<ModelUse> ModelsGoingAway { get; }

    /// <summary>The reasoning efforts of the cast, as the filter names them; empty if no model of the cast takes one.</summary>
    public IReadOnlyList<string> Reasonings => _reasonings;

    /// <summary>0 to 9. A border belongs to the upper tenth, 1.0 to the last; a value outside 0 to 1 counts as the nearest end.</summary>
    public static int GetTenth(decimal temperature) => TemperatureRules.GetTenth(temperature);

    /// <summary>The figures of the characters that match the filter, its search included.</summary>
    public CastFigures Figures(CastFilter filter) => new(Matching(filter.WithoutModel), [.. Matching(filter.WithoutTemperature)]);

    /// <summary>Counts the characters that match the filter, ignoring its search.</summary>
    public int Count(CastFilter filter) => _byName.Count(filter.Matches);

    /// <summary>The characters that match the filter, in its order; those without a value to sort by come last.</summary>
    public List<CastRow> Select(CastFilter filter)
    {
        var rows = Matching(filter);
        return [.. filter.Sort switch
        {
            CastSort.Model => Sort(rows, filter, row => row.Model is null ? null : (int?)row.ModelOrder),
            CastSort.Temperature => Sort(rows, filter, row => row.Character.Settings.Temperature),
            CastSort.Reasoning => Sort(rows, filter, row => row.Reasoning is null ? null : (int?)_reasonings.IndexOf(row.ReasoningName!)),
            CastSort.Groups => Sort(rows, filter, row => row.GroupOrder),
            CastSort.Preset => Sort(rows, filter, row => row.Preset is null ? null : (int?)row.PresetOrder),
            CastSort.Moderation => Sort(rows, filter, row => row.Character.ModerationEnabled is { } isOn ? !isOn : (bool?)null),
            CastSort.Talked => Sort(rows, filter, row => row.Character.LastInteractedWith),
            CastSort.Changed => Sort(rows, filter, row => row.LastChange?.At),
            _ => filter.IsDescending ? rows.Reverse() : rows,
        }];
    }

    private IEnumerable<CastRow> Matching(CastFilter filter)
    {
        var words = SearchText.SplitWords(filter.Search);
        return _byName.Where(row => filter.Matches(row) && SearchText.ContainsAll(row.Searchable, words));
    }

    private static IEnumerable<CastRow> Sort<T>(IEnumerable<CastRow> byName, CastFilter filter, Func<CastRow, T?> value)
        where T : struct
    {
        var known = byName.OrderBy(row => value(row) is null);
        return filter.IsDescending ? known.ThenByDescending(value) : known.ThenBy(value);
    }
}
