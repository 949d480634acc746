using System.Globalization;
using System.Text.Json;
using Convai.Dashboard.ConvaiApi.Contracts;
using Convai.Dashboard.Domain;

namespace Convai.Dashboard.ConvaiApi;

/// <summary>
/// Makes temporary copies of characters, and speaks to, writes to and deletes those copies. Apart from <see cref="CloneAsync"/>, which leaves its
/// source as it is, no method accepts an id. No method throws because of what Convai does: each returns a value or a <see cref="ConvaiFailure"/>.
/// Calls that create, speak, write or delete are never repeated. Cancelling throws <see cref="OperationCanceledException"/> as usual.
/// </summary>
public sealed class CopyClient
{
    /// <summary>Longer answers are cut; Convai documents no limit.</summary>
    public const int MaxAnswerLength = 20_000;

    /// <summary>More suggestions are left out; Convai documents no number.</summary>
    public const int MaxSuggestedLines = 10;

    /// <summary>Longer reasons of a judge are cut; Convai documents no limit.</summary>
    public const int MaxVerdictLength = 1_000;

    private const string JudgePrompt =
        "You judge how well a character of a game plays its role. You look for this: [[rubric]]\n\nThe conversation:\n[[conversation_history]]\n\n"
        + "Answer with JSON alone: {\"score\": a whole number from 1 (bad) to 5 (very good), \"reason\": \"one or two sentences\"}";

    // Convai's answer to a line that it could not process begins so, with HTTP 404 or 200 (documented).
    private const string ProcessFailure = "process_failure";

    // Starts a new session (documented).
    private const string NoSession = "-1";

    private readonly ConvaiCaller _caller;
    private readonly ConvaiClient _client;

    internal CopyClient(ConvaiCaller caller, ConvaiClient client) => (_caller, _client) = (caller, client);

    /// <summary>
    /// Copies a character and returns the id of the copy, which the caller must check before using it. The copy has the source's configuration, but not
    /// its memory (documented). If <see cref="ConvaiFailure.MayHaveBeenApplied"/>, a copy may exist whose id no one knows.
    /// </summary>
    public async Task<ConvaiResult<string>> CloneAsync(string sourceId, bool includesKnowledge, ConvaiReservation? reservation, CancellationToken cancellationToken)
    {
        var answer = await _caller.CallAsync(ConvaiPaths.Clone, api => api.CloneAsync(new CloneRequest(sourceId, includesKnowledge), reservation, cancellationToken), cancellationToken);
        return answer.Map<string>(response => response.CharacterId is { Length: > 0 and <= ConvaiClient.MaxIdLength } id && id.All(char.IsAscii) && !id.Any(character => character <= ' ' || character == '\x7f') ? id : ConvaiFailureReader.NotUnderstood(ConvaiPaths.Clone));
    }

    /// <summary>Names the copy, gives it its settings, and switches off its memory and the functions, in one call. Success has to be verified.</summary>
    /// <param name="settings">A null field is left as it is.</param>
    /// <param name="functionIds">The functions to set inactive.</param>
    public Task<ConvaiFailure?> ConfigureAsync(
        CharacterCopy copy, string name, SettingsPatch settings, IReadOnlyList<string> functionIds, ConvaiReservation? reservation, CancellationToken cancellationToken)
    {
        var request = new ConfigureCopyRequest(
            copy.Id,
            name,
            new MemorySettings(IsEnabled: false),
            settings.ModelCode,
            settings.Temperature is { } temperature ? TemperatureRules.Shorten(temperature) : null,
            settings.Reasoning,
            functionIds.Count == 0 ? null : [.. functionIds.Select(id => new FunctionStatus(id, "inactive"))]);
        return _caller.CallAsync(ConvaiPaths.Update, api => api.ConfigureCopyAsync(request, reservation, cancellationToken), cancellationToken);
    }

