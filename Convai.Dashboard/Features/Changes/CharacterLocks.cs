using System.Collections.Concurrent;
using Convai.Dashboard.Data;

namespace Convai.Dashboard.Features.Changes;

/// <summary>
/// Admits one writer at a time per character, across all servers; first come, first served on each. Different characters do not wait for each other.
/// Methods throw the exceptions that <see cref="DatabaseError"/> describes.
/// </summary>
public sealed class CharacterLocks(ServerLocks locks)
{
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _semaphores = new(StringComparer.Ordinal);

    /// <summary>Dispose the result to release the lock.</summary>
    public async Task<IAsyncDisposable> EnterAsync(string characterId, CancellationToken cancellationToken)
    {
        var semaphore = LockFor(characterId);
        await semaphore.WaitAsync(cancellationToken);
        return (await ShareAsync(semaphore, () => locks.AcquireAsync(Name(characterId), cancellationToken)!))!;
    }

    /// <summary>Null if someone else holds the lock.</summary>
    public async Task<IAsyncDisposable?> TryEnterAsync(string characterId, CancellationToken cancellationToken)
    {
        var semaphore = LockFor(characterId);
        return semaphore.Wait(0, CancellationToken.None) ? await ShareAsync(semaphore, () => locks.TryAcquireAsync(Name(characterId), cancellationToken)) : null;
    }

    private static string Name(string characterId) => $"character {characterId}";

    private SemaphoreSlim LockFor(string characterId) => _semaphores.GetOrAdd(characterId, _ => new SemaphoreSlim(1));

    private static async Task<IAsyncDisposable?> ShareAsync(SemaphoreSlim semaphore, Func<Task<ServerLock?>> take)
    {
        ServerLock? taken = null;
        try
        {
            taken = await take();
            return taken is null ? null : new HeldLock(semaphore, taken);
        }
        finally
        {
            if (taken is null)
            {
                semaphore.Release();
            }
        }
    }

    private sealed class HeldLock(SemaphoreSlim semaphore, ServerLock taken) : IAsyncDisposable
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
