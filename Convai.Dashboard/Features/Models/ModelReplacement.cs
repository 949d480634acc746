namespace Convai.Dashboard.Features.Models;

/// <summary>Suggests a model in place of one that is going away. It is only a suggestion: the rule is shown, and it is never selected by itself.</summary>
public static class ModelReplacement
{
    /// <summary>The rule, for people.</summary>
    public const string Rule = "Same provider and family, available, not being retired";

    /// <summary>
    /// Finds the first model, in the order of the lists, of the same provider and family that is known to be available and is not being retired. Null if there is
    /// none, and for a model that is not going away.
    /// </summary>
    /// <param name="code">The model in use; null if there is none.</param>
    public static LanguageModel? For(ModelList models, string? code)
    {
        if (code is null || models.Describe(code) is not { IsGoingAway: true } gone)
        {
            return null;
        }

        var family = Family(gone.Code);
        return models.Models.FirstOrDefault(model =>
            model is { Availability: Availability.Listed, IsDeprecated: false } && model.Provider == gone.Provider && Family(model.Code) == family);
    }

    /// <summary>The code without its versions and sizes: "claude sonnet" for <c>claude-3-7-sonnet</c> and <c>claude-4-sonnet</c>, "gpt mini" for <c>gpt-4o-mini</c>.</summary>
    internal static string Family(string code) => string.Join(
        ' ',
        code.ToLowerInvariant().Split('-').Select(segment => new string([.. segment.TakeWhile(char.IsAsciiLetter)])).Where(word => word.Length > 0).Order(StringComparer.Ordinal));
}
