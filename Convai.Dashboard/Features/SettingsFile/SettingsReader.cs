using System.Text;
using Convai.Dashboard.Domain;

namespace Convai.Dashboard.Features.SettingsFile;

/// <summary>
/// Reads a settings file, whatever its content: bytes in, rows and a list of errors out, each with its place and a sentence. It
/// never throws, changes nothing and makes no calls.
/// </summary>
public static class SettingsReader
{
    /// <param name="cast">The characters that the file may name; it may contain an odd code, or a temperature out of range, only if its character has it.</param>
    public static FileReading Read(ReadOnlySpan<byte> file, IReadOnlyList<Character>? cast = null)
    {
        if (ValidateFormat(file) is { } refusal)
        {
            return FileReading.Unreadable(refusal);
        }

        if (!TryDecode(file, out var text, out var error))
        {
            return new FileReading(0, [], [error]);
        }

        if (string.IsNullOrWhiteSpace(text))
        {
            return FileReading.Unreadable(SettingsFileText.Empty);
        }

        var rows = new FileRows(new CastLookup(cast ?? []));
        if (text.AsSpan().TrimStart() is ['{' or '[', ..])
        {
            JsonSettings.ReadInto(rows, text);
        }
        else
        {
            CsvSettings.ReadInto(rows, text);
        }

        return rows.ToReading();
    }

    /// <summary>The errors that show in the first bytes and the size.</summary>
    private static string? ValidateFormat(ReadOnlySpan<byte> file) => file switch
    {
        [] => SettingsFileText.Empty,
        { Length: > SettingsSchema.MaxBytes } => SettingsFileText.TooLarge,
        [0xFF, 0xFE, 0, 0, ..] or [0, 0, 0xFE, 0xFF, ..] => SettingsFileText.Utf32,
        [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] => SettingsFileText.Utf16,
        [0x50, 0x4B, 3, 4, ..] => SettingsFileText.Workbook,
        _ => null,
    };

    private static bool TryDecode(ReadOnlySpan<byte> file, out string text, out FileError error)
    {
        (text, error) = ("", new FileError(FileError.WholeFile, ""));
        var start = file.StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
        if (file.IndexOf((byte)0) is >= 0 and var nul)
        {
            error = new FileError(GetLine(file[..nul]), SettingsFileText.NulByte);
            return false;
        }

        for (var at = start; at < file.Length;)
        {
            var isDecoded = Rune.DecodeFromUtf8(file[at..], out _, out var length) == System.Buffers.OperationStatus.Done;
            if (!isDecoded)
            {
                error = new FileError(GetLine(file[..at]), SettingsFileText.NotUtf8(file[at]));
                return false;
            }

            at += length;
        }

        text = Encoding.UTF8.GetString(file[start..]);
        return true;
    }

    private static string GetLine(ReadOnlySpan<byte> before) => SettingsFileText.Line(before.Count((byte)'\n') + 1);
}
