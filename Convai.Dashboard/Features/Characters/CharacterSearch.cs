using Convai.Dashboard.Domain;

namespace Convai.Dashboard.Features.Characters;

/// <summary>Characters sorted by name and prepared once, because the search runs with every key.</summary>
public sealed class CharacterSearch
{
    private readonly List<(Character Character, string Words)> _byName;

    /// <param name="modelWords">The text by which a character's model is found.</param>
    public CharacterSearch(IEnumerable<Character> characters, Func<Character, string> modelWords) =>
        _byName = [.. Sort(characters).Select(character => (character, Fold(character, modelWords(character))))];

    /// <summary>Those in which every word of the query stands, by name.</summary>
    public List<Character> Find(string query)
    {
        var words = SearchText.Words(query);
        return [.. _byName.Where(entry => SearchText.HasAll(entry.Words, words)).Select(entry => entry.Character)];
    }

    /// <summary>By name as people sort; characters with the same name are always in the same order.</summary>
    public static IEnumerable<Character> Sort(IEnumerable<Character> characters) =>
        characters.OrderBy(character => character.Name, StringComparer.CurrentCultureIgnoreCase).ThenBy(character => character.Id, StringComparer.Ordinal);

    /// <summary>Everything that a character is found by, as <see cref="SearchText"/> compares it.</summary>
    public static string Fold(Character character, string modelWords) => SearchText.Fold($"{character.Name}\n{character.Id}\n{modelWords}");
}
