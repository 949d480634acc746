using Convai.Dashboard.Components.Shared;

namespace Convai.Dashboard.Features.Models;

/// <summary>The models as the choices of a plain list, provider by provider; the badges' texts follow the name.</summary>
public static class ModelChoices
{
    /// <param name="also">A code that must be among them even if no list knows it.</param>
    public static IReadOnlyList<ChoiceGroup> From(ModelList list, string? also = null)
    {
        var models = also is null || list.Knows(also) ? list.Models : [.. list.Models, list.Describe(also)];
        return [.. models.GroupBy(model => model.Provider.Name).Select(provider => new ChoiceGroup(provider.Key, [.. provider.Select(ToChoice)]))];
    }

    private static Choice ToChoice(LanguageModel model) =>
        new(model.Code, string.Join(" · ", ModelBadges.For(model).Select(badge => badge.Text).Prepend(model.NameAndCode)));
}
