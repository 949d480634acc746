using System.Globalization;
using Convai.Dashboard.ConvaiApi.Contracts;
using Convai.Dashboard.Domain;
using Refit;

namespace Convai.Dashboard.ConvaiApi;

/// <summary>
/// The access to Convai for everything but temporary copies (<see cref="CopyClient"/>). No method throws because of what Convai does: each returns a value or a <see cref="ConvaiFailure"/>.
/// Cancelling throws <see cref="OperationCanceledException"/> as usual.
/// </summary>
public sealed class ConvaiClient
{
    // Convai's ids have 36 characters. They are index keys, whose length PostgreSQL limits.
    internal const int MaxIdLength = 200;

    private readonly ConvaiCaller _caller;
    private readonly ConvaiEndpoint _endpoint;
    private readonly ConvaiRateLimiter _rateLimiter;

    // Whether "get" carries the settings is not documented. One answer with them, or the first without, settles it.
    private bool? _getHasSettings;

    // No documented answer says which reasoning effort a character uses. Once the account's list has said so, it is asked after each reading.
    private volatile bool _listHasReasoning;

    internal ConvaiClient(ConvaiCaller caller, ConvaiEndpoint endpoint, ConvaiRateLimiter rateLimiter) => (_caller, _endpoint, _rateLimiter) = (caller, endpoint, rateLimiter);

    /// <summary>True if the embedded stand-in answers instead of Convai; the interface always says so.</summary>
    public bool IsSandbox => _endpoint.IsSandbox;

    /// <summary>True if calls go over plain http to another machine, as <see cref="ConvaiOptions.AllowPlainHttp"/> allows.</summary>
    public bool IsUnencrypted => _endpoint.IsUnencrypted;

    /// <summary>The host that calls go to, with its port if that is not the default one.</summary>
    public string Host => _endpoint.BaseAddress.Authority;

    /// <summary>How the last calls ended. Reading it makes no call.</summary>
    public ConvaiStatus Status => _caller.Status;

    /// <summary>How much of the rate limit is used.</summary>
    public RateLimitUsage RateLimit => new(_rateLimiter.CallsUsed, _rateLimiter.CallsPerMinute, _rateLimiter.BackOffRemaining is { Ticks: > 0 } backOff ? backOff : TimeSpan.Zero);

    /// <summary>True if background calls should be skipped: half of the minute's calls are used up, or Convai asked for a back-off.</summary>
    public bool IsNearLimit => _rateLimiter.IsNearLimit;

    /// <summary>Waits for as long as it takes until this many calls can be made one after another, and reserves permits for them.</summary>
    public Task<ConvaiReservation> ReserveAsync(int calls, CancellationToken cancellationToken) => _rateLimiter.ReserveAsync(calls, cancellationToken);

    /// <summary>How much longer Convai's back-off after a 429 lasts; zero or less if there is none.</summary>
    public TimeSpan BackOffRemaining => _rateLimiter.BackOffRemaining;

    /// <summary>Waits for as long as it takes until the next call of a batch may be made. The caller then reserves its permit like any other.</summary>
    public Task AwaitBatchPermitAsync(CancellationToken cancellationToken) => _rateLimiter.AwaitBatchPermitAsync(cancellationToken);

    /// <summary>Reads the whole cast in one call (<c>character/list</c>). Entries without a usable id are left out, and so are all but the first with the same id.</summary>
    public Task<ConvaiResult<IReadOnlyList<Character>>> ListCharactersAsync(CancellationToken cancellationToken) => ListCharactersAsync(null, cancellationToken);

    private async Task<ConvaiResult<IReadOnlyList<Character>>> ListCharactersAsync(ConvaiReservation? reservation, CancellationToken cancellationToken)
    {
        var answer = await _caller.CallAsync(ConvaiPaths.List, api => api.ListCharactersAsync(new ListCharactersRequest(), reservation, cancellationToken), cancellationToken);
        return answer.Map<IReadOnlyList<Character>>(response => response.Characters is { } entries
            ? entries.Select(ToCharacter).OfType<Character>().DistinctBy(character => character.Id, StringComparer.Ordinal).ToList()
            : ConvaiFailureReader.NotUnderstood(ConvaiPaths.List));
    }

