using System.Globalization;
using Convai.Dashboard.Components.Shared;

namespace Convai.Dashboard.Features.Models;

public enum ConsequenceTopic
{
    Availability,
    Voice,
    Cost,
    Stability,
    Tools,
    Knowledge,
    Moderation,
    NarrativeDesign,
    Languages,
    Temperature,

    /// <summary>Nothing is known about the model.</summary>
    Unknown,
}

/// <summary>One thing that changes with a model.</summary>
/// <param name="Effect">One or two full sentences.</param>
/// <param name="Source">Who says so; where Convai documents nothing, it says that.</param>
/// <param name="Summary">The effect in a few words, for a list of many characters; null if a list leaves it out because it holds for every change of a model.</param>
/// <param name="IsWarning">Marked in amber; never more than <see cref="ModelConsequences.MaxWarnings"/> of one change.</param>
public sealed record ModelConsequence(ConsequenceTopic Topic, string Effect, string Source, string? Summary, bool IsWarning = false)
{
    /// <summary>Whether it is about tools that the character certainly has.</summary>
    public bool HasTools { get; init; }

    /// <summary>Whether a person should check it, even if it is not <see cref="IsWarning"/> because more serious ones are.</summary>
    public bool NeedsCheck { get; init; }

    public string Title => Topic switch
    {
        ConsequenceTopic.NarrativeDesign => "Narrative Design",
        ConsequenceTopic.Unknown => "Unknown",
        var topic => topic.ToString(),
    };
}

/// <summary>A change of a character's model, with what is known about the character.</summary>
/// <param name="From">The model now; null if it is not set or not understood.</param>
/// <param name="IsModerated">Null if Convai did not say.</param>
/// <param name="Tools">Null if they have not been read.</param>
public sealed record ModelChange(LanguageModel? From, LanguageModel To, bool? IsModerated, CharacterToolCounts? Tools)
{
    /// <summary>Whether the account's list has a <c>reasoning</c> block for the new model.</summary>
    public bool TakesReasoning => To.Reasoning is not null;

    /// <summary>Whether the tools are being read now.</summary>
    public bool IsReadingTools { get; init; }

    public static ModelChange Between(ModelList models, string? from, string to, bool? isModerated, CharacterToolCounts? tools) =>
        new(from is null ? null : models.Describe(from), models.Describe(to), isModerated, tools);
}

/// <summary>
/// What changing the model does to a character, by the account's list, the catalogue, Convai's public table of models and Convai's documentation.
/// Something that both models have in common is left out, unless it depends on the character.
/// </summary>
public static class ModelConsequences
{
    public const int MaxWarnings = 2;

    private const string AccountList = "Your account's list";
    private const string Catalogue = "The dashboard's catalogue";
    private const string Documentation = "Convai's documentation";
    private const string NotDocumented = "Not documented by Convai";
    private const string NothingKnown = "Nothing is known about its cost, its tools or its voice.";
    private const string WhichIsNotListed = "your account's list doesn't say which";
    private const string OnlySome = $"Only tool-capable models call them; {WhichIsNotListed}.";

    private static readonly string Page = PublishedModels.Shipped.Source;

    /// <summary>Lists the consequences, the most serious first.</summary>
    public static IReadOnlyList<ModelConsequence> For(ModelChange change)
    {
        ModelConsequence?[] consequences =
        [
            UnknownConsequence(change.To), AvailabilityConsequence(change), VoiceConsequence(change), CostConsequence(change), StabilityConsequence(change), ToolsConsequence(change), KnowledgeConsequence,
            .. ModerationConsequences(change.IsModerated), TemperatureConsequence(change),
        ];
        var warnings = 0;
        return [.. consequences.OfType<ModelConsequence>().Select(consequence => consequence with { NeedsCheck = consequence.IsWarning, IsWarning = consequence.IsWarning && ++warnings <= MaxWarnings })];
    }

