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

    /// <summary>An error that is not documented: by its HTTP status, or an <c>ERROR</c> inside HTTP 200.</summary>
    ErrorAnswer,

    /// <summary>The answer says neither that it worked nor that it failed: HTML, broken JSON, an unknown status.</summary>
    NotUnderstood,
}

/// <summary>
/// A failed call, told to a designer. It holds no key and no upstream body; the words of Convai inside
/// <see cref="Reason"/> are shortened, stripped of control characters and of the key.
/// </summary>
/// <param name="Reason">One or two full sentences, ready to be shown.</param>
/// <param name="MayHaveBeenApplied">True where a write may have reached Convai all the same: read back before repeating it.</param>
/// <param name="Wait">How long to wait, for <see cref="ConvaiFailureKind.RateLimited"/> only.</param>
/// <param name="Reference">Convai's own reference of the failure, where it gave one.</param>
public sealed record ConvaiFailure(
    ConvaiFailureKind Kind,
    string Reason,
    bool MayHaveBeenApplied = false,
    RetryWait? Wait = null,
    string? Reference = null)
{
    /// <summary>The reason, and how long is left to wait at this moment.</summary>
    public string Sentence => Wait is null ? Reason : $"{Reason} {Wait.Sentence}";
}
