using System.Net;

namespace Convai.Dashboard.ConvaiApi;

/// <summary>
/// Restricts plain http, for a Convai on premises, to private addresses, checked for each connection, because the
/// key and the characters travel unencrypted.
/// </summary>
internal sealed partial class PlainHttp(ConvaiEndpoint endpoint, ILogger<PlainHttp> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (endpoint.IsUnencrypted)
        {
            LogUnencrypted();
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Does nothing for https.</summary>
    public void Restrict(SocketsHttpHandler handler)
    {
        if (endpoint.BaseAddress.Scheme == Uri.UriSchemeHttp)
        {
            // A proxy would resolve the name itself, and read the key.
            handler.UseProxy = false;
            handler.ConnectCallback = (context, cancellationToken) => ValidatedConnection.OpenAsync(context.DnsEndPoint, RequirePrivateAddresses, cancellationToken);
        }
    }

    /// <summary>A single public address is enough to refuse, because the connection could go to any of them.</summary>
    private IPAddress[] RequirePrivateAddresses(IPAddress[] addresses)
    {
        if (addresses.Length > 0 && addresses.All(PrivateAddress.Includes))
        {
            return addresses;
        }

        LogRefused();
        throw new IOException("The host has an address outside private networks.");
    }

    [LoggerMessage(1, LogLevel.Warning, "Convai:AllowPlainHttp is set and Convai:BaseUrl is plain http: the API key and the characters' settings travel unencrypted, and everyone on that network can read them.")]
    private partial void LogUnencrypted();

    [LoggerMessage(2, LogLevel.Error, "Nothing was sent to Convai: the host of Convai:BaseUrl has an address outside private networks, and plain http is allowed to private networks only.")]
    private partial void LogRefused();
}
