using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.History;
using Convai.Dashboard.Features.Models;
using Microsoft.AspNetCore.Components;

namespace Convai.Dashboard.Features.Editing;

/// <summary>Shows the last changes of one character, kept up to date while the page is open.</summary>
public sealed partial class CharacterHistory(HistoryReader acts, AccountModels accountModels, IChangeFeed feed, ChangeDialogs dialogs, PageClock clock)
{
    private const int MaxShown = 8;

    private HistoryResult? _part;
    private UndoneChange? _undone;

    [Parameter, EditorRequired]
    public required string CharacterId { get; set; }

    private PageClock Clock => clock;

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            RefreshOn<ChangeEvent>(feed.Subscribe, changeEvent => changeEvent is ChangeEvent.Recorded { Change: var change } && change.CharacterId == CharacterId, ReadAsync);
            await ReadAsync();
        }
    }

    private async Task RevertAsync(ChangeRecord change)
    {
        _undone = null;
        _undone = await dialogs.RevertAsync(change);
    }

    private Task ReadAsync() => ReadAsync(async () => _part = await acts.ReadCharacterAsync(User, CharacterId, MaxShown, Closing));
}
