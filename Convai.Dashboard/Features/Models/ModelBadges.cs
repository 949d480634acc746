using Convai.Dashboard.Components.Shared;

namespace Convai.Dashboard.Features.Models;

/// <param name="Meaning">One sentence for whoever asks what the badge says.</param>
public sealed record ModelBadge(string Text, BadgeTone Tone, string Meaning);

/// <summary>What is said of a model beside its name, in the same words everywhere.</summary>
public static class ModelBadges
{
    private static readonly ModelBadge Flagship = new("Flagship", BadgeTone.Accent, "Counts against the plan's Flagship interaction cap.");
    private static readonly ModelBadge Uncensored = new("Uncensored", BadgeTone.Danger, "Stays available while a character's moderation is off.");
    private static readonly ModelBadge Private = new("Private", BadgeTone.Neutral, "A model of this account's own.");
    private static readonly ModelBadge Deprecated = new("Deprecated", BadgeTone.Warning, "Convai calls this model deprecated: it is on its way out.");
    private static readonly ModelBadge NotListed = new("Not in the account's list", BadgeTone.Warning, "Convai does not list this model for this account.");
    private static readonly ModelBadge NotInCatalogue = new("Not in the catalogue", BadgeTone.Neutral, "The dashboard's catalogue does not know this model.");

    public static IReadOnlyList<ModelBadge> Of(LanguageModel model)
    {
        var badges = new List<ModelBadge>();
        badges.AddRange(model.Flags.Select(flag => flag switch
        {
            ModelFlag.Flagship => Flagship,
            ModelFlag.Uncensored => Uncensored,
            _ => Private,
        }));
        if (model.IsDeprecated)
        {
            badges.Add(Deprecated);
        }

        if (model.Availability == Availability.NotListed)
        {
            badges.Add(NotListed);
        }
        else if (!model.IsInCatalogue)
        {
            badges.Add(NotInCatalogue);
        }

        return badges;
    }
}
