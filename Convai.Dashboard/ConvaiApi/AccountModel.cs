using Convai.Dashboard.Domain;

namespace Convai.Dashboard.ConvaiApi;

/// <summary>One entry of the account's list (<c>getSupportedModel</c>): a model that Convai says this account may use.</summary>
/// <param name="Name">Convai's display name; null where it gives none.</param>
/// <param name="IsDeprecated">True for a model that Convai is retiring.</param>
public sealed record AccountModel(string Code, string? Name, bool IsDeprecated)
{
    /// <summary>Null for a model that takes no reasoning effort.</summary>
    public ModelReasoning? Reasoning { get; init; }
}
