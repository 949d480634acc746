using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Cast;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Models;

namespace Convai.Dashboard.Features.Palette;

/// <summary>
/// Prepares all destinations for searching: with 5,000 characters each typed letter must cost
/// milliseconds, so work that does not depend on the query is done once, here.
/// </summary>
public sealed class PaletteSearch
{
    public const int MaxResults = 20;

    /// <summary>Text beyond this length is not searched for.</summary>
    public const int MaxQueryLength = 100;

    private static readonly PaletteEntry[] Pages =
    [
        Page("Cast", "All characters", "./"),
        Page("History", "Who changed what, and when", "history"),
        Page("Restore to a point in time", "The cast as it was at an earlier time", "history/as-it-was"),
        Page("Presets", "The team's named settings", "presets"),
        Page("Batches", "Changes to many characters", "batches"),
        Page("Import settings", "From a CSV or JSON file", "cast/import"),
        Page("Your account", "Password, second step, sign-ins", "account"),
    ];

    private static readonly PaletteEntry[] AdminPages =
    [
        Page("Team", "People, roles, invitations", "team"),
        Page("Security log", "Sign-ins, roles, accounts", "team/log"),
        Page("Account usage", "Plan, limits, interactions, API calls", "usage"),
        Page("About this server", "Version, database, Convai, rate limit", "about"),
    ];

    private readonly IReadOnlyList<(PaletteEntry Entry, string Name, string Searchable)> _entries;

    public PaletteSearch(IEnumerable<PaletteEntry> entries) =>
        _entries = [.. entries.Select(entry => (entry, SearchText.Fold(entry.Name), SearchText.Fold($"{entry.Name}\n{entry.Text}")))];

    /// <param name="characters">Null if the cast is not known; models are then shown without their characters.</param>
    /// <param name="isAdmin">Whether to include the pages for Admins, which check the role again when opened.</param>
    public static PaletteSearch From(IReadOnlyList<Character>? characters, ModelList models, bool isAdmin) =>
        new([.. Pages, .. isAdmin ? AdminPages : [], .. CharactersOf(characters ?? []), .. ModelsOf(characters, models)]);

    /// <summary>
    /// Finds the entries that contain every word. Names that begin with the query come first, then entries in which every
    /// word begins a word, then the others; without a query it returns the pages.
    /// </summary>
    public PaletteFound Find(string query)
    {
        query = SearchText.Fold((query.Length > MaxQueryLength ? query[..MaxQueryLength] : query).Trim());
        var words = SearchText.Words(query);
        var found = words.Length == 0
            ? _entries.Where(entry => entry.Entry.Kind == PaletteKind.Page)
            : _entries.Where(entry => SearchText.HasAll(entry.Searchable, words))
                .OrderBy(entry => entry.Name.StartsWith(query, StringComparison.Ordinal) ? 0 : Array.TrueForAll(words, word => BeginsAWord(entry.Searchable, word)) ? 1 : 2);
        var all = found.Select(entry => entry.Entry).ToList();
        return new PaletteFound(all.Count > MaxResults ? all[..MaxResults] : all, all.Count);
    }

    private static bool BeginsAWord(string text, string word)
    {
        for (var at = text.IndexOf(word, StringComparison.Ordinal); at >= 0; at = text.IndexOf(word, at + 1, StringComparison.Ordinal))
        {
            if (at == 0 || !char.IsLetterOrDigit(text[at - 1]))
            {
                return true;
            }
        }

        return false;
    }

    private static PaletteEntry Page(string name, string detail, string address) => new(PaletteKind.Page, name, detail, address, detail);

    private static IEnumerable<PaletteEntry> CharactersOf(IReadOnlyList<Character> characters) =>
        from character in characters
        orderby character.Name.ToUpperInvariant(), character.Id
        select new PaletteEntry(
            PaletteKind.Character, ChangeText.CharacterName(character.Name), character.Id, CharacterAddress.PageOf(character.Id), character.Id);

    private static IEnumerable<PaletteEntry> ModelsOf(IReadOnlyList<Character>? characters, ModelList models)
    {
        var users = (characters ?? []).Where(character => character.Settings.ModelCode is not null)
            .GroupBy(character => character.Settings.ModelCode!, StringComparer.Ordinal)
            .ToDictionary(use => use.Key, use => use.Count(), StringComparer.Ordinal);
        var others = users.Keys.Where(code => !models.Knows(code)).Order(StringComparer.Ordinal).Select(models.Describe);
        return models.Models.Concat(others).Select(model => new PaletteEntry(
            PaletteKind.Model,
            model.Name,
            characters is null ? model.Code : $"{model.Code} · {(users.GetValueOrDefault(model.Code) is > 0 and var count ? CastText.Count(count) : "no characters")}",
            $"./{new CastFilter { ModelCode = model.Code }.ToQuery()}",
            $"{model.Code}\n{model.Provider.Name}"));
    }
}
