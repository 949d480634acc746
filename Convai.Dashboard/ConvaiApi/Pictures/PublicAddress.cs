using System.Net;
using System.Net.Sockets;

namespace Convai.Dashboard.ConvaiApi.Pictures;

/// <summary>
/// Decides which addresses belong to the public internet. Anyone who can edit a character in Convai chooses where this server
/// connects to, so it must not reach into its own network on their behalf.
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
            // Looks public, but is the host of every Azure virtual machine.
            "168.63.129.16/32",
            // Some of these contain an IPv4 address (Teredo and 6to4).
            "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
        }.Select(network => IPNetwork.Parse(network)),
    ];

    /// <summary>An IPv4-mapped IPv6 address does not count as public: no honest name resolves to one.</summary>
    public static bool Includes(IPAddress address) =>
        !address.IsIPv4MappedToIPv6
        && (address.AddressFamily == AddressFamily.InterNetwork || GlobalUnicast.Contains(address))
        && !NotPublic.Any(network => network.Contains(address));
}
