namespace Convai.Dashboard;

/// <summary>
/// A spreadsheet takes a cell that begins like a formula for one and would carry it out; an apostrophe before it makes it text. A cell that has
/// one already gets another, so that taking one off always gives what was exported.
/// </summary>
public static class SpreadsheetCell
{
    // The full-width forms too: spreadsheets with East Asian settings read them as the ASCII ones.
    private const string FormulaStarts = "=+-@\t\r\n＝＋－＠";

    public static string Defuse(string cell) => LooksLikeFormula(cell.AsSpan().TrimStart('\'')) ? $"'{cell}" : cell;

    public static string Restore(string cell) => cell.StartsWith('\'') && LooksLikeFormula(cell.AsSpan().TrimStart('\'')) ? cell[1..] : cell;

    private static bool LooksLikeFormula(ReadOnlySpan<char> text) => text.Length > 0 && FormulaStarts.Contains(text[0], StringComparison.Ordinal);
}
