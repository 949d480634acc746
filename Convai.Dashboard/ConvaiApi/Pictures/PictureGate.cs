using System.Net;
using System.Net.Sockets;

namespace Convai.Dashboard.ConvaiApi.Pictures;

/// <summary>
/// Decides where a picture may be fetched from: public hosts over https, at the usual port, and the sandbox. The name is
/// resolved here and the connection goes to the very address that was judged, so that a name cannot mean another one a moment later.
/// </summary>
internal sealed class PictureGate(ConvaiEndpoint endpoint)
{
    private Uri? Sandbox => endpoint.IsSandbox ? endpoint.BaseAddress : null;

    public bool MayAsk(Uri address) =>
        (address.Scheme == Uri.UriSchemeHttps && address.IsDefaultPort)
        || (Sandbox is { } sandbox && address.Scheme == sandbox.Scheme && address.Authority == sandbox.Authority);

    public HttpMessageHandler CreateHandler() => new SocketsHttpHandler
    {
        ConnectCallback = ConnectAsync,
        // A proxy would resolve the name itself.
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        // Small bytes that unpack to large ones are not wanted, nor that a stranger can follow our requests.
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        MaxResponseHeadersLength = 16,
        MaxResponseDrainSize = 0,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
    };

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(host, cancellationToken);
        if (Sandbox is not { } sandbox || host != sandbox.Host || port != sandbox.Port)
        {
            addresses = [.. addresses.Where(PublicAddress.Includes)];
        }

        if (addresses.Length == 0)
        {
            throw new ClosedException();
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    internal sealed class ClosedException() : IOException("The host has no public address.");
}
