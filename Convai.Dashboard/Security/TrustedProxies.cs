using System.Net;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;

namespace Convai.Dashboard.Security;

public sealed class ProxyOptions
{
    public const string Section = "Proxy";

    /// <summary>
    /// Addresses (<c>10.0.0.5</c>) and networks (<c>10.0.0.0/8</c>) of the proxies whose word on the visitor's address, scheme
    /// and host is taken, and on whether they have taken the path base off. Empty: nobody's, and the headers are ignored.
    /// </summary>
    public List<string> Trusted { get; set; } = [];
}

/// <summary>Forwarded headers, from listed proxies alone: anybody else could pretend to be anybody.</summary>
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

            // By itself the list is compared only with the host that the proxy asks for.
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
