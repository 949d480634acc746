using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Models;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.JSInterop;
using MudBlazor;

namespace Convai.Dashboard.Features.Editing;

/// <summary>The draft of one character, and the one deliberate act that writes it.</summary>
public sealed partial class CharacterEditor(AccountModels accountModels, ChangeWriter writer, IDialogService dialogs, IJSRuntime js)
{
    private readonly CancellationTokenSource _closing = new();
    private ElementReference _root;
    private ComponentScript? _script;
    private CharacterCoreSettings? _given;
    private CharacterCoreSettings _saved = new(null, null);
    private SettingsDraft _draft = new(new CharacterCoreSettings(null, null));
    private ChangeOutcome? _outcome;
    private string? _elsewhere;
    private Func<Task> _retry = () => Task.CompletedTask;
    private Task _saving = Task.CompletedTask;
    private ChangeStep? _step;
    private string? _invalidTemperature;
    private bool _isAskingToLeave;
    private bool _hasLostFocus;

    [Parameter, EditorRequired]
    public required Character Character { get; set; }

    /// <summary>Null until the account's list has been read.</summary>
    [Parameter, EditorRequired]
    public required AccountModelsReading? AccountModels { get; set; }

    [Parameter]
    public EventCallback OnReadAccountListAgain { get; set; }

    private bool IsSaving => _step is not null;

    private bool IsDirty => !_draft.Change.IsEmpty || _invalidTemperature is not null;

    private ModelList Models => AccountModels?.Models ?? accountModels.Catalogue;

    private CharacterCoreSettings Shown => _saved.With(_draft.Change);

    protected override void OnParametersSet()
    {
        if (_given != Character.Settings)
        {
            _given = _saved = Character.Settings;
            _draft = SettingsDraft.Of(_draft.Change, _saved);
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _script = await ComponentScript.AttachAsync(js, Assets, "Features/Editing/CharacterEditor.razor.js", _root);
            await RestoreDraftAsync();
        }

        if (_hasLostFocus && !IsSaving && _script is not null)
        {
            _hasLostFocus = false;
            await _script.TellAsync("restoreFocus");
        }
    }

    private Task OnModelPickedAsync(string code) => ChangeDraftAsync(EditableDraft.WithModel(code));

    private Task OnTemperatureChangedAsync(decimal? temperature) => ChangeDraftAsync(EditableDraft.WithTemperature(temperature ?? _saved.Temperature));

    // Whoever edits on while a conflict is open has seen what Convai has now.
    private SettingsDraft EditableDraft => _outcome is ChangeOutcome.Conflict conflict ? SettingsDraft.Of(conflict.Change, _saved) : _draft;

    private async Task DiscardAsync()
    {
        _invalidTemperature = null;
        await ChangeDraftAsync(new SettingsDraft(_saved));
    }

    private async Task ChangeDraftAsync(SettingsDraft draft)
    {
        if (IsSaving)
        {
            return;
        }

        _draft = draft;
        _hasLostFocus = true;
        if (draft.Change.IsEmpty || _outcome is ChangeOutcome.Confirmed or ChangeOutcome.Conflict)
        {
            (_outcome, _elsewhere) = (null, null);
        }

        await StoreDraftAsync();
    }

    private void CloseMessage() => (_outcome, _elsewhere, _hasLostFocus) = (null, null, true);

    private Task SaveAsync() => _draft.Change.IsEmpty
        ? Task.CompletedTask
        : WriteAsync(progress => writer.WriteAsync(new ChangeRequest(Character, _draft.Opened, _draft.Change), progress, _closing.Token));

    /// <summary>The old values become the draft, so that nothing is lost should putting them back fail.</summary>
    private async Task UndoAsync()
    {
        if (_outcome is ChangeOutcome.Confirmed confirmed && !IsSaving)
        {
            _invalidTemperature = null;
            _draft = SettingsDraft.Of(ChangeWriter.Inverse(confirmed), _saved);
            await WriteAsync(progress => writer.UndoAsync(confirmed, progress, _closing.Token));
        }
    }

    private async Task KeepMineAsync()
    {
        _draft = EditableDraft;
        await SaveAsync();
    }

    private async Task TakeTheirsAsync()
    {
        if (_outcome is ChangeOutcome.Conflict conflict)
        {
            _invalidTemperature = null;
            await ChangeDraftAsync(SettingsDraft.Of(conflict.Uncontested, _saved));
        }
    }

