using System.Net;
using System.Net.Http.Headers;

namespace Convai.Dashboard.ConvaiApi;

/// <summary>
/// Holds a call back until it may go. One that would have to wait longer than a person should is answered here with a
/// 429 of our own, so that our limit and Convai's are told to the designer in the same way.
/// </summary>
internal sealed class ConvaiPacingHandler(ConvaiPacing pacing, TimeProvider time) : DelegatingHandler
{
    private static readonly HttpRequestOptionsKey<ConvaiReservation> Reservation = new(ConvaiReservation.Property);

    private const string OwnRefusal = "Held back by the dashboard";

    /// <summary>True for a 429 of our own: its caller has waited already, and Convai was not asked.</summary>
    public static bool IsOwnRefusal(HttpResponseMessage response) => response.ReasonPhrase == OwnRefusal;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Options.TryGetValue(Reservation, out var reservation))
        {
            // The place is for the call; trying it again takes another one, so that none is missing when it comes to reading back.
            request.Options.Set(Reservation, null!);
        }

        if (await pacing.EnterAsync(reservation, cancellationToken) is { } wait)
        {
            var answer = new HttpResponseMessage(HttpStatusCode.TooManyRequests) { RequestMessage = request, ReasonPhrase = OwnRefusal };
            answer.Headers.RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromSeconds(Math.Ceiling(wait.TotalSeconds)));
            return answer;
        }

        var response = await base.SendAsync(request, cancellationToken);
        if (response.StatusCode == HttpStatusCode.TooManyRequests && !await ConvaiQuota.IsUsedUpAsync(response, cancellationToken))
        {
            await pacing.CloseForAsync(response.Headers.RetryAfterTime(time), cancellationToken);
        }

        return response;
    }
}

internal static class RetryAfterExtensions
{
    /// <summary>
    /// Both forms of the header, seconds and a date, as a time from now; null where it is absent. A date is compared with that of the answer: both are by
    /// Convai's clock, which need not be ours.
    /// </summary>
    public static TimeSpan? RetryAfterTime(this HttpResponseHeaders headers, TimeProvider time) =>
        headers.RetryAfter?.Delta ?? (headers.RetryAfter?.Date is { } date ? TimeSpan.FromTicks(Math.Max(0, (date - (headers.Date ?? time.GetUtcNow())).Ticks)) : null);
}
