using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Convai.Dashboard.ConvaiApi.Contracts;
using Microsoft.Extensions.Options;
using Polly.Timeout;
using Refit;

namespace Convai.Dashboard.ConvaiApi;

/// <summary>
/// Turns the many ways in which Convai, a gateway or the network refuses a call into one clear failure. The shapes and statuses are
/// those of Convai's documentation and of public client code; undocumented ones become "not understood".
/// </summary>
internal sealed partial class ConvaiFailureReader(ConvaiEndpoint endpoint, IOptions<ConvaiOptions> options, TimeProvider time)
{
    private const int MaxReasonLength = 300;
    private const int MaxTextRead = 4_000;

    // If a server repeats part of the key, any run of at least this many characters is cut out.
    private const int MinKeyFragmentLength = 8;

    /// <summary>Null when the answer is a success that can be read.</summary>
    public ConvaiFailure? ReadAnswer<T>(string path, ApiResponse<T> response)
        where T : ConvaiResponse
    {
        var body = response.Content;
        var status = response.StatusCode ?? default;
        if (response.IsSuccessStatusCode && response.Error is null && body is { ErrorText: null })
        {
            return null;
        }

        var text = body?.ErrorText ?? body?.Message;
        var failure = ConvaiQuota.IsUsedUp(text) ? QuotaUsedUp()
            : status == HttpStatusCode.TooManyRequests
            ? RateLimited(response.Headers?.RetryAfterTime(time) ?? ConvaiRateLimiter.DefaultRetryAfter)
            // What Convai says about a line may repeat the line, or what the character said.
            : ReadStatus(path, status, ConvaiPaths.IsSpeech(path) ? null : Clean(text));
        return failure with { Reference = Clean(body?.Reference) };
    }

