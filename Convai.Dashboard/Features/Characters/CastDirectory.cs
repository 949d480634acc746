using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Domain;

namespace Convai.Dashboard.Features.Characters;

/// <summary>The cast as last read from Convai. Not a record: what is looked up in it is kept, and must not make two equal readings differ.</summary>
public sealed class CastReading(IReadOnlyList<Character>? characters, DateTimeOffset readAt, DateTimeOffset askedAt, ConvaiFailure? failure)
{
    private Dictionary<string, Character>? _byId;
    private Dictionary<string, int>? _usageByModel;

    /// <summary>Null if it has never been read.</summary>
    public IReadOnlyList<Character>? Characters { get; } = characters;

    /// <summary>When <see cref="Characters"/> were read, UTC.</summary>
    public DateTimeOffset ReadAt { get; } = readAt;

    /// <summary>When that reading began, UTC: it may lack later writes.</summary>
    public DateTimeOffset AskedAt { get; } = askedAt;

    /// <summary>Why the last attempt failed; the characters are then out of date.</summary>
    public ConvaiFailure? Failure { get; } = failure;

    /// <summary>How many characters use each model, by model code; counted once for everyone.</summary>
    public IReadOnlyDictionary<string, int> UsageByModel => _usageByModel ??= (Characters ?? []).Where(character => character.Settings.ModelCode is not null)
        .CountBy(character => character.Settings.ModelCode!, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);

    public Character? Find(string characterId) =>
        (_byId ??= (Characters ?? []).ToDictionary(character => character.Id, StringComparer.Ordinal)).GetValueOrDefault(characterId);

    /// <summary>The character to request the account's list for: with the moderation filter off Convai lists fewer models.</summary>
    public Character? AccountListCharacter => Characters?.FirstOrDefault(character => character.ModerationEnabled != false);

    /// <summary>The same reading, with other settings of some characters.</summary>
    internal CastReading WithCharacters(IReadOnlyList<Character>? replaced) => new(replaced, ReadAt, AskedAt, Failure);

    /// <summary>The same characters, after an attempt that failed.</summary>
    internal CastReading WithFailure(ConvaiFailure? later) => new(Characters, ReadAt, AskedAt, later);
}

/// <summary>
/// The cached cast of this server: one call to Convai serves everyone within the freshness window, however many ask at once. Temporary copies are not part of it.
/// </summary>
public sealed class CastDirectory(ConvaiClient convai, CharacterCopies copies, DashboardTelemetry telemetry, TimeProvider time)
{
    /// <summary>How long Convai's list may still show what a verified write replaced. Four seconds were observed; no figure is documented.</summary>
    public static readonly TimeSpan MaxLag = TimeSpan.FromSeconds(30);

    /// <summary>How long one reading of the cast serves everyone before Convai is asked again.</summary>
    public static readonly TimeSpan CacheDuration = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, VerifiedWrite> _verified = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CharacterCoreSettings> _replaced = new(StringComparer.Ordinal);
    private CastReading _last = new(null, default, default, null);
    private long? _lastAttempt;
    private Task<CastReading>? _running;

    /// <summary>Raised when the cast has been read again or a character replaced, on the thread that did it.</summary>
    public event Action? Updated;

    /// <summary>The last reading, without a call to Convai.</summary>
    public CastReading Last
    {
        get
        {
            lock (_lock)
            {
                return _last;
            }
        }
    }

    /// <summary>How long ago Convai was last asked for the cast, by anyone; null for never.</summary>
    public TimeSpan? SinceLastAttempt
    {
        get
        {
            lock (_lock)
            {
                return _lastAttempt is { } at ? time.GetElapsedTime(at) : null;
            }
        }
    }

    /// <summary>Asks Convai only when the last attempt is older than the freshness window, when a requested back-off is over, or when <paramref name="forceRefresh"/> is set.</summary>
    public Task<CastReading> ReadAsync(bool forceRefresh, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_running is null)
            {
                if (!forceRefresh && _lastAttempt is { } at && time.GetElapsedTime(at) <= CacheDuration && _last.Failure is not { Wait.IsOver: true })
                {
                    return Task.FromResult(_last);
                }

                _replaced.Clear();
                _running = FetchAsync();
            }

            // Not cancelled with the page that asked first: others may be waiting for the same answer.
            return _running.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Replaces one character's settings by those just read, so that no page shows an older value.</summary>
    public void Replace(string characterId, CharacterCoreSettings settings)
    {
        lock (_lock)
        {
            _replaced[characterId] = settings;
            _last = _last.WithCharacters(WithReplaced(_last.Characters));
        }

        Updated?.Invoke();
    }

    /// <summary>Keeps a verified write: a list that still shows the earlier values is late, and no page returns to them.</summary>
    public void RememberVerifiedWrite(string characterId, CharacterCoreSettings before, SettingsPatch change)
    {
        lock (_lock)
        {
            _verified[characterId] = new VerifiedWrite(before, change, time.GetTimestamp());
        }
    }

    private IEnumerable<Character> WithVerified(IReadOnlyList<Character> characters)
    {
        foreach (var (id, _) in _verified.Where(write => time.GetElapsedTime(write.Value.At) > MaxLag).ToList())
        {
            _verified.Remove(id);
        }

        return characters.Select(character => _verified.TryGetValue(character.Id, out var write) ? character with { Settings = write.Correct(character.Settings) } : character);
    }

    private List<Character>? WithReplaced(IReadOnlyList<Character>? characters) =>
        characters?.Select(character => _replaced.TryGetValue(character.Id, out var settings) ? character with { Settings = settings } : character).ToList();

    private async Task<CastReading> FetchAsync()
    {
        // Leaves the caller's lock before the call begins.
        await Task.Yield();
        using var reading = telemetry.StartStep("read cast");
        var askedAt = time.GetUtcNow();
        try
        {
            var answer = await convai.ListCharactersAsync(CancellationToken.None);
            reading.End(answer.Failure);
            // After the call, so that a copy which appeared in it is recorded by now, or its request is.
            var hidden = await copies.ReadHiddenAsync(CancellationToken.None);
            lock (_lock)
            {
                _lastAttempt = time.GetTimestamp();
                // A list that was being read while a character was written may still have its old values.
                return _last = answer.IsSuccess ? new CastReading(WithReplaced([.. WithVerified(hidden.Filter(answer.Value, _last))]), time.GetUtcNow(), askedAt, null) : _last.WithFailure(answer.Failure);
            }
        }
        finally
        {
            lock (_lock)
            {
                _running = null;
            }

            Updated?.Invoke();
        }
    }

    private sealed record VerifiedWrite(CharacterCoreSettings Before, SettingsPatch Change, long At)
    {
        public CharacterCoreSettings Correct(CharacterCoreSettings listed) => listed.With(
            Change.Fields.Where(field => field.HasEqualFields(listed, Before)).Aggregate(new SettingsPatch(null, null), (late, field) => late.MergeFields(field)));
    }
}
