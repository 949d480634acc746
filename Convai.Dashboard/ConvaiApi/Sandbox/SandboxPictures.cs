using System.Globalization;

namespace Convai.Dashboard.ConvaiApi.Sandbox;

/// <summary>Replaces the hosts of the avatars' pictures.</summary>
internal static class SandboxPictures
{
    private const int Count = 24;

    /// <summary>Part of every address; it must not appear anywhere.</summary>
    public const string Token = "sandbox-picture-token";

    /// <param name="picture">As in <see cref="SandboxCharacter.Picture"/>.</param>
    public static string GetAddress(string picture, Uri host) =>
        picture is "NULL" || picture.Contains(':', StringComparison.Ordinal)
            ? picture
            : $"{new Uri(host, $"/pictures/{picture}")}{(picture.Contains('?', StringComparison.Ordinal) ? '&' : '?')}token={Token}";

    /// <summary>Returns null for a name that is not a number.</summary>
    public static byte[]? Find(string name)
    {
        if (!int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return null;
        }

        using var stream = typeof(SandboxPictures).Assembly.GetManifestResourceStream($"sandbox-picture-{number % Count}")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
