using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Convai.Dashboard.Components.Shared;

/// <summary>
/// Opens every dialog. focus.js handles Esc: MudBlazor attaches its own handler only after it has shown the dialog, so a key pressed before
/// that would be lost.
/// </summary>
public static class DialogServiceExtensions
{
    /// <param name="isForm">Whether it is a form: as wide as <paramref name="width"/> allows, and a click beside it loses no input.</param>
    /// <returns>The result once it is closed; cancelled by Esc and by every button that does nothing.</returns>
    public static async Task<DialogResult> OpenAsync<TDialog>(this IDialogService dialogs, MaxWidth width, DialogParameters<TDialog> parameters, bool isForm = false)
        where TDialog : IComponent
    {
        var dialog = await dialogs.ShowAsync<TDialog>(
            null, parameters, new DialogOptions { CloseOnEscapeKey = false, BackdropClick = !isForm, MaxWidth = width, FullWidth = isForm });
        return await dialog.Result ?? DialogResult.Cancel();
    }
}
