namespace Convai.Dashboard.Features.Changes;

/// <summary>A person who has a character's page open.</summary>
/// <param name="Id">Identifies this one page: a person may have several open.</param>
public sealed record Visit(Guid Id, string CharacterId, string PersonId, string PersonName);

/// <summary>Tracks who has which character's page open, on any server.</summary>
public sealed class Visitors : IDisposable
{
    /// <summary>How often a visit is published again if there are other servers.</summary>
    public static readonly TimeSpan RepublishInterval = TimeSpan.FromSeconds(30);

    // A server that was killed cannot publish that its visitors have left.
    private static readonly TimeSpan VisitTimeout = 3 * RepublishInterval;

    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, Visit> _here = [];
    private readonly Dictionary<Guid, (Visit Visit, long ReceivedAt)> _elsewhere = [];
    private readonly IChangeFeed _feed;
    private readonly TimeProvider _time;
    private readonly IDisposable _subscription;

    public Visitors(IChangeFeed feed, TimeProvider time)
    {
        (_feed, _time) = (feed, time);
        _subscription = feed.Subscribe(OnEvent);
    }

    /// <summary>Dispose the result when the page is left.</summary>
    public IDisposable Enter(string characterId, string personId, string personName)
    {
        var visit = new Visit(Guid.NewGuid(), characterId, personId, personName);
        lock (_lock)
        {
            _here.Add(visit.Id, visit);
            _feed.Publish(new ChangeEvent.Visited(visit, IsHere: true));
        }

        return new VisitRegistration(this, visit);
    }

    /// <summary>The names of the other visitors, each once, however many windows they have open.</summary>
    public IReadOnlyList<string> GetOtherVisitors(string characterId, string? personId)
    {
        lock (_lock)
        {
            return [.. _here.Values.Concat(_elsewhere.Values.Where(entry => !IsExpired(entry.ReceivedAt)).Select(entry => entry.Visit))
                .Where(visit => visit.CharacterId == characterId && visit.PersonId != personId)
                .DistinctBy(visit => visit.PersonId)
                .Select(visit => visit.PersonName)];
        }
    }

    /// <summary>Publishes all visits again, for servers that have started since or missed them.</summary>
    public void Republish()
    {
        // Published under the lock, so that a visitor who is just leaving is not reported as present afterwards.
        lock (_lock)
        {
            foreach (var (id, _) in _elsewhere.Where(visit => IsExpired(visit.Value.ReceivedAt)).ToList())
            {
                _elsewhere.Remove(id);
            }

            foreach (var visit in _here.Values)
            {
                _feed.Publish(new ChangeEvent.Visited(visit, IsHere: true));
            }
        }
    }

    public void Dispose() => _subscription.Dispose();

    private bool IsExpired(long receivedAt) => _time.GetElapsedTime(receivedAt) >= VisitTimeout;

    private void OnEvent(ChangeEvent changeEvent)
    {
        if (changeEvent is not ChangeEvent.Visited { Visit: var visit } visited)
        {
            return;
        }

        lock (_lock)
        {
            if (!visited.IsHere)
            {
                _elsewhere.Remove(visit.Id);
            }
            else if (!_here.ContainsKey(visit.Id))
            {
                _elsewhere[visit.Id] = (visit, _time.GetTimestamp());
            }
        }
    }

    private sealed class VisitRegistration(Visitors visitors, Visit visit) : IDisposable
    {
        public void Dispose()
        {
            lock (visitors._lock)
            {
                visitors._here.Remove(visit.Id);
                visitors._feed.Publish(new ChangeEvent.Visited(visit, IsHere: false));
            }
        }
    }
}
