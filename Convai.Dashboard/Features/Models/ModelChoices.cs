using Convai.Dashboard.Components.Shared;

namespace Convai.Dashboard.Features.Models;

/// <summary>The models as the choices of a plain list, provider by provider, those that are going away last; the badges' texts follow the name.</summary>
public static class ModelChoices
{
    /// <param name="alwaysIncluded">A code that must be among them even if no list knows it.</param>
    public static IReadOnlyList<ChoiceGroup> From(ModelList list, string? alwaysIncluded = null)
    {
        var models = alwaysIncluded is null || list.Knows(alwaysIncluded) ? list.Models : [.. list.Models, list.Describe(alwaysIncluded)];
        return [.. models.OrderBy(model => model.IsGoingAway)
            .GroupBy(model => model.IsGoingAway ? ModelSearch.GoingAway : model.Provider.Name)
            .Select(group => new ChoiceGroup(group.Key, [.. group.Select(ToChoice)]))];
    }

    private static Choice ToChoice(LanguageModel model) =>
        new(model.Code, string.Join(" · ", ModelBadges.For(model).Select(badge => badge.Text).Prepend(model.NameAndCode)));
}