    /// <summary>Reads the copy's settings as Convai has them now; see <see cref="ConvaiClient.GetCharacterAsync"/>.</summary>
    public Task<ConvaiResult<Character>> ReadAsync(CharacterCopy copy, ConvaiReservation? reservation, CancellationToken cancellationToken) =>
        _client.GetCharacterAsync(copy.Id, reservation, cancellationToken);

    /// <summary>Lists the copy's functions. One without an id, or with a status other than the two documented ones, counts as not understood.</summary>
    public async Task<ConvaiResult<IReadOnlyList<CharacterFunction>>> ListFunctionsAsync(CharacterCopy copy, ConvaiReservation? reservation, CancellationToken cancellationToken)
    {
        var answer = await _caller.CallAsync(ConvaiPaths.Functions, api => api.ListFunctionsAsync(new FunctionsRequest(copy.Id), reservation, cancellationToken), cancellationToken);
        return answer.Map<IReadOnlyList<CharacterFunction>>(response =>
            response.Functions is { } functions && functions.All(function => function is { Id.Length: > 0 } and ({ IsActive: true } or { IsInactive: true }))
                ? functions.Select(function => new CharacterFunction(function.Id!, function.IsActive)).ToList()
                : ConvaiFailureReader.NotUnderstood(ConvaiPaths.Functions));
    }

    /// <summary>Lists the ids of the MCP servers attached to the copy.</summary>
    public async Task<ConvaiResult<IReadOnlyList<string>>> ListMcpServersAsync(CharacterCopy copy, ConvaiReservation? reservation, CancellationToken cancellationToken)
    {
        var answer = await _caller.CallAsync(ConvaiPaths.McpServers, api => api.ListMcpServersAsync(new CharacterIdRequest(copy.Id), reservation, cancellationToken), cancellationToken);
        return answer.Map<IReadOnlyList<string>>(response => response.Servers is { } servers ? servers.ToList() : ConvaiFailureReader.NotUnderstood(ConvaiPaths.McpServers));
    }

    /// <summary>Detaches an MCP server from the copy. What Convai answers is not documented, so that success has to be verified.</summary>
    public async Task<ConvaiFailure?> DetachMcpServerAsync(CharacterCopy copy, string serverId, ConvaiReservation? reservation, CancellationToken cancellationToken) =>
        (await _caller.CallAsync<StatusResponse>(
            ConvaiPaths.DetachMcpServer, api => api.DetachMcpServerAsync(new DetachMcpServerRequest(copy.Id, serverId), reservation, cancellationToken), cancellationToken)).Failure;

    /// <summary>
    /// Says a line to the copy and waits for its whole answer, at most 45 seconds ("one person met 20 s"). It costs one interaction; if
    /// <see cref="ConvaiFailure.MayHaveBeenApplied"/>, it may have cost one. A failure never contains the character's words.
    /// </summary>
    /// <param name="sessionId">Null starts a new session.</param>
    public async Task<ConvaiResult<SpokenAnswer>> SpeakAsync(CharacterCopy copy, string? sessionId, string line, ConvaiReservation? reservation, CancellationToken cancellationToken)
    {
        using var form = new FormUrlEncodedContent(
        [
            new("userText", line), new("charID", copy.Id), new("sessionID", sessionId ?? NoSession), new("voiceResponse", "False"), new("stream", "False"),
        ]);
        var answer = await _caller.CallAsync(ConvaiPaths.Speak, api => api.SpeakAsync(form, reservation, cancellationToken), cancellationToken);
        return answer.Map<SpokenAnswer>(response => response switch
        {
            { Text: { } text } when text.StartsWith(ProcessFailure, StringComparison.OrdinalIgnoreCase) => ConvaiFailureReader.NoAnswer(),
            { Text: { } text, SessionId: { Length: > 0 and <= ConvaiClient.MaxIdLength } session } when session != NoSession && !string.IsNullOrWhiteSpace(text) => new SpokenAnswer(Cut(text, MaxAnswerLength), session),
            _ => ConvaiFailureReader.NotUnderstood(ConvaiPaths.Speak),
        });
    }

