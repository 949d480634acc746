using System.Buffers;
using System.Globalization;
using System.Text;

namespace Convai.Dashboard.Components.Shared;

/// <summary>
/// The addresses of a character. Convai's ids are UUID-like and appear unchanged; in any other, a character that is no ASCII letter or digit is written
/// as <c>~</c> and the two hexadecimal digits of each UTF-8 byte. Percent signs are no alternative: servers and proxies decode some of them and not others, so
/// two ids could share one address.
/// </summary>
public static class CharacterAddress
{
    private static readonly SearchValues<char> Plain = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    public static string ForPage(string characterId) => $"characters/{Encode(characterId)}";

    public static string ForPicture(string characterId) => $"{ForPage(characterId)}/picture";

    /// <summary>The id as one segment of a path, or one item of a list in a query.</summary>
    public static string Encode(string characterId) => characterId.AsSpan().ContainsAnyExcept(Plain)
        ? string.Concat(Encoding.UTF8.GetBytes(characterId).Select(octet => Plain.Contains((char)octet) ? $"{(char)octet}" : $"~{octet:X2}"))
        : characterId;

    /// <summary>The id in an address; a text that <see cref="Encode"/> did not write is taken as it is.</summary>
    public static string Decode(string segment)
    {
        var octets = new List<byte>(segment.Length);
        for (var at = 0; at < segment.Length; at++)
        {
            if (segment[at] == '~' && at + 2 < segment.Length && byte.TryParse(segment.AsSpan(at + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var octet))
            {
                octets.Add(octet);
                at += 2;
            }
            else if (char.IsAscii(segment[at]))
            {
                octets.Add((byte)segment[at]);
            }
            else
            {
                return segment;
            }
        }

        return Encoding.UTF8.GetString([.. octets]);
    }
}
