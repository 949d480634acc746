using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Features.Models;

namespace Convai.Dashboard.Features.Batches;

/// <summary>Something to check before a plan is applied.</summary>
/// <param name="Subject">Whom it is about, and the beginning of the sentence.</param>
/// <param name="Predicate">The rest of the sentence.</param>
/// <param name="CharacterIds">At least one.</param>
/// <param name="MayExclude">Whether these characters can be excluded because of it.</param>
public sealed record PlanWarning(string Subject, string Predicate, IReadOnlyList<string> CharacterIds, bool MayExclude)
{
    public string Text => $"{Subject} {Predicate}";

    /// <summary>
    /// The warnings about a plan, the most serious first. What a model does to a character is a warning here if it is one beside the character
    /// (<see cref="ModelConsequence.NeedsCheck"/>).
    /// </summary>
    /// <param name="getChange">The change of an item's model; null if no model will be written.</param>
    public static IReadOnlyList<PlanWarning> For(IReadOnlyList<BatchPlanItem> items, Func<BatchPlanItem, ModelChange?> getChange)
    {
        var warnings = new List<PlanWarning>();
        var checks = items.Select(item => (Item: item, Change: getChange(item))).Where(pair => pair.Change is not null)
            .SelectMany(pair => ModelConsequences.For(pair.Change!).Where(consequence => consequence.NeedsCheck).Select(consequence => (pair.Item, pair.Change!.To, consequence.Topic)))
            .ToList();
        foreach (var onto in checks.Where(check => IsAboutOneModel(check.Topic)).GroupBy(check => check.To.Code, StringComparer.Ordinal))
        {
            Add([.. onto.Select(check => check.Item).Distinct()], (who, isOne) => ($"{who} {(isOne ? "moves" : "move")} onto {onto.First().To.Name},", GoingAway(onto.First().To)), mayExclude: true);
        }

        foreach (var topic in checks.Where(check => !IsAboutOneModel(check.Topic)).GroupBy(check => check.Topic).OrderBy(topic => topic.Key))
        {
            var to = topic.Select(check => check.To).DistinctBy(model => model.Code, StringComparer.Ordinal).ToList();
            Add([.. topic.Select(check => check.Item)], (who, isOne) => Sentence(topic.Key, who, isOne, to is [var only] ? only.Name : null), mayExclude: true);
        }

        Add(Unset(models: true), (who, isOne) => ($"{who} {(isOne ? "has" : "have")} no model now,", "so setting one can't be undone."), mayExclude: true);
        Add(Unset(models: false), (who, isOne) => ($"{who} {(isOne ? "has" : "have")} no temperature now,", "so setting one can't be undone."), mayExclude: true);
        Add([.. items.Where(item => item is { IsWritten: true, LacksLevel: true })], (who, isOne) => ($"{who} {(isOne ? "has a model that doesn't" : "have models that don't")} offer the reasoning level,", "so Convai is likely to reject it."), mayExclude: true);
        Add([.. items.Where(item => item is { IsExcluded: true, LacksLevel: true })], (who, isOne) => ($"{who} {(isOne ? "is" : "are")} excluded,", $"because {(isOne ? "the model doesn't" : "their models don't")} offer the reasoning level."), mayExclude: false);
        Add([.. items.Where(item => item is { IsExcluded: false, Now: null })], (who, isOne) => ($"{who} {(isOne ? "is" : "are")} no longer in the cast", "and will not change."), mayExclude: false);
        return warnings;

        static bool IsAboutOneModel(ConsequenceTopic topic) => topic is ConsequenceTopic.Availability or ConsequenceTopic.Unknown;

        List<BatchPlanItem> Unset(bool models) =>
            [.. items.Where(item => item is { IsWritten: true, Now: { } now } && (item.Missing with { Reasoning = null }).ExceptFields(SettingsPatch.From(now)) is var unset && (models ? unset.ModelCode is not null : unset.Temperature is not null))];

        void Add(List<BatchPlanItem> about, Func<string, bool, (string Subject, string Predicate)> sentence, bool mayExclude)
        {
            if (about.Count > 0)
            {
                var (subject, predicate) = sentence(about is [var only] ? ChangeText.CharacterName(only.Item.CharacterName) : CharacterText.Count(about.Count), about.Count == 1);
                warnings.Add(new PlanWarning(subject, predicate, [.. about.Select(item => item.Item.CharacterId)], mayExclude));
            }
        }
    }

    private static string GoingAway(LanguageModel model) => model switch
    {
        { IsDeprecated: true } => "which Convai is retiring.",
        { IsUnknown: true, Availability: Availability.Unknown } => "about which nothing is known.",
        { IsUnknown: true } => "which is not available to your account and about which nothing is known, so Convai may reject it.",
        _ => "which is not available to your account, so Convai may reject it.",
    };

    /// <param name="model">Null if these characters get several models.</param>
    private static (string Subject, string Predicate) Sentence(ConsequenceTopic topic, string who, bool isOne, string? model) => topic switch
    {
        ConsequenceTopic.Tools => ($"{who} {(isOne ? "has" : "have")} tools", $"that {model ?? "their new models"} may not call."),
        ConsequenceTopic.Voice => ($"{who} {(isOne ? "moves" : "move")} onto {(model is null ? "models" : $"{model},")}", model is null ? "that are live voice only and may not answer in text." : "which is live voice only and may not answer in text."),
        ConsequenceTopic.Cost => ($"{who} {(isOne ? "moves" : "move")} onto {(model is null ? "Flagship models:" : $"{model}, a Flagship model:")}", "every interaction also counts against the Flagship cap of your Convai plan."),
        _ => ($"{who} {(isOne ? "moves" : "move")} onto {(model is null ? "models" : $"{model},")}", $"{(model is null ? "that" : "which")} Convai changes without notice."),
    };
}
