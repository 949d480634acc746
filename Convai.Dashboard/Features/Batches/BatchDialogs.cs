using Convai.Dashboard.ConvaiApi;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Convai.Dashboard.Features.Batches;

/// <summary>The dialogs of this room, for every page that offers them.</summary>
public sealed class BatchDialogs(IDialogService dialogs, NavigationManager navigation)
{
    /// <summary>Asks what to change on these characters, every field "leave unchanged" at first, and goes to the plan. Nothing is written by it.</summary>
    /// <param name="preset">The id of a preset to begin with; null for none.</param>
    public async Task ChangeAsync(IReadOnlyList<Character> characters, long? preset = null)
    {
        var dialog = await dialogs.ShowAsync<BatchDialog>(
            null,
            new DialogParameters<BatchDialog> { { change => change.Characters, characters }, { change => change.PresetId, preset } },
            new DialogOptions { CloseOnEscapeKey = true, BackdropClick = false, MaxWidth = MaxWidth.Small, FullWidth = true });
        if (await dialog.Result is { Canceled: false, Data: long batchId })
        {
            navigation.NavigateTo(BatchPlans.AddressOf(batchId));
        }
    }
}
