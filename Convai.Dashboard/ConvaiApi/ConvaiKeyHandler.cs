namespace Convai.Dashboard.ConvaiApi;

/// <summary>Adds the key to each call. This is the only place where it leaves the configuration.</summary>
internal sealed class ConvaiKeyHandler(ConvaiEndpoint endpoint) : DelegatingHandler
{
    public const string Header = "CONVAI-API-KEY";

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Remove(Header);
        if (endpoint.ApiKey is { Length: > 0 } key)
        {
            request.Headers.Add(Header, key);
        }

        return base.SendAsync(request, cancellationToken);
    }
}
