namespace Convai.Dashboard.Domain;

/// <summary>
/// Where a picture lies: on someone else's host, and the address may carry a token. <see cref="ConvaiApi.Pictures.PictureFetcher"/> alone can
/// look inside; whoever prints one sees nothing.
/// </summary>
public sealed record PictureAddress
{
    private const int Longest = 2048;

    private PictureAddress(Uri uri) => Uri = uri;

    internal Uri Uri { get; }

    /// <summary>Null for whatever could not be fetched anyway: no address, one without TLS, one within a page (<c>data:</c>).</summary>
    internal static PictureAddress? Read(string? text) =>
        text is { Length: <= Longest } && Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback))
            ? new PictureAddress(uri)
            : null;
}
