using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace Convai.Dashboard.ConvaiApi;

/// <summary>Reads the mounted key, decides the mode, and reports all errors at once; the messages name settings and never show values.</summary>
internal sealed class ConvaiOptionsSetup(IHostEnvironment environment)
    : IPostConfigureOptions<ConvaiOptions>, IValidateOptions<ConvaiOptions>
{
    internal Func<string, IPAddress[]> Resolve { get; init; } = Dns.GetHostAddresses;

    public void PostConfigure(string? name, ConvaiOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.ApiKey))
        {
            options.ApiKey = SecretFile.Read(options.ApiKeyFile);
        }

        var hasKey = !string.IsNullOrEmpty(options.ApiKey) || !string.IsNullOrEmpty(options.ApiKeyFile);
        options.Mode ??= environment.IsDevelopment() && !hasKey ? ConvaiMode.Sandbox : ConvaiMode.Live;
    }

    public ValidateOptionsResult Validate(string? name, ConvaiOptions options)
    {
        var errors = new List<string>();
        if (options.Mode == ConvaiMode.Live)
        {
            errors.AddRange(KeyErrors(options));
        }

        if (BaseUrlError(options) is { } baseUrlError)
        {
            errors.Add(baseUrlError);
        }

        Check(options.ReadTimeout > TimeSpan.Zero && options.ReadTimeout <= TimeSpan.FromMinutes(5), "Convai:ReadTimeout must be between 0 and 5 minutes.");
        Check(options.WriteTimeout > TimeSpan.Zero && options.WriteTimeout <= TimeSpan.FromMinutes(5), "Convai:WriteTimeout must be between 0 and 5 minutes.");
        Check(options.MaxRequestsPerMinute is >= 3 and <= 100_000, "Convai:MaxRequestsPerMinute must be between 3, which one save needs, and 100000.");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);

        void Check(bool isValid, string error)
        {
            if (!isValid)
            {
                errors.Add(error);
            }
        }
    }

    private string? BaseUrlError(ConvaiOptions options)
    {
        if (options.BaseUrl is not { IsAbsoluteUri: true } url || !(url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp))
        {
            return "Convai:BaseUrl must be an absolute https address, because the API key is sent to it.";
        }

        if (url.Scheme == Uri.UriSchemeHttps || url.IsLoopback)
        {
            return null;
        }

        if (!options.AllowPlainHttp)
        {
            return "Convai:BaseUrl must be an absolute https address, because the API key is sent to it. For a Convai in your own private network, Convai:AllowPlainHttp allows plain http; "
                + "then the key and the characters' settings travel unencrypted.";
        }

        return IsPrivate(url) ? null : "Convai:BaseUrl is plain http to an address outside private networks, which Convai:AllowPlainHttp does not allow. Use https, or the host's private address.";
    }

    private bool IsPrivate(Uri url)
    {
        try
        {
            return (IPAddress.TryParse(url.DnsSafeHost, out var literal) ? [literal] : Resolve(url.DnsSafeHost)).All(PrivateAddress.Includes);
        }
        catch (SocketException)
        {
            // The name cannot be resolved now; PlainHttp checks it again for each connection.
            return true;
        }
    }

    private static IEnumerable<string> KeyErrors(ConvaiOptions options)
    {
        if (SecretFile.QuotesError("Convai:ApiKey", options.ApiKey, options.ApiKeyFile) is { } quotesError)
        {
            yield return quotesError;
        }
        else if (!string.IsNullOrEmpty(options.ApiKey))
        {
            // The key is sent as a header: a line break or a letter of another script is a copying mistake and would fail on every call.
            if (options.ApiKey.Any(character => character is <= ' ' or > '~' or '"' or '\'' or '`'))
            {
                var key = SecretFile.Read(options.ApiKeyFile) == options.ApiKey ? "Convai:ApiKeyFile points to a file whose text" : "Convai:ApiKey";
                yield return $"{key} contains a character that cannot be part of a key (a space, a line break, a quote, a letter outside ASCII).";
            }
        }
        else if (string.IsNullOrEmpty(options.ApiKeyFile))
        {
            yield return "Convai:ApiKey is missing: set Convai:ApiKey or Convai:ApiKeyFile, or Convai:Mode to Sandbox to try the dashboard without an account.";
        }
        else
        {
            yield return SecretFile.UnreadableError("Convai:ApiKeyFile");
        }
    }
}
