namespace Convai.Dashboard.Domain;

/// <summary>
/// The address of a picture on someone else's host, which may contain a token. <see cref="ConvaiApi.Pictures.PictureFetcher"/> alone can
/// read it; printing one shows nothing.
/// </summary>
public sealed record PictureAddress
{
    private const int MaxLength = 2048;

    private PictureAddress(Uri uri) => Uri = uri;

    internal Uri Uri { get; }

    /// <summary>Returns null for what could not be fetched anyway: no address, one without TLS, one within a page (<c>data:</c>).</summary>
    internal static PictureAddress? Read(string? text) =>
        text is { Length: <= MaxLength } && Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback))
            ? new PictureAddress(uri)
            : null;
}
