using System.Buffers;

namespace Convai.Dashboard.ConvaiApi.Contracts;

/// <summary>
/// <c>NaN</c>, <c>Infinity</c> and <c>-Infinity</c> are not valid JSON, but some serializers write them, and a single one would make the whole answer
/// unreadable. Each is replaced with an empty object of the same length, which no field accepts as a value.
/// </summary>
internal static class NonFiniteLiterals
{
    private static readonly SearchValues<byte> Ends = SearchValues.Create("\"\\"u8);

    /// <summary>Returns whether there was one.</summary>
    public static bool Replace(Span<byte> json)
    {
        var found = false;
        if (json.IndexOf("NaN"u8) < 0 && json.IndexOf("Infinity"u8) < 0)
        {
            return found;
        }

        for (var at = 0; at < json.Length;)
        {
            var length = json[at] == '"' ? GetStringLength(json[at..]) : GetLiteralLength(json[at..]);
            if (length > 0 && json[at] != '"')
            {
                json.Slice(at, length).Fill((byte)' ');
                (json[at], json[at + length - 1]) = ((byte)'{', (byte)'}');
                found = true;
            }

            at += Math.Max(1, length);
        }

        return found;
    }

    private static int GetStringLength(ReadOnlySpan<byte> json)
    {
        var at = 1;
        while (at < json.Length)
        {
            var next = json[at..].IndexOfAny(Ends);
            if (next < 0)
            {
                return json.Length;
            }

            at += next + 1;
            if (json[at - 1] == '"')
            {
                return at;
            }

            // An escaped character does not end the string.
            at++;
        }

        return json.Length;
    }

    private static int GetLiteralLength(ReadOnlySpan<byte> json) =>
        json.StartsWith("NaN"u8) ? 3 : json.StartsWith("Infinity"u8) ? 8 : json.StartsWith("-Infinity"u8) ? 9 : 0;
}
