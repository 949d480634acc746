using System.Net;
using System.Net.Sockets;

namespace Convai.Dashboard.ConvaiApi.Pictures;

/// <summary>
/// Which addresses belong to the public internet. Anybody who may edit a character at Convai chooses where this server
/// connects to: nothing in its own network may be asked on their behalf.
/// </summary>
internal static class PublicAddress
{
    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    // RFC 6890 and the registries that follow it.
    private static readonly IPNetwork[] NotPublic =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            // Looks public, but is the host of every machine at Azure.
            "168.63.129.16/32",
            // Of these some carry an IPv4 address within: Teredo and 6to4.
            "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
        }.Select(network => IPNetwork.Parse(network)),
    ];

    /// <summary>An IPv4 address in the clothes of an IPv6 one is what no honest name means, and is none.</summary>
    public static bool Includes(IPAddress address) =>
        !address.IsIPv4MappedToIPv6
        && (address.AddressFamily == AddressFamily.InterNetwork || GlobalUnicast.Contains(address))
        && !NotPublic.Any(network => network.Contains(address));
}
