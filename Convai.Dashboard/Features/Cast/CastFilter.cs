using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Features.Models;

namespace Convai.Dashboard.Features.Cast;

/// <summary>One line of the cast table.</summary>
/// <param name="Model">Null where Convai names no model.</param>
public sealed record CastRow(Character Character, LanguageModel? Model);

public static class CastFilter
{
    /// <summary>By name; every word of <paramref name="search"/> must stand in the name, the id, or the model's name, code or provider.</summary>
    public static List<CastRow> Rows(IReadOnlyList<Character> characters, ModelList models, string? search)
    {
        var words = (search ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return [.. characters
            .Select(character => new CastRow(character, character.Settings.ModelCode is { } code ? models.Describe(code) : null))
            .Where(row => words.All(word => Contains(row, word)))
            .OrderBy(row => row.Character.Name, StringComparer.CurrentCultureIgnoreCase)
            .ThenBy(row => row.Character.Id, StringComparer.Ordinal)];
    }

    private static bool Contains(CastRow row, string word) =>
        Has(row.Character.Name, word) || Has(row.Character.Id, word)
        || (row.Model is { } model && (Has(model.Name, word) || Has(model.Code, word) || Has(model.Provider.Name, word)));

    private static bool Has(string text, string word) => text.Contains(word, StringComparison.CurrentCultureIgnoreCase);
}
