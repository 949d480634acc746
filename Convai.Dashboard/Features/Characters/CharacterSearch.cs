using Convai.Dashboard.Domain;

namespace Convai.Dashboard.Features.Characters;

/// <summary>Characters sorted by name and prepared once, because the search runs on every keystroke.</summary>
public sealed class CharacterSearch
{
    private readonly List<(Character Character, string Text)> _byName;

    /// <param name="modelText">The text by which a character's model is found.</param>
    public CharacterSearch(IEnumerable<Character> characters, Func<Character, string> modelText) =>
        _byName = [.. Sort(characters).Select(character => (character, Fold(character, modelText(character))))];

    /// <summary>Finds the characters that contain every word of the query, sorted by name.</summary>
    public List<Character> Find(string query)
    {
        var words = SearchText.SplitWords(query);
        return [.. _byName.Where(entry => SearchText.ContainsAll(entry.Text, words)).Select(entry => entry.Character)];
    }

    /// <summary>Sorts by name, as people do; characters with the same name are always in the same order.</summary>
    public static IEnumerable<Character> Sort(IEnumerable<Character> characters) => SortByName(characters, character => character.Name, character => character.Id);

    /// <summary>The same for anything that belongs to a character.</summary>
    public static IEnumerable<T> SortByName<T>(IEnumerable<T> items, Func<T, string> name, Func<T, string> id) =>
        items.OrderBy(name, StringComparer.CurrentCultureIgnoreCase).ThenBy(id, StringComparer.Ordinal);

    /// <summary>All text that a character is found by, folded for <see cref="SearchText"/>.</summary>
    public static string Fold(Character character, string modelText) => SearchText.Fold($"{character.Name}\n{character.Id}\n{modelText}");
}
