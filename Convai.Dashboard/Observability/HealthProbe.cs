using System.Net;

namespace Convai.Dashboard.Observability;

/// <summary>
/// <c>--health</c>: asks the server that runs beside it, because a container has neither a shell nor curl. It runs every half
/// minute, so it reads the few settings it needs and builds no host.
/// </summary>
internal static class HealthProbe
{
    public const string Switch = "--health";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(4);

    /// <summary>The exit code: 0 for healthy; otherwise 1, after a sentence that says why.</summary>
    public static async Task<int> RunAsync()
    {
        var settings = new ConfigurationBuilder()
            .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true)
            .AddEnvironmentVariables("ASPNETCORE_")
            .AddEnvironmentVariables()
            .Build();
        if (await FindErrorAsync(settings) is not { } error)
        {
            return 0;
        }

        await Console.Error.WriteLineAsync(error);
        return 1;
    }

    /// <summary>The address at which this machine can ask the server; null if it listens on https only.</summary>
    internal static Uri? GetAddress(IConfiguration settings)
    {
        var listens = settings["urls"] is { Length: > 0 } urls
            ? urls.Split(';').Select(BindingAddress.Parse).FirstOrDefault(address => address.Scheme == Uri.UriSchemeHttp)
            : BindingAddress.Parse($"http://*:{settings["http_ports"]?.Split(';')[0] ?? "5000"}");
        if (listens is null)
        {
            return null;
        }

        // Names and "any address" also answer on loopback; a specific address answers only there.
        var isCertain = IPAddress.TryParse(listens.Host, out var address) && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any);
        var host = isCertain ? listens.Host : IPAddress.Loopback.ToString();
        return new Uri($"http://{host}:{listens.Port}{settings["PathBase"]?.TrimEnd('/')}{Health.HealthPath}");
    }

    /// <summary>A host name that the server answers to; null if it answers to all.</summary>
    internal static string? GetHost(IConfiguration settings) =>
        settings["AllowedHosts"]?.Split(';', StringSplitOptions.RemoveEmptyEntries) is { } allowed && !allowed.Contains("*") && allowed.Length > 0
            ? allowed[0].Replace("*", "health", StringComparison.Ordinal)
            : null;

    private static async Task<string?> FindErrorAsync(IConfiguration settings)
    {
        if (GetAddress(settings) is not { } address)
        {
            return "--health cannot check a dashboard that listens on https only.";
        }

        // A proxy that the environment names is not for this request.
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = Timeout };
        using var request = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { Host = GetHost(settings) } };
        try
        {
            using var answer = await http.SendAsync(request);
            return answer.StatusCode == HttpStatusCode.OK ? null : $"The dashboard is not healthy: {address} answered {(int)answer.StatusCode}.";
        }
        catch (HttpRequestException exception)
        {
            return $"The dashboard does not answer at {address}: {exception.Message}";
        }
        catch (TaskCanceledException)
        {
            return $"The dashboard does not answer at {address} within {Timeout.TotalSeconds:0} seconds.";
        }
    }
}