    private Task WriteAsync(Func<IProgress<ChangeStep>, Task<ChangeOutcome>> write)
    {
        // A second click can arrive before the button is shown as disabled.
        if (!IsSaving && _invalidTemperature is null)
        {
            var draft = _draft;
            _step = ChangeStep.Comparing;
            // What was edited since counts, not what failed.
            _retry = () => _draft == draft ? WriteAsync(write) : SaveAsync();
            _saving = RunAsync(write);
        }

        return _saving;
    }

    private async Task RunAsync(Func<IProgress<ChangeStep>, Task<ChangeOutcome>> write)
    {
        (_outcome, _elsewhere) = (null, null);
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
            (_step, _hasLostFocus) = (null, true);
        }

        await StoreDraftAsync();
    }

    private void Settle(ChangeOutcome outcome)
    {
        _outcome = outcome;
        switch (outcome)
        {
            case ChangeOutcome.Confirmed confirmed:
                _elsewhere = ChangedElsewhere(confirmed);
                _saved = confirmed.After.Settings;
                _draft = new SettingsDraft(_saved);
                break;
            case ChangeOutcome.NotConfirmed notConfirmed:
                _saved = notConfirmed.Reported.Settings;
                _draft = SettingsDraft.Of(notConfirmed.Change, _saved);
                break;
            case ChangeOutcome.Conflict conflict:
                _saved = conflict.Now.Settings;
                break;
        }
    }

    /// <summary>A field that this change left alone and that somebody else changed meanwhile.</summary>
    private string? ChangedElsewhere(ChangeOutcome.Confirmed confirmed)
    {
        var now = confirmed.After.Settings;
        return confirmed.Change.ModelCode is null && !string.Equals(_saved.ModelCode, now.ModelCode, StringComparison.Ordinal)
            ? $"The model is {now.ModelCode ?? "not set"} by now, changed elsewhere."
            : confirmed.Change.Temperature is null && !Temperature.AreSame(_saved.Temperature, now.Temperature)
                ? $"The temperature is {(now.Temperature is { } value ? Temperature.Format(value) : "not set")} by now, changed elsewhere."
                : null;
    }

    private async Task OnLeavingAsync(LocationChangingContext context)
    {
        // A save is carried to its end and told before the page goes.
        await _saving;
        if (IsDirty && (_isAskingToLeave || !await ConfirmLeavingAsync()))
        {
            context.PreventNavigation();
        }
    }

    private async Task<bool> ConfirmLeavingAsync()
    {
        _isAskingToLeave = true;
        try
        {
            if (!await LeaveDialog.AskAsync(dialogs, Character.Name))
            {
                return false;
            }
        }
        finally
        {
            _isAskingToLeave = false;
        }

        await DiscardAsync();
        return true;
    }

    private async Task RestoreDraftAsync()
    {
        if (StoredDraft.Read(await _script!.AskAsync<string?>("readDraft", Character.Id)) is not { } stored || !_draft.Change.IsEmpty)
        {
            return;
        }

        // It comes from the browser: only a model that a list knows comes back, the account's list included.
        if (stored.ModelCode is { } code && !Models.Knows(code))
        {
            var reading = await accountModels.LastForCharacterAsync(Character.Id, _closing.Token);
            stored = reading.Models.Knows(code) ? stored : stored with { ModelCode = null };
        }

        var conflict = new ChangeOutcome.Conflict(stored.Opened, Character with { Settings = _saved }, stored.Change);
        _outcome = conflict.IsContested ? conflict : null;
        _draft = conflict.IsContested ? stored : SettingsDraft.Of(stored.Change, _saved);
        StateHasChanged();
        await StoreDraftAsync();
    }

    private async Task StoreDraftAsync()
    {
        if (_script is not null && !_closing.IsCancellationRequested)
        {
            await _script.TellAsync("storeDraft", Character.Id, _draft.Change.IsEmpty ? null : StoredDraft.Write(_draft));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        _closing.Dispose();
        if (_script is not null)
        {
            await _script.DisposeAsync();
        }
    }

    /// <summary>Shows each step on this page; Progress&lt;T&gt; would need a synchronisation context of its own.</summary>
    private sealed class CircuitProgress(CharacterEditor editor) : IProgress<ChangeStep>
    {
        public void Report(ChangeStep value)
        {
            editor._step = value;
            _ = editor.InvokeAsync(editor.StateHasChanged);
        }
    }
}
