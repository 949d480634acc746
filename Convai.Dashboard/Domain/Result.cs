namespace Convai.Dashboard.Domain;

/// <summary>
/// What came of something that a person asked for: it was done, or it was refused and nothing was changed. A service without a
/// richer answer gives one of these. That the person may not ask at all is <c>AccessDeniedException</c> instead.
/// </summary>
/// <param name="Refusal">Why nothing was changed, in a sentence for the person; null when it was done.</param>
public readonly record struct Result(string? Refusal)
{
    public static readonly Result Done;

    public static implicit operator Result(string refusal) => new(refusal);
}

/// <summary>The same with what was made.</summary>
/// <param name="Value">Null when it was refused.</param>
/// <param name="Refusal">Why nothing was changed, in a sentence for the person; null when it was done.</param>
public readonly record struct Result<T>(T? Value, string? Refusal)
    where T : class
{
    public static implicit operator Result<T>(T value) => new(value, null);

    public static implicit operator Result<T>(string refusal) => new(null, refusal);
}
