using System.Buffers.Binary;
using System.Text;

namespace Convai.Dashboard.Testing;

/// <summary>
/// One field of an open page, found in the render batches and followed through them: typing into it names its handler by a number
/// that changes with each render of its component. The format is that of the framework's RenderBatchWriter.
/// </summary>
/// <param name="attribute">By what it is known.</param>
/// <param name="handlerOf">The event that its handler is for.</param>
internal sealed class RenderedField(string attribute, string value, string handlerOf = "oninput")
{
    private const int Element = 1;
    private const int Attribute = 3;
    private const int PrependFrame = 1;
    private const int SetAttribute = 3;
    private const int FrameSize = 20;
    private const int EditSize = 16;

    /// <summary>-1 until the field has been rendered.</summary>
    public int ComponentId { get; private set; } = -1;

    public ulong HandlerId { get; private set; }

    /// <summary>True where the batch has rendered the field's component.</summary>
    public bool Follow(ReadOnlySpan<byte> batch)
    {
        var components = Number(batch, batch.Length - 20);
        var frames = Number(batch, batch.Length - 16) + 4;
        var isRendered = false;
        for (var index = 0; index < Number(batch, components); index++)
        {
            var component = Number(batch, components + 4 + (4 * index));
            var componentId = Number(batch, component);
            for (var edit = 0; edit < Number(batch, component + 4); edit++)
            {
                var at = component + 8 + (edit * EditSize);
                var frame = frames + (Number(batch, at + 8) * FrameSize);
                if (Number(batch, at) == PrependFrame && Find(batch, frame) is { } found)
                {
                    (ComponentId, HandlerId) = (componentId, found);
                }
                else if (Number(batch, at) == SetAttribute && componentId == ComponentId && Text(batch, frame + 4) == handlerOf)
                {
                    HandlerId = Handler(batch, frame);
                }
            }

            isRendered |= componentId == ComponentId;
        }

        return isRendered;
    }

    /// <summary>The handler of the element with the attribute, among the frame and all inside it.</summary>
    private ulong? Find(ReadOnlySpan<byte> batch, int first)
    {
        // Only elements, components and regions have a length; where there is none, the number is another one, and the kind tells.
        var kind = Number(batch, first);
        var end = first + (FrameSize * (kind is 1 or 4 or 5 ? Number(batch, first + 4) : 1));
        var isField = false;
        ulong? handler = null;
        for (var frame = first; frame < end; frame += FrameSize)
        {
            switch (Number(batch, frame))
            {
                case Element:
                    (isField, handler) = (false, null);
                    break;
                case Attribute:
                    isField |= Text(batch, frame + 4) == attribute && Text(batch, frame + 8) == value;
                    handler = Text(batch, frame + 4) == handlerOf ? Handler(batch, frame) : handler;
                    if (isField && handler is not null)
                    {
                        return handler;
                    }

                    break;
            }
        }

        return null;
    }

    private static ulong Handler(ReadOnlySpan<byte> batch, int frame) => BinaryPrimitives.ReadUInt64LittleEndian(batch[(frame + 12)..]);

    private static string? Text(ReadOnlySpan<byte> batch, int at)
    {
        var index = Number(batch, at);
        if (index < 0)
        {
            return null;
        }

        var text = Number(batch, Number(batch, batch.Length - 4) + (4 * index));
        var (length, shift) = (0, 0);
        do
        {
            length |= (batch[text] & 0x7f) << shift;
            shift += 7;
        }
        while ((batch[text++] & 0x80) != 0);
        return Encoding.UTF8.GetString(batch.Slice(text, length));
    }

    private static int Number(ReadOnlySpan<byte> batch, int at) => BinaryPrimitives.ReadInt32LittleEndian(batch[at..]);
}