    /// <summary>"2 active functions, 1 MCP server"; a number that is not known is named as such.</summary>
    public static string Describe(CharacterToolCounts tools) => (tools.Functions, tools.McpServers) switch
    {
        (null, null) => "active functions and MCP servers unknown",
        ( > 0, 0) => Functions(tools.Functions),
        (0, > 0) => Servers(tools.McpServers),
        var (functions, servers) => $"{Functions(functions)}, {Servers(servers)}",
    };

    private static ModelConsequence? UnknownConsequence(LanguageModel model) => model switch
    {
        { IsUnknown: true, Availability: Availability.Unknown } => new(
            ConsequenceTopic.Unknown,
            $"{ModelText.NotKnownHere} {NothingKnown}",
            Catalogue,
            "nothing known about the model",
            IsWarning: true),
        { IsUnknown: true } => new(
            ConsequenceTopic.Unknown,
            $"{ModelText.NotListedAnywhere} {NothingKnown}",
            $"{AccountList}; {Lower(Catalogue)}; {Page}",
            "nothing known about the model",
            IsWarning: true),
        { IsInCatalogue: false, Published: null } => new(
            ConsequenceTopic.Unknown,
            "Only your account's list contains this model. Nothing is known about its cost and about changes without notice.",
            $"{Catalogue} and {Page} don't list it",
            "little known about the model"),
        _ => null,
    };

    private static ModelConsequence? AvailabilityConsequence(ModelChange change) => change switch
    {
        { To.IsDeprecated: true } => new(ConsequenceTopic.Availability, "Convai is retiring this model.", AccountList, "being retired", IsWarning: true),
        { To: { IsUnknown: false, Availability: Availability.NotListed } } => new(
            ConsequenceTopic.Availability, "Not available to your account, so Convai may reject it.", AccountList, "not available to your account", IsWarning: true),
        { To.Availability: Availability.NotForCharacter } => new(
            ConsequenceTopic.Availability, "Not offered for this character, so Convai may reject it. With moderation off, Convai offers fewer models.", AccountList, "not offered for this character", IsWarning: true),
        { From: { IsDeprecated: true } from } => new(ConsequenceTopic.Availability, $"Leaves {from.Name}, which Convai is retiring.", AccountList, "leaves a model that is being retired"),
        { From: { Availability: Availability.NotListed } from } => new(
            ConsequenceTopic.Availability, $"Leaves {from.Name}, which is not available to your account.", AccountList, "leaves a model that isn't available to your account"),
        { From: { Availability: Availability.NotForCharacter } from } => new(
            ConsequenceTopic.Availability, $"Leaves {from.Name}, which Convai doesn't offer for this character.", AccountList, "leaves a model that isn't offered for this character"),
        _ => null,
    };

    private static ModelConsequence? VoiceConsequence(ModelChange change) => (change.From?.IsLiveVoiceOnly, change.To.IsLiveVoiceOnly) switch
    {
        (not true, true) => new(ConsequenceTopic.Voice, "Live voice only: it may not answer in text.", VoiceSource(change.To), "live voice only", IsWarning: true),
        (true, false) => new(ConsequenceTopic.Voice, "No longer live voice only.", VoiceSource(change.From!), "no longer live voice only"),
        _ => null,
    };

    private static string VoiceSource(LanguageModel model) => model.Published?.Is(PublishedMark.Realtime) == true ? Page : $"The code {model.ShownCode}; for this one {Lower(NotDocumented)}";

    private static ModelConsequence? CostConsequence(ModelChange change) => (IsFlagship(change.From), IsFlagship(change.To)) switch
    {
        (false, true) => new(
            ConsequenceTopic.Cost, "A Flagship model: every interaction also counts against the plan's Flagship cap.", FlagshipSource(change.To), "Flagship", IsWarning: true),
        (true, false) => new(
            ConsequenceTopic.Cost, "Not a Flagship model: interactions no longer count against the plan's Flagship cap.", FlagshipSource(change.From!), "no longer Flagship"),
        _ => null,
    };

