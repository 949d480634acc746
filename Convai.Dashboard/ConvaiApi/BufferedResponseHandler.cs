using Convai.Dashboard.ConvaiApi.Contracts;

namespace Convai.Dashboard.ConvaiApi;

/// <summary>
/// Reads the whole body inside the pipeline: an answer that stops half way counts as a failed attempt, under the attempt's
/// time-out, and an endless one ends at the limit. Tokens that are not valid JSON are made readable (<see cref="NonFiniteLiterals"/>).
/// </summary>
internal sealed class BufferedResponseHandler : DelegatingHandler
{
    // 5,000 characters with long backstories take some 20 MB.
    private const int MaximumBytes = 64 * 1024 * 1024;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        try
        {
            await response.Content.LoadIntoBufferAsync(MaximumBytes, cancellationToken);
            await ReplaceNonFiniteLiteralsAsync(response, cancellationToken);
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private static async Task ReplaceNonFiniteLiteralsAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        if (!NonFiniteLiterals.Replace(body))
        {
            return;
        }

        var readable = new ByteArrayContent(body);
        readable.Headers.ContentType = response.Content.Headers.ContentType;
        response.Content.Dispose();
        response.Content = readable;
    }
}
