using System.Net;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;

namespace Convai.Dashboard.Security;

public sealed class ProxyOptions
{
    public const string Section = "Proxy";

    /// <summary>
    /// Addresses (<c>10.0.0.5</c>) and networks (<c>10.0.0.0/8</c>) of the proxies that are trusted to report the visitor's address,
    /// scheme and host, and whether they have stripped the path base. If empty, the headers are ignored.
    /// </summary>
    public List<string> Trusted { get; set; } = [];
}

/// <summary>Accepts forwarded headers only from listed proxies, because anyone else could forge them.</summary>
public static class TrustedProxies
{
    public static void AddTrustedProxies(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<ProxyOptions>().BindConfiguration(ProxyOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<ProxyOptions>, ProxyOptionsValidator>();
        builder.Services.AddOptions<ForwardedHeadersOptions>().Configure<IOptions<ProxyOptions>, IOptions<PublicPathOptions>, IOptions<HostFilteringOptions>>((headers, proxies, path, hosts) =>
        {
            headers.ForwardedHeaders = proxies.Value.Trusted.Count == 0
                ? ForwardedHeaders.None
                : ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost;
            if (proxies.Value.Trusted.Count > 0 && !string.IsNullOrEmpty(path.Value.PathBase))
            {
                headers.ForwardedHeaders |= ForwardedHeaders.XForwardedPrefix;
            }

            // Host filtering alone would check only the host that the proxy requests.
            headers.AllowedHosts = hosts.Value.AllowedHosts;
            headers.KnownProxies.Clear();
            headers.KnownIPNetworks.Clear();
            foreach (var trusted in proxies.Value.Trusted)
            {
                if (IPAddress.TryParse(trusted, out var address))
                {
                    headers.KnownProxies.Add(address);
                }
                else
                {
                    headers.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(trusted));
                }
            }
        });
    }

    private sealed class ProxyOptionsValidator : IValidateOptions<ProxyOptions>
    {
        public ValidateOptionsResult Validate(string? name, ProxyOptions options)
        {
            var errors = options.Trusted.Index()
                .Where(entry => !IPAddress.TryParse(entry.Item, out _) && !System.Net.IPNetwork.TryParse(entry.Item, out _))
                .Select(entry => $"Proxy:Trusted:{entry.Index} is neither an address such as 10.0.0.5 nor a network such as 10.0.0.0/8.")
                .ToList();
            return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
        }
    }
}
