using Convai.Dashboard.Components.Shared;

namespace Convai.Dashboard.Features.Models;

/// <param name="Meaning">The badge's meaning in full, with its source.</param>
public sealed record ModelBadge(string Text, BadgeTone Tone, string Meaning);

/// <summary>The badges beside a model's name, with the same text everywhere.</summary>
public static class ModelBadges
{
    private static readonly string Page = PublishedModels.Shipped.Source;
    private static readonly ModelBadge Private = new("Private", BadgeTone.Neutral, "A model of this account's own.");
    private static readonly ModelBadge Latest = new("Latest", BadgeTone.Neutral, $"Convai moves this code to newer models, so its behaviour can change without an edit. Source: {Page}.");
    private static readonly ModelBadge Beta = new("Beta", BadgeTone.Neutral, $"{Page} marks it beta.");
    private static readonly ModelBadge Deprecated = new("Retired soon", BadgeTone.Warning, "Convai marks this model as deprecated and will retire it.");
    private static readonly ModelBadge NotListed = new("Not available to your account", BadgeTone.Warning, "Convai does not offer this model to this account.");
    private static readonly ModelBadge NotInCatalogue = new("New model", BadgeTone.Neutral, "The dashboard's own list does not have this model yet.");

    public static IReadOnlyList<ModelBadge> For(LanguageModel model)
    {
        var badges = new List<ModelBadge>();
        badges.AddRange(model.Flags.Select(flag => flag switch
        {
            ModelFlag.Flagship => Flagship(model),
            ModelFlag.Uncensored => Uncensored(model),
            _ => Private,
        }));
        if (!model.IsInCatalogue && model.Published is { } published)
        {
            AddIf(published.Is(PublishedMark.Latest), Latest);
            AddIf(published.Is(PublishedMark.Beta), Beta);
        }

        if (model.IsLiveVoiceOnly)
        {
            badges.Add(LiveVoiceOnly(model));
        }

        AddIf(model.IsDeprecated, Deprecated);
        AddIf(model.Availability == Availability.NotListed, NotListed);
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

    private static ModelBadge Flagship(LanguageModel model) => new(
        "Flagship", BadgeTone.Accent, $"Counts against the plan's Flagship interaction cap. {SourceOf(model, PublishedMark.Flagship, "no longer marks it Flagship")}");

    private static ModelBadge Uncensored(LanguageModel model) => new(
        "Uncensored", BadgeTone.Danger, $"Stays available while a character's moderation is off. {SourceOf(model, null, "no longer has an Uncensored mark")}");

    private static ModelBadge LiveVoiceOnly(LanguageModel model) => new(
        "Documented as live voice only",
        BadgeTone.Neutral,
        model.Published?.Is(PublishedMark.Realtime) == true
            ? $"{Page} marks it realtime: it speaks live and may not answer in text."
            : "Its code says that it is a realtime model; Convai documents those as speaking live only.");

    /// <param name="mark">How the published table marks the same thing; null if it no longer does for any model.</param>
    private static string SourceOf(LanguageModel model, PublishedMark? mark, string difference)
    {
        if (!model.IsInCatalogue)
        {
            return $"Source: {Page}.";
        }

        const string Source = "Source: the dashboard's catalogue.";
        return model.Published is not { } published ? $"{Source} {Page} no longer lists this model."
            : mark is { } same && published.Is(same) ? Source
            : $"{Source} {Page} {difference}.";
    }
}
