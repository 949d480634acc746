using System.Globalization;
using System.Text;
using Convai.Dashboard.Domain;

namespace Convai.Dashboard.Features.SettingsFile;

/// <summary>
/// Reads a settings file, whatever its content: bytes in, rows and a list of errors out, each with its place and a sentence. It
/// never throws, changes nothing and makes no calls.
/// </summary>
public static class SettingsReader
{
    /// <param name="saved">Convai's values for a character: the file may contain an odd code, or a temperature out of range, only if Convai has it.</param>
    public static FileReading Read(ReadOnlySpan<byte> file, Func<string, CharacterCoreSettings?>? saved = null)
    {
        if (Refuse(file) is { } refusal)
        {
            return FileReading.Unreadable(refusal);
        }

        if (!TryDecode(file, out var text, out var error))
        {
            return new FileReading(0, [], [error]);
        }

        if (string.IsNullOrWhiteSpace(text))
        {
            return FileReading.Unreadable("The file is empty.");
        }

        var rows = new FileRows(saved ?? (_ => null));
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
    private static string? Refuse(ReadOnlySpan<byte> file) => file switch
    {
        [] => "The file is empty.",
        { Length: > SettingsSchema.MaxBytes } => $"The file is larger than {SettingsSchema.MaxBytes / 1024 / 1024} MB.",
        [0xFF, 0xFE, 0, 0, ..] or [0, 0, 0xFE, 0xFF, ..] => "The file is UTF-32. Save it as UTF-8.",
        [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] => "The file is UTF-16 (“Unicode text”). Save it as UTF-8; in Excel that is “CSV UTF-8”.",
        [0x50, 0x4B, 3, 4, ..] => "The file is a workbook or an archive. Save the sheet as “CSV UTF-8”.",
        _ => null,
    };

    private static bool TryDecode(ReadOnlySpan<byte> file, out string text, out FileError error)
    {
        (text, error) = ("", new FileError(FileError.WholeFile, ""));
        var start = file.StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
        if (file.IndexOf((byte)0) is >= 0 and var nul)
        {
            error = new FileError(LineOf(file[..nul]), "There is a NUL byte: this is not a text file, or it is UTF-16. Save it as UTF-8.");
            return false;
        }

        for (var at = start; at < file.Length;)
        {
            var isDecoded = Rune.DecodeFromUtf8(file[at..], out _, out var length) == System.Buffers.OperationStatus.Done;
            if (!isDecoded)
            {
                error = new FileError(
                    LineOf(file[..at]),
                    $"The byte 0x{file[at].ToString("X2", CultureInfo.InvariantCulture)} is not UTF-8; the file may be Latin-1 or Windows-1252. Save it as UTF-8; in Excel that is “CSV UTF-8”.");
                return false;
            }

            at += length;
        }

        text = Encoding.UTF8.GetString(file[start..]);
        return true;
    }

    private static string LineOf(ReadOnlySpan<byte> before) => $"Line {(before.Count((byte)'\n') + 1).ToString(CultureInfo.InvariantCulture)}";
}
