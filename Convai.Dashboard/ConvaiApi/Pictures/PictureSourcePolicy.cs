using System.Net;

namespace Convai.Dashboard.ConvaiApi.Pictures;

/// <summary>
/// Decides where a picture may be fetched from: public hosts over https, at the usual port, and the sandbox.
/// </summary>
internal sealed class PictureSourcePolicy(ConvaiEndpoint endpoint)
{
    private Uri? Sandbox => endpoint.IsSandbox ? endpoint.BaseAddress : null;

    public bool IsAllowed(Uri address) =>
        (address.Scheme == Uri.UriSchemeHttps && address.IsDefaultPort)
        || (Sandbox is { } sandbox && address.Scheme == sandbox.Scheme && address.Authority == sandbox.Authority);

    public HttpMessageHandler CreateHandler() => new SocketsHttpHandler
    {
        ConnectCallback = ConnectAsync,
        // A proxy would resolve the name itself.
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        // Compressed content could unpack without end, and trace headers would let a stranger follow our requests.
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        MaxResponseHeadersLength = 16,
        MaxResponseDrainSize = 0,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
    };

    private ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var target = context.DnsEndPoint;
        var isSandbox = Sandbox is { } sandbox && target.Host == sandbox.Host && target.Port == sandbox.Port;
        return ValidatedConnection.OpenAsync(target, SelectPublicAddresses, cancellationToken);

        IPAddress[] SelectPublicAddresses(IPAddress[] addresses)
        {
            IPAddress[] permitted = isSandbox ? addresses : [.. addresses.Where(PublicAddress.Includes)];
            return permitted.Length > 0 ? permitted : throw new NoPublicAddressException();
        }
    }

    internal sealed class NoPublicAddressException() : IOException("The host has no public address.");
}
