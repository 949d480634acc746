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
    public async Task<IAsyncDisposable> AcquireAsync(string characterId, CancellationToken cancellationToken)
    {
        var semaphore = GetSemaphore(characterId);
        await semaphore.WaitAsync(cancellationToken);
        return (await AcquireServerLockAsync(semaphore, () => locks.AcquireAsync(GetLockName(characterId), cancellationToken)!))!;
    }

    /// <summary>Null if someone else holds the lock.</summary>
    public async Task<IAsyncDisposable?> TryAcquireAsync(string characterId, CancellationToken cancellationToken)
    {
        var semaphore = GetSemaphore(characterId);
        return semaphore.Wait(0, CancellationToken.None) ? await AcquireServerLockAsync(semaphore, () => locks.TryAcquireAsync(GetLockName(characterId), cancellationToken)) : null;
    }

    private static string GetLockName(string characterId) => $"character {characterId}";

    private SemaphoreSlim GetSemaphore(string characterId) => _semaphores.GetOrAdd(characterId, _ => new SemaphoreSlim(1));

    private static async Task<IAsyncDisposable?> AcquireServerLockAsync(SemaphoreSlim semaphore, Func<Task<ServerLock?>> acquire)
    {
        ServerLock? serverLock = null;
        try
        {
            serverLock = await acquire();
            return serverLock is null ? null : new HeldLock(semaphore, serverLock);
        }
        finally
        {
            if (serverLock is null)
            {
                semaphore.Release();
            }
        }
    }

    private sealed class HeldLock(SemaphoreSlim semaphore, ServerLock serverLock) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            try
            {
                await serverLock.DisposeAsync();
            }
            finally
            {
                semaphore.Release();
            }
        }
    }
}
