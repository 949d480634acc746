using Convai.Dashboard.ConvaiApi;
using Microsoft.Extensions.Caching.Memory;

namespace Convai.Dashboard.Features.Models;

/// <summary>How many tools a character has that only some models call.</summary>
/// <param name="Functions">Active External API functions; null if Convai could not tell.</param>
/// <param name="McpServers">Attached MCP servers; null if Convai could not tell.</param>
public sealed record CharacterToolCounts(int? Functions, int? McpServers, DateTimeOffset ReadAt)
{
    public bool IsComplete => this is { Functions: not null, McpServers: not null };

    /// <summary>Whether it certainly has none.</summary>
    public bool IsNone => this is { Functions: 0, McpServers: 0 };

    public bool HasAny => Functions > 0 || McpServers > 0;
}

/// <summary>How far a check of several characters is.</summary>
/// <param name="IsPaused">It waits, so that people can work: half of the minute's calls are used up, or Convai asked for a back-off.</param>
public sealed record ToolCheckProgress(int Done, int Total, bool IsPaused);

/// <summary>
/// Reads how many functions and MCP servers characters have, and caches it for everyone on this server. Only the numbers are kept. A failed call is not an
/// exception: its number is then not known.
/// </summary>
public sealed class CharacterTools(ConvaiClient convai, TimeProvider time) : IDisposable
{
    /// <summary>The calls to Convai for one character.</summary>
    public const int CallsPerCharacter = 2;

    public static readonly TimeSpan CacheDuration = TimeSpan.FromMinutes(10);

    // What failed because of the network or the rate limit may work the next time someone asks.
    private static readonly TimeSpan TransientFailureCacheDuration = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan PauseNearLimit = TimeSpan.FromSeconds(2);

    // A batch has at most 10,000 characters.
    private readonly MemoryCache _cache = new(new MemoryCacheOptions { SizeLimit = 20_000, Clock = new CacheClock(time) });
    private readonly Lock _lock = new();

    /// <summary>What is known without a call to Convai; null if nothing is, or if it is older than <see cref="CacheDuration"/>.</summary>
    public CharacterToolCounts? Cached(string characterId) =>
        Find(characterId) is { IsCompletedSuccessfully: true } entry ? entry.Result.Counts : null;

    /// <summary>Reads both numbers, with <see cref="CallsPerCharacter"/> calls unless they are cached or being read already.</summary>
    public async Task<CharacterToolCounts> ReadAsync(string characterId, CancellationToken cancellationToken)
    {
        Task<CacheEntry>? entry;
        lock (_lock)
        {
            entry = Find(characterId);
            if (entry is null)
            {
                // Not cancelled with the page that asked first: others may be waiting for the same answer.
                entry = FetchAsync(characterId);
                _cache.Set(characterId, entry, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = CacheDuration });
            }
        }

        return (await entry.WaitAsync(cancellationToken)).Counts;
    }

    /// <summary>Reads the characters one after another, and pauses while <see cref="ConvaiClient.IsNearLimit"/>.</summary>
    public async Task ReadAllAsync(IReadOnlyList<string> characterIds, Action<ToolCheckProgress> report, CancellationToken cancellationToken)
    {
        for (var done = 0; done < characterIds.Count; done++)
        {
            while (Find(characterIds[done]) is null && convai.IsNearLimit)
            {
                report(new ToolCheckProgress(done, characterIds.Count, IsPaused: true));
                await Task.Delay(PauseNearLimit, time, cancellationToken);
            }

            report(new ToolCheckProgress(done, characterIds.Count, IsPaused: false));
            cancellationToken.ThrowIfCancellationRequested();
            await ReadAsync(characterIds[done], cancellationToken);
        }
    }

    public void Dispose() => _cache.Dispose();

    private Task<CacheEntry>? Find(string characterId) =>
        _cache.TryGetValue(characterId, out Task<CacheEntry>? entry) && entry is not null && (!entry.IsCompleted || IsFresh(entry)) ? entry : null;

    private bool IsFresh(Task<CacheEntry> entry) =>
        entry.IsCompletedSuccessfully && (!entry.Result.IsTransient || time.GetElapsedTime(entry.Result.At) < TransientFailureCacheDuration);

    private async Task<CacheEntry> FetchAsync(string characterId)
    {
        var (functions, servers) = (convai.CountActiveFunctionsAsync(characterId, CancellationToken.None), convai.CountMcpServersAsync(characterId, CancellationToken.None));
        await Task.WhenAll(functions, servers);
        var (functionCount, serverCount) = (await functions, await servers);
        return new CacheEntry(
            new CharacterToolCounts(functionCount.Value?.Active, serverCount.Value?.Active, time.GetUtcNow()),
            time.GetTimestamp(),
            IsTransient(functionCount.Failure) || IsTransient(serverCount.Failure));
    }

    private static bool IsTransient(ConvaiFailure? failure) =>
        failure?.Kind is ConvaiFailureKind.RateLimited or ConvaiFailureKind.Unreachable or ConvaiFailureKind.TimedOut;

    /// <param name="At">A timestamp.</param>
    /// <param name="IsTransient">A call failed for a reason that may be gone soon.</param>
    private sealed record CacheEntry(CharacterToolCounts Counts, long At, bool IsTransient);
}
