using Convai.Dashboard.Domain;

namespace Convai.Dashboard.Features.Characters;

/// <summary>The cast as the person last saw it: "Back" leads there, and the pages of characters follow its order. One per circuit.</summary>
public sealed class LastCastView
{
    // Null until the person has seen the cast.
    private IReadOnlyList<string>? _ids;

    /// <summary>The address relative to the base address, including the search.</summary>
    public string Address { get; private set; } = "./";

    public void Remember(string uri) => Address = $"./{new Uri(uri).Query}";

    /// <param name="characterIds">The characters that the filter shows, in the order of the table.</param>
    public void Remember(IReadOnlyList<string> characterIds) => _ids = characterIds;

    /// <summary>
    /// The place of a character in the cast as last seen, also if it no longer matches the filter; before that, among all characters by name. Null if it was not
    /// among them, or there was no other.
    /// </summary>
    /// <param name="cast">Characters that are no longer part of it do not count.</param>
    public CastPosition? FindPosition(string characterId, CastReading cast)
    {
        var characters = (_ids is { } ids ? ids.Select(cast.Find).OfType<Character>() : CharacterSearch.Sort(cast.Characters ?? [])).ToList();
        var at = characters.FindIndex(character => string.Equals(character.Id, characterId, StringComparison.Ordinal));
        return at < 0 || characters.Count < 2 ? null : new CastPosition(at + 1, characters.Count, characters.ElementAtOrDefault(at - 1), characters.ElementAtOrDefault(at + 1));
    }
}

/// <summary>Where a character stands in a list, and who is beside it.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Previous">Null for the first.</param>
/// <param name="Next">Null for the last.</param>
public sealed record CastPosition(int Number, int Total, Character? Previous, Character? Next);
