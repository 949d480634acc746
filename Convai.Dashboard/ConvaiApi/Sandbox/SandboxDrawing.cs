using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Convai.Dashboard.ConvaiApi.Sandbox;

/// <summary>Draws the invented cast: head and shoulders in two colours, as a PNG of a few hundred bytes.</summary>
internal static class SandboxDrawing
{
    private const int Side = 96;

    private static readonly (int Ground, int Figure)[] Colours =
    [
        (0x2B4C6F, 0xF2C48D), (0x7A3B2E, 0xF4DDB8), (0x3E6B4F, 0xE9D8A6), (0x6A4C93, 0xF7B7A3),
        (0xD9A441, 0x4A2C2A), (0x9BC1BC, 0x2F3E46), (0x33272A, 0xE0AFA0), (0xC8553D, 0x2B2D42),
    ];

    public static byte[] Draw(int number)
    {
        var (ground, figure) = Colours[Math.Abs(number % Colours.Length)];
        var (head, shoulders) = (15 + Math.Abs(number % 3) * 2, 30 + Math.Abs(number % 4) * 4);
        using var png = new MemoryStream();
        png.Write([0x89, .. "PNG\r\n"u8, 0x1A, 0x0A]);
        WriteChunk(png, "IHDR", [.. BigEndian(Side), .. BigEndian(Side), 8, 3, 0, 0, 0]);
        WriteChunk(png, "PLTE", [.. Enumerable.Range(0, 5).SelectMany(quarters => Mix(ground, figure, quarters))]);
        WriteChunk(png, "IDAT", Pack(Rows(head, shoulders)));
        WriteChunk(png, "IEND", []);
        return png.ToArray();
    }

    /// <summary>Each row begins with its filter, none; each pixel is a place in the palette, by how many of its four quarters are covered.</summary>
    private static byte[] Rows(int head, int shoulders)
    {
        var rows = new byte[Side * (Side + 1)];
        for (var quarter = 0; quarter < Side * Side * 4; quarter++)
        {
            var (x, y) = (quarter % (Side * 2), quarter / (Side * 2));
            var (right, down) = ((x + 0.5) / 2 - Side / 2.0, (y + 0.5) / 2);
            var isHead = Square(right) + Square(down - 38) < Square(head);
            var isShoulders = Square(right / shoulders) + Square((down - 100) / 38) < 1;
            rows[(y / 2 * (Side + 1)) + 1 + (x / 2)] += (byte)(isHead || isShoulders ? 1 : 0);
        }

        return rows;
    }

    private static double Square(double value) => value * value;

    private static IEnumerable<byte> Mix(int from, int to, int quarters)
    {
        for (var shift = 16; shift >= 0; shift -= 8)
        {
            yield return (byte)((((from >> shift) & 0xFF) * (4 - quarters) + ((to >> shift) & 0xFF) * quarters) / 4);
        }
    }

    private static byte[] Pack(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var packer = new ZLibStream(packed, CompressionLevel.SmallestSize))
        {
            packer.Write(bytes);
        }

        return packed.ToArray();
    }

    private static void WriteChunk(MemoryStream png, string name, byte[] data)
    {
        byte[] named = [.. Encoding.ASCII.GetBytes(name), .. data];
        png.Write(BigEndian(data.Length));
        png.Write(named);
        png.Write(BigEndian(Checksum(named)));
    }

    private static byte[] BigEndian(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    /// <summary>CRC-32 as PNG wants it.</summary>
    private static int Checksum(byte[] bytes)
    {
        var sum = uint.MaxValue;
        foreach (var value in bytes)
        {
            sum ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                sum = (sum >> 1) ^ ((sum & 1) * 0xEDB88320);
            }
        }

        return (int)~sum;
    }
}
