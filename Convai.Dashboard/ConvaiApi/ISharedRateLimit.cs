namespace Convai.Dashboard.ConvaiApi;

/// <summary>
/// Counts the recent calls of all servers together; exists only if several servers use one account. Never fails: calls that cannot be shared for a moment
/// count for this server alone.
/// </summary>
public interface ISharedRateLimit
{
    /// <summary>Takes permits for calls if enough are free.</summary>
    /// <param name="calls">Zero only asks whether a permit is free.</param>
    /// <param name="limit">How many calls all servers may make within the window, these included.</param>
    /// <param name="window">How long a call counts.</param>
    Task<SharedPermits> AcquireAsync(int calls, int limit, TimeSpan window, CancellationToken cancellationToken);

    /// <summary>Shares a back-off that Convai asked for.</summary>
    Task BackOffAsync(TimeSpan duration, CancellationToken cancellationToken);
}

/// <summary>The answer to a request for permits.</summary>
/// <param name="Wait">Null if the permits were granted; otherwise how long to wait before asking again.</param>
/// <param name="Used">Calls of all servers within the window.</param>
/// <param name="BackOffRemaining">How much longer Convai's back-off lasts; zero or less if there is none.</param>
public readonly record struct SharedPermits(TimeSpan? Wait, int Used, TimeSpan BackOffRemaining);
