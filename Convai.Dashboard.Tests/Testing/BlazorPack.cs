using System.Buffers.Binary;
using System.Text;

namespace Convai.Dashboard.Testing;

/// <summary>What Blazor's own script and the server say to each other: calls in the part of MessagePack that "blazorpack" uses, each behind its length.</summary>
internal static class BlazorPack
{
    private const byte Nil = 0xc0;

    public static readonly byte[] Handshake = "{\"protocol\":\"blazorpack\",\"version\":1}\u001e"u8.ToArray();

    public static readonly byte[] Ping = Frame([0x91, 6]);

    /// <summary>A call of the hub without an answer or, if there is an <paramref name="id"/>, one that is answered.</summary>
    public static byte[] Call(string? id, string method, params object?[] arguments)
    {
        var bytes = new List<byte> { 0x96, 1, 0x80 };
        Write(bytes, id);
        Write(bytes, method);
        bytes.Add((byte)(0x90 | arguments.Length));
        foreach (var argument in arguments)
        {
            Write(bytes, argument);
        }

        bytes.Add(0x90);
        return Frame([.. bytes]);
    }

    /// <summary>Takes the first whole message off the front; false where it has not come to its end yet.</summary>
    public static bool TryRead(ref ReadOnlySpan<byte> received, out object?[] message)
    {
        (var length, var read, message) = (0, 0, []);
        do
        {
            if (read == received.Length)
            {
                return false;
            }

            length |= (received[read] & 0x7f) << (7 * read);
        }
        while ((received[read++] & 0x80) != 0);
        if (received.Length - read < length)
        {
            return false;
        }

        var content = received.Slice(read, length);
        message = (object?[])Read(ref content)!;
        received = received[(read + length)..];
        return true;
    }

    private static byte[] Frame(byte[] content)
    {
        var bytes = new List<byte>();
        var length = content.Length;
        for (; length > 0x7f; length >>= 7)
        {
            bytes.Add((byte)(length | 0x80));
        }

        return [.. bytes, (byte)length, .. content];
    }

    private static void Write(List<byte> bytes, object? value)
    {
        Span<byte> number = stackalloc byte[8];
        switch (value)
        {
            case null:
                bytes.Add(Nil);
                break;
            case bool flag:
                bytes.Add((byte)(flag ? 0xc3 : 0xc2));
                break;
            case string text:
                var encoded = Encoding.UTF8.GetBytes(text);
                BinaryPrimitives.WriteInt32BigEndian(number, encoded.Length);
                bytes.AddRange([0xdb, .. number[..4], .. encoded]);
                break;
            default:
                BinaryPrimitives.WriteInt64BigEndian(number, Convert.ToInt64(value, null));
                bytes.AddRange([0xd3, .. number]);
                break;
        }
    }

    private static object? Read(ref ReadOnlySpan<byte> bytes)
    {
        var kind = Take(ref bytes, 1)[0];
        return kind switch
        {
            < 0x80 => (long)kind,
            0x80 => null,
            >= 0x90 and <= 0x9f => ReadArray(ref bytes, kind & 0x0f),
            >= 0xa0 and <= 0xbf => Encoding.UTF8.GetString(Take(ref bytes, kind & 0x1f)),
            Nil => null,
            0xc2 => false,
            0xc3 => true,
            0xc4 or 0xc5 or 0xc6 => Take(ref bytes, (int)ReadNumber(ref bytes, 1 << (kind - 0xc4))).ToArray(),
            0xcc or 0xcd or 0xce or 0xcf => ReadNumber(ref bytes, 1 << (kind - 0xcc)),
            0xd0 or 0xd1 or 0xd2 or 0xd3 => ReadNumber(ref bytes, 1 << (kind - 0xd0)),
            0xd9 or 0xda or 0xdb => Encoding.UTF8.GetString(Take(ref bytes, (int)ReadNumber(ref bytes, 1 << (kind - 0xd9)))),
            0xdc => ReadArray(ref bytes, (int)ReadNumber(ref bytes, 2)),
            _ => throw new InvalidDataException($"The server has sent {kind:x2}, which this reader does not know."),
        };
    }

    private static object?[] ReadArray(ref ReadOnlySpan<byte> bytes, int count)
    {
        var items = new object?[count];
        for (var index = 0; index < count; index++)
        {
            items[index] = Read(ref bytes);
        }

        return items;
    }

    // No number that is read here is negative.
    private static long ReadNumber(ref ReadOnlySpan<byte> bytes, int size)
    {
        var number = 0L;
        foreach (var part in Take(ref bytes, size))
        {
            number = (number << 8) | part;
        }

        return number;
    }

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> bytes, int count)
    {
        var taken = bytes[..count];
        bytes = bytes[count..];
        return taken;
    }
}
