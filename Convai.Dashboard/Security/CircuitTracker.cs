using System.Collections.Concurrent;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;

namespace Convai.Dashboard.Security;

/// <summary>
/// Counts the circuits (open pages) of this server and limits them per person. A circuit holds memory while its page is open and for some minutes after
/// its connection is lost.
/// </summary>
public sealed class CircuitTracker
{
    /// <summary>Per person and server. More than anyone works with; together they hold less than 50 MB.</summary>
    public const int MaxPerPerson = 50;

    private readonly ConcurrentDictionary<string, int> _counts = new(StringComparer.Ordinal);
    private int _connected;

    /// <summary>Includes circuits that have lost their connection and can still be resumed.</summary>
    public int Open => _counts.Values.Sum();

    public int Connected => Volatile.Read(ref _connected);

    /// <summary>True: the person cannot open another page.</summary>
    public bool IsFull(string personId) => _counts.GetValueOrDefault(personId) >= MaxPerPerson;

    internal bool TryAdd(string personId)
    {
        if (_counts.AddOrUpdate(personId, 1, (_, count) => count + 1) <= MaxPerPerson)
        {
            return true;
        }

        Remove(personId);
        return false;
    }

    internal void Remove(string personId)
    {
        if (_counts.AddOrUpdate(personId, 0, (_, count) => count - 1) == 0)
        {
            // Only if none was added in between.
            _counts.TryRemove(new KeyValuePair<string, int>(personId, 0));
        }
    }

    internal void AddConnected(int more) => Interlocked.Add(ref _connected, more);
}

/// <summary>Reports one circuit to the tracker. A visit beyond the limit gets a static page that says so (App.razor); a script that starts a circuit anyway is refused here.</summary>
internal sealed class TrackedCircuit(CircuitTracker tracker, AuthenticationStateProvider authentication) : CircuitHandler
{
    private string? _personId;
    private bool _isConnected;

    public override async Task OnCircuitOpenedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        var id = (await authentication.GetAuthenticationStateAsync()).User.PersonId() ?? "";
        _personId = tracker.TryAdd(id) ? id : throw new InvalidOperationException($"A person who has {CircuitTracker.MaxPerPerson} pages open on this server opened another.");
    }

    public override Task OnConnectionUpAsync(Circuit circuit, CancellationToken cancellationToken) => SetConnectedAsync(true);

    public override Task OnConnectionDownAsync(Circuit circuit, CancellationToken cancellationToken) => SetConnectedAsync(false);

    public override Task OnCircuitClosedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        if (_personId is { } id)
        {
            _personId = null;
            tracker.Remove(id);
        }

        return Task.CompletedTask;
    }

    private Task SetConnectedAsync(bool isConnected)
    {
        if (isConnected != _isConnected)
        {
            _isConnected = isConnected;
            tracker.AddConnected(isConnected ? 1 : -1);
        }

        return Task.CompletedTask;
    }
}
