using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Features.Models;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Convai.Dashboard.Features.Cast;

/// <summary>The characters row by row; of a long list only the visible rows, and a few around them, are in the page.</summary>
public sealed partial class CastTable(CharacterPictures pictures, IJSRuntime js)
{
    private const int VirtualizationThreshold = 60;
    private const int Overscan = 10;

    // Virtualize adds rows above and below that are not in view yet: 80 in all.
    private const int MaxRows = 60;

    private readonly ComponentScript _script = new();
    private ElementReference _selectAll;
    private bool _isScripted;

    [Parameter, EditorRequired]
    public required List<CastRow> Rows { get; set; }

    [Parameter, EditorRequired]
    public required CastFilter Filter { get; set; }

    [Parameter]
    public EventCallback<CastFilter> FilterChanged { get; set; }

    [Parameter, EditorRequired]
    public required IReadOnlySet<CastColumn> Hidden { get; set; }

    /// <summary>False if the last changes are not shown.</summary>
    [Parameter]
    public bool IsJournalKnown { get; set; }

    /// <summary>False if there is no reason to select rows.</summary>
    [Parameter]
    public bool MayChange { get; set; }

    [Parameter, EditorRequired]
    public required CastSelection Selection { get; set; }

    [Parameter]
    public EventCallback OnSelected { get; set; }

    /// <summary>The row that is being edited; null for people who change nothing.</summary>
    [Parameter]
    public RowEditing? Editing { get; set; }

    [Parameter, EditorRequired]
    public required ModelList Models { get; set; }

    /// <summary>How many characters use each model, by its code.</summary>
    [Parameter]
    public IReadOnlyDictionary<string, int>? UsedBy { get; set; }

    /// <summary>Raised with a row and its field when someone wants to edit it.</summary>
    [Parameter]
    public EventCallback<(CastRow Row, CastColumn Field)> OnEdit { get; set; }

    private bool AreAllSelected => Rows.Count > 0 && Rows.TrueForAll(Selection.Contains);

    private bool AreSomeSelected => !AreAllSelected && Rows.Exists(Selection.Contains);

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (MayChange && !_isScripted)
        {
            _isScripted = true;
            await _script.AttachAsync(js, Assets, "Features/Cast/CastTable.razor.js", _selectAll);
        }
    }

    private Task SelectAsync(bool isSelected)
    {
        Selection.Set(Rows, isSelected);
        return OnSelected.InvokeAsync();
    }

    private Task SelectAsync(CastRow row, CastTableRow.RowSelection selection)
    {
        Selection.Set(row, selection.IsSelected, selection.IsRange, Rows);
        return OnSelected.InvokeAsync();
    }

    public ValueTask DisposeAsync() => _script.DisposeAsync();
}
