using System.Net;
using System.Net.Sockets;

namespace Convai.Dashboard.ConvaiApi;

/// <summary>
/// Opens a connection after checking its addresses. The name is resolved once and the connection goes to the addresses that
/// were checked, so the name cannot resolve to a different one in between.
/// </summary>
internal static class ValidatedConnection
{
    /// <param name="selectAddresses">Receives the host's addresses and returns those that may be connected to, or throws.</param>
    public static async ValueTask<Stream> OpenAsync(DnsEndPoint target, Func<IPAddress[], IPAddress[]> selectAddresses, CancellationToken cancellationToken)
    {
        var addresses = selectAddresses(IPAddress.TryParse(target.Host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(target.Host, cancellationToken));
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