    /// <summary>Returns null for an exception that neither Convai nor the network caused.</summary>
    public ConvaiFailure? ReadException(string path, Exception exception)
    {
        var isWrite = ConvaiPaths.IsWrite(path);
        return exception switch
        {
            TimeoutRejectedException => new ConvaiFailure(
                ConvaiFailureKind.TimedOut,
                isWrite ? ConvaiText.TimedOut(ConvaiPaths.IsSpeech(path) ? options.Value.AnswerTimeout : options.Value.WriteTimeout, 1) : ConvaiText.TimedOut(options.Value.ReadTimeout, options.Value.ReadRetries + 1),
                MayHaveBeenApplied: isWrite),
            HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } => new ConvaiFailure(
                ConvaiFailureKind.NotUnderstood,
                ConvaiText.TooLarge,
                MayHaveBeenApplied: isWrite),
            HttpRequestException http when IsConnectFailure(http.HttpRequestError) => new ConvaiFailure(ConvaiFailureKind.Unreachable, ConvaiText.NotReached),
            // "Could not be reached" would mean that a write cannot have arrived.
            HttpRequestException => new ConvaiFailure(
                ConvaiFailureKind.Unreachable,
                ConvaiText.ConnectionLost,
                MayHaveBeenApplied: isWrite),
            InvalidDataException or IOException => NotUnderstood(path),
            _ => null,
        };
    }

    public static ConvaiFailure NotUnderstood(string path) => NotUnderstood(path, default, null);

    private static ConvaiFailure NotUnderstood(string path, HttpStatusCode status, string? text) => new(
        text is null && status < HttpStatusCode.BadRequest ? ConvaiFailureKind.NotUnderstood : ConvaiFailureKind.ErrorAnswer,
        text is not null ? ConvaiText.Error(text) : status >= HttpStatusCode.BadRequest ? ConvaiText.Error(status) : ConvaiText.NotUnderstood,
        // Nothing in the documentation of the other writes says that one is carried out although it is refused.
        MayHaveBeenApplied: path == ConvaiPaths.Update || (ConvaiPaths.IsWrite(path) && !IsRefusal(status)));

    private static bool IsRefusal(HttpStatusCode status) => status is >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError;

    /// <summary>Convai could not process a line. Its text is left out.</summary>
    public static ConvaiFailure NoAnswer() => new(ConvaiFailureKind.ErrorAnswer, ConvaiText.NoAnswer);

    public static ConvaiFailure UnknownCharacter() =>
        new(ConvaiFailureKind.UnknownCharacter, ConvaiText.UnknownCharacter);

    private ConvaiFailure ReadStatus(string path, HttpStatusCode status, string? text)
    {
        var isWrite = ConvaiPaths.IsWrite(path);
        // Convai's documented answers to an unknown id. For "list" and "update", the text that the reads give means an internal error, whatever the status.
        var isFault = text is not null && UnknownToReads().IsMatch(text);
        if (text is not null && path is not (ConvaiPaths.List or ConvaiPaths.AccountUsage) && (UnknownToUpdate().IsMatch(text) || (isFault && !isWrite)))
        {
            return UnknownCharacter();
        }

        if (isFault || status is HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError)
        {
            return new ConvaiFailure(
                ConvaiFailureKind.Unreachable,
                ConvaiText.HavingProblems(status),
                MayHaveBeenApplied: isWrite);
        }

        // How Convai refuses a write on a plan without writes is not documented; a 402 or 403, or text about the plan, is taken for it.
        if (isWrite && (status is HttpStatusCode.Forbidden or HttpStatusCode.PaymentRequired || (text is not null && PlanText().IsMatch(text))))
        {
            return new ConvaiFailure(
                ConvaiFailureKind.PlanDoesNotAllowWrites,
                path == ConvaiPaths.Update ? ConvaiText.PlanDoesNotAllowWrites(text) : ConvaiText.PlanDoesNotAllow(text));
        }

        if (path == ConvaiPaths.Prompt && status != HttpStatusCode.Unauthorized && (text is null || !KeyText().IsMatch(text)))
        {
            return PromptRefused(status);
        }

        // If Convai gives another reason for forbidding a read, the key is not the problem. Nor need it be for a call that no plan is documented to include.
        if (status is HttpStatusCode.Unauthorized || (text is null ? status is HttpStatusCode.Forbidden && path is not (ConvaiPaths.AccountUsage or ConvaiPaths.Functions or ConvaiPaths.McpServers) : KeyText().IsMatch(text)))
        {
            return KeyFailure();
        }

        return status switch
        {
            HttpStatusCode.BadRequest when path == ConvaiPaths.List && endpoint.ApiKey is null => KeyFailure(),
            HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity when path == ConvaiPaths.Update => new ConvaiFailure(
                ConvaiFailureKind.ValueRejected,
                ConvaiText.ValueRejected(text)),
            _ => NotUnderstood(path, status, text),
        };
    }

    /// <summary>Convai's own text is left out: of this answer, which may hold the prompt, nothing but the model is passed on.</summary>
    private static ConvaiFailure PromptRefused(HttpStatusCode status) => status switch
    {
        HttpStatusCode.Forbidden => new(ConvaiFailureKind.ErrorAnswer, ConvaiText.CheckForbidden),
        HttpStatusCode.BadRequest => new(ConvaiFailureKind.ErrorAnswer, ConvaiText.CheckRejected),
        >= HttpStatusCode.BadRequest => NotUnderstood(ConvaiPaths.Prompt, status, null),
        _ => NotUnderstood(ConvaiPaths.Prompt),
    };

    private ConvaiFailure KeyFailure() => string.IsNullOrEmpty(endpoint.ApiKey)
        ? new(ConvaiFailureKind.KeyMissing, ConvaiText.KeyMissing)
        : new(ConvaiFailureKind.KeyRejected, ConvaiText.KeyRejected);

    private static ConvaiFailure QuotaUsedUp() => new(ConvaiFailureKind.QuotaUsedUp, ConvaiText.QuotaUsedUp);

    private ConvaiFailure RateLimited(TimeSpan wait) =>
        new(ConvaiFailureKind.RateLimited, ConvaiText.RateLimited, Wait: new RetryWait(ConvaiRateLimiter.CapBackOff(wait), time));

    /// <summary>Makes Convai's own text safe to show: one short line without control characters and without the key.</summary>
    private string? Clean(string? text)
    {
        if (text is null)
        {
            return null;
        }

        if (endpoint.ApiKey is { Length: > 0 } key)
        {
            text = WithoutKey(text.Length > MaxTextRead ? text[..MaxTextRead] : text, key);
        }

        text = UnsafeCharacters().Replace(text, " ").Trim();
        return text.Length switch
        {
            0 => null,
            > MaxReasonLength => string.Concat(text.AsSpan(0, MaxReasonLength), "…"),
            _ => text,
        };
    }

    private static string WithoutKey(string text, string key)
    {
        var length = Math.Min(MinKeyFragmentLength, key.Length);
        var fragments = Enumerable.Range(0, key.Length - length + 1).Select(start => key.Substring(start, length)).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var clean = new StringBuilder();
        for (var (position, cutUntil) = (0, 0); position < text.Length; position++)
        {
            if (position + length <= text.Length && fragments.Contains(text.Substring(position, length)))
            {
                clean.Append(cutUntil > position ? "" : "…");
                cutUntil = position + length;
            }

            clean.Append(cutUntil > position ? "" : text[position]);
        }

        return clean.ToString();
    }

    private static bool IsConnectFailure(HttpRequestError error) =>
        error is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError;

    [GeneratedRegex("could not fetch character details", RegexOptions.IgnoreCase)]
    private static partial Regex UnknownToUpdate();

    [GeneratedRegex("one or more database calls failed", RegexOptions.IgnoreCase)]
    private static partial Regex UnknownToReads();

    [GeneratedRegex(@"\bplan\b|subscription|upgrade", RegexOptions.IgnoreCase)]
    private static partial Regex PlanText();

    [GeneratedRegex(@"api[_ ]key", RegexOptions.IgnoreCase)]
    private static partial Regex KeyText();

    [GeneratedRegex(@"[\s\p{C}]+")]
    private static partial Regex UnsafeCharacters();
}
