namespace Convai.Dashboard.Components.Shared;

/// <summary>The time where the person is, and one timer for all the times that a page keeps up to date; it runs while there are any.</summary>
public sealed class PageClock(TimeProvider time) : IDisposable
{
    private static readonly TimeSpan TickInterval = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly HashSet<Listener> _listeners = [];
    private ITimer? _timer;

    /// <summary>In UTC.</summary>
    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>The zone of the person's browser; UTC until the browser has said it.</summary>
    public LocalTime Local { get; private set; } = LocalTime.Utc;

    /// <param name="zone">As in <see cref="LocalTime.ForZone"/>.</param>
    /// <returns>Whether the times of the page change.</returns>
    public bool SetZone(string? zone)
    {
        var before = Local;
        Local = LocalTime.ForZone(zone);
        return Local != before;
    }

    /// <summary>Dispose the result to unsubscribe. Each subscriber dispatches to its own page.</summary>
    public IDisposable Subscribe(Action tick)
    {
        var listener = new Listener(this, tick);
        lock (_lock)
        {
            _listeners.Add(listener);
            _timer ??= time.CreateTimer(_ => Tick(), null, TickInterval, TickInterval);
        }

        return listener;
    }

    public void Dispose() => _timer?.Dispose();

    private void Tick()
    {
        Listener[] listeners;
        lock (_lock)
        {
            listeners = [.. _listeners];
        }

        foreach (var listener in listeners)
        {
            listener.Tick();
        }
    }

    private void Unsubscribe(Listener listener)
    {
        lock (_lock)
        {
            _listeners.Remove(listener);
            if (_listeners.Count == 0)
            {
                _timer?.Dispose();
                _timer = null;
            }
        }
    }

    private sealed class Listener(PageClock clock, Action tick) : IDisposable
    {
        public void Tick() => tick();

        public void Dispose() => clock.Unsubscribe(this);
    }
}
