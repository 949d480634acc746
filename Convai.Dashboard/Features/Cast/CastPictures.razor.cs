using System.Globalization;
using Microsoft.AspNetCore.Components;

namespace Convai.Dashboard.Features.Cast;

/// <summary>Shows the cast in two charts, each part of which is a button that filters by it.</summary>
public sealed partial class CastPictures
{
    private const int ModelsAtFirst = 6;
    private const int HighestColumn = 84;

    private bool _isUnfolded;
    private bool _isShown;

    /// <summary>The charts show the whole cast, whatever the filters.</summary>
    [Parameter, EditorRequired]
    public required CastOverview Overview { get; set; }

    [Parameter, EditorRequired]
    public required CastFilter Filter { get; set; }

    [Parameter]
    public EventCallback<CastFilter> FilterChanged { get; set; }

    private int Folded => Math.Max(0, Overview.Models.Count - ModelsAtFirst);

    // Active filters are always among them, so that they can be switched off in the same place.
    private IEnumerable<ModelUse> ShownModels => Overview.Models.Where((use, place) => _isUnfolded || place < ModelsAtFirst || IsOn(use));

    private bool IsOn(ModelUse use) => use.Model is { } model ? Filter.ModelCode == model.Code : use.IsUnreadable ? Filter.IsUnreadable : Filter.HasNoModel;

    private CastFilter Switch(ModelUse use) => IsOn(use)
        ? Filter with { ModelCode = null, HasNoModel = false, IsUnreadable = Filter.IsUnreadable && !use.IsUnreadable }
        : Filter with { ModelCode = use.Model?.Code, HasNoModel = use is { Model: null, IsUnreadable: false }, IsUnreadable = Filter.IsUnreadable || use.IsUnreadable };

    private static string Name(ModelUse use) => use.Model?.Name ?? (use.IsUnreadable ? CastText.NotUnderstood : CastText.NotSet);

    private static int Provider(ModelUse use) => use.Model?.Provider.Position ?? 0;

    private int ColumnHeight(int count) => count == 0 ? 1 : Math.Max(4, HighestColumn * count / Overview.Tenths.Max());

    private static string Share(int count, int most) => (100m * count / most).ToString("0.##", CultureInfo.InvariantCulture);

    private static string Pressed(bool isOn) => isOn ? "true" : "false";
}
