using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Domain;
using Microsoft.Extensions.Caching.Memory;

namespace Convai.Dashboard.Features.Models;

/// <summary>A reading of the account's list.</summary>
/// <param name="Models">The catalogue alone if the list could not be read; then <paramref name="Failure"/> says why.</param>
public sealed record AccountModelsReading(ModelList Models, DateTimeOffset ReadAt, ConvaiFailure? Failure)
{
    /// <summary>Why a model cannot be set, as a sentence; null if one of the lists knows it.</summary>
    /// <param name="shown">The code as the sentence shows it.</param>
    public string? Validate(string code, string? shown = null) =>
        Models.Knows(code) ? null
        : Failure is null ? ModelText.NotAvailable(shown ?? Models.Describe(code).NameAndCode)
        : ModelText.NotChecked(shown ?? Models.Describe(code).NameAndCode);

    /// <summary>Why a reasoning effort cannot be set on a model, as a sentence; null if the account's list offers it.</summary>
    /// <param name="code">Null if Convai names no model.</param>
    /// <param name="value">A value as in <see cref="ReasoningEffort"/>.</param>
    public string? ValidateReasoning(string? code, string value) =>
        Failure is not null ? ModelText.LevelsNotChecked
        : code is null ? ModelText.NoModelForLevel
        : Models.Describe(code) is not { Reasoning: { } reasoning } model ? ModelText.TakesNoLevel(Models.Describe(code).NameAndCode)
        : reasoning.Offers(value) ? null
        : ModelText.LevelNotOffered(model.NameAndCode, reasoning);
}

/// <summary>Reads the account's list and caches it for everyone on this server.</summary>
public sealed class AccountModels(ConvaiClient convai, ModelCatalogue catalogue, TimeProvider time) : IDisposable
{
    // One page load initialises twice (once on the server before the circuit, once in it) and must ask Convai once.
    private static readonly TimeSpan CharacterCacheDuration = TimeSpan.FromSeconds(15);

    // Read once for the whole cast; an account's list changes when Convai releases a model.
    private static readonly TimeSpan CastCacheDuration = TimeSpan.FromMinutes(15);

    private readonly ModelCatalogue _catalogue = catalogue;
    private readonly MemoryCache _cache = new(new MemoryCacheOptions { SizeLimit = 1000, Clock = new CacheClock(time) });
    private readonly Lock _lock = new();
    private ModelList? _lastForCast;
    private ModelList? _lastForCharacter;

    /// <summary>Raised when <see cref="Last"/> has become another list, on the thread that read it.</summary>
    public event Action? Updated;

    /// <summary>Reads the list for one character: with its moderation filter off Convai offers fewer models.</summary>
    public Task<AccountModelsReading> ReadForCharacterAsync(string characterId, bool forceRefresh, CancellationToken cancellationToken) =>
        ReadAsync(characterId, characterId, CharacterCacheDuration, forceRefresh, cancellationToken);

    /// <summary>Reads the account's list for an overview of many characters, requested for any one of them.</summary>
    public Task<AccountModelsReading> ReadForCastAsync(string characterId, CancellationToken cancellationToken) =>
        ReadAsync("", characterId, CastCacheDuration, forceRefresh: false, cancellationToken);

    /// <summary>The last list read for a character, however old; read only if there is none.</summary>
    public Task<AccountModelsReading> LastForCharacterAsync(string characterId, CancellationToken cancellationToken) =>
        ReadAsync(characterId, characterId, TimeSpan.MaxValue, forceRefresh: false, cancellationToken);

    /// <summary>
    /// The list by which models are named, without a call to Convai: the whole cast's as last read, or one character's until that has been
    /// read, or the catalogue alone.
    /// </summary>
    public ModelList Last => Volatile.Read(ref _lastForCast) ?? Volatile.Read(ref _lastForCharacter) ?? Catalogue;

    /// <summary>The catalogue alone, used until a list has been read.</summary>
    public ModelList Catalogue { get; } = catalogue.Merge(null);

    public void Dispose() => _cache.Dispose();

    private async Task<AccountModelsReading> ReadAsync(string cacheKey, string characterId, TimeSpan freshFor, bool forceRefresh, CancellationToken cancellationToken)
    {
        Task<CacheEntry>? entry;
        lock (_lock)
        {
            if (forceRefresh || !_cache.TryGetValue(cacheKey, out entry) || entry is null || IsStale(entry, freshFor))
            {
                // Not cancelled with the page that asked first: others may be waiting for the same answer.
                entry = FetchAsync(cacheKey, characterId);
                _cache.Set(cacheKey, entry, new MemoryCacheEntryOptions { Size = 1, SlidingExpiration = TimeSpan.FromMinutes(30) });
            }
        }

        return (await entry.WaitAsync(cancellationToken)).Reading;
    }

    private bool IsStale(Task<CacheEntry> entry, TimeSpan freshFor) => entry.IsCompleted && (!entry.IsCompletedSuccessfully || entry.Result.Reading.Failure switch
    {
        null => time.GetElapsedTime(entry.Result.At) > freshFor,
        { Wait.IsOver: true } => true,
        _ => time.GetElapsedTime(entry.Result.At) > CharacterCacheDuration,
    });

    private async Task<CacheEntry> FetchAsync(string cacheKey, string characterId)
    {
        var answer = await convai.GetSupportedModelsAsync(characterId, CancellationToken.None);
        var reading = new AccountModelsReading(_catalogue.Merge(answer.Value, cacheKey.Length == 0 ? null : Volatile.Read(ref _lastForCast)), time.GetUtcNow(), answer.Failure);
        if (reading.Failure is null)
        {
            SetLast(reading.Models, isForCast: cacheKey.Length == 0);
        }

        return new CacheEntry(reading, time.GetTimestamp());
    }

    private void SetLast(ModelList models, bool isForCast)
    {
        Volatile.Write(ref isForCast ? ref _lastForCast : ref _lastForCharacter, models);
        if (Last == models)
        {
            Updated?.Invoke();
        }
    }

    /// <param name="At">A timestamp.</param>
    private sealed record CacheEntry(AccountModelsReading Reading, long At);
}