    private static bool IsFlagship(LanguageModel? model) => model?.Flags.Contains(ModelFlag.Flagship) == true;

    /// <summary>Who marks the model as Flagship, and the other source where it disagrees.</summary>
    private static string FlagshipSource(LanguageModel model) => (model.IsInCatalogue, model.Published) switch
    {
        (false, _) => Page,
        (true, null) => $"{Catalogue}; {Page} doesn't list it",
        (true, { } published) => published.Is(PublishedMark.Flagship) ? $"{Catalogue}, {Page}" : $"{Catalogue}; {Page} doesn't mark it",
    };

    private static ModelConsequence? StabilityConsequence(ModelChange change) => (IsLatest(change.From), IsLatest(change.To)) switch
    {
        (false, true) => new(
            ConsequenceTopic.Stability, "Convai moves this code to newer models, so the character can change without an edit and without notice.", Page, "changes without notice", IsWarning: true),
        (true, false) => new(ConsequenceTopic.Stability, $"Unlike {change.From!.Name}, it isn't marked “latest”, which means changes without notice.", Page, "no longer “latest”"),
        _ => null,
    };

    private static bool IsLatest(LanguageModel? model) => model?.Published?.Is(PublishedMark.Latest) == true;

    private static ModelConsequence? ToolsConsequence(ModelChange change) => change switch
    {
        { IsReadingTools: true } => new(ConsequenceTopic.Tools, "Checking for active functions and MCP servers…", Documentation, null),
        { Tools: null } => new(ConsequenceTopic.Tools, $"Active functions and MCP servers: not checked. {OnlySome}", Documentation, "tools not checked"),
        { Tools.IsNone: true } => null,
        { Tools: { HasAny: true } tools } => new(ConsequenceTopic.Tools, $"{DisplayText.Capitalize(Describe(tools))}. {OnlySome}", $"Read from this character; {Documentation}", Describe(tools), IsWarning: true) { HasTools = true },
        { Tools: { } tools } => new(ConsequenceTopic.Tools, $"{DisplayText.Capitalize(Describe(tools))}. {OnlySome}", $"Read from this character; {Documentation}", "tools unknown"),
    };

    // Neither what the character knows nor which models take it can be read through the API.
    private static readonly ModelConsequence KnowledgeConsequence = new(
        ConsequenceTopic.Knowledge, $"In-Context knowledge may fall back to retrieval, text only. It works on some models only; {WhichIsNotListed}.", Documentation, null);

    private static IEnumerable<ModelConsequence> ModerationConsequences(bool? isModerated) => isModerated == false
        ?
        [
            new(ConsequenceTopic.Moderation, ModelText.ModerationOff, Documentation, "moderation off"),
            new(ConsequenceTopic.NarrativeDesign, "Doesn't work while moderation is off.", Documentation, null),
            new(ConsequenceTopic.Languages, "Multilingual support doesn't work while moderation is off.", Documentation, null),
        ]
        : [];

    private static ModelConsequence? TemperatureConsequence(ModelChange change) => change.TakesReasoning
        ? new(ConsequenceTopic.Temperature, "Convai doesn't say whether this model uses temperature.", NotDocumented, "may not use temperature")
        : null;

    private static string Functions(int? count) => count switch
    {
        null => "active functions unknown",
        0 => "no active functions",
        1 => "1 active function",
        _ => string.Create(CultureInfo.InvariantCulture, $"{count} active functions"),
    };

    private static string Servers(int? count) => count switch
    {
        null => "MCP servers unknown",
        0 => "no MCP servers",
        1 => "1 MCP server",
        _ => string.Create(CultureInfo.InvariantCulture, $"{count} MCP servers"),
    };

    private static string Lower(string text) => $"{char.ToLowerInvariant(text[0])}{text[1..]}";
}
