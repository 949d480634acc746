using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Features.Batches;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Features.Models;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Convai.Dashboard.Features.Presets;

/// <summary>Shows the team's presets: their values, which characters use them, and which no longer match.</summary>
public sealed partial class PresetsPage(
    PresetLibrary library, CastDirectory cast, AccountModels accountModels, BatchPlanner plans, IChangeFeed feed, IDialogService dialogs, NavigationManager navigation)
{
    private CoalescedRefresh? _refresh;
    private IReadOnlyList<PresetInUse>? _presets;
    private ModelList? _models;

    private ModelList Models => _models ?? accountModels.Catalogue;

    private string LeadText => _presets switch
    {
        null => LoadError is null ? "Loading the presets…" : "",
        { } presets => PresetText.Count(presets),
    };

    protected override async Task OnInitializedAsync()
    {
        RefreshOn<ChangeEvent>(feed.Subscribe, changeEvent => changeEvent is ChangeEvent.Recorded or ChangeEvent.PresetsUpdated or ChangeEvent.Resynchronized, RefreshAsync);
        if (RendererInfo.IsInteractive)
        {
            cast.Updated += OnCastUpdated;
            Closing.Register(() => cast.Updated -= OnCastUpdated);
        }

        await RefreshAsync();
        await ReadCastAsync();
    }

    private void OnCastUpdated() => Dispatch(RefreshAsync);

    private Task RefreshAsync() => (_refresh ??= new CoalescedRefresh(ReadAsync)).RequestAsync();

    private Task ReadAsync() => ReadAsync(async () => _presets = await library.ReadUsesAsync(User, Closing));

    /// <summary>Reads the cast, which the presets' uses depend on.</summary>
    private async Task ReadCastAsync()
    {
        try
        {
            if (RendererInfo.IsInteractive && (await cast.ReadAsync(forceRefresh: false, Closing)).AccountListCharacter is { } asked)
            {
                _models = (await accountModels.ReadForCastAsync(asked.Id, Closing)).Models;
                await RefreshAsync();
            }
        }
        catch (OperationCanceledException) when (Closing.IsCancellationRequested)
        {
            // The person has left the page.
        }
    }

    private async Task EditAsync(Preset? preset)
    {
        ActionError = null;
        await PresetDialog.ShowAsync(dialogs, preset);
    }

    private async Task ApplyAsync(Preset preset)
    {
        ActionError = null;
        if (cast.Last.Characters is not { Count: > 0 } characters)
        {
            ActionError = cast.Last.Failure?.Sentence ?? PresetText.NoCharacters;
        }
        else
        {
            await ApplyPresetDialog.ShowAsync(dialogs, preset, characters);
        }
    }

    private Task<bool> PlanAsync(PresetInUse used, string title, IReadOnlyList<PresetUse> uses) => ExecuteAsync(async () =>
    {
        var request = new PlanRequest(title, ChangeKind.Preset, [.. uses.Select(use => BatchItemRequest.From(use.Character, use.Missing))], Preset: used.Preset.Applied);
        return navigation.OpenPlan(await plans.CreateAsync(User, request, Closing));
    });

    private Task DeleteAsync(PresetInUse used) => ExecuteAsync(async () =>
    {
        if (await ConfirmDialog.ShowAsync(dialogs, PresetText.Delete(used.Preset.Name), PresetText.KeepTheirSettings(used.Uses?.Count ?? 0), "Delete", "Keep it"))
        {
            ActionError = await library.DeleteAsync(User, used.Preset, Closing) switch
            {
                PresetOutcome.Refused refused => refused.Sentence,
                PresetOutcome.Conflict conflict => PresetText.NotDeleted(conflict.Current),
                _ => null,
            };
            await RefreshAsync();
        }
    });
}
