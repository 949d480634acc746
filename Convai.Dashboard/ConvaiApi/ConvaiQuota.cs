using System.Net;
using System.Text.RegularExpressions;

namespace Convai.Dashboard.ConvaiApi;

/// <summary>
/// HTTP 429 has two meanings: too many calls a minute, where waiting helps, and the plan's quota used up, where it does not.
/// The documented sentence for the second is <c>API usage limit exceeded for current plan.</c>
/// </summary>
internal static partial class ConvaiQuota
{
    public static bool IsUsedUp(string? text) => text is not null && UsedUp().IsMatch(text);

    /// <param name="response">Its body must have been read already (<see cref="BufferedResponseHandler"/>).</param>
    public static async Task<bool> IsUsedUpAsync(HttpResponseMessage response, CancellationToken cancellationToken) =>
        response.StatusCode == HttpStatusCode.TooManyRequests && IsUsedUp(await response.Content.ReadAsStringAsync(cancellationToken));

    [GeneratedRegex("usage limit|quota", RegexOptions.IgnoreCase)]
    private static partial Regex UsedUp();
}