    /// <summary>
    /// Reads one character with its settings as Convai has them now. This takes one call, or two the first time that <c>character/get</c>
    /// turns out not to include the settings; from then on they come from <c>character/list</c>.
    /// </summary>
    public async Task<ConvaiResult<Character>> GetCharacterAsync(string characterId, ConvaiReservation? reservation, CancellationToken cancellationToken)
    {
        if (_getHasSettings != false)
        {
            var answer = await _caller.CallAsync(ConvaiPaths.Get, api => api.GetCharacterAsync(new CharacterRequest(characterId), reservation, cancellationToken), cancellationToken);
            if (!answer.IsSuccess)
            {
                return answer.Failure;
            }

            if (answer.Value.PromptConfig is not null)
            {
                _getHasSettings = true;
                return await WithReasoningAsync(ToCharacter(answer.Value with { CharacterId = characterId })!, cancellationToken);
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

    private async Task<Character> WithReasoningAsync(Character read, CancellationToken cancellationToken)
    {
        if (read.Settings.IsReasoningReported || !_listHasReasoning)
        {
            return read;
        }

        var answer = await FetchSupportedModelsAsync(read.Id, cancellationToken);
        return answer.Value is { } response && ActiveReasoning(response) is { } active
            ? read with { Settings = read.Settings with { Reasoning = active, IsReasoningReported = true } }
            : read;
    }

    /// <summary>Reads the account's list of models for one character.</summary>
    public async Task<ConvaiResult<IReadOnlyList<AccountModel>>> GetSupportedModelsAsync(string characterId, CancellationToken cancellationToken)
    {
        var answer = await FetchSupportedModelsAsync(characterId, cancellationToken);
        return answer.Map<IReadOnlyList<AccountModel>>(response => response.Models is { } models
            ? models.Where(model => model.ModelCode is not null)
                .DistinctBy(model => model.ModelCode, StringComparer.Ordinal)
                .Select(model => new AccountModel(model.ModelCode!, model.DisplayName, model.IsDeprecated ?? false) { Reasoning = ToReasoning(model.Reasoning) })
                .ToList()
            : ConvaiFailureReader.NotUnderstood(ConvaiPaths.SupportedModels));
    }

    private async Task<ConvaiResult<SupportedModelsResponse>> FetchSupportedModelsAsync(string characterId, CancellationToken cancellationToken)
    {
        var answer = await _caller.CallAsync(ConvaiPaths.SupportedModels, api => api.GetSupportedModelsAsync(new CharacterRequest(characterId), cancellationToken), cancellationToken);
        _listHasReasoning |= answer.Value is { } response && ActiveReasoning(response) is not null;
        return answer;
    }

    private static string? ActiveReasoning(SupportedModelsResponse response) =>
        response.Models?.FirstOrDefault(model => model.IsActive == true)?.Reasoning is { } reasoning ? ReadLevel(reasoning.Active ?? reasoning.Current) : null;

    /// <summary>Null for a block that offers nothing to choose.</summary>
    private static ModelReasoning? ToReasoning(ReasoningResponse? reasoning)
    {
        var levels = reasoning?.Levels?.Select(ReadLevel).OfType<string>().Distinct(StringComparer.Ordinal).Where(level => level != ReasoningEffort.Auto).ToList() ?? [];
        return levels.Count > 0 || reasoning?.SupportsAuto == true ? new ModelReasoning(levels, reasoning?.SupportsAuto == true, ReadLevel(reasoning?.Default)) : null;
    }

    private static string? ReadLevel(string? text) => text is { Length: <= ReasoningEffort.MaxLength } ? text : null;

    /// <summary>Reads what the account has used of its plan. An account that Convai reports nothing about gives an empty value, not a failure.</summary>
    public async Task<ConvaiResult<PlanUsage>> GetAccountUsageAsync(CancellationToken cancellationToken)
    {
        var answer = await _caller.CallAsync(ConvaiPaths.AccountUsage, api => api.GetAccountUsageAsync(new AccountUsageRequest(), cancellationToken), cancellationToken);
        return answer.Map<PlanUsage>(response => new PlanUsage(
            response.Usage?.PlanName,
            response.Usage?.ExpiresAt,
            [
                .. (response.Usage?.Metrics ?? []).Where(metric => metric.Id is not null).GroupBy(metric => metric.Id!, StringComparer.Ordinal)
                    .Select(same => new UsageMetric(same.Key, [.. same.SelectMany(metric => metric.Details ?? []).Select(detail => new UsageDetail(detail.Limit, detail.Used))])),
            ]));
    }

    /// <summary>
    /// Counts a character's active functions (<c>functions/list/</c>). If Convai reports a status other than <c>active</c> and <c>inactive</c>, the two
    /// documented ones, the number is not known and the answer counts as not understood.
    /// </summary>
    public async Task<ConvaiResult<ToolCount>> CountActiveFunctionsAsync(string characterId, CancellationToken cancellationToken)
    {
        var answer = await _caller.CallAsync(ConvaiPaths.Functions, api => api.ListFunctionsAsync(new FunctionsRequest(characterId), null, cancellationToken), cancellationToken);
        return answer.Map<ToolCount>(response => response.Functions is { } functions && functions.All(function => function.IsActive || function.IsInactive)
            ? new ToolCount(functions.Count(function => function.IsActive))
            : ConvaiFailureReader.NotUnderstood(ConvaiPaths.Functions));
    }

    /// <summary>Counts the MCP servers attached to a character (<c>mcp/characters/list</c>).</summary>
    public async Task<ConvaiResult<ToolCount>> CountMcpServersAsync(string characterId, CancellationToken cancellationToken)
    {
        var answer = await _caller.CallAsync(ConvaiPaths.McpServers, api => api.ListMcpServersAsync(new CharacterIdRequest(characterId), null, cancellationToken), cancellationToken);
        return answer.Map<ToolCount>(response => response.Servers is { } servers ? new ToolCount(servers.Count) : ConvaiFailureReader.NotUnderstood(ConvaiPaths.McpServers));
    }

    /// <summary>
    /// Asks which model Convai would use for a character now (<c>character/chatHistory/get_prompt</c>); this spends no interaction. Convai does not
    /// document whether it answers with a model code or with the provider's name for the model. The rest of the answer, which holds the character's whole
    /// prompt, is discarded unread, and the text of an error is not passed on.
    /// </summary>
    public async Task<ConvaiResult<string>> GetModelInUseAsync(string characterId, CancellationToken cancellationToken)
    {
        var answer = await _caller.CallAsync(ConvaiPaths.Prompt, api => api.GetPromptAsync(new CharacterIdRequest(characterId), cancellationToken), cancellationToken);
        return answer.Map<string>(response => response.Model is { } model ? model : ConvaiFailureReader.NotUnderstood(ConvaiPaths.Prompt));
    }

    /// <summary>
    /// Writes the fields of <paramref name="change"/> in one call, never twice. Success means that Convai answered SUCCESS,
    /// not that it has the values: the caller must verify them. Only <c>Features/Changes</c> may call this.
    /// </summary>
    public async Task<ConvaiFailure?> UpdateCharacterAsync(string characterId, SettingsPatch change, ConvaiReservation? reservation, CancellationToken cancellationToken)
    {
        var request = new UpdateCharacterRequest(characterId, change.ModelCode, change.Temperature is { } temperature ? TemperatureRules.Shorten(temperature) : null, change.Reasoning);
        return await _caller.CallAsync(ConvaiPaths.Update, api => api.UpdateCharacterAsync(request, reservation, cancellationToken), cancellationToken);
    }

    private static Character? ToCharacter(CharacterResponse response) => response.CharacterId is { Length: <= MaxIdLength } id
        ? new Character(
            id,
            response.CharacterName ?? "",
            ToSettings(response.PromptConfig, ReadLevel(response.PromptConfig?.Reasoning ?? response.Reasoning)),
            response.PromptConfig?.ModerationEnabled,
            ReadUtc(response.LastInteractedWith))
        {
            Picture = PictureAddress.Read(response.ModelDetails?.Placeholder),
        }
        : null;

    private static CharacterCoreSettings ToSettings(PromptConfigResponse? config, string? reasoning) => config is null ? new CharacterCoreSettings(null, null)
        : new CharacterCoreSettings(config.Model.Value, config.Temperature.Value is { } temperature ? TemperatureRules.UndoSinglePrecision(temperature) : null)
        {
            Reasoning = reasoning,
            IsReasoningReported = reasoning is not null,
            IsModelUnreadable = config.Model.IsUnreadable,
            IsTemperatureUnreadable = config.Temperature.IsUnreadable,
        };

    private static DateTimeOffset? ReadUtc(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : null;
}
