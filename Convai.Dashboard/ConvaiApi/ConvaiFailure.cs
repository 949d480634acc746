namespace Convai.Dashboard.ConvaiApi;

/// <summary>Every way in which a call to Convai can fail.</summary>
public enum ConvaiFailureKind
{
    KeyMissing,
    KeyRejected,
    PlanDoesNotAllowWrites,
    UnknownCharacter,
    ValueRejected,
    RateLimited,
    Unreachable,
    TimedOut,
    NotUnderstood,
}

/// <summary>
/// A failed call, told to a designer. It holds no key and no upstream body; the words of Convai inside
/// <see cref="Sentence"/> are shortened, stripped of control characters and of the key.
/// </summary>
/// <param name="Sentence">One or two full sentences, ready to be shown.</param>
/// <param name="MayHaveBeenApplied">True where a write may have reached Convai all the same: read back before repeating it.</param>
/// <param name="RetryAfter">How long to wait, for <see cref="ConvaiFailureKind.RateLimited"/> only.</param>
/// <param name="Reference">Convai's own reference of the failure, where it gave one.</param>
public sealed record ConvaiFailure(
    ConvaiFailureKind Kind,
    string Sentence,
    bool MayHaveBeenApplied = false,
    TimeSpan? RetryAfter = null,
    string? Reference = null);
