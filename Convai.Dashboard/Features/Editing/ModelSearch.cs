using Convai.Dashboard.Features.Models;

namespace Convai.Dashboard.Features.Editing;

/// <param name="Heading">The provider's name, "Now" for the current model, or "Favourites".</param>
/// <param name="Provider">Null for the groups that are no provider's.</param>
public sealed record ModelGroup(string Heading, ModelProvider? Provider, IReadOnlyList<LanguageModel> Models);

/// <summary>Orders and filters the models for the picker: first the one in use, then the favourites, then provider by provider; all in catalogue order.</summary>
public static class ModelSearch
{
    /// <summary>Every word of <paramref name="query"/> must stand in the name, the code or the provider; "sonnet 4" finds claude-4-sonnet.</summary>
    public static bool Matches(LanguageModel model, string query) =>
        Words(query).All(word =>
            model.Name.Contains(word, StringComparison.OrdinalIgnoreCase)
            || model.Code.Contains(word, StringComparison.OrdinalIgnoreCase)
            || model.Provider.Name.Contains(word, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether the query is the model's whole name or code.</summary>
    public static bool IsNamed(LanguageModel model, string query) =>
        string.Equals(model.Code, query.Trim(), StringComparison.OrdinalIgnoreCase) || string.Equals(model.Name, query.Trim(), StringComparison.OrdinalIgnoreCase);

    /// <summary>The current model always stands first, whatever is searched for. Each model stands once.</summary>
    public static IReadOnlyList<ModelGroup> Group(ModelList models, string? currentCode, IReadOnlySet<string>? favourites, string query)
    {
        var groups = new List<ModelGroup>();
        if (currentCode is not null)
        {
            groups.Add(new ModelGroup("Now", null, [models.Describe(currentCode)]));
        }

        var others = models.Models
            .Where(model => !string.Equals(model.Code, currentCode, StringComparison.Ordinal) && Matches(model, query))
            .ToLookup(model => favourites?.Contains(model.Code) == true);
        if (others.Contains(true))
        {
            groups.Add(new ModelGroup("Favourites", null, [.. others[true]]));
        }

        groups.AddRange(others[false]
            .GroupBy(model => model.Provider)
            .Select(group => new ModelGroup(group.Key.Name, group.Key, [.. group])));
        return groups;
    }

    /// <summary>The name cut into pieces, those that match a word of the query marked.</summary>
    public static IEnumerable<(string Text, bool IsMatch)> Highlight(string name, string query)
    {
        var words = Words(query);
        var start = 0;
        while (start < name.Length)
        {
            var (at, length) = words
                .Select(word => (At: name.IndexOf(word, start, StringComparison.OrdinalIgnoreCase), word.Length))
                .Where(match => match.At >= 0)
                .OrderBy(match => match.At).ThenByDescending(match => match.Length)
                .FirstOrDefault((At: name.Length, Length: 0));
            if (at > start)
            {
                yield return (name[start..at], false);
            }

            if (length > 0)
            {
                yield return (name.Substring(at, length), true);
            }

            start = at + length;
            if (length == 0)
            {
                yield break;
            }
        }
    }

    private static string[] Words(string query) => query.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
