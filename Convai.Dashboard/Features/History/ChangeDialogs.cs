using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Models;
using MudBlazor;

namespace Convai.Dashboard.Features.History;

/// <summary>A change that was undone and confirmed.</summary>
/// <param name="Fields">The values before and after undoing it.</param>
public sealed record UndoneChange(ChangeRecord Change, IReadOnlyList<FieldChange> Fields);

/// <summary>The dialogs of this feature, for every page that offers them.</summary>
public sealed class ChangeDialogs(IDialogService dialogs)
{
    /// <summary>Shows what reverting a change would do now, and does it if the person wants it.</summary>
    /// <returns>What was undone, for the page to say; null if nothing was, or if the dialog has said it.</returns>
    public async Task<UndoneChange?> RevertAsync(ChangeRecord change) =>
        (await dialogs.OpenAsync(MaxWidth.Small, new DialogParameters<RevertDialog> { { revert => revert.Change, change } }, isForm: true)).Data as UndoneChange;
}
