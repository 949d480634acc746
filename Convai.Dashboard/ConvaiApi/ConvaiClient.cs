using System.Globalization;
using Convai.Dashboard.ConvaiApi.Contracts;
using Convai.Dashboard.Domain;
using Refit;

namespace Convai.Dashboard.ConvaiApi;

/// <summary>
/// The only public way to Convai. No method throws for what Convai does: each gives a value or a <see cref="ConvaiFailure"/>.
/// Cancelling throws <see cref="OperationCanceledException"/> as usual.
/// </summary>
public sealed partial class ConvaiClient
{
    // Convai's have 36. They are keys of indexes, which do not take any length on PostgreSQL.
    private const int LongestId = 200;

    private readonly Lazy<IConvaiApi> _api;
    private readonly ConvaiEndpoint _endpoint;
    private readonly ConvaiFailureReader _failures;
    private readonly ConvaiPacing _pacing;
    private readonly ConvaiCalls _calls;
    private readonly ILogger<ConvaiClient> _logger;

    // Whether "get" carries the settings is not documented. One answer with them, or the first without, settles it.
    private bool? _getHasSettings;

    internal ConvaiClient(Lazy<IConvaiApi> api, ConvaiEndpoint endpoint, ConvaiFailureReader failures, ConvaiPacing pacing, ConvaiCalls calls, ILogger<ConvaiClient> logger) =>
        (_api, _endpoint, _failures, _pacing, _calls, _logger) = (api, endpoint, failures, pacing, calls, logger);

    /// <summary>True where the embedded stand-in answers instead of Convai; the interface always says so.</summary>
    public bool IsSandbox => _endpoint.IsSandbox;

    /// <summary>Plain http to another machine, as <see cref="ConvaiOptions.AllowPlainHttp"/> allows.</summary>
    public bool IsUnencrypted => _endpoint.IsUnencrypted;

    /// <summary>Where calls go: the name of a host, with its port where it is not the usual one.</summary>
    public string Host => _endpoint.BaseAddress.Authority;

    /// <summary>How the last calls ended; nothing is asked for it.</summary>
    public ConvaiStanding Standing => _calls.Standing;

    /// <summary>How much of the rate limit is used.</summary>
    public ConvaiUse Use => new(_pacing.CallsUsed, _pacing.CallsPerMinute, _pacing.ClosedFor is { Ticks: > 0 } silent ? silent : TimeSpan.Zero);

    /// <summary>True where another call that nobody waits for would rather be left out: half of the minute's calls are used up, or Convai asked for silence.</summary>
    public bool IsNearLimit => _pacing.IsNearLimit;

    /// <summary>Waits for as long as it takes until so many calls may be made one after another, and keeps their places.</summary>
    public Task<ConvaiReservation> ReserveAsync(int calls, CancellationToken cancellationToken) => _pacing.ReserveAsync(calls, cancellationToken);

    /// <summary>For how long Convai has asked to be left alone after a 429; zero or less for not at all.</summary>
    public TimeSpan SilentFor => _pacing.ClosedFor;

    /// <summary>Waits, for as long as it takes, until the next call of a batch may be made; its place is then to be reserved like any other.</summary>
    public Task AwaitBatchPlaceAsync(CancellationToken cancellationToken) => _pacing.AwaitBatchPlaceAsync(cancellationToken);

    /// <summary>The whole cast in one call (<c>character/list</c>); entries without a usable id are left out, and all but the first of one id.</summary>
    public Task<ConvaiResult<IReadOnlyList<Character>>> ListCharactersAsync(CancellationToken cancellationToken) => ListCharactersAsync(null, cancellationToken);

    private async Task<ConvaiResult<IReadOnlyList<Character>>> ListCharactersAsync(ConvaiReservation? reservation, CancellationToken cancellationToken)
    {
        var answer = await CallAsync(ConvaiPaths.List, api => api.ListCharactersAsync(new ListCharactersRequest(), reservation, cancellationToken), cancellationToken);
        return answer.Map<IReadOnlyList<Character>>(response => response.Characters is { } entries
            ? entries.Select(ToCharacter).OfType<Character>().DistinctBy(character => character.Id, StringComparer.Ordinal).ToList()
            : ConvaiFailureReader.NotUnderstood(ConvaiPaths.List));
    }

