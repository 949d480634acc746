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
    private const int WideColumns = 3;

    private static readonly MarkKind[] Kinds = Enum.GetValues<MarkKind>();

    private readonly Dictionary<Cell, AnswerCell> _cells = [];
    private Cell _at = new(0, 0);
    private Cell? _focusNext;
    private int _window;
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

    private static string? Flag(bool isSet) => isSet ? "" : null;

    private bool MayUse(ColumnView column) => MayChange && !column.IsNow && column.Answered > 0 && View.State != RehearsalState.Running;

    private bool MayMark(ColumnView column, int line) => MayChange && column.Answers.Any(answer => answer.Line == line && answer.Text is not null);

    // Letters are compared in the browser (ReadingKeys), which knows the keyboard's layout.
    private async Task OnKeyAsync(KeyboardEventArgs key)
    {
        if (_cells[_at].IsWriting)
        {
            await _cells[_at].OnNoteKeyAsync(key);
        }
        else if (key is { CtrlKey: true, AltKey: false, ShiftKey: false, Key: "Enter" } && MayUse(View.Columns[_at.Position]))
        {
            await OnUse.InvokeAsync(View.Columns[_at.Position]);
        }
        else if (key.Key == "Escape" && _isFocused)
        {
            FocusOn(_at.Position);
        }
    }

    private void MoveLine(int by) => Go(_at with { Line = Math.Clamp(_at.Line + by, 0, View.Lines.Count - 1) });

    private void MoveColumn(int by) => Go(_at with { Position = Math.Clamp(_at.Position + by, 0, View.Columns.Count - 1) });

    private async Task MarkHereAsync(MarkKind kind)
    {
        // A key that is pressed before the note's field has the focus is meant for the note.
        if (!_cells[_at].IsWriting && MayMark(View.Columns[_at.Position], _at.Line))
        {
            await MarkAsync(_at, kind);
        }
    }

    private void NoteHere()
    {
        if (!_cells[_at].IsWriting && MayMark(View.Columns[_at.Position], _at.Line))
        {
            _cells[_at].WriteNote();
        }
    }

    private void GoToUnmarked()
    {
        if (NextUnmarked() is { } next)
        {
            Go(next);
        }
    }

    /// <summary>Shows the three columns from a place on; the keyboard stays within them.</summary>
    private void ShowFrom(int first)
    {
        _window = first;
        _at = _at with { Position = Math.Clamp(_at.Position, first, first + WideColumns - 1) };
    }

    private void Go(Cell cell)
    {
        (_at, _focusNext) = (cell, cell);
        _window = Math.Clamp(_window, Math.Max(0, cell.Position - WideColumns + 1), cell.Position);
    }

    /// <summary>The next answer without a mark, line by line; null if all are marked.</summary>
    private Cell? NextUnmarked()
    {
        var count = View.Columns.Count * View.Lines.Count;
        var from = (_at.Line * View.Columns.Count) + _at.Position;
        return Enumerable.Range(1, count).Select(step => (from + step) % count).Select(at => new Cell(at % View.Columns.Count, at / View.Columns.Count))
            .Where(cell => MayMark(View.Columns[cell.Position], cell.Line) && View.Columns[cell.Position].MarkOf(cell.Line) is null)
            .Cast<Cell?>().FirstOrDefault();
    }

    /// <summary>Shows one column alone, or all again.</summary>
    private void FocusOn(int position)
    {
        _isFocused = !_isFocused;
        Go(_at with { Position = position });
    }

    private async Task MarkAsync(Cell cell, MarkKind kind)
    {
        var column = View.Columns[cell.Position];
        MarkKind? chosen = column.MarkOf(cell.Line)?.Kind == kind ? null : kind;
        _at = cell;
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
            Go(cell);
        }

        // The cell that asked renders itself alone.
        StateHasChanged();
        return isSaved;
    }

    /// <summary>The answers of the column at a place on the screen to one line.</summary>
    private readonly record struct Cell(int Position, int Line);
}
