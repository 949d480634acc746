using System.Diagnostics.CodeAnalysis;
using CsvHelper;

namespace Convai.Dashboard;

/// <summary>
/// A spreadsheet evaluates a cell that begins like a formula; an apostrophe before it makes it text. A cell that has
/// one already gets another, so that taking one off always gives what was exported.
/// </summary>
public static class SpreadsheetCell
{
    // The full-width forms too: spreadsheets with East Asian settings read them as the ASCII ones.
    private const string FormulaStarts = "=+-@\t\r\n＝＋－＠";

    /// <summary>Options for every CSV that is written. Without the byte order mark, Excel reads it in the machine's code page.</summary>
    public static readonly CsvWriterOptions Csv = new() { WriteByteOrderMark = true };

    [return: NotNullIfNotNull(nameof(cell))]
    public static string? Defuse(string? cell) => cell is not null && LooksLikeFormula(cell.AsSpan().TrimStart('\'')) ? $"'{cell}" : cell;

    public static string Restore(string cell) => cell.StartsWith('\'') && LooksLikeFormula(cell.AsSpan().TrimStart('\'')) ? cell[1..] : cell;

    private static bool LooksLikeFormula(ReadOnlySpan<char> text) => text.Length > 0 && FormulaStarts.Contains(text[0], StringComparison.Ordinal);
}
