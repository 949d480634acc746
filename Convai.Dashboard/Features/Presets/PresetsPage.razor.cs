using System.Security.Claims;
using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Batches;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Features.Models;
using Convai.Dashboard.Security;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using MudBlazor;

namespace Convai.Dashboard.Features.Presets;

/// <summary>The presets of the team: what they are, who uses them, and who has moved away.</summary>
public sealed partial class PresetsPage
{
    private readonly PresetLibrary _library;
    private readonly CastDirectory _cast;
    private readonly AccountModels _accountModels;
    private readonly BatchPlans _plans;
    private readonly IChangeFeed _feed;
    private readonly IDialogService _dialogs;
    private readonly NavigationManager _navigation;
    private readonly CancellationTokenSource _closing = new();
    private readonly Refresh _refresh;
    private IDisposable? _listening;
    private ClaimsPrincipal _by = new();
    private IReadOnlyList<PresetInUse>? _presets;
    private ModelList? _models;
    private string? _trouble;
    private string? _problem;
    private bool _isBusy;

    public PresetsPage(
        PresetLibrary library, CastDirectory cast, AccountModels accountModels, BatchPlans plans, IChangeFeed feed, IDialogService dialogs, NavigationManager navigation)
    {
        (_library, _cast, _accountModels, _plans, _feed, _dialogs, _navigation) = (library, cast, accountModels, plans, feed, dialogs, navigation);
        _refresh = new Refresh(ReadAsync);
    }

    [CascadingParameter]
    private Task<AuthenticationState> AuthenticationState { get; set; } = null!;

    /// <summary>For what is offered; the services decide.</summary>
    private bool MayChange => _by.IsAtLeast(Role.Designer);

    private ModelList Models => _models ?? _accountModels.Catalogue;

    private string LeadWords => _presets switch
    {
        null => "Reading the presets…",
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
        _by = (await AuthenticationState).User;
        if (RendererInfo.IsInteractive)
        {
            _listening = _feed.Listen(news =>
            {
                if (news is ChangeNews.Recorded or ChangeNews.PresetsMoved or ChangeNews.Missed)
                {
                    OnNews();
                }
            });
            _cast.Updated += OnNews;
        }

        await _refresh.AskAsync();
        await ReadCastAsync();
    }

    protected override async Task OnParametersSetAsync() => _by = (await AuthenticationState).User;

    private void OnNews() => Run(_refresh.AskAsync, _closing.Token);

    private async Task ReadAsync()
    {
        try
        {
            _presets = await _library.ReadUsesAsync(_by, _closing.Token) ?? [];
            _trouble = null;
        }
        catch (Exception) when (_closing.IsCancellationRequested)
        {
            return;
        }
        catch (Exception exception) when (DatabaseTrouble.Of(exception) is { } trouble)
        {
            _trouble = trouble;
        }

        StateHasChanged();
    }

    /// <summary>Who uses a preset needs the cast; its own news brings the page up to date.</summary>
    private async Task ReadCastAsync()
    {
        try
        {
            if (RendererInfo.IsInteractive && (await _cast.ReadAsync(again: false, _closing.Token)).ForAccountList is { } asked)
            {
                _models = (await _accountModels.ReadForCastAsync(asked.Id, _closing.Token)).Models;
                await _refresh.AskAsync();
            }
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            // The page was left.
        }
    }

    private async Task EditAsync(Preset? preset)
    {
        _problem = null;
        await PresetDialog.AskAsync(_dialogs, preset);
    }

    private async Task ApplyAsync(Preset preset)
    {
        _problem = null;
        if (_cast.Last.Characters is not { Count: > 0 } characters)
        {
            _problem = _cast.Last.Failure?.Sentence ?? "There is no character to put it on.";
        }
        else if (await ApplyPresetDialog.AskAsync(_dialogs, preset, characters) is { } batchId)
        {
            _navigation.NavigateTo($"batches/{batchId}");
        }
    }

    private Task PutBackAsync(PresetInUse used) => OnceAsync(async () =>
    {
        var name = used.Preset.Name;
        var request = new PlanRequest($"Back to preset “{name}”", ChangeKind.Preset, [.. used.Deviating.Select(use => PlannedRow.Of(use.Character, use.Missing))], PresetName: name);
        switch (await _plans.MakeAsync(_by, request, _closing.Token))
        {
            case PlanOutcome.Made made:
                _navigation.NavigateTo($"batches/{made.BatchId}");
                break;
            case PlanOutcome.Refused refused:
                _problem = refused.Sentence;
                break;
        }
    });

    private Task DeleteAsync(PresetInUse used) => OnceAsync(async () =>
    {
        var (name, users) = (used.Preset.Name, used.Uses?.Count ?? 0);
        var words = users switch
        {
            0 => "No character uses it.",
            1 => "1 character uses it. It keeps its model and temperature; nothing is written to Convai. Who deviates from the preset is not shown any more.",
            _ => $"{users} characters use it. They keep their models and temperatures; nothing is written to Convai. Who deviates from the preset is not shown any more.",
        };
        if (await ConfirmDialog.AskAsync(_dialogs, $"Delete “{name}”?", words, "Delete", "Keep it"))
        {
            _problem = await _library.DeleteAsync(_by, used.Preset, _closing.Token) switch
            {
                PresetOutcome.Refused refused => refused.Sentence,
                PresetOutcome.Moved moved => $"{moved.Now.ChangedByName} has changed “{moved.Now.Name}” since you looked; it was not deleted. Look again, then delete it.",
                _ => null,
            };
            await _refresh.AskAsync();
        }
    });

    private async Task OnceAsync(Func<Task> act)
    {
        if (_isBusy)
        {
            return;
        }

        (_isBusy, _problem) = (true, null);
        try
        {
            await act();
        }
        catch (Exception) when (_closing.IsCancellationRequested)
        {
            // The page was left.
        }
        catch (Exception exception) when (DatabaseTrouble.Of(exception) is { } trouble)
        {
            _problem = $"{trouble} Nothing was changed.";
        }
        finally
        {
            _isBusy = false;
        }
    }

    public void Dispose()
    {
        _cast.Updated -= OnNews;
        _listening?.Dispose();
        _closing.Cancel();
    }
}
