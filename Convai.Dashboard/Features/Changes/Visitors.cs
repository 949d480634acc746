namespace Convai.Dashboard.Features.Changes;

/// <summary>Who is at the page of which character right now.</summary>
public sealed class Visitors(IChangeFeed feed)
{
    private readonly Lock _lock = new();
    private readonly List<Visit> _visits = [];

    /// <summary>Dispose what it gives when the page is left.</summary>
    public IDisposable Enter(string characterId, string personId, string personName)
    {
        var visit = new Visit(this, characterId, personId, personName);
        lock (_lock)
        {
            _visits.Add(visit);
        }

        Tell(characterId);
        return visit;
    }

    /// <summary>The names of the others, each once, however many windows they have open.</summary>
    public IReadOnlyList<string> OthersAt(string characterId, string? personId)
    {
        lock (_lock)
        {
            return [.. _visits
                .Where(visit => visit.CharacterId == characterId && visit.PersonId != personId)
                .DistinctBy(visit => visit.PersonId)
                .Select(visit => visit.PersonName)];
        }
    }

    private void Tell(string characterId) => feed.Tell(new ChangeNews.Visited(characterId));

    private sealed record Visit(Visitors Visitors, string CharacterId, string PersonId, string PersonName) : IDisposable
    {
        public void Dispose()
        {
            lock (Visitors._lock)
            {
                Visitors._visits.RemoveAll(visit => ReferenceEquals(visit, this));
            }

            Visitors.Tell(CharacterId);
        }
    }
}
