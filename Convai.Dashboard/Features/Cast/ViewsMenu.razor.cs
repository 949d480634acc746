using System.Security.Claims;
using Convai.Dashboard.Data;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace Convai.Dashboard.Features.Cast;

/// <summary>The views that one person has named: to go there, to save the one that is open, to delete.</summary>
public sealed partial class ViewsMenu(CastViews views)
{
    private IReadOnlyList<CastView> _views = [];
    private string _name = "";
    private string? _message;

    [CascadingParameter]
    private Task<AuthenticationState> AuthenticationState { get; set; } = null!;

    /// <summary>What is shown now.</summary>
    [Parameter, EditorRequired]
    public required CastFilter Filter { get; set; }

    protected override Task OnInitializedAsync() => TryAsync(_ => Task.FromResult<string?>(null));

    private Task SaveAsync() => TryAsync(async by =>
    {
        if (await views.SaveAsync(by, _name, Filter, CancellationToken.None) is { } refusal)
        {
            return refusal;
        }

        (var name, _name) = (_name.Trim(), "");
        return $"Saved as “{name}”.";
    });

    private Task DeleteAsync(CastView view) => TryAsync(async by =>
    {
        await views.DeleteAsync(by, view.Id, CancellationToken.None);
        return $"“{view.Name}” is deleted.";
    });

    /// <summary>Does something, and reads the views again.</summary>
    private async Task TryAsync(Func<ClaimsPrincipal, Task<string?>> act)
    {
        try
        {
            var by = (await AuthenticationState).User;
            _message = await act(by);
            _views = await views.ReadAsync(by, CancellationToken.None) ?? [];
        }
        catch (Exception exception) when (DatabaseTrouble.Of(exception) is { } trouble)
        {
            _message = trouble;
        }
    }
}
