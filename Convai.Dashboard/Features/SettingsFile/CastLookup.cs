using Convai.Dashboard.Domain;

namespace Convai.Dashboard.Features.SettingsFile;

/// <summary>The characters that a file may mean, by id and by name.</summary>
internal sealed class CastLookup(IReadOnlyList<Character> cast)
{
    private readonly Dictionary<string, Character> _byId = cast.ToDictionary(character => character.Id, StringComparer.Ordinal);
    private readonly Lazy<ILookup<string, Character>> _byName = new(() => cast.ToLookup(character => character.Name.Trim(), StringComparer.OrdinalIgnoreCase));
    private readonly NearestText<Character> _nearest = new(cast.SelectMany(character => new[] { (character.Name, character), (character.Id, character) }));

    public Character? Find(string id) => _byId.GetValueOrDefault(id);

    /// <summary>The characters of this name: those that spell it the same, or if there is none, those that differ in upper and lower case.</summary>
    public IReadOnlyList<Character> FindByName(string name)
    {
        var named = _byName.Value[name.Trim()].ToList();
        return named.FindAll(character => string.Equals(character.Name.Trim(), name.Trim(), StringComparison.Ordinal)) is { Count: > 0 } same ? same : named;
    }

    /// <summary>The character that may be meant by a name or an id that no character has; null for none.</summary>
    public Character? FindNearest(string text) => _nearest.Find(text);
}
