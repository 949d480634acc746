using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Domain;
using Microsoft.Extensions.Options;

namespace Convai.Dashboard.Features.Models;

/// <summary>The configured models, and their merge with the account's own list: the list outranks the catalogue.</summary>
public sealed class ModelCatalogue
{
    // Convai puts the serving mode of a model before the name of its family: "fast-gemma-4-31b-it".
    private static readonly string[] ServingPrefixes = ["fast-", "realtime-"];

    private readonly IReadOnlyList<(string Prefix, ModelProvider Provider)> _families;
    private readonly IReadOnlyList<LanguageModel> _models;
    private readonly HashSet<string> _codes;

    public ModelCatalogue(IOptions<ModelsOptions> options)
    {
        var names = options.Value.Providers.Select(provider => provider.Name)
            .Concat(options.Value.Families.Select(family => family.Provider))
            .Where(name => name != ModelProvider.Other.Name)
            .Distinct(StringComparer.Ordinal);
        var providers = names.Select((name, index) => new ModelProvider(name, index + 1)).Append(ModelProvider.Other)
            .ToDictionary(provider => provider.Name, StringComparer.Ordinal);
        _families = options.Value.Families.Select(family => (family.Prefix, providers[family.Provider])).ToList();
        _models = [.. options.Value.Providers.SelectMany(provider => provider.Models.Select(model => FromCatalogue(model, providers[provider.Name])))];
        _codes = _models.Select(model => model.Code).ToHashSet(StringComparer.Ordinal);
    }

    /// <param name="accountList">Null if it could not be read; nothing is then said about availability.</param>
    /// <param name="castList">The list for the whole cast, if <paramref name="accountList"/> was read for one character.</param>
    public ModelList Merge(IReadOnlyList<AccountModel>? accountList, ModelList? castList = null)
    {
        if (accountList is null)
        {
            return new ModelList(this, _models, isAccountListKnown: false);
        }

        var listed = accountList.ToDictionary(entry => entry.Code, StringComparer.Ordinal);
        var known = _models.Select(model => listed.TryGetValue(model.Code, out var entry)
            ? model with { Name = GetDisplayName(entry) ?? model.Name, Availability = Availability.Listed, IsDeprecated = entry.IsDeprecated, Reasoning = entry.Reasoning }
            : model with { Availability = castList?.Describe(model.Code).Availability == Availability.Listed ? Availability.NotForCharacter : Availability.NotListed });
        var others = accountList.Where(entry => !_codes.Contains(entry.Code)).Select(FromAccount);
        var inCatalogueOrder = known.Concat(others).OrderBy(model => model.Provider.Position == 0 ? int.MaxValue : model.Provider.Position);
        return new ModelList(this, [.. inCatalogueOrder], isAccountListKnown: true);
    }

    internal LanguageModel Unknown(string code, bool isAccountListKnown) => new(
        code,
        DisplayText.Sanitize(code),
        FindProvider(code),
        [],
        IsInCatalogue: false,
        isAccountListKnown ? Availability.NotListed : Availability.Unknown,
        IsDeprecated: false);

    private static LanguageModel FromCatalogue(ModelOptions model, ModelProvider provider) => new(
        model.Code,
        model.Name,
        provider,
        [.. model.Flags.Select(Enum.Parse<ModelFlag>)],
        IsInCatalogue: true,
        Availability.Unknown,
        IsDeprecated: false)
    {
        Published = PublishedModels.Shipped.Find(model.Code),
    };

    private LanguageModel FromAccount(AccountModel entry)
    {
        var published = PublishedModels.Shipped.Find(entry.Code);
        return new LanguageModel(
            entry.Code,
            GetDisplayName(entry) ?? published?.Name ?? DisplayText.Sanitize(entry.Code),
            FindProvider(entry.Code),
            published?.Is(PublishedMark.Flagship) == true ? [ModelFlag.Flagship] : [],
            IsInCatalogue: false,
            Availability.Listed,
            entry.IsDeprecated)
        {
            Reasoning = entry.Reasoning,
            Published = published,
        };
    }

    /// <summary>Convai's display name, sanitized for display; null if it has nothing visible.</summary>
    private static string? GetDisplayName(AccountModel entry) => entry.Name is { } name && DisplayText.IsVisible(name) ? DisplayText.Sanitize(name) : null;

    private ModelProvider FindProvider(string code)
    {
        var family = WithoutServingPrefix(code);
        return _families.FirstOrDefault(known => family.StartsWith(known.Prefix, StringComparison.OrdinalIgnoreCase)).Provider ?? ModelProvider.Other;
    }

    private static string WithoutServingPrefix(string code) =>
        Array.Find(ServingPrefixes, prefix => code.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) is { } prefix ? WithoutServingPrefix(code[prefix.Length..]) : code;
}

/// <summary>All models to choose from, in catalogue order, provider by provider; "Other" is last.</summary>
public sealed class ModelList
{
    private readonly ModelCatalogue _catalogue;
    private readonly Dictionary<string, LanguageModel> _byCode;

    internal ModelList(ModelCatalogue catalogue, IReadOnlyList<LanguageModel> models, bool isAccountListKnown)
    {
        (_catalogue, Models, IsAccountListKnown) = (catalogue, models, isAccountListKnown);
        _byCode = models.ToDictionary(model => model.Code, StringComparer.Ordinal);
    }

    public IReadOnlyList<LanguageModel> Models { get; }

    public bool IsAccountListKnown { get; }

    public bool Knows(string code) => _byCode.ContainsKey(code);

    /// <summary>Whether a model is known to offer a reasoning effort.</summary>
    /// <param name="code">Null if Convai names no model.</param>
    /// <param name="value">A value as in <see cref="ReasoningEffort"/>.</param>
    public bool OffersLevel(string? code, string value) => code is not null && Describe(code).Reasoning?.Offers(value) == true;

    /// <summary>What can be chosen for a model; without one, everything that any model offers. Null for nothing.</summary>
    /// <param name="code">Null if the choice is for characters with different models.</param>
    /// <param name="alwaysIncluded">A value that can be chosen in any case, because it is set already.</param>
    public ModelReasoning? GetReasoning(string? code, string? alwaysIncluded = null)
    {
        var offered = code is not null ? [Describe(code).Reasoning] : Models.Select(model => model.Reasoning);
        var blocks = offered.OfType<ModelReasoning>().ToList();
        var levels = blocks.SelectMany(reasoning => reasoning.Levels).Concat(alwaysIncluded is null or ReasoningEffort.Auto or ReasoningEffort.ModelDefault ? [] : [alwaysIncluded]).Distinct(StringComparer.Ordinal).OrderBy(ReasoningEffort.GetStrength).ToList();
        return blocks.Count == 0 && alwaysIncluded is null ? null
            : new ModelReasoning(levels, blocks.Exists(reasoning => reasoning.SupportsAuto) || alwaysIncluded == ReasoningEffort.Auto, blocks is [var only] ? only.Default : null);
    }

    /// <summary>Describes a model; never null: an unlisted code is described by the code itself.</summary>
    public LanguageModel Describe(string code) =>
        _byCode.TryGetValue(code, out var model) ? model : _catalogue.Unknown(code, IsAccountListKnown);
}
