using Microsoft.AspNetCore.Components;

namespace Convai.Dashboard.Features.Cast;

/// <summary>Opens and deletes the views of one person and of the team, and saves the one that is open.</summary>
public sealed partial class ViewsMenu(CastViews views)
{
    private IReadOnlyList<CastView> _views = [];
    private string _name = "";
    private bool _isShared;
    private string? _message;

    /// <summary>The filter that is shown now.</summary>
    [Parameter, EditorRequired]
    public required CastFilter Filter { get; set; }

    [Parameter, EditorRequired]
    public required IReadOnlySet<CastColumn> Hidden { get; set; }

    /// <summary>Raised when a view that keeps its columns is opened.</summary>
    [Parameter]
    public EventCallback<IReadOnlySet<CastColumn>> HiddenChanged { get; set; }

    protected override Task OnInitializedAsync() => TryAsync(() => Task.FromResult<string?>(null));

    private Task SaveAsync() => TryAsync(async () =>
    {
        if ((await views.SaveAsync(User, _name, Filter, Hidden, _isShared, Closing)).Refusal is { } refusal)
        {
            return refusal;
        }

        (var name, _name, _isShared) = (_name.Trim(), "", false);
        return CastText.ViewSaved(name);
    });

    // Its link opens the search, the filters and the order.
    private Task OpenAsync(CastView view) => view.Hidden is { } hidden ? HiddenChanged.InvokeAsync(hidden) : Task.CompletedTask;

    private Task DeleteAsync(CastView view) => TryAsync(async () =>
    {
        await views.DeleteAsync(User, view.Id, Closing);
        return CastText.ViewDeleted(view.Name);
    });

    /// <summary>Performs an action, and reads the views again.</summary>
    private async Task TryAsync(Func<Task<string?>> act)
    {
        await ActAsync(
            async () =>
            {
                _message = await act();
                _views = await views.ReadAsync(User, Closing);
            },
            "");
        _message = Problem ?? _message;
    }
}
