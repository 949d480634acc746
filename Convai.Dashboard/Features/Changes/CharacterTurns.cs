using System.Collections.Concurrent;
using Convai.Dashboard.Data;

namespace Convai.Dashboard.Features.Changes;

/// <summary>
/// One at a time for each character, whichever server they are at; on one server first come, first served. Different characters do not wait for each other.
/// Methods throw what <see cref="DatabaseTrouble"/> names.
/// </summary>
public sealed class CharacterTurns(ServerLocks locks)
{
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _turns = new(StringComparer.Ordinal);

    /// <summary>Dispose what it gives to end the turn.</summary>
    public async Task<IAsyncDisposable> EnterAsync(string characterId, CancellationToken cancellationToken)
    {
        var turn = Of(characterId);
        await turn.WaitAsync(cancellationToken);
        return (await ShareAsync(turn, () => locks.TakeAsync(Name(characterId), cancellationToken)!))!;
    }

    /// <summary>Null where somebody else is at it.</summary>
    public async Task<IAsyncDisposable?> TryEnterAsync(string characterId, CancellationToken cancellationToken)
    {
        var turn = Of(characterId);
        return turn.Wait(0, CancellationToken.None) ? await ShareAsync(turn, () => locks.TryTakeAsync(Name(characterId), cancellationToken)) : null;
    }

    private static string Name(string characterId) => $"character {characterId}";

    private SemaphoreSlim Of(string characterId) => _turns.GetOrAdd(characterId, _ => new SemaphoreSlim(1));

    private static async Task<IAsyncDisposable?> ShareAsync(SemaphoreSlim turn, Func<Task<ServerLock?>> take)
    {
        ServerLock? taken = null;
        try
        {
            taken = await take();
            return taken is null ? null : new Turn(turn, taken);
        }
        finally
        {
            if (taken is null)
            {
                turn.Release();
            }
        }
    }

    private sealed class Turn(SemaphoreSlim semaphore, ServerLock taken) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            try
            {
                await taken.DisposeAsync();
            }
            finally
            {
                semaphore.Release();
            }
        }
    }
}
