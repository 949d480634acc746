using System.Globalization;

namespace Convai.Dashboard.Features.SettingsFile;

/// <summary>The CSV of a settings file: a header with every column once, in any order; commas, or semicolons as some spreadsheets write them.</summary>
internal static class CsvSettings
{
    public static void ReadInto(FileRows rows, string text)
    {
        var records = new CsvRecords(text, SeparatorOf(text));
        if (records.Next() is { } header && Columns(rows, header) is { } columns)
        {
            ReadRows(rows, records, columns);
        }

        if (records.Error is { } error)
        {
            rows.Fail(error.Sentence, Line(error.Line));
        }
    }

    private static void ReadRows(FileRows rows, CsvRecords records, Dictionary<string, int> columns)
    {
        var count = 0;
        while (records.Next() is { } record)
        {
            // Spreadsheets leave such lines behind.
            if (record.Cells.All(string.IsNullOrWhiteSpace))
            {
                continue;
            }

            count++;
            if (count > SettingsSchema.MostRows)
            {
                continue;
            }

            if (record.Cells.Count != columns.Count)
            {
                rows.AddUnreadable(Line(record.Line), $"There {(record.Cells.Count == 1 ? "is 1 cell" : $"are {record.Cells.Count} cells")}; the header has {columns.Count}.");
                continue;
            }

            string Cell(string column) => SettingsSchema.Restore(record.Cells[columns[column]]);
            rows.Add(Line(record.Line), Cell("id").Trim(), Cell("name"), Cell("model").Trim(), Cell("temperature").Trim());
        }

        if (count > SettingsSchema.MostRows)
        {
            rows.FailAsTooLong(count);
        }
    }

    /// <summary>Where each column stands; null where the header is not as it should be.</summary>
    private static Dictionary<string, int>? Columns(FileRows rows, CsvRecord header)
    {
        var columns = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        var errors = new List<string>();
        foreach (var (position, cell) in header.Cells.Index())
        {
            var name = cell.Trim();
            if (!SettingsSchema.Columns.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                errors.Add($"The column {FileWords.Quote(name)} is not known.");
            }
            else if (!columns.TryAdd(name, position))
            {
                errors.Add($"The column {FileWords.Quote(name)} is there twice.");
            }
        }

        errors.AddRange(SettingsSchema.Columns.Where(column => !columns.ContainsKey(column)).Select(column => $"The column {FileWords.Quote(column)} is missing."));
        if (errors.Count == 0)
        {
            return columns;
        }

        rows.Fail($"{string.Join(' ', errors)} The header is {string.Join(',', SettingsSchema.Columns)}.", Line(header.Line));
        return null;
    }

    private static char SeparatorOf(string text)
    {
        var end = text.AsSpan().IndexOfAny('\r', '\n');
        var header = end < 0 ? text.AsSpan() : text.AsSpan(0, end);
        return header.Contains(';') && !header.Contains(',') ? ';' : ',';
    }

    private static string Line(int line) => $"Line {line.ToString(CultureInfo.InvariantCulture)}";
}
