using System.Text;

namespace Convai.Dashboard.Features.SettingsFile;

/// <param name="Line">Where it begins, from 1; a quoted cell may hold line breaks.</param>
internal sealed record CsvRecord(int Line, IReadOnlyList<string> Cells);

/// <summary>
/// Records of a CSV by RFC 4180, line ends of every kind. Strict: a quote that does not enclose a whole cell ends the reading,
/// since nobody can tell any more where a cell ends. Not a library: none says in which line a cell was opened.
/// </summary>
internal sealed class CsvRecords(string text, char separator)
{
    // A line of five million commas is no row.
    private const int MostCells = 100;

    private int _at;
    private int _line = 1;

    /// <summary>Why reading ended before the end; null while it has not.</summary>
    public (int Line, string Sentence)? Error { get; private set; }

    /// <summary>Null at the end, and from an error on.</summary>
    public CsvRecord? Next()
    {
        if (Error is not null || _at >= text.Length)
        {
            return null;
        }

        var (line, cells) = (_line, new List<string>());
        while (true)
        {
            cells.Add(IsAt('"') ? QuotedCell() : PlainCell());
            if (cells.Count > MostCells)
            {
                Error ??= (line, $"There are more than {MostCells} cells.");
            }

            if (Error is not null)
            {
                return null;
            }

            if (IsAt(separator))
            {
                _at++;
                continue;
            }

            SkipLineEnd();
            return new CsvRecord(line, cells);
        }
    }

    private string PlainCell()
    {
        var start = _at;
        while (_at < text.Length && text[_at] != separator && text[_at] is not ('\r' or '\n'))
        {
            if (text[_at] == '"')
            {
                Error = (_line, "A quote stands inside a cell. Enclose the whole cell in quotes, and write \"\" for a quote in it.");
            }

            _at++;
        }

        return text[start.._at];
    }

    private string QuotedCell()
    {
        var (cell, opened) = (new StringBuilder(), _line);
        for (_at++; _at < text.Length; _at++)
        {
            if (text[_at] != '"')
            {
                _line += text[_at] == '\n' || (text[_at] == '\r' && !IsAt('\n', ahead: 1)) ? 1 : 0;
                cell.Append(text[_at]);
            }
            else if (IsAt('"', ahead: 1))
            {
                cell.Append('"');
                _at++;
            }
            else
            {
                _at++;
                if (_at < text.Length && text[_at] != separator && text[_at] is not ('\r' or '\n'))
                {
                    Error = (_line, "Something stands between a closing quote and the end of its cell. Write \"\" for a quote inside a cell.");
                }

                return cell.ToString();
            }
        }

        Error = (opened, "A quote is opened here and never closed.");
        return "";
    }

    private void SkipLineEnd()
    {
        if (_at < text.Length)
        {
            _at += IsAt('\r') && IsAt('\n', ahead: 1) ? 2 : 1;
            _line++;
        }
    }

    private bool IsAt(char letter, int ahead = 0) => _at + ahead < text.Length && text[_at + ahead] == letter;
}
