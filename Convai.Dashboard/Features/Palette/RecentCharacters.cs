using Convai.Dashboard.Features.Changes;

namespace Convai.Dashboard.Features.Palette;

/// <summary>
/// The characters whose pages each person opened last, in any browser and on any server. They are kept in memory: a restart forgets them.
/// </summary>
public sealed class RecentCharacters : IDisposable
{
    /// <summary>How many are kept for each person.</summary>
    public const int MaxKept = 8;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, List<Visit>> _visits = new(StringComparer.Ordinal);
    private readonly IDisposable _subscription;

    public RecentCharacters(IChangeFeed feed) => _subscription = feed.Subscribe(OnEvent);

    /// <summary>The ids of the characters, the last one first.</summary>
    public IReadOnlyList<string> For(string personId)
    {
        lock (_lock)
        {
            return _visits.TryGetValue(personId, out var visits) ? [.. visits.Select(visit => visit.CharacterId)] : [];
        }
    }

    private void OnEvent(ChangeEvent changeEvent)
    {
        if (changeEvent is not ChangeEvent.Visited { IsHere: true, Visit: var visit })
        {
            return;
        }

        lock (_lock)
        {
            if (!_visits.TryGetValue(visit.PersonId, out var visits))
            {
                _visits[visit.PersonId] = visits = [];
            }

            // With several servers, visits are repeated while the page is open.
            if (visits.Exists(known => known.Id == visit.Id))
            {
                return;
            }

            visits.RemoveAll(known => string.Equals(known.CharacterId, visit.CharacterId, StringComparison.Ordinal));
            visits.Insert(0, visit);
            visits.RemoveRange(Math.Min(visits.Count, MaxKept), Math.Max(0, visits.Count - MaxKept));
        }
    }

    public void Dispose() => _subscription.Dispose();
}
