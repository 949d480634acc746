using CsvHelper;

namespace Convai.Dashboard.Features.SettingsFile;

/// <summary>Reads the CSV of a settings file: a header with the id or the name, and each setting to change, once and in any order; commas, or semicolons or tabs as some spreadsheets write them.</summary>
internal static class CsvSettings
{
    // A line of five million commas is no header.
    private const int MaxCells = 100;

    // Enough for six columns and the empty ones after them.
    private const int MaxHeaderLength = 1000;

    public static void ReadInto(FileRows rows, string text)
    {
        var hasMore = true;
        using var reader = CsvReader.FromText(text, new CsvReaderOptions
        {
            Separator = DetectSeparator(text),
            HasHeader = false,
            TrackLineNumbers = true,
            MalformedData = CsvMalformedDataHandling.Skip,
            OnMalformedRecord = record => rows.AddUnreadable(SettingsFileText.Line(record.LineNumber), SettingsFileText.Malformed(record.Reason)),
        });
        while (hasMore && reader.Read())
        {
            if (IsBlank(reader) || IsSeparatorHint(reader))
            {
                continue;
            }

            if (ParseHeader(rows, reader) is { } columns)
            {
                ReadRows(rows, reader, columns);
            }

            hasMore = false;
        }
    }

    private static void ReadRows(FileRows rows, CsvReader reader, Dictionary<string, int> columns)
    {
        var count = 0;
        while (reader.Read())
        {
            if (IsBlank(reader))
            {
                continue;
            }

            count++;
            if (count > SettingsSchema.MaxRows)
            {
                continue;
            }

            var cells = reader.FieldCount > columns.Count ? UsedCells(reader) : reader.FieldCount;
            string? Cell(string column) => columns.TryGetValue(column, out var position) && position < reader.FieldCount ? SpreadsheetCell.Restore(reader.GetString(position)) : null;
            var (id, name) = (Cell("id") is { } cell ? rows.ResolveId(cell) : null, Cell("name"));
            if (reader.FieldCount < columns.Count || cells > columns.Count)
            {
                rows.AddUnreadable(SettingsFileText.Line(reader.LineNumber), SettingsFileText.WrongCells(cells, columns.Count), rows.GetLabel(id, name));
                continue;
            }

            rows.Add(SettingsFileText.Line(reader.LineNumber), id, name, Cell("model")?.Trim(), Cell("temperature")?.Trim(), Cell("reasoning"), Cell("groups") is { } groups ? FileGroups.Parse(groups) : null);
        }

        if (count > SettingsSchema.MaxRows)
        {
            rows.FailAsTooLong(count);
        }
    }

    /// <summary>The position of each column; null if the header is invalid.</summary>
    private static Dictionary<string, int>? ParseHeader(FileRows rows, CsvReader header)
    {
        var columns = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        var errors = new List<string>();
        var nearest = new NearestText<string>(SettingsSchema.Columns.Select(column => (column, column)));
        var cells = UsedCells(header);
        for (var position = 0; position < Math.Min(cells, MaxCells); position++)
        {
            var name = header.GetString(position).Trim();
            if (!SettingsSchema.Columns.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                errors.Add(SettingsFileText.UnknownColumn(name, nearest.Find(name)));
            }
            else if (!columns.TryAdd(name, position))
            {
                errors.Add(SettingsFileText.ColumnTwice(name));
            }
        }

        if (!SettingsSchema.CharacterColumns.Any(columns.ContainsKey))
        {
            errors.Add(SettingsFileText.NoCharacterColumn);
        }
        else if (errors.Count == 0 && columns.Keys.All(column => SettingsSchema.CharacterColumns.Contains(column, StringComparer.OrdinalIgnoreCase)))
        {
            errors.Add(SettingsFileText.NoSettingsColumn);
        }

        if (cells > MaxCells)
        {
            errors = [SettingsFileText.TooManyColumns(MaxCells)];
        }

        if (errors.Count == 0)
        {
            return columns;
        }

        rows.Fail(SettingsFileText.Header(errors), SettingsFileText.Line(header.LineNumber));
        return null;
    }

    // Spreadsheets leave blank lines and empty columns behind.
    private static bool IsBlank(CsvReader record) => UsedCells(record) == 0;

    /// <summary>The number of cells up to the last one that is not blank.</summary>
    private static int UsedCells(CsvReader record)
    {
        var count = record.FieldCount;
        while (count > 0 && (record.GetRawSpan(count - 1).IsEmpty || string.IsNullOrWhiteSpace(record.GetString(count - 1))))
        {
            count--;
        }

        return count;
    }

    // Some spreadsheets write, and expect, "sep=;" before the header to name the separator.
    private static bool IsSeparatorHint(CsvReader record) => UsedCells(record) == 1 && record.GetString(0).Trim().StartsWith("sep=", StringComparison.OrdinalIgnoreCase);

    /// <summary>The separator by which the header has the most columns.</summary>
    private static char DetectSeparator(string text)
    {
        var seen = 0;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            // The header is the first line that is not blank, or the second after a hint.
            if (line.IsWhiteSpace() || (seen++ == 0 && line.TrimStart("\" ").StartsWith("sep=", StringComparison.OrdinalIgnoreCase)))
            {
                continue;
            }

            var header = line[..Math.Min(line.Length, MaxHeaderLength)].ToString();
            return ",;\t".MaxBy(separator => header.Split(separator).Count(cell => SettingsSchema.Columns.Contains(cell.Trim(' ', '"'), StringComparer.OrdinalIgnoreCase)));
        }

        return ',';
    }
}
