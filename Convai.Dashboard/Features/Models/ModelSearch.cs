using System.Globalization;

namespace Convai.Dashboard.Features.Models;

/// <param name="Heading">The provider's name, or what the group has in common, such as "Current" or "Favourites".</param>
/// <param name="Provider">Null for groups that belong to no provider.</param>
/// <param name="Rule">Why these models are in the group; null if the heading says it.</param>
public sealed record ModelGroup(string Heading, ModelProvider? Provider, IReadOnlyList<LanguageModel> Models, string? Rule = null);

/// <summary>
/// Orders and filters the models for the picker: the one in use, a suggestion in its place if it is going away, the favourites, provider by provider, and last the
/// models that are going away themselves; all in catalogue order.
/// </summary>
public static class ModelSearch
{
    /// <summary>The heading of the last group of every list of models.</summary>
    public const string GoingAway = "Retired or unavailable";

    /// <summary>The text by which a model is found.</summary>
    public static string GetSearchText(LanguageModel model) => $"{model.Name}\n{model.Code}\n{model.Provider.Name}";

    /// <summary>Every word of <paramref name="query"/> must occur in the name, the code or the provider; "sonnet 4" finds claude-4-sonnet.</summary>
    public static bool Matches(LanguageModel model, string query) =>
        SearchText.ContainsAll(SearchText.Fold(GetSearchText(model)), SearchText.SplitWords(query));

    /// <summary>Whether the query is the model's whole name or code.</summary>
    public static bool IsNamed(LanguageModel model, string query) =>
        SearchText.Fold(query.Trim()) is var name && (name == SearchText.Fold(model.Code) || name == SearchText.Fold(model.Name));

    /// <summary>The current model always comes first, whatever the search. Each model appears once.</summary>
    public static IReadOnlyList<ModelGroup> Group(ModelList models, string? currentCode, IReadOnlySet<string>? favourites, string query)
    {
        var groups = new List<ModelGroup>();
        if (currentCode is not null)
        {
            groups.Add(new ModelGroup("Current", null, [models.Describe(currentCode)]));
        }

        var others = models.Models
            .Where(model => !string.Equals(model.Code, currentCode, StringComparison.Ordinal) && Matches(model, query))
            .ToList();
        if (ModelReplacement.For(models, currentCode) is { } suggested && others.Remove(suggested))
        {
            groups.Add(new ModelGroup("Suggested replacement", null, [suggested], ModelReplacement.Rule));
        }

        var favoured = others.FindAll(model => !model.IsGoingAway && favourites?.Contains(model.Code) == true);
        if (favoured.Count > 0)
        {
            groups.Add(new ModelGroup("Favourites", null, favoured));
        }

        groups.AddRange(others.Except(favoured).Where(model => !model.IsGoingAway)
            .GroupBy(model => model.Provider)
            .Select(group => new ModelGroup(group.Key.Name, group.Key, [.. group])));
        var going = others.FindAll(model => model.IsGoingAway);
        if (going.Count > 0)
        {
            groups.Add(new ModelGroup(GoingAway, null, going));
        }

        return groups;
    }

    /// <summary>Splits the name into pieces and marks those that match a word of the query.</summary>
    public static IEnumerable<(string Text, bool IsMatch)> Highlight(string name, string query)
    {
        var words = SearchText.SplitWords(query);
        // Letter by letter, each with its accents: a folded letter can be longer or shorter than the original.
        var letters = StringInfo.ParseCombiningCharacters(name);
        string[] folded = [.. letters.Select((start, letter) => SearchText.Fold(name[start..EndOf(letter)]))];
        for (var letter = 0; letter < letters.Length;)
        {
            var end = letter;
            while (end < letters.Length && FindLongestMatch(folded, end, words) == 0)
            {
                end++;
            }

            if (end > letter)
            {
                yield return (name[letters[letter]..EndOf(end - 1)], false);
            }

            if (end < letters.Length)
            {
                var last = end + FindLongestMatch(folded, end, words) - 1;
                yield return (name[letters[end]..EndOf(last)], true);
                end = last + 1;
            }

            letter = end;
        }

        int EndOf(int letter) => letter + 1 < letters.Length ? letters[letter + 1] : name.Length;
    }

    /// <summary>The number of letters of the longest word that begins at this one; 0 for none.</summary>
    private static int FindLongestMatch(string[] folded, int start, string[] words)
    {
        var text = "";
        for (var end = start; end < folded.Length && text.Length < MaxLength(words); end++)
        {
            text += folded[end];
        }

        var word = words.Where(word => text.StartsWith(word, StringComparison.Ordinal)).MaxBy(word => word.Length);
        var (count, length) = (0, 0);
        while (length < (word?.Length ?? 0))
        {
            length += folded[start + count++].Length;
        }

        return count;
    }

    private static int MaxLength(string[] words) => words.Length == 0 ? 0 : words.Max(word => word.Length);
}
