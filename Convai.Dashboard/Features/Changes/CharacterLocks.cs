using System.Collections.Concurrent;
using Convai.Dashboard.Data;

namespace Convai.Dashboard.Features.Changes;

/// <summary>
/// Admits one writer at a time per character, across all servers; first come, first served on each. Different characters do not wait for each other.
/// Methods throw the exceptions that <see cref="DatabaseError"/> describes.
/// </summary>
public sealed class CharacterLocks(ServerLocks locks)
{
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _turns = new(StringComparer.Ordinal);

    /// <summary>Dispose the result to release the lock.</summary>
    public async Task<IAsyncDisposable> EnterAsync(string characterId, CancellationToken cancellationToken)
    {
        var turn = LockFor(characterId);
        await turn.WaitAsync(cancellationToken);
        return (await ShareAsync(turn, () => locks.TakeAsync(Name(characterId), cancellationToken)!))!;
    }

    /// <summary>Null if someone else holds the lock.</summary>
    public async Task<IAsyncDisposable?> TryEnterAsync(string characterId, CancellationToken cancellationToken)
    {
        var turn = LockFor(characterId);
        return turn.Wait(0, CancellationToken.None) ? await ShareAsync(turn, () => locks.TryTakeAsync(Name(characterId), cancellationToken)) : null;
    }

    private static string Name(string characterId) => $"character {characterId}";

    private SemaphoreSlim LockFor(string characterId) => _turns.GetOrAdd(characterId, _ => new SemaphoreSlim(1));

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
