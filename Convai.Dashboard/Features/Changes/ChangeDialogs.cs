using MudBlazor;

namespace Convai.Dashboard.Features.Changes;

/// <summary>The dialogs of this room, for every page that offers them.</summary>
public sealed class ChangeDialogs(IDialogService dialogs)
{
    /// <summary>Shows what reverting a change would do now, and does it if the person wants it.</summary>
    public async Task RevertAsync(Change change)
    {
        var dialog = await dialogs.ShowAsync<RevertDialog>(
            null,
            new DialogParameters<RevertDialog> { { revert => revert.Change, change } },
            new DialogOptions { CloseOnEscapeKey = true, MaxWidth = MaxWidth.Small, FullWidth = true });
        await dialog.Result;
    }
}