    /// <summary>
    /// Asks the copy for lines that a visitor could say to it, at most <see cref="MaxSuggestedLines"/>. Whether it costs an interaction is not documented.
    /// </summary>
    public async Task<ConvaiResult<IReadOnlyList<string>>> SuggestLinesAsync(CharacterCopy copy, ConvaiReservation? reservation, CancellationToken cancellationToken)
    {
        // This endpoint spells both names differently (documented).
        using var form = new FormUrlEncodedContent([new("charId", copy.Id), new("sessionId", NoSession)]);
        var answer = await _caller.CallAsync(ConvaiPaths.StarterLines, api => api.SuggestLinesAsync(form, reservation, cancellationToken), cancellationToken);
        return answer.Map<IReadOnlyList<string>>(response =>
            response.Events?.Select(line => line.Trim()).Where(line => line.Length > 0 && !line.StartsWith(ProcessFailure, StringComparison.OrdinalIgnoreCase)).Take(MaxSuggestedLines).ToList() is { Count: > 0 } lines
                ? lines
                : ConvaiFailureReader.NotUnderstood(ConvaiPaths.StarterLines));
    }

    /// <summary>
    /// Has a copy judge a conversation by a rubric. Whether it costs an interaction is not documented. A failure never contains what was said.
    /// </summary>
    public async Task<ConvaiResult<Verdict>> JudgeAsync(CharacterCopy judge, string sessionId, string rubric, ConvaiReservation? reservation, CancellationToken cancellationToken)
    {
        var request = new JudgeConversationRequest(sessionId, judge.Id, JudgePrompt, new Dictionary<string, string> { ["rubric"] = rubric });
        var answer = await _caller.CallAsync(ConvaiPaths.Judge, api => api.JudgeAsync(request, reservation, cancellationToken), cancellationToken);
        return answer.Map<Verdict>(response => ParseScore(response.Score) is { } score ? new Verdict(score, Cut(response.Reason ?? "", MaxVerdictLength)) : ConvaiFailureReader.NotUnderstood(ConvaiPaths.Judge));
    }

    /// <summary>1 to 5, as a number or as text; null for anything else.</summary>
    private static int? ParseScore(JsonElement score) => score.ValueKind switch
    {
        JsonValueKind.Number when score.TryGetDecimal(out var number) && number is >= 1 and <= 5 => (int)Math.Round(number, MidpointRounding.AwayFromZero),
        JsonValueKind.String when int.TryParse(score.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= 5 => number,
        _ => null,
    };

    /// <summary>Reads which model and temperature Convai used in a session with the copy. The rest of the answer, which holds the whole prompt, is discarded unread.</summary>
    public async Task<ConvaiResult<UsedSettings>> ReadUsedSettingsAsync(string sessionId, ConvaiReservation? reservation, CancellationToken cancellationToken)
    {
        var answer = await _caller.CallAsync(ConvaiPaths.Prompt, api => api.GetSessionPromptAsync(new SessionPromptRequest(sessionId), reservation, cancellationToken), cancellationToken);
        return answer.Map<UsedSettings>(response => response is { Model: null, Temperature.Value: null }
            ? ConvaiFailureReader.NotUnderstood(ConvaiPaths.Prompt)
            : new UsedSettings(response.Model is { Length: <= ConvaiClient.MaxIdLength } model ? model : null, response.Temperature.Value is { } used ? TemperatureRules.UndoSinglePrecision(used) : null));
    }

    /// <summary>Deletes the copy for good. Success has to be verified by a reading of the cast.</summary>
    public Task<ConvaiFailure?> DeleteAsync(CharacterCopy copy, ConvaiReservation? reservation, CancellationToken cancellationToken) =>
        _caller.CallAsync(ConvaiPaths.Delete, api => api.DeleteAsync(new CharacterRequest(copy.Id), reservation, cancellationToken), cancellationToken);

    // Not between the two halves of a character.
    private static string Cut(string text, int length) => text.Length <= length ? text
        : text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];
}
