using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Models;

namespace Convai.Dashboard.Features.SettingsFile;

/// <summary>Turns what a file calls models and reasoning levels into the codes and levels that are written. Where it is in doubt, it reports an error.</summary>
/// <param name="usedModels">The models that characters once used: a character may return to one, whatever the lists say now.</param>
internal sealed class RowResolver(AccountModelsReading list, IReadOnlySet<(string CharacterId, string ModelCode)> usedModels)
{
    private readonly ILookup<string, LanguageModel> _byNameOrCode = list.Models.Models
        .SelectMany(model => new[] { (Name: model.Code, model), (model.Name, model) })
        .DistinctBy(called => (called.Name.ToUpperInvariant(), called.model.Code))
        .ToLookup(called => called.Name, called => called.model, StringComparer.OrdinalIgnoreCase);

    private readonly NearestText<LanguageModel> _nearest = new(list.Models.Models.SelectMany(model => new[] { (model.Code, model), (model.Name, model) }));

    /// <param name="now">The character's settings, with the level last set here.</param>
    /// <param name="sentences">Receives the errors.</param>
    public FileRow Resolve(FileRow row, CharacterCoreSettings now, List<string> sentences)
    {
        var model = row.Settings.ModelCode is { } text ? ResolveCode(text, row.CharacterId, now, sentences) : null;
        var level = row.Settings.Reasoning is { } asked ? ResolveLevel(asked, model ?? now.ModelCode) : null;
        if (level is not null && !string.Equals(level, now.Reasoning, StringComparison.Ordinal) && list.ValidateReasoning(model ?? now.ModelCode, level) is { } refusal)
        {
            sentences.Add(refusal);
        }

        return row with { Settings = row.Settings with { ModelCode = model, Reasoning = level } };
    }

    /// <summary>The exact code; the text itself, with an error, if it names no model or several.</summary>
    private string ResolveCode(string text, string characterId, CharacterCoreSettings now, List<string> sentences)
    {
        if (string.Equals(text, now.ModelCode, StringComparison.Ordinal) || list.Models.Knows(text) || usedModels.Contains((characterId, text)))
        {
            return text;
        }

        var called = _byNameOrCode[text.Trim()].ToList();
        if (called is [var only])
        {
            return only.Code;
        }

        sentences.Add(called.Count > 1
            ? SettingsFileText.SeveralModels(text, called)
            : SettingsFileText.WithSuggestion(list.Validate(text, SettingsFileText.Quote(text))!, _nearest.Find(text)?.NameAndCode));
        return text;
    }

    /// <summary>The level as the account's list spells it; the text itself if the model does not offer it.</summary>
    private string ResolveLevel(string text, string? code)
    {
        var values = code is null ? [] : list.Models.Describe(code).Reasoning?.Values ?? [];
        return values.Contains(text, StringComparer.Ordinal) ? text
            : values.Where(value => MatchesLevel(value, text)).ToList() is [var only] ? only
            : text;
    }

    private static bool MatchesLevel(string value, string text) =>
        string.Equals(value, text, StringComparison.OrdinalIgnoreCase) || string.Equals(ReasoningEffort.Format(value), text, StringComparison.OrdinalIgnoreCase)
        || string.Equals(ReasoningEffort.ToFile(value), text, StringComparison.OrdinalIgnoreCase);
}