    /// <summary>
    /// One character with its settings as Convai has them now: one call, or two the one time that <c>character/get</c>
    /// turns out not to carry the settings; from then on they are taken from <c>character/list</c>.
    /// </summary>
    public async Task<ConvaiResult<Character>> GetCharacterAsync(string characterId, ConvaiReservation? reservation, CancellationToken cancellationToken)
    {
        if (_getHasSettings != false)
        {
            var answer = await CallAsync(ConvaiPaths.Get, api => api.GetCharacterAsync(new CharacterRequest(characterId), reservation, cancellationToken), cancellationToken);
            if (!answer.IsSuccess)
            {
                return answer.Failure;
            }

            if (answer.Value.PromptConfig is not null)
            {
                _getHasSettings = true;
                return ToCharacter(answer.Value with { CharacterId = characterId })!;
            }

            if (answer.Value is { CharacterId: null, CharacterName: null })
            {
                return ConvaiFailureReader.NotUnderstood(ConvaiPaths.Get);
            }

            _getHasSettings ??= false;
        }

        var cast = await ListCharactersAsync(reservation, cancellationToken);
        return cast.Map<Character>(characters =>
            characters.FirstOrDefault(character => string.Equals(character.Id, characterId, StringComparison.Ordinal)) is { } found
                ? found
                : ConvaiFailureReader.UnknownCharacter());
    }

    /// <summary>The account's list as it stands for one character.</summary>
    public async Task<ConvaiResult<IReadOnlyList<AccountModel>>> GetSupportedModelsAsync(string characterId, CancellationToken cancellationToken)
    {
        var answer = await CallAsync(ConvaiPaths.SupportedModels, api => api.GetSupportedModelsAsync(new CharacterRequest(characterId), cancellationToken), cancellationToken);
        return answer.Map<IReadOnlyList<AccountModel>>(response => response.Models is { } models
            ? models.Where(model => model.ModelCode is not null)
                .DistinctBy(model => model.ModelCode, StringComparer.Ordinal)
                .Select(model => new AccountModel(model.ModelCode!, model.DisplayName, model.IsDeprecated ?? false))
                .ToList()
            : ConvaiFailureReader.NotUnderstood(ConvaiPaths.SupportedModels));
    }

    /// <summary>
    /// Writes the fields of <paramref name="change"/> in one call, never twice. Success means that Convai answered SUCCESS,
    /// not that it has the values: reading back is the caller's duty. Only <c>Features/Changes</c> may call this.
    /// </summary>
    public async Task<ConvaiFailure?> UpdateCharacterAsync(string characterId, SettingsPatch change, ConvaiReservation? reservation, CancellationToken cancellationToken)
    {
        var request = new UpdateCharacterRequest(characterId, change.ModelCode, change.Temperature is { } temperature ? TemperatureRules.Shorten(temperature) : null);
        var answer = await CallAsync(ConvaiPaths.Update, api => api.UpdateCharacterAsync(request, reservation, cancellationToken), cancellationToken);
        if (!answer.IsSuccess)
        {
            return answer.Failure;
        }

        return string.Equals(answer.Value.Status, "SUCCESS", StringComparison.OrdinalIgnoreCase) ? null : ConvaiFailureReader.NotUnderstood(ConvaiPaths.Update);
    }

    private async Task<ConvaiResult<T>> CallAsync<T>(string path, Func<IConvaiApi, Task<ApiResponse<T>>> call, CancellationToken cancellationToken)
        where T : ConvaiResponse
    {
        using var followed = _calls.Follow(path);
        var result = await AskAsync(path, call, cancellationToken);
        _calls.End(followed, path, result.Failure);
        if (result.Failure is { } failure)
        {
            LogFailure(path, failure.Kind);
        }

        return result;
    }

    private async Task<ConvaiResult<T>> AskAsync<T>(string path, Func<IConvaiApi, Task<ApiResponse<T>>> call, CancellationToken cancellationToken)
        where T : ConvaiResponse
    {
        try
        {
            using var response = await call(_api.Value);
            cancellationToken.ThrowIfCancellationRequested();
            return _failures.ReadAnswer(path, response) is { } failure ? failure : response.Content!;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && _failures.ReadException(path, exception) is { } failure)
        {
            return failure;
        }
    }

    private static Character? ToCharacter(CharacterResponse response) => response.CharacterId is { Length: <= LongestId } id
        ? new Character(
            id,
            response.CharacterName ?? "",
            ToSettings(response.PromptConfig),
            response.PromptConfig?.ModerationEnabled,
            ReadUtc(response.LastInteractedWith))
        {
            Picture = PictureAddress.Read(response.ModelDetails?.Placeholder),
        }
        : null;

    private static CharacterCoreSettings ToSettings(PromptConfigResponse? config) => config is null ? new CharacterCoreSettings(null, null)
        : new CharacterCoreSettings(config.Model.Value, config.Temperature.Value is { } temperature ? TemperatureRules.UndoSinglePrecision(temperature) : null)
        {
            IsModelUnreadable = config.Model.IsUnreadable,
            IsTemperatureUnreadable = config.Temperature.IsUnreadable,
        };

    private static DateTimeOffset? ReadUtc(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : null;

    [LoggerMessage(LogLevel.Warning, "A call to Convai's {Path} failed: {Kind}")]
    private partial void LogFailure(string path, ConvaiFailureKind kind);
}
