namespace Convai.Dashboard.Domain;

/// <summary>
/// The outcome of an action: it was done, or it was refused and nothing was changed. Services that need no richer outcome return
/// this. If the person may not use the service at all, it throws <c>AccessDeniedException</c> instead.
/// </summary>
/// <param name="Error">Why nothing was changed, in a sentence for the person; null when it was done.</param>
public readonly record struct Result(string? Error)
{
    public static readonly Result Success;

    public static implicit operator Result(string refusal) => new(refusal);
}

/// <summary>The outcome of an action that creates something.</summary>
/// <param name="Value">Null when it was refused.</param>
/// <param name="Error">Why nothing was changed, in a sentence for the person; null when it was done.</param>
public readonly record struct Result<T>(T? Value, string? Error)
    where T : class
{
    public static implicit operator Result<T>(T value) => new(value, null);

    public static implicit operator Result<T>(string refusal) => new(null, refusal);

    /// <summary>The outcome alone, for a caller that has already used the value.</summary>
    public Result WithoutValue => new(Error);
}
