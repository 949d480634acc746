namespace Convai.Dashboard.Domain;

/// <summary>How a model takes a reasoning effort, as the account's list says (source: Convai's Core AI Settings page of August 2026).</summary>
/// <param name="Levels">The names of its levels, from least to most, as Convai spells them; any names, in any number.</param>
/// <param name="SupportsAuto">Whether the provider can decide.</param>
/// <param name="Default">The provider's own level; null if the list names none. It may not be among the levels.</param>
public sealed record ModelReasoning(IReadOnlyList<string> Levels, bool SupportsAuto, string? Default)
{
    /// <summary>Everything that can be set, in the order in which it is offered.</summary>
    public IReadOnlyList<string> Values { get; } = [.. Levels, .. SupportsAuto ? new[] { ReasoningEffort.Auto } : [], ReasoningEffort.ModelDefault];

    public bool Offers(string value) => Values.Contains(value, StringComparer.Ordinal);

    public bool Equals(ModelReasoning? other) =>
        other is not null && SupportsAuto == other.SupportsAuto && Default == other.Default && Levels.SequenceEqual(other.Levels, StringComparer.Ordinal);

    public override int GetHashCode() => HashCode.Combine(Levels.Count, SupportsAuto, Default);
}
