using Microsoft.AspNetCore.Components;

namespace Convai.Dashboard.Features.Cast;

/// <summary>Opens and deletes the views that one person has named, and saves the one that is open.</summary>
public sealed partial class ViewsMenu(CastViews views)
{
    private IReadOnlyList<CastView> _views = [];
    private string _name = "";
    private string? _message;

    /// <summary>The filter that is shown now.</summary>
    [Parameter, EditorRequired]
    public required CastFilter Filter { get; set; }

    protected override Task OnInitializedAsync() => TryAsync(() => Task.FromResult<string?>(null));

    private Task SaveAsync() => TryAsync(async () =>
    {
        if ((await views.SaveAsync(User, _name, Filter, Closing)).Refusal is { } refusal)
        {
            return refusal;
        }

        (var name, _name) = (_name.Trim(), "");
        return CastText.ViewSaved(name);
    });

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
