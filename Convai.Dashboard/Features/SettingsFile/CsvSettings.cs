using System.Globalization;

namespace Convai.Dashboard.Features.SettingsFile;

/// <summary>The CSV of a settings file: a header with every column once, in any order; commas, or semicolons or tabs as some spreadsheets write them.</summary>
internal static class CsvSettings
{
    // Enough for four columns and the empty ones after them.
    private const int LongestHeader = 1000;

    public static void ReadInto(FileRows rows, string text)
    {
        var records = new CsvRecords(text, SeparatorOf(text));
        var header = records.Next();
        while (header is not null && (IsBlank(header) || IsHint(header)))
        {
            header = records.Next();
        }

        if (header is not null && Columns(rows, header) is { } columns)
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
            if (IsBlank(record))
            {
                continue;
            }

            count++;
            if (count > SettingsSchema.MostRows)
            {
                continue;
            }

            var cells = record.Cells.Count > columns.Count ? Trim(record).Count : record.Cells.Count;
            if (record.Cells.Count < columns.Count || cells > columns.Count)
            {
                rows.AddUnreadable(Line(record.Line), $"There {(cells == 1 ? "is 1 cell" : $"are {cells} cells")}; the header has {columns.Count}.");
                continue;
            }

            string Cell(string column) => SpreadsheetCell.Restore(record.Cells[columns[column]]);
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
        foreach (var (position, cell) in Trim(header).Index())
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

    // Spreadsheets leave blank lines and empty columns behind.
    private static bool IsBlank(CsvRecord record) => record.Cells.All(string.IsNullOrWhiteSpace);

    private static List<string> Trim(CsvRecord record) => [.. record.Cells.Take(record.Cells.Count - record.Cells.Reverse().TakeWhile(string.IsNullOrWhiteSpace).Count())];

    // "sep=;" before the header is how some spreadsheets write, and want to be told, which separator follows.
    private static bool IsHint(CsvRecord record) => record.Cells[0].Trim().StartsWith("sep=", StringComparison.OrdinalIgnoreCase) && record.Cells.Skip(1).All(string.IsNullOrWhiteSpace);

    /// <summary>The separator by which the header has the most columns.</summary>
    private static char SeparatorOf(string text)
    {
        var seen = 0;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            // The header is the first line that is not blank, or the second after a hint.
            if (line.IsWhiteSpace() || (seen++ == 0 && line.TrimStart("\" ").StartsWith("sep=", StringComparison.OrdinalIgnoreCase)))
            {
                continue;
            }

            var header = line[..Math.Min(line.Length, LongestHeader)].ToString();
            return ",;\t".MaxBy(separator => header.Split(separator).Count(cell => SettingsSchema.Columns.Contains(cell.Trim(' ', '"'), StringComparer.OrdinalIgnoreCase)));
        }

        return ',';
    }

    private static string Line(int line) => $"Line {line.ToString(CultureInfo.InvariantCulture)}";
}
