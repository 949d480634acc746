namespace Convai.Dashboard.Features.Changes;

/// <summary>News for open pages.</summary>
public abstract record ChangeNews(string CharacterId)
{
    /// <summary>A change was taken down, or what became of it was found out.</summary>
    public sealed record Recorded(Change Change) : ChangeNews(Change.CharacterId);

    /// <summary>Somebody came to the page of a character, or left it.</summary>
    public sealed record Visited(string CharacterId) : ChangeNews(CharacterId);
}

/// <summary>
/// Tells every open page what has just happened. An interface because several servers will share one; whoever listens must not
/// block, and hands over to its own page.
/// </summary>
public interface IChangeFeed
{
    void Tell(ChangeNews news);

    /// <summary>Dispose what it gives to hear no more.</summary>
    IDisposable Listen(Action<ChangeNews> hear);
}

/// <summary>The feed of one server.</summary>
internal sealed partial class InProcessChangeFeed(ILogger<InProcessChangeFeed> logger) : IChangeFeed
{
    private readonly Lock _lock = new();
    private readonly HashSet<Listener> _listeners = [];

    public void Tell(ChangeNews news)
    {
        Listener[] listeners;
        lock (_lock)
        {
            listeners = [.. _listeners];
        }

        foreach (var listener in listeners)
        {
            try
            {
                listener.Hear(news);
            }
            catch (Exception exception)
            {
                // One page that fails must not keep the news from the others, nor fail the change itself.
                LogListenerFailed(exception);
            }
        }
    }

    public IDisposable Listen(Action<ChangeNews> hear)
    {
        var listener = new Listener(this, hear);
        lock (_lock)
        {
            _listeners.Add(listener);
        }

        return listener;
    }

    [LoggerMessage(1, LogLevel.Warning, "An open page could not take in news of a change.")]
    private partial void LogListenerFailed(Exception exception);

    private sealed class Listener(InProcessChangeFeed feed, Action<ChangeNews> hear) : IDisposable
    {
        public void Hear(ChangeNews news) => hear(news);

        public void Dispose()
        {
            lock (feed._lock)
            {
                feed._listeners.Remove(this);
            }
        }
    }
}
