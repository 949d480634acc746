using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Models;

namespace Convai.Dashboard.Features.Batches;

/// <summary>Something to check before a plan is applied.</summary>
/// <param name="Subject">Whom it is about, and the beginning of the sentence.</param>
/// <param name="Rest">The rest of the sentence.</param>
/// <param name="CharacterIds">At least one.</param>
/// <param name="MayExclude">Whether these characters can be excluded because of it.</param>
public sealed record PlanWarning(string Subject, string Rest, IReadOnlyList<string> CharacterIds, bool MayExclude)
{
    public string Text => $"{Subject} {Rest}";

    /// <summary>The warnings about a plan, the most serious first: moves onto a model that is going away.</summary>
    public static IReadOnlyList<PlanWarning> For(IReadOnlyList<BatchPlanItem> lines, ModelList models)
    {
        var warnings = new List<PlanWarning>();
        foreach (var onto in lines.Where(line => line is { IsWritten: true, Missing.ModelCode: not null } && models.Describe(line.Missing.ModelCode).IsGoingAway).GroupBy(line => line.Missing.ModelCode!, StringComparer.Ordinal))
        {
            var model = models.Describe(onto.Key);
            Add([.. onto], (who, isOne) => ($"{who} {(isOne ? "moves" : "move")} onto {model.Name},", model.IsDeprecated ? "which Convai is retiring." : "which is not available to your account, so Convai may refuse it."), mayExclude: true);
        }

        Add(Unset(models: true), (who, isOne) => ($"{who} {(isOne ? "has" : "have")} no model now,", "so setting one can't be undone."), mayExclude: true);
        Add(Unset(models: false), (who, isOne) => ($"{who} {(isOne ? "has" : "have")} no temperature now,", "so setting one can't be undone."), mayExclude: true);
        Add([.. lines.Where(line => line is { IsWritten: true, LacksLevel: true })], (who, isOne) => ($"{who} {(isOne ? "has a model that doesn't" : "have models that don't")} offer the reasoning level,", "so Convai is likely to reject it."), mayExclude: true);
        Add([.. lines.Where(line => line is { IsExcluded: true, LacksLevel: true })], (who, isOne) => ($"{who} {(isOne ? "is" : "are")} excluded,", $"because {(isOne ? "the model doesn't" : "their models don't")} offer the reasoning level."), mayExclude: false);
        Add([.. lines.Where(line => line is { IsExcluded: false, Now: null })], (who, isOne) => ($"{who} {(isOne ? "is" : "are")} no longer in the cast", "and will not change."), mayExclude: false);
        return warnings;

        List<BatchPlanItem> Unset(bool models) =>
            [.. lines.Where(line => line is { IsWritten: true, Now: { } now } && (line.Missing with { Reasoning = null }).Except(SettingsPatch.From(now)) is var unset && (models ? unset.ModelCode is not null : unset.Temperature is not null))];

        void Add(List<BatchPlanItem> about, Func<string, bool, (string Subject, string Remainder)> sentence, bool mayExclude)
        {
            if (about.Count > 0)
            {
                var (subject, rest) = sentence(about is [var only] ? ChangeText.CharacterName(only.Item.CharacterName) : BatchText.Characters(about.Count), about.Count == 1);
                warnings.Add(new PlanWarning(subject, rest, [.. about.Select(line => line.Item.CharacterId)], mayExclude));
            }
        }
    }
}
