using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Features.Changes;
using MudBlazor;

namespace Convai.Dashboard.Features.History;

/// <summary>The dialogs of this feature, for every page that offers them.</summary>
public sealed class ChangeDialogs(IDialogService dialogs)
{
    /// <summary>Shows what reverting a change would do now, and does it if the person wants it.</summary>
    public Task RevertAsync(ChangeRecord change) =>
        dialogs.OpenAsync(MaxWidth.Small, new DialogParameters<RevertDialog> { { revert => revert.Change, change } }, isForm: true);
}
