using Convai.Dashboard.Features.Models;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace Convai.Dashboard.Features.Rehearsals;

/// <summary>
/// What each column said to each line, side by side, with the team's marks and notes. While an answer has the focus: J and K change the line, H and L the
/// column, 1 to 3 mark, N writes a note, U goes to the next unmarked answer, F shows one column, R reveals, Ctrl+Enter uses the column.
/// </summary>
public sealed partial class ReadingGrid(AnswerMarks marks)
{
    private const int MaxShownColumns = 3;

    private static readonly MarkKind[] Kinds = Enum.GetValues<MarkKind>();

    private readonly Dictionary<Cell, AnswerCell> _cells = [];
    private Cell _currentCell = new(0, 0);
    private Cell? _focusNext;
    private int _firstShownColumn;
    private bool _isFocused;
    private string _announcement = "";

    [Parameter, EditorRequired]
    public required RehearsalView View { get; set; }

    [Parameter, EditorRequired]
    public required ModelList Models { get; set; }

    [Parameter]
    public EventCallback OnReveal { get; set; }

    [Parameter]
    public EventCallback<ColumnView> OnUse { get; set; }

    private ColumnView? Preferred => View.Preferred;

    private int Slowest => View.Columns.Max(column => column.Slowest) ?? 0;

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_focusNext is { } next && _cells.TryGetValue(next, out var cell))
        {
            _focusNext = null;
            await cell.FocusAsync();
        }
    }

    private static string? ToAttribute(bool isSet) => isSet ? "" : null;

    private bool MayUse(ColumnView column) => MayChange && !column.IsNow && column.Answered > 0 && View.State != RehearsalState.Running;

    private bool MayMark(ColumnView column, int line) => MayChange && column.Answers.Any(answer => answer.Line == line && answer.Text is not null);

    // Letters are compared in the browser (ReadingKeys), which knows the keyboard's layout.
    private async Task OnKeyAsync(KeyboardEventArgs key)
    {
        if (_cells[_currentCell].IsEditingNote)
        {
            await _cells[_currentCell].OnNoteKeyAsync(key);
        }
        else if (key is { CtrlKey: true, AltKey: false, ShiftKey: false, Key: "Enter" } && MayUse(View.Columns[_currentCell.Position]))
        {
            await OnUse.InvokeAsync(View.Columns[_currentCell.Position]);
        }
        else if (key.Key == "Escape" && _isFocused)
        {
            FocusOn(_currentCell.Position);
        }
    }

    private void MoveLine(int offset) => MoveTo(_currentCell with { Line = Math.Clamp(_currentCell.Line + offset, 0, View.Lines.Count - 1) });

    private void MoveColumn(int offset) => MoveTo(_currentCell with { Position = Math.Clamp(_currentCell.Position + offset, 0, View.Columns.Count - 1) });

    private async Task MarkCurrentAsync(MarkKind kind)
    {
        // A key that is pressed before the note's field has the focus is meant for the note.
        if (!_cells[_currentCell].IsEditingNote && MayMark(View.Columns[_currentCell.Position], _currentCell.Line))
        {
            await MarkAsync(_currentCell, kind);
        }
    }

    private void OpenNote()
    {
        if (!_cells[_currentCell].IsEditingNote && MayMark(View.Columns[_currentCell.Position], _currentCell.Line))
        {
            _cells[_currentCell].WriteNote();
        }
    }

    private void GoToUnmarked()
    {
        if (NextUnmarked() is { } next)
        {
            MoveTo(next);
        }
    }

    /// <summary>Shows the three columns from a place on; the keyboard stays within them.</summary>
    private void ShowFrom(int first)
    {
        _firstShownColumn = first;
        _currentCell = _currentCell with { Position = Math.Clamp(_currentCell.Position, first, first + MaxShownColumns - 1) };
    }

    private void MoveTo(Cell cell)
    {
        (_currentCell, _focusNext) = (cell, cell);
        _firstShownColumn = Math.Clamp(_firstShownColumn, Math.Max(0, cell.Position - MaxShownColumns + 1), cell.Position);
    }

    /// <summary>The next answer without a mark, line by line; null if all are marked.</summary>
    private Cell? NextUnmarked()
    {
        var count = View.Columns.Count * View.Lines.Count;
        var from = (_currentCell.Line * View.Columns.Count) + _currentCell.Position;
        return Enumerable.Range(1, count).Select(step => (from + step) % count).Select(at => new Cell(at % View.Columns.Count, at / View.Columns.Count))
            .Where(cell => MayMark(View.Columns[cell.Position], cell.Line) && View.Columns[cell.Position].GetMark(cell.Line) is null)
            .Cast<Cell?>().FirstOrDefault();
    }

    /// <summary>Shows one column alone, or all again.</summary>
    private void FocusOn(int position)
    {
        _isFocused = !_isFocused;
        MoveTo(_currentCell with { Position = position });
    }

    private async Task MarkAsync(Cell cell, MarkKind kind)
    {
        var column = View.Columns[cell.Position];
        MarkKind? chosen = column.GetMark(cell.Line)?.Kind == kind ? null : kind;
        _currentCell = cell;
        if (await ExecuteAsync(() => marks.MarkAsync(User, View.Id, cell.Position, cell.Line, chosen, Closing), RehearsalText.NotMarked))
        {
            _announcement = RehearsalText.Marked(column.Name, cell.Line, chosen);
        }
    }

    private async Task<bool> NoteAsync(Cell cell, NoteInput note)
    {
        var isSaved = await ExecuteAsync(() => marks.NoteAsync(User, View.Id, cell.Position, note.Repeat, cell.Line, note.Text, Closing), RehearsalText.NotNoted);
        if (isSaved)
        {
            MoveTo(cell);
        }

        // The cell that asked renders itself alone.
        StateHasChanged();
        return isSaved;
    }

    /// <summary>The answers of the column at a place on the screen to one line.</summary>
    private readonly record struct Cell(int Position, int Line);
}
