using System.Net;

namespace Convai.Dashboard.ConvaiApi;

/// <summary>
/// Addresses that only this machine or a private network has (RFC 1918, RFC 4193). Link-local addresses are left out, because a cloud's
/// metadata service has one, and so is the shared space 100.64.0.0/10, which belongs to the provider.
/// </summary>
internal static class PrivateAddress
{
    private static readonly IPNetwork[] Networks =
        [.. new[] { "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7" }.Select(network => IPNetwork.Parse(network))];

    public static bool Includes(IPAddress address) => Array.Exists(Networks, network => network.Contains(address));
}
