using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Domain;

namespace Convai.Dashboard.Features.Models;

public enum ModelFlag
{
    /// <summary>One of its provider's most capable models; its use counts against the plan's Flagship interaction cap (source: Convai's model page).</summary>
    Flagship,

    /// <summary>One of the models that stay available while a character's moderation filter is off (source: Convai's model page).</summary>
    Uncensored,

    /// <summary>One of the account's own models (Enterprise); set in the catalogue by the operator.</summary>
    Private,
}

/// <summary>What the account's list says about a model.</summary>
public enum Availability
{
    /// <summary>The account's list has not been read, or could not be: nothing is known.</summary>
    Unknown,
    Listed,
    NotListed,

    /// <summary>The account has it, but this character's list lacks it: with moderation off Convai offers fewer models.</summary>
    NotForCharacter,
}

/// <summary>A model as the dashboard shows it, merged from the catalogue and the account's list.</summary>
/// <param name="Code">The model code, compared ordinally and case-sensitively.</param>
/// <param name="Name">Convai's display name for this account, else the catalogue's name, else the published table's, else the code; sanitized for display.</param>
/// <param name="Flags">The catalogue's flags for a model that it contains, else the published table's.</param>
/// <param name="IsInCatalogue">False for a model that only the account's list knows, or none.</param>
public sealed record LanguageModel(
    string Code,
    string Name,
    ModelProvider Provider,
    IReadOnlyList<ModelFlag> Flags,
    bool IsInCatalogue,
    Availability Availability,
    bool IsDeprecated)
{
    /// <summary>The code, sanitized for display; never to be compared or sent.</summary>
    public string ShownCode => DisplayText.Sanitize(Code);

    /// <summary>How the model takes a reasoning effort, as the account's list says; null if it takes none or the list is not known.</summary>
    public ModelReasoning? Reasoning { get; init; }

    /// <summary>The name with the code in parentheses, for plain text; the code alone if the model has no other name.</summary>
    public string NameAndCode => Name == ShownCode ? ShownCode : $"{Name} ({ShownCode})";

    /// <summary>What Convai's public table says about the code; null if the table or both of our lists do not contain it.</summary>
    public PublishedModel? Published { get; init; }

    /// <summary>Documented as live voice only: marked so in Convai's public table, or by a segment of its code (<c>gemini-2.5-flash-live</c>).</summary>
    public bool IsLiveVoiceOnly => Published?.Is(PublishedMark.Realtime) == true
        || Code.Split('-').Any(segment => segment.Equals("realtime", StringComparison.OrdinalIgnoreCase) || segment.Equals("live", StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether Convai is retiring it, or the list is known to lack it.</summary>
    public bool IsGoingAway => IsDeprecated || Availability is Availability.NotListed or Availability.NotForCharacter;

    /// <summary>A code that neither the catalogue nor the account's list knows.</summary>
    public bool IsUnknown => !IsInCatalogue && Availability != Availability.Listed;
}

/// <param name="Position">Place in catalogue order, from 1; it gives the provider its colour. 0 is "Other".</param>
public sealed record ModelProvider(string Name, int Position)
{
    public static readonly ModelProvider Other = new("Other", 0);
}
