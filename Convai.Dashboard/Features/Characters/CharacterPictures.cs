using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.ConvaiApi.Pictures;
using Convai.Dashboard.Domain;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;

namespace Convai.Dashboard.Features.Characters;

/// <summary>
/// Keeps the pictures of the cast in memory on this server: each is fetched once, however many ask, and keyed by its address, which
/// characters may share.
/// </summary>
public sealed partial class CharacterPictures(PictureFetcher fetcher, IOptions<CastOptions> options, TimeProvider time, ILogger<CharacterPictures> logger) : IDisposable
{
    internal static readonly TimeSpan CacheDuration = TimeSpan.FromHours(1);

    /// <summary>How long a host that had no picture is not asked again.</summary>
    internal static readonly TimeSpan FailureCacheDuration = TimeSpan.FromMinutes(5);

    private const int MaxBytes = 32 * 1024 * 1024;

    // The approximate size of an entry besides its bytes, also of a cached failure.
    private const int EntryBytes = 1024;

    private readonly Lock _lock = new();
    private readonly Dictionary<PictureAddress, Task<PictureResult>> _running = [];
    private readonly MemoryCache _cache = new(new MemoryCacheOptions { SizeLimit = MaxBytes, Clock = new CacheClock(time) });

    /// <summary>The address of the character's picture on this server; null if it has none or pictures are switched off.</summary>
    public string? GetSource(Character character) => HasPicture(character) ? CharacterAddress.ForPicture(character.Id) : null;

    public async Task<PictureResult?> FindAsync(Character character, CancellationToken cancellationToken)
    {
        if (!HasPicture(character))
        {
            return null;
        }

        Task<PictureResult>? running;
        lock (_lock)
        {
            if (_cache.TryGetValue(character.Picture!, out PictureResult? cached))
            {
                return cached;
            }

            if (!_running.TryGetValue(character.Picture!, out running))
            {
                _running[character.Picture!] = running = FetchAsync(character.Id, character.Picture!);
            }
        }

        // Not cancelled with the page that asked first: others may be waiting for the same picture.
        return await running.WaitAsync(cancellationToken);
    }

    private bool HasPicture(Character character) => options.Value.Pictures && character.Picture is not null;

    private async Task<PictureResult> FetchAsync(string characterId, PictureAddress address)
    {
        // Leaves the caller's lock before the fetch begins.
        await Task.Yield();
        PictureResult? answer = null;
        try
        {
            answer = await fetcher.FetchAsync(address);
            if (answer.Failure is { } failure)
            {
                LogTrouble(characterId, failure);
            }

            return answer;
        }
        finally
        {
            lock (_lock)
            {
                if (answer is { Failure: not PictureFailure.Busy })
                {
                    AddToCache(address, answer);
                }

                _running.Remove(address);
            }
        }
    }

    private void AddToCache(PictureAddress address, PictureResult answer) => _cache.Set(address, answer, new MemoryCacheEntryOptions
    {
        Size = EntryBytes + (answer.Picture?.Bytes.Length ?? 0),
        AbsoluteExpirationRelativeToNow = answer.Picture is null ? FailureCacheDuration : CacheDuration,
    });

    public void Dispose() => _cache.Dispose();

    // Logs the character, never the address, which may hold a token.
    [LoggerMessage(LogLevel.Debug, "The picture of character {CharacterId} was not fetched: {Trouble}")]
    private partial void LogTrouble(string characterId, PictureFailure trouble);
}
