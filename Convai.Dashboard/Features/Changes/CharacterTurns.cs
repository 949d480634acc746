using System.Collections.Concurrent;

namespace Convai.Dashboard.Features.Changes;

/// <summary>One at a time for each character, first come, first served; different characters do not wait for each other.</summary>
public sealed class CharacterTurns
{
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _turns = new(StringComparer.Ordinal);

    /// <summary>Dispose what it gives to end the turn.</summary>
    public async Task<IDisposable> EnterAsync(string characterId, CancellationToken cancellationToken)
    {
        var turn = Of(characterId);
        await turn.WaitAsync(cancellationToken);
        return new Turn(turn);
    }

    /// <summary>Null where somebody else is at it.</summary>
    public IDisposable? TryEnter(string characterId)
    {
        var turn = Of(characterId);
        return turn.Wait(0) ? new Turn(turn) : null;
    }

    private SemaphoreSlim Of(string characterId) => _turns.GetOrAdd(characterId, _ => new SemaphoreSlim(1));

    private sealed class Turn(SemaphoreSlim semaphore) : IDisposable
    {
        public void Dispose() => semaphore.Release();
    }
}
