using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Features.Cast;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Models;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.JSInterop;
using MudBlazor;

namespace Convai.Dashboard.Features.Editing;

/// <summary>One character: its draft, and the one deliberate act that writes it.</summary>
public sealed partial class CharacterPage(
    CastDirectory directory,
    AccountModels accountModels,
    ChangeWriter writer,
    IDialogService dialogs,
    IJSRuntime js)
{
    private readonly CancellationTokenSource _closing = new();
    private CastReading? _cast;
    private Character? _character;
    private AccountModelsReading? _accountModels;
    private SettingsDraft _draft = new(new CharacterCoreSettings(null, null));
    private ChangeOutcome? _outcome;
    private Func<Task> _retry = () => Task.CompletedTask;
    private ChangeStep? _step;
    private bool _isTemperatureInvalid;
    private int _temperatureVersion;
    private string? _loadedId;
    private bool _isDraftRestored;
    private IJSObjectReference? _script;

    [Parameter]
    public required string Id { get; set; }

    private bool IsSaving => _step is not null;

    private bool IsDirty => !_draft.Change.IsEmpty || _isTemperatureInvalid;

    private ModelList Models => _accountModels?.Models ?? accountModels.Catalogue;

    private string ModerationWords => _character?.ModerationEnabled switch
    {
        true => "moderation on",
        false => "moderation off",
        null => "moderation unknown",
    };

    protected override async Task OnParametersSetAsync()
    {
        if (string.Equals(_loadedId, Id, StringComparison.Ordinal))
        {
            return;
        }

        (_loadedId, _cast, _character, _accountModels, _outcome, _isDraftRestored) = (Id, null, null, null, null, false);
        ForgetInvalidTemperature();
        await LoadAsync(again: false);
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_character is not null && !_isDraftRestored)
        {
            _isDraftRestored = true;
            await RestoreDraftAsync();
        }
    }

    private async Task LoadAsync(bool again)
    {
        var id = Id;
        var castTask = directory.ReadAsync(again, _closing.Token);
        var modelsTask = accountModels.ReadForCharacterAsync(id, again, _closing.Token);
        if (!RendererInfo.IsInteractive && !(castTask.IsCompleted && modelsTask.IsCompleted))
        {
            // The first response shows the skeleton at once; the circuit that follows finds the same answers waiting.
            return;
        }

        try
        {
            Show(await castTask);
            StateHasChanged();
            var models = await modelsTask;
            if (string.Equals(id, Id, StringComparison.Ordinal))
            {
                ShowAccountModels(models);
            }
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            // The page was left while it loaded.
        }
    }

    private void Show(CastReading cast)
    {
        _cast = cast;
        _character = cast.Find(Id);
        _draft = new SettingsDraft(_character?.Settings ?? _draft.Opened);
    }

    private void ShowAccountModels(AccountModelsReading models)
    {
        _accountModels = models;
        // Of two readings the newer one counts: the cast may have been read a little before.
        if (models.ActiveCode is { } active && _character is not null && models.ReadAt > _cast!.ReadAt
            && !string.Equals(active, _character.Settings.ModelCode, StringComparison.Ordinal))
        {
            _character = _character with { Settings = _character.Settings with { ModelCode = active } };
            _draft = SettingsDraft.Of(_draft.Change, _character.Settings);
        }
    }

    private async Task ReadAccountListAgainAsync() =>
        _accountModels = await accountModels.ReadForCharacterAsync(Id, again: true, _closing.Token);

    private Task OnModelPickedAsync(string code) => ChangeDraftAsync(_draft.WithModel(code));

    private Task OnTemperatureChangedAsync(decimal? temperature) => ChangeDraftAsync(_draft.WithTemperature(temperature));

    private async Task DiscardAsync()
    {
        ForgetInvalidTemperature();
        _outcome = null;
        await ChangeDraftAsync(new SettingsDraft(_character!.Settings));
    }

    // A new field altogether: what is typed in the old one is no value that could be set back.
    private void ForgetInvalidTemperature() => (_temperatureVersion, _isTemperatureInvalid) = (_temperatureVersion + 1, false);

    private async Task ChangeDraftAsync(SettingsDraft draft)
    {
        if (IsSaving)
        {
            return;
        }

        _draft = draft;
        if (_outcome is ChangeOutcome.Confirmed or ChangeOutcome.Conflict)
        {
            _outcome = null;
        }

        await StoreDraftAsync();
    }

    private Task SaveAsync() => _draft.Change.IsEmpty || _isTemperatureInvalid
        ? Task.CompletedTask
        : WriteAsync(progress => writer.WriteAsync(new ChangeRequest(_character!, _draft.Opened, _draft.Change), progress, _closing.Token));

    /// <summary>The old values become the draft, so that nothing is lost should putting them back fail.</summary>
    private async Task UndoAsync()
    {
        if (_outcome is ChangeOutcome.Confirmed confirmed && !IsSaving)
        {
            _draft = SettingsDraft.Of(ChangeWriter.Inverse(confirmed), confirmed.After.Settings);
            await WriteAsync(progress => writer.UndoAsync(confirmed, progress, _closing.Token));
        }
    }

    private async Task KeepMineAsync()
    {
        if (_outcome is ChangeOutcome.Conflict conflict)
        {
            _draft = SettingsDraft.Of(conflict.Change, conflict.Now.Settings);
            await SaveAsync();
        }
    }

    private async Task TakeTheirsAsync()
    {
        if (_outcome is ChangeOutcome.Conflict conflict)
        {
            var uncontested = new SettingsChange(
                conflict.IsModelContested ? null : conflict.Change.ModelCode,
                conflict.IsTemperatureContested ? null : conflict.Change.Temperature);
            await ChangeDraftAsync(SettingsDraft.Of(uncontested, conflict.Now.Settings));
        }
    }

    private async Task WriteAsync(Func<IProgress<ChangeStep>, Task<ChangeOutcome>> write)
    {
        // A second click can arrive before the button is shown as disabled.
        if (IsSaving)
        {
            return;
        }

        _step = ChangeStep.Comparing;
        _outcome = null;
        _retry = () => WriteAsync(write);
        try
        {
            Settle(await write(new CircuitProgress(this)));
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            return;
        }
        finally
        {
            _step = null;
        }

        await StoreDraftAsync();
    }

    private void Settle(ChangeOutcome outcome)
    {
        _outcome = outcome;
        switch (outcome)
        {
            case ChangeOutcome.Confirmed confirmed:
                _character = confirmed.After;
                _draft = new SettingsDraft(confirmed.After.Settings);
                break;
            case ChangeOutcome.NotConfirmed notConfirmed:
                _character = notConfirmed.Reported;
                _draft = SettingsDraft.Of(notConfirmed.Change, notConfirmed.Reported.Settings);
                _retry = SaveAsync;
                break;
            case ChangeOutcome.Conflict conflict:
                _character = conflict.Now;
                break;
        }
    }

    private async Task OnLeavingAsync(LocationChangingContext context)
    {
        if (IsDirty && !IsSaving && !await ConfirmLeavingAsync())
        {
            context.PreventNavigation();
        }
    }

    private async Task<bool> ConfirmLeavingAsync()
    {
        var isLeaving = await dialogs.ShowMessageBoxAsync(
            "Leave with unsaved changes?",
            $"The changes to {_character?.Name} have not been saved.",
            yesText: "Leave and discard",
            cancelText: "Stay") == true;
        if (isLeaving)
        {
            _draft = new SettingsDraft(_draft.Opened);
            await StoreDraftAsync();
        }

        return isLeaving;
    }

    private async Task RestoreDraftAsync()
    {
        _script = _script ?? await js.InvokeAsync<IJSObjectReference>("import", $"./{Assets["Features/Editing/CharacterPage.razor.js"]}");
        var stored = StoredDraft.Read(await _script.InvokeAsync<string?>("readDraft", Id));
        if (stored is null || !_draft.Change.IsEmpty || (stored.ModelCode is { } code && !Models.Knows(code)))
        {
            return;
        }

        _draft = stored.Without(_character!.Settings);
        StateHasChanged();
    }

    private async Task StoreDraftAsync()
    {
        try
        {
            if (_script is not null && !_closing.IsCancellationRequested)
            {
                await _script.InvokeVoidAsync("storeDraft", Id, _draft.Change.IsEmpty ? null : StoredDraft.Write(_draft));
            }
        }
        catch (JSDisconnectedException)
        {
            // The browser is gone; the draft it stored last is in its tab.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        _closing.Dispose();
        try
        {
            if (_script is not null)
            {
                await _script.DisposeAsync();
            }
        }
        catch (JSDisconnectedException)
        {
            // The circuit is gone, and the script with it.
        }
    }

    /// <summary>Shows each step on this page; Progress&lt;T&gt; would need a synchronisation context of its own.</summary>
    private sealed class CircuitProgress(CharacterPage page) : IProgress<ChangeStep>
    {
        public void Report(ChangeStep value)
        {
            page._step = value;
            _ = page.InvokeAsync(page.StateHasChanged);
        }
    }
}
