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

    /// <summary>The plan's quota is used up: waiting does not help.</summary>
    QuotaUsedUp,
    Unreachable,
    TimedOut,

    /// <summary>An undocumented error: an HTTP error status, or an <c>ERROR</c> inside HTTP 200.</summary>
    ErrorAnswer,

    /// <summary>The answer says neither that it worked nor that it failed: HTML, broken JSON, an unknown status.</summary>
    NotUnderstood,
}

/// <summary>
/// A failed call, described for a designer. It contains no key and no upstream body; Convai's own text inside
/// <see cref="Reason"/> is shortened and stripped of control characters and of the key.
/// </summary>
/// <param name="Reason">One or two full sentences, ready to be shown.</param>
/// <param name="MayHaveBeenApplied">True if a write may have reached Convai anyway: verify before repeating it.</param>
/// <param name="Wait">How long to wait, for <see cref="ConvaiFailureKind.RateLimited"/> only.</param>
/// <param name="Reference">Convai's own reference for the failure, if it gave one.</param>
public sealed record ConvaiFailure(
    ConvaiFailureKind Kind,
    string Reason,
    bool MayHaveBeenApplied = false,
    RetryWait? Wait = null,
    string? Reference = null)
{
    /// <summary>The reason and the remaining wait.</summary>
    public string Sentence => Wait is null ? Reason : $"{Reason} {Wait.Sentence}";
}
