using System.Threading.Channels;

namespace Convai.Dashboard.Features.Changes;

/// <summary>An event for open pages.</summary>
public abstract record ChangeEvent
{
    private ChangeEvent()
    {
    }

    /// <summary>A change was recorded, or its outcome became known.</summary>
    public sealed record Recorded(ChangeRecord Change) : ChangeEvent;

    /// <summary>Someone opened a character's page, is still on it, or left it.</summary>
    public sealed record Visited(Visit Visit, bool IsHere) : ChangeEvent;

    /// <summary>A batch was planned, started, paused or ended, or continues with its next item.</summary>
    public sealed record BatchUpdated(long BatchId) : ChangeEvent;

    /// <summary>A rehearsal was started, revealed, marked or ended, or continues with its next step.</summary>
    public sealed record RehearsalUpdated(long RehearsalId) : ChangeEvent;

    /// <summary>A preset was created, changed or deleted, or characters got or lost one without a change of their values.</summary>
    public sealed record PresetsUpdated : ChangeEvent;

    /// <summary>A group was created, renamed or deleted, or characters were added to it or removed from it.</summary>
    public sealed record GroupsUpdated : ChangeEvent;

    /// <summary>A script was created, changed or deleted.</summary>
    public sealed record ScriptsUpdated : ChangeEvent;

    /// <summary>
    /// Events from other servers were missed for a while. Missed changes are published again, each as <see cref="Recorded"/>; pages that show batches,
    /// rehearsals, scripts, presets or groups read them again.
    /// </summary>
    public sealed record Resynchronized : ChangeEvent;
}

/// <summary>
/// Publishes events to every open page, in order: on one server, or on all servers that share a database. Each
/// subscriber dispatches to its own page.
/// </summary>
public interface IChangeFeed
{
    /// <summary>Returns at once, so that saving never waits for other pages.</summary>
    void Publish(ChangeEvent changeEvent);

    /// <summary>Dispose the result to unsubscribe.</summary>
    IDisposable Subscribe(Action<ChangeEvent> handler);
}

/// <summary>The feed of one server.</summary>
internal sealed partial class InProcessChangeFeed : IChangeFeed, IDisposable
{
    private readonly ILogger<InProcessChangeFeed> _logger;
    private readonly Channel<ChangeEvent> _events = Channel.CreateUnbounded<ChangeEvent>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Lock _lock = new();
    private readonly HashSet<Listener> _listeners = [];

    public InProcessChangeFeed(ILogger<InProcessChangeFeed> logger)
    {
        _logger = logger;
        _ = Task.Run(DeliverAsync);
    }

    public void Publish(ChangeEvent changeEvent) => _events.Writer.TryWrite(changeEvent);

    public IDisposable Subscribe(Action<ChangeEvent> handler)
    {
        var listener = new Listener(this, handler);
        lock (_lock)
        {
            _listeners.Add(listener);
        }

        return listener;
    }

    public void Dispose() => _events.Writer.TryComplete();

    private async Task DeliverAsync()
    {
        await foreach (var changeEvent in _events.Reader.ReadAllAsync())
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
                    listener.Deliver(changeEvent);
                }
                catch (Exception exception)
                {
                    // One failing page must not keep the event from the others.
                    LogListenerFailed(exception);
                }
            }
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "An open page failed to handle an event.")]
    private partial void LogListenerFailed(Exception exception);

    private sealed class Listener(InProcessChangeFeed feed, Action<ChangeEvent> handler) : IDisposable
    {
        public void Deliver(ChangeEvent changeEvent) => handler(changeEvent);

        public void Dispose()
        {
            lock (feed._lock)
            {
                feed._listeners.Remove(this);
            }
        }
    }
}
