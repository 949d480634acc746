using System.Net;
using System.Net.Http.Headers;

namespace Convai.Dashboard.ConvaiApi;

/// <summary>
/// Holds a call back until it may go. A call that would have to wait longer than a person should is answered here with our own
/// 429, so that designers see our limit and Convai's in the same way.
/// </summary>
internal sealed class ConvaiRateLimitHandler(ConvaiRateLimiter rateLimiter, TimeProvider time) : DelegatingHandler
{
    private static readonly HttpRequestOptionsKey<ConvaiReservation> Reservation = new(ConvaiReservation.Property);

    private const string LocalRejection = "Held back by the dashboard";

    /// <summary>True for our own 429: its caller has already waited, and Convai was not called.</summary>
    public static bool IsLocalRejection(HttpResponseMessage response) => response.ReasonPhrase == LocalRejection;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Options.TryGetValue(Reservation, out var reservation))
        {
            // The permit is for one call; a retry takes another, so that none is missing for the verification.
            request.Options.Set(Reservation, null!);
        }

        if (await rateLimiter.EnterAsync(reservation, cancellationToken) is { } wait)
        {
            var answer = new HttpResponseMessage(HttpStatusCode.TooManyRequests) { RequestMessage = request, ReasonPhrase = LocalRejection };
            answer.Headers.RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromSeconds(Math.Ceiling(wait.TotalSeconds)));
            return answer;
        }

        var response = await base.SendAsync(request, cancellationToken);
        if (response.StatusCode == HttpStatusCode.TooManyRequests && !await ConvaiQuota.IsUsedUpAsync(response, cancellationToken))
        {
            await rateLimiter.BackOffAsync(response.Headers.RetryAfterTime(time), cancellationToken);
        }

        return response;
    }
}

internal static class RetryAfterExtensions
{
    /// <summary>
    /// Reads both forms of the header, seconds and a date, as a time from now; null if it is absent. A date is compared with that of the answer, because both
    /// come from Convai's clock, which may differ from ours.
    /// </summary>
    public static TimeSpan? RetryAfterTime(this HttpResponseHeaders headers, TimeProvider time) =>
        headers.RetryAfter?.Delta ?? (headers.RetryAfter?.Date is { } date ? TimeSpan.FromTicks(Math.Max(0, (date - (headers.Date ?? time.GetUtcNow())).Ticks)) : null);
}
