using System.Threading.Channels;

namespace Convai.Dashboard.Features.Changes;

/// <summary>News for open pages.</summary>
public abstract record ChangeNews
{
    private ChangeNews()
    {
    }

    /// <summary>A change was taken down, or what became of it was found out.</summary>
    public sealed record Recorded(Change Change) : ChangeNews;

    /// <summary>Somebody came to the page of a character, is still there, or left it.</summary>
    public sealed record Visited(Visit Visit, bool IsHere) : ChangeNews;

    /// <summary>A batch was planned, started, paused or ended, or goes on with its next row.</summary>
    public sealed record BatchMoved(long BatchId) : ChangeNews;

    /// <summary>A preset was made, changed or deleted.</summary>
    public sealed record PresetsMoved : ChangeNews;

    /// <summary>
    /// The other servers could not be heard for a while. Changes that were missed are told again, each as <see cref="Recorded"/>; whoever shows batches or
    /// presets reads them again.
    /// </summary>
    public sealed record Missed : ChangeNews;
}

/// <summary>
/// Tells every open page what has just happened, in that order: the pages of one server, or of all that share a database. Whoever
/// listens hands over to its own page.
/// </summary>
public interface IChangeFeed
{
    /// <summary>Returns at once: nobody who saves waits for the pages of others.</summary>
    void Tell(ChangeNews news);

    /// <summary>Dispose what it gives to hear no more.</summary>
    IDisposable Listen(Action<ChangeNews> hear);
}

/// <summary>The feed of one server.</summary>
internal sealed partial class InProcessChangeFeed : IChangeFeed, IDisposable
{
    private readonly ILogger<InProcessChangeFeed> _logger;
    private readonly Channel<ChangeNews> _news = Channel.CreateUnbounded<ChangeNews>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Lock _lock = new();
    private readonly HashSet<Listener> _listeners = [];

    public InProcessChangeFeed(ILogger<InProcessChangeFeed> logger)
    {
        _logger = logger;
        _ = Task.Run(DeliverAsync);
    }

    public void Tell(ChangeNews news) => _news.Writer.TryWrite(news);

    public IDisposable Listen(Action<ChangeNews> hear)
    {
        var listener = new Listener(this, hear);
        lock (_lock)
        {
            _listeners.Add(listener);
        }

        return listener;
    }

    public void Dispose() => _news.Writer.TryComplete();

    private async Task DeliverAsync()
    {
        await foreach (var news in _news.Reader.ReadAllAsync())
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
                    // One page that fails must not keep the news from the others.
                    LogListenerFailed(exception);
                }
            }
        }
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
