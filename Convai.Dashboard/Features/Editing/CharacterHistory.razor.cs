using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.History;
using Convai.Dashboard.Features.Models;
using Microsoft.AspNetCore.Components;

namespace Convai.Dashboard.Features.Editing;

/// <summary>Shows the last changes of one character, kept up to date while the page is open.</summary>
public sealed partial class CharacterHistory(ChangeHistory history, AccountModels accountModels, IChangeFeed feed, ChangeDialogs dialogs)
{
    private const int Shown = 8;

    private HistoryPart? _part;

    [Parameter, EditorRequired]
    public required string CharacterId { get; set; }

    private ChangeDialogs Dialogs => dialogs;

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            UntilClosing(feed.Subscribe(OnChangeEvent));
            await ReadAsync();
        }
    }

    private void OnChangeEvent(ChangeEvent changeEvent)
    {
        if (changeEvent is ChangeEvent.Recorded { Change: var change } && change.CharacterId == CharacterId)
        {
            Run(ReadAsync);
        }
    }

    private Task ReadAsync() => ReadAsync(async () => _part = await history.ReadOfAsync(User, CharacterId, Shown, Closing));
}
