using System.Security.Claims;
using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.History;
using Convai.Dashboard.Security;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace Convai.Dashboard.Features.Editing;

/// <summary>The last changes of one character, kept up to date while the page stands open.</summary>
public sealed partial class CharacterHistory(ChangeHistory history, IChangeFeed feed, ChangeDialogs dialogs)
{
    private const int Shown = 8;

    private readonly CancellationTokenSource _closing = new();
    private IDisposable? _listening;
    private ClaimsPrincipal _by = new();
    private HistoryPart? _part;
    private string? _trouble;

    [Parameter, EditorRequired]
    public required string CharacterId { get; set; }

    [CascadingParameter]
    private Task<AuthenticationState> AuthenticationState { get; set; } = null!;

    private ChangeDialogs Dialogs => dialogs;

    private bool MayChange => _by.IsAtLeast(Role.Designer);

    protected override async Task OnParametersSetAsync() => _by = (await AuthenticationState).User;

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _listening = feed.Listen(OnNews);
            await ReadAsync();
        }
    }

    private void OnNews(ChangeNews news)
    {
        if (news is ChangeNews.Recorded { Change: var change } && change.CharacterId == CharacterId)
        {
            Run(ReadAsync, _closing.Token);
        }
    }

    private async Task ReadAsync()
    {
        try
        {
            _part = await history.ReadOfAsync(_by, CharacterId, Shown, _closing.Token);
            _trouble = null;
        }
        catch (Exception) when (_closing.IsCancellationRequested)
        {
            return;
        }
        catch (Exception exception) when (DatabaseTrouble.Of(exception) is { } trouble)
        {
            _trouble = trouble;
        }

        StateHasChanged();
    }

    public void Dispose()
    {
        _listening?.Dispose();
        _closing.Cancel();
    }
}
