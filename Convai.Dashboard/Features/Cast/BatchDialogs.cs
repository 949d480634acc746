using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Domain;
using MudBlazor;

namespace Convai.Dashboard.Features.Cast;

/// <summary>The dialogs of this feature, for every page that offers them.</summary>
public sealed class BatchDialogs(IDialogService dialogs)
{
    /// <summary>Asks what to change on these characters, with every field "leave as is" at first, and opens the plan. It writes nothing.</summary>
    /// <param name="preset">The id of the preset to start from; null for none.</param>
    public Task ChangeAsync(IReadOnlyList<Character> characters, long? preset = null) =>
        dialogs.OpenAsync(MaxWidth.Medium, new DialogParameters<BatchDialog> { { change => change.Characters, characters }, { change => change.PresetId, preset } }, isForm: true);

    /// <summary>The same, opened at "replace models": one row for each model in use, with none replaced at first.</summary>
    public Task ReplaceModelsAsync(IReadOnlyList<Character> characters) =>
        dialogs.OpenAsync(MaxWidth.Medium, new DialogParameters<BatchDialog> { { change => change.Characters, characters }, { change => change.ReplacesModels, true } }, isForm: true);

    /// <summary>Shows the team's groups, and then asks what to change on the characters of one, if the person wants that.</summary>
    public async Task ShowGroupsAsync()
    {
        if (await GroupsDialog.ShowAsync(dialogs) is { } characters)
        {
            await ChangeAsync(characters);
        }
    }
}
