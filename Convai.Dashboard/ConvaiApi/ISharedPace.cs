namespace Convai.Dashboard.ConvaiApi;

/// <summary>
/// What all servers together have asked of Convai lately, there only where several use one account. Never fails: what cannot be shared for a moment
/// counts for this server alone.
/// </summary>
public interface ISharedPace
{
    /// <summary>Takes places for calls where so many are free.</summary>
    /// <param name="calls">Zero: only asks whether there is room.</param>
    /// <param name="limit">How many calls all servers may make within the window, these included.</param>
    /// <param name="window">How long a call counts.</param>
    Task<SharedPlaces> TakeAsync(int calls, int limit, TimeSpan window, CancellationToken cancellationToken);

    /// <summary>Convai has asked to be left alone.</summary>
    Task SilenceAsync(TimeSpan duration, CancellationToken cancellationToken);
}

/// <summary>Whether places were free.</summary>
/// <param name="Wait">Null: they are taken. Otherwise after how long to ask again.</param>
/// <param name="Used">Calls of all servers within the window.</param>
/// <param name="SilentFor">For how long Convai is to be left alone; zero or less for not at all.</param>
public readonly record struct SharedPlaces(TimeSpan? Wait, int Used, TimeSpan SilentFor);
