namespace Convai.Dashboard.Features.Changes;

/// <summary>Somebody at the page of a character.</summary>
/// <param name="Id">Of this one page: a person may have several open.</param>
public sealed record Visit(Guid Id, string CharacterId, string PersonId, string PersonName);

/// <summary>Who is at the page of which character right now, on any server.</summary>
public sealed class Visitors : IDisposable
{
    /// <summary>How often a visit is told again where there are other servers.</summary>
    public static readonly TimeSpan RepeatedEvery = TimeSpan.FromSeconds(30);

    // A server that was killed tells nobody that its visitors have gone.
    private static readonly TimeSpan ForgottenAfter = 3 * RepeatedEvery;

    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, Visit> _here = [];
    private readonly Dictionary<Guid, (Visit Visit, long HeardAt)> _elsewhere = [];
    private readonly IChangeFeed _feed;
    private readonly TimeProvider _time;
    private readonly IDisposable _listening;

    public Visitors(IChangeFeed feed, TimeProvider time)
    {
        (_feed, _time) = (feed, time);
        _listening = feed.Listen(Hear);
    }

    /// <summary>Dispose what it gives when the page is left.</summary>
    public IDisposable Enter(string characterId, string personId, string personName)
    {
        var visit = new Visit(Guid.NewGuid(), characterId, personId, personName);
        lock (_lock)
        {
            _here.Add(visit.Id, visit);
            _feed.Tell(new ChangeNews.Visited(visit, IsHere: true));
        }

        return new Leaving(this, visit);
    }

    /// <summary>The names of the others, each once, however many windows they have open.</summary>
    public IReadOnlyList<string> OthersAt(string characterId, string? personId)
    {
        lock (_lock)
        {
            return [.. _here.Values.Concat(_elsewhere.Values.Where(heard => !IsForgotten(heard.HeardAt)).Select(heard => heard.Visit))
                .Where(visit => visit.CharacterId == characterId && visit.PersonId != personId)
                .DistinctBy(visit => visit.PersonId)
                .Select(visit => visit.PersonName)];
        }
    }

    /// <summary>For servers that have come since, or have missed it.</summary>
    public void Repeat()
    {
        // Told under the lock, so that nobody who leaves meanwhile is told to be here afterwards.
        lock (_lock)
        {
            foreach (var (id, _) in _elsewhere.Where(heard => IsForgotten(heard.Value.HeardAt)).ToList())
            {
                _elsewhere.Remove(id);
            }

            foreach (var visit in _here.Values)
            {
                _feed.Tell(new ChangeNews.Visited(visit, IsHere: true));
            }
        }
    }

    public void Dispose() => _listening.Dispose();

    private bool IsForgotten(long heardAt) => _time.GetElapsedTime(heardAt) >= ForgottenAfter;

    private void Hear(ChangeNews news)
    {
        if (news is not ChangeNews.Visited { Visit: var visit } visited)
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

    private sealed class Leaving(Visitors visitors, Visit visit) : IDisposable
    {
        public void Dispose()
        {
            lock (visitors._lock)
            {
                visitors._here.Remove(visit.Id);
                visitors._feed.Tell(new ChangeNews.Visited(visit, IsHere: false));
            }
        }
    }
}
