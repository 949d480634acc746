using System.Net;
using Convai.Dashboard.Domain;

namespace Convai.Dashboard.ConvaiApi.Pictures;

/// <summary>
/// Fetches pictures from untrusted hosts, so that no browser has to. The hosts learn that this server asked, and nothing
/// else: no key, no cookie, no person's address. Never throws because of what they do.
/// </summary>
public sealed class PictureFetcher : IDisposable
{
    internal const string HttpClientName = "pictures";
    internal const int MaxBytes = 2 * 1024 * 1024;
    private const int MaxRedirects = 3;
    private const int MaxConcurrentFetches = 4;
    private static readonly TimeSpan FetchTimeout = TimeSpan.FromSeconds(5);

    private readonly IHttpClientFactory _http;
    private readonly PictureSourcePolicy _policy;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _slots = new(MaxConcurrentFetches);

    internal PictureFetcher(IHttpClientFactory http, PictureSourcePolicy policy, TimeProvider time) => (_http, _policy, _time) = (http, policy, time);

    public async Task<PictureResult> FetchAsync(PictureAddress address)
    {
        // A browser opens few connections to a server, so pictures that wait for slow hosts must not occupy them for long.
        if (!await _slots.WaitAsync(FetchTimeout))
        {
            return PictureFailure.Busy;
        }

        using var limit = new CancellationTokenSource(FetchTimeout, _time);
        try
        {
            return await FollowRedirectsAsync(address.Uri, limit.Token);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            // Only the kind of the exception is passed on, because its message names the host.
            return limit.IsCancellationRequested ? PictureFailure.TimedOut
                : exception.InnerException is PictureSourcePolicy.NoPublicAddressException ? PictureFailure.NotAllowed
                : exception is HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } ? PictureFailure.TooLarge
                : PictureFailure.Unreachable;
        }
        finally
        {
            _slots.Release();
        }
    }

    public void Dispose() => _slots.Dispose();

    private async Task<PictureResult> FollowRedirectsAsync(Uri address, CancellationToken cancellationToken)
    {
        using var http = _http.CreateClient(HttpClientName);
        for (var redirects = 0; redirects <= MaxRedirects; redirects++)
        {
            if (!_policy.IsAllowed(address))
            {
                return PictureFailure.NotAllowed;
            }

            using var response = await http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (response.StatusCode == HttpStatusCode.OK)
            {
                await response.Content.LoadIntoBufferAsync(MaxBytes, cancellationToken);
                return Picture.Read(await response.Content.ReadAsByteArrayAsync(cancellationToken)) is { } picture
                    ? new PictureResult(picture, null)
                    : PictureFailure.NotAPicture;
            }

            if (!IsRedirect(response.StatusCode) || response.Headers.Location is not { } location || !Uri.TryCreate(address, location, out var next))
            {
                return PictureFailure.Refused;
            }

            if (next.Scheme != address.Scheme)
            {
                return PictureFailure.NotAllowed;
            }

            address = next;
        }

        return PictureFailure.TooManyRedirects;
    }

    private static bool IsRedirect(HttpStatusCode status) => status
        is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;
}
