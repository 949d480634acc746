using System.Net;
using System.Net.Sockets;

namespace Convai.Dashboard.ConvaiApi;

/// <summary>
/// A connection whose addresses are judged first: the name is resolved here and the connection goes to the very addresses that
/// were judged, so that a name cannot mean another one a moment later.
/// </summary>
internal static class JudgedConnection
{
    /// <param name="judge">Given what the host resolves to, returns what may be connected to, or throws.</param>
    public static async ValueTask<Stream> OpenAsync(DnsEndPoint target, Func<IPAddress[], IPAddress[]> judge, CancellationToken cancellationToken)
    {
        var addresses = judge(IPAddress.TryParse(target.Host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(target.Host, cancellationToken));
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, target.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
