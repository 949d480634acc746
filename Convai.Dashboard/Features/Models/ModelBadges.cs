using Convai.Dashboard.Components.Shared;

namespace Convai.Dashboard.Features.Models;

/// <param name="Meaning">The badge's meaning in full, with its source.</param>
public sealed record ModelBadge(string Text, BadgeTone Tone, string Meaning);

/// <summary>The badges beside a model's name, with the same text everywhere.</summary>
public static class ModelBadges
{
    private static readonly ModelBadge Private = new("Private", BadgeTone.Neutral, ModelText.Private);
    private static readonly ModelBadge Latest = new("Latest", BadgeTone.Neutral, ModelText.Latest);
    private static readonly ModelBadge Beta = new("Beta", BadgeTone.Neutral, ModelText.Beta);
    private static readonly ModelBadge Deprecated = new("Retired soon", BadgeTone.Warning, ModelText.Deprecated);
    private static readonly ModelBadge NotListed = new("Not available to your account", BadgeTone.Warning, ModelText.NotListed);
    private static readonly ModelBadge NotForCharacter = new("Not offered for this character", BadgeTone.Warning, ModelText.NotForCharacter);
    private static readonly ModelBadge NotInCatalogue = new("New model", BadgeTone.Neutral, ModelText.NotInCatalogue);

    /// <summary>Every badge that a model can have, with its general meaning.</summary>
    public static IReadOnlyList<ModelBadge> All =>
    [
        new("Flagship", BadgeTone.Cost, ModelText.AnyFlagship), new("Uncensored", BadgeTone.Danger, ModelText.AnyUncensored), Deprecated, NotListed, NotForCharacter, NotInCatalogue, Latest, Beta, Private,
        new("Documented as live voice only", BadgeTone.Neutral, ModelText.AnyLiveVoiceOnly),
    ];

    public static IReadOnlyList<ModelBadge> For(LanguageModel model)
    {
        var badges = new List<ModelBadge>();
        badges.AddRange(model.Flags.Select(flag => flag switch
        {
            ModelFlag.Flagship => new ModelBadge("Flagship", BadgeTone.Cost, ModelText.Flagship(model)),
            ModelFlag.Uncensored => new ModelBadge("Uncensored", BadgeTone.Danger, ModelText.Uncensored(model)),
            _ => Private,
        }));
        if (!model.IsInCatalogue && model.Published is { } published)
        {
            AddIf(published.Is(PublishedMark.Latest), Latest);
            AddIf(published.Is(PublishedMark.Beta), Beta);
        }

        if (model.IsLiveVoiceOnly)
        {
            badges.Add(new ModelBadge("Documented as live voice only", BadgeTone.Neutral, ModelText.LiveVoiceOnly(model)));
        }

        AddIf(model.IsDeprecated, Deprecated);
        AddIf(model.Availability == Availability.NotListed, NotListed);
        AddIf(model.Availability == Availability.NotForCharacter, NotForCharacter);
        AddIf(model is { IsInCatalogue: false, Published: null, Availability: not Availability.NotListed }, NotInCatalogue);
        return badges;

        void AddIf(bool applies, ModelBadge badge)
        {
            if (applies)
            {
                badges.Add(badge);
            }
        }
    }
}
