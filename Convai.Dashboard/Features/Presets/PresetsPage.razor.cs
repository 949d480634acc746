using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Features.Batches;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Features.Models;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Convai.Dashboard.Features.Presets;

/// <summary>The presets of the team: what they are, who uses them, and who has moved away.</summary>
public sealed partial class PresetsPage(
    PresetLibrary library, CastDirectory cast, AccountModels accountModels, BatchPlans plans, IChangeFeed feed, IDialogService dialogs, NavigationManager navigation)
{
    private Refresh? _refresh;
    private IReadOnlyList<PresetInUse>? _presets;
    private ModelList? _models;

    private ModelList Models => _models ?? accountModels.Catalogue;

    private string LeadWords => _presets switch
    {
        null => Trouble is null ? "Reading the presets…" : "",
        [] => "",
        [_] => $"1 preset{DeviatingWords}",
        { Count: var count } => $"{count} presets{DeviatingWords}",
    };

    private string? DeviatingWords => _presets!.Sum(used => used.Deviating.Count) switch
    {
        0 => null,
        1 => " · 1 character deviates from its preset",
        var count => $" · {count} characters deviate from their preset",
    };

    protected override async Task OnInitializedAsync()
    {
        if (RendererInfo.IsInteractive)
        {
            UntilClosing(feed.Listen(news =>
            {
                if (news is ChangeNews.Recorded or ChangeNews.PresetsMoved or ChangeNews.Missed)
                {
                    OnNews();
                }
            }));
            cast.Updated += OnNews;
            Closing.Register(() => cast.Updated -= OnNews);
        }

        await RefreshAsync();
        await ReadCastAsync();
    }

    private void OnNews() => Run(RefreshAsync);

    private Task RefreshAsync() => (_refresh ??= new Refresh(ReadAsync)).AskAsync();

    private Task ReadAsync() => ReadAsync(async () => _presets = await library.ReadUsesAsync(By, Closing));

    /// <summary>Who uses a preset needs the cast; its own news brings the page up to date.</summary>
    private async Task ReadCastAsync()
    {
        try
        {
            if (RendererInfo.IsInteractive && (await cast.ReadAsync(again: false, Closing)).ForAccountList is { } asked)
            {
                _models = (await accountModels.ReadForCastAsync(asked.Id, Closing)).Models;
                await RefreshAsync();
            }
        }
        catch (OperationCanceledException) when (Closing.IsCancellationRequested)
        {
            // The page was left.
        }
    }

    private async Task EditAsync(Preset? preset)
    {
        Problem = null;
        await PresetDialog.AskAsync(dialogs, preset);
    }

    private async Task ApplyAsync(Preset preset)
    {
        Problem = null;
        if (cast.Last.Characters is not { Count: > 0 } characters)
        {
            Problem = cast.Last.Failure?.Sentence ?? "There is no character to put it on.";
        }
        else
        {
            await ApplyPresetDialog.AskAsync(dialogs, preset, characters);
        }
    }

    private Task<bool> PutBackAsync(PresetInUse used) => ActAsync(async () =>
    {
        var name = used.Preset.Name;
        var request = new PlanRequest($"Back to preset “{name}”", ChangeKind.Preset, [.. used.Deviating.Select(use => PlannedRow.Of(use.Character, use.Missing))], PresetName: name);
        return BatchPlans.Open(await plans.MakeAsync(By, request, Closing), navigation);
    });

    private Task DeleteAsync(PresetInUse used) => ActAsync(async () =>
    {
        var (name, users) = (used.Preset.Name, used.Uses?.Count ?? 0);
        var words = users switch
        {
            0 => "No character uses it.",
            1 => "1 character uses it. It keeps its model and temperature; nothing is written to Convai. Who deviates from the preset is not shown any more.",
            _ => $"{users} characters use it. They keep their models and temperatures; nothing is written to Convai. Who deviates from the preset is not shown any more.",
        };
        if (await ConfirmDialog.AskAsync(dialogs, $"Delete “{name}”?", words, "Delete", "Keep it"))
        {
            Problem = await library.DeleteAsync(By, used.Preset, Closing) switch
            {
                PresetOutcome.Refused refused => refused.Sentence,
                PresetOutcome.Moved moved => $"{moved.Now.ChangedByName} has changed “{moved.Now.Name}” since you looked; it was not deleted. Look again, then delete it.",
                _ => null,
            };
            await RefreshAsync();
        }
    });
}
