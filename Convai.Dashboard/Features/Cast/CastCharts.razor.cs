using System.Globalization;
using Microsoft.AspNetCore.Components;

namespace Convai.Dashboard.Features.Cast;

/// <summary>The cast in figures: one line above the table, and on request two charts, each part of which is a button that filters by it.</summary>
public sealed partial class CastCharts
{
    private const int InitialModelCount = 6;
    private const int MaxColumnHeight = 84;

    private bool _isExpanded;

    [Parameter, EditorRequired]
    public required CastOverview Overview { get; set; }

    /// <summary>The figures of the characters that match the filter.</summary>
    [Parameter, EditorRequired]
    public required CastFigures Figures { get; set; }

    [Parameter, EditorRequired]
    public required CastFilter Filter { get; set; }

    [Parameter]
    public EventCallback<CastFilter> FilterChanged { get; set; }

    /// <summary>Clears all filters; its button then disappears.</summary>
    [Parameter]
    public EventCallback OnClear { get; set; }

    [Parameter]
    public bool IsOpen { get; set; }

    [Parameter]
    public EventCallback<bool> IsOpenChanged { get; set; }

    private int HiddenModelCount => Math.Max(0, Figures.Models.Count - InitialModelCount);

    // Active filters are always among them, so that they can be switched off in the same place.
    private IEnumerable<ModelUse> ShownModels => Figures.Models.Where((use, place) => _isExpanded || place < InitialModelCount || IsOn(use));

    private bool IsOn(ModelUse use) => use.Model is { } model ? Filter.ModelCode == model.Code : use.IsUnreadable ? Filter.IsUnreadable : Filter.HasNoModel;

    private CastFilter ToggleModel(ModelUse use) => IsOn(use)
        ? Filter with { ModelCode = null, HasNoModel = false, IsUnreadable = Filter.IsUnreadable && !use.IsUnreadable }
        : Filter with { ModelCode = use.Model?.Code, HasNoModel = use is { Model: null, IsUnreadable: false }, IsUnreadable = Filter.IsUnreadable || use.IsUnreadable };

    private static string Name(ModelUse use) => use.Model?.Name ?? (use.IsUnreadable ? CastText.NotUnderstood : CastText.NotSet);

    private static int Provider(ModelUse use) => use.Model?.Provider.Position ?? 0;

    private int ColumnHeight(int count) => count == 0 ? 1 : Math.Max(4, MaxColumnHeight * count / Figures.Tenths.Max());

    private decimal MiniHeight(int count) => count == 0 ? 0.5m : Math.Max(1.5m, 10m * count / Figures.Tenths.Max());

    private static string Number(decimal value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
