namespace Convai.Dashboard.ConvaiApi.Pictures;

/// <param name="ContentType">The type that the first bytes show, whatever their host claims.</param>
public sealed record Picture(byte[] Bytes, string ContentType)
{
    /// <summary>Returns null unless the bytes are one of the four types. SVG is not among them, because it can contain scripts.</summary>
    internal static Picture? Read(byte[] bytes) => DetectType(bytes) is { } type ? new Picture(bytes, type) : null;

    private static string? DetectType(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith((ReadOnlySpan<byte>)[0x89, .. "PNG\r\n"u8, 0x1A, 0x0A]) ? "image/png"
        : bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) ? "image/jpeg"
        : bytes.StartsWith("GIF87a"u8) || bytes.StartsWith("GIF89a"u8) ? "image/gif"
        : bytes.Length > 12 && bytes.StartsWith("RIFF"u8) && bytes[8..].StartsWith("WEBP"u8) ? "image/webp"
        : null;
}

/// <summary>Why there is no picture. It reveals nothing about the address.</summary>
public enum PictureFailure
{
    /// <summary>Four other pictures were being fetched and took too long. This says nothing about the picture.</summary>
    Busy,

    /// <summary>The address, or one it led to, is not public, not https, or on an unusual port.</summary>
    NotAllowed,

    Unreachable,
    TimedOut,

    /// <summary>Any answer but 200, or a redirect that leads nowhere.</summary>
    Refused,

    TooManyRedirects,
    TooLarge,

    /// <summary>Neither PNG, JPEG, WebP nor GIF.</summary>
    NotAPicture,
}

/// <summary>The picture, or why there is none.</summary>
public sealed record PictureResult(Picture? Picture, PictureFailure? Failure)
{
    public static implicit operator PictureResult(PictureFailure failure) => new(null, failure);
}
