using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Features.Models;

namespace Convai.Dashboard.Features.Cast;

/// <summary>One line of the cast table.</summary>
/// <param name="Model">Null where Convai names no model.</param>
/// <param name="LastChange">Null where nothing was ever changed here or seen from outside, or the journal is not known.</param>
/// <param name="IsDrifted">Changed outside, and nobody has answered it yet.</param>
/// <param name="IsChangedThisWeek">Within the last seven days, here or outside.</param>
public sealed record CastRow(Character Character, LanguageModel? Model, LastChange? LastChange, bool IsDrifted, bool IsChangedThisWeek)
{
    /// <summary>Everything that is searched, folded by <see cref="SearchText"/>.</summary>
    internal string Words { get; init; } = "";

    /// <summary>The place of its model among all models of the cast.</summary>
    internal int ModelOrder { get; init; }

    /// <summary>Its model or temperature cannot be understood.</summary>
    public bool IsUnreadable => Character.Settings is { IsModelUnreadable: true } or { IsTemperatureUnreadable: true };

    public CastModeration Moderation => Character.ModerationEnabled switch
    {
        true => CastModeration.On,
        false => CastModeration.Off,
        null => CastModeration.Unknown,
    };
}

/// <summary>A model and who runs on it, by name.</summary>
/// <param name="Model">Null: those for which Convai names no model, or one that cannot be understood.</param>
public sealed record ModelUse(LanguageModel? Model, IReadOnlyList<Character> Characters)
{
    public bool IsUnreadable => Model is null && Characters[0].Settings.IsModelUnreadable;
}

/// <summary>
/// One reading of the cast made ready to be searched, filtered, sorted and counted: with 5,000 characters each letter that is
/// typed must cost milliseconds, so what does not depend on the filter is done once, here.
/// </summary>
public sealed class CastOverview
{
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    private readonly List<CastRow> _byName;

    /// <param name="changes">Null where the journal is not known; then nothing is claimed to have changed.</param>
    /// <param name="now">UTC.</param>
    public CastOverview(IReadOnlyList<Character> characters, ModelList models, CastChanges? changes, DateTimeOffset now)
    {
        var sorted = CharacterSearch.Sort(characters).ToList();
        var uses = sorted.GroupBy(character => (character.Settings.ModelCode, character.Settings.IsModelUnreadable))
            .Select(use => new ModelUse(use.Key.ModelCode is { } code ? models.Describe(code) : null, [.. use]))
            .OrderBy(use => use.Model?.Provider.Position is { } position and > 0 ? position : int.MaxValue)
            .ThenBy(use => use.Model is null)
            .ThenBy(use => use.Model?.Name, StringComparer.CurrentCultureIgnoreCase)
            .ThenBy(use => use.Model?.Code, StringComparer.Ordinal)
            .ToList();
        var places = uses.Where(use => use.Model is not null).Select((use, place) => (use.Model, place)).ToDictionary(use => use.Model!.Code, StringComparer.Ordinal);

        _byName = [.. sorted.Select(ToRow)];
        IsJournalKnown = changes is not null;
        Providers = [.. uses.Where(use => use.Model is not null).Select(use => use.Model!.Provider.Name).Distinct(StringComparer.Ordinal)];
        Models = [.. uses.OrderByDescending(use => use.Characters.Count)];
        Troubled = [.. Models.Where(use => use.Model is { Availability: Availability.NotListed } or { IsDeprecated: true })];
        var tenths = characters.ToLookup(character => character.Settings.Temperature is { } temperature ? TenthOf(temperature) : (int?)null);
        Tenths = [.. Enumerable.Range(0, 10).Select(tenth => tenths[tenth].Count())];
        WithoutTemperature = tenths[null].Count(character => !character.Settings.IsTemperatureUnreadable);

        CastRow ToRow(Character character)
        {
            var last = changes?.Last.GetValueOrDefault(character.Id);
            var (model, place) = character.Settings.ModelCode is { } code ? places[code] : default;
            return new CastRow(character, model, last, changes?.Drifted.Contains(character.Id) == true, last?.At > now - Week)
            {
                Words = CharacterSearch.Fold(character, model is null ? "" : ModelSearch.WordsOf(model)),
                ModelOrder = place,
            };
        }
    }

    public int Total => _byName.Count;

    public bool IsJournalKnown { get; }

    /// <summary>Those that the cast uses, in catalogue order.</summary>
    public IReadOnlyList<string> Providers { get; }

    /// <summary>The most used first.</summary>
    public IReadOnlyList<ModelUse> Models { get; }

    /// <summary>Those of <see cref="Models"/> that the account's list is known to lack, or calls deprecated.</summary>
    public IReadOnlyList<ModelUse> Troubled { get; }

    /// <summary>How many characters have a temperature in each tenth of the scale.</summary>
    public IReadOnlyList<int> Tenths { get; }

    public int WithoutTemperature { get; }

    /// <summary>0 to 9. A border belongs to the upper tenth, 1.0 to the last; what lies outside 0 to 1 counts as its nearest end.</summary>
    public static int TenthOf(decimal temperature) => (int)(Math.Clamp(temperature, 0m, 0.99m) * 10);

    /// <summary>How many the filter lets through, whatever is searched for.</summary>
    public int Count(CastFilter filter) => _byName.Count(filter.Lets);

    /// <summary>Those that the filter lets through, in its order; whatever has no value to sort by stands last.</summary>
    public List<CastRow> Select(CastFilter filter)
    {
        var words = SearchText.Words(filter.Search);
        var rows = _byName.Where(row => filter.Lets(row) && SearchText.HasAll(row.Words, words));
        return [.. filter.Sort switch
        {
            CastSort.Model => Sort(rows, filter, row => row.Model is null ? null : (int?)row.ModelOrder),
            CastSort.Temperature => Sort(rows, filter, row => row.Character.Settings.Temperature),
            CastSort.Moderation => Sort(rows, filter, row => row.Character.ModerationEnabled is { } isOn ? !isOn : (bool?)null),
            CastSort.Talked => Sort(rows, filter, row => row.Character.LastInteractedWith),
            CastSort.Changed => Sort(rows, filter, row => row.LastChange?.At),
            _ => filter.IsDescending ? rows.Reverse() : rows,
        }];
    }

    private static IEnumerable<CastRow> Sort<T>(IEnumerable<CastRow> byName, CastFilter filter, Func<CastRow, T?> value)
        where T : struct
    {
        var known = byName.OrderBy(row => value(row) is null);
        return filter.IsDescending ? known.ThenByDescending(value) : known.ThenBy(value);
    }
}
