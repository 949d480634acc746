using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Models;
using Convai.Dashboard.Features.Presets;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.JSInterop;
using MudBlazor;

namespace Convai.Dashboard.Features.Editing;

/// <summary>The draft of one character, and the one deliberate act that writes it.</summary>
public sealed partial class CharacterEditor(
    AccountModels accountModels, ChangeWriter writer, ChangeJournal journal, ChangeHistory history, PresetLibrary presets,
    FavouriteModels favouriteModels, IChangeFeed feed, IDialogService dialogs, IJSRuntime js)
{
    private readonly ComponentScript _script = new();
    private CharacterCoreSettings? _given;
    private CharacterDrift? _drift;
    private string? _driftProblem;
    private string _reason = "";
    private string? _invalidTemperature;
    private ChangeStep? _step;
    private Task _saving = Task.CompletedTask;
    private Func<Task> _retry = () => Task.CompletedTask;
    private bool _isAskingToLeave;

    [Parameter, EditorRequired]
    public required Character Character { get; set; }

    /// <summary>Null until the account's list has been read.</summary>
    [Parameter, EditorRequired]
    public required AccountModelsReading? AccountModels { get; set; }

    [Parameter]
    public EventCallback OnReadAccountListAgain { get; set; }

    private string ShownName => ForeignText.IsVisible(Character.Name) ? ForeignText.Shown(Character.Name) : "this character";

    private bool IsSaving => _step is not null;

    private EditingState State
    {
        get;
        set
        {
            field = value;
            // A reason belongs to its draft, and goes with it.
            _reason = IsDirty ? _reason : "";
        }
    }
    = EditingState.Of(new CharacterCoreSettings(null, null));

    private bool IsDirty => (!State.Draft.Change.IsEmpty && !State.IsBeingVerified) || _invalidTemperature is not null;

    private ModelList Models => AccountModels?.Models ?? accountModels.Catalogue;

    private string? DriftHint => !MayChange ? "A Designer can answer it." : IsDirty || IsSaving ? "Save or discard your draft first." : null;

    private string? Hint => _invalidTemperature is not null ? "The temperature needs correcting." : MayChange ? null : "Your role does not let you save it.";

    protected override void OnInitialized()
    {
        // Not with the other parameters: the page can be seen, and edited, before the database has answered for the first time.
        _given = Character.Settings;
        State = EditingState.Of(Character.Settings);
        if (RendererInfo.IsInteractive)
        {
            // Before the first values are shown: what is saved from here on is heard.
            UntilClosing(feed.Listen(OnNews));
        }
    }

    protected override async Task OnParametersSetAsync()
    {
        if (_given != Character.Settings)
        {
            _given = Character.Settings;
            State = State.Hear(Character.Settings, null);
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            await ReadDriftAsync();
            if (await _script.AttachAsync(js, Assets, "Features/Editing/CharacterEditor.razor.js"))
            {
                await RestoreDraftAsync();
            }
        }
    }

    private Task OnModelPickedAsync(string code) => ChangeAsync(State.WithModel(code), SettingsField.Model);

    private Task OnTemperatureChangedAsync(decimal? temperature) => ChangeAsync(State.WithTemperature(temperature), SettingsField.Temperature);

    private Task DiscardAsync()
    {
        _invalidTemperature = null;
        _editedEarly?.Clear();
        return ChangeAsync(State.Discard());
    }

    private Task TakeTheirsAsync()
    {
        _invalidTemperature = null;
        return ChangeAsync(State.TakeTheirs());
    }

    private async Task ChangeAsync(EditingState state, params IEnumerable<SettingsField> edited)
    {
        if (!IsSaving)
        {
            State = state;
            _editedEarly?.UnionWith(edited);
            await StoreDraftAsync();
        }
    }

    private async Task OnReasonChangedAsync(string reason)
    {
        _reason = reason;
        await StoreDraftAsync();
    }

    private void CloseElsewhere() => State = State with { Elsewhere = null };

    private void CloseMessage() => State = State.CloseMessage();

    private Task SaveAsync()
    {
        var request = RequestOf(State.Draft);
        return request.Change.IsEmpty ? Task.CompletedTask : WriteAsync((reason, progress) => writer.WriteAsync(By, request with { Reason = reason }, progress, Closing));
    }

    private async Task KeepMineAsync()
    {
        if (!IsSaving && _invalidTemperature is null)
        {
            State = State.KeepMine();
            await SaveAsync();
        }
    }

    private async Task UndoAsync()
    {
        if (State.Outcome is ChangeOutcome.Confirmed confirmed && !IsSaving)
        {
            _invalidTemperature = null;
            State = State.Undo(confirmed);
            await WriteAsync((reason, progress) => writer.UndoAsync(By, confirmed, reason, progress, Closing));
        }
    }

    /// <param name="write">Given the reason as it stands in the field when it is tried, or tried again.</param>
    private Task WriteAsync(Func<string?, IProgress<ChangeStep>, Task<ChangeOutcome>> write)
    {
        // A second click can arrive before the button is shown as disabled.
        if (!IsSaving && _invalidTemperature is null)
        {
            var draft = State.Draft;
            (_step, _earlier) = (ChangeStep.Comparing, null);
            State = State.CloseMessage();
            // What was edited since counts, not what failed.
            _retry = () => State.Draft == draft ? WriteAsync(write) : SaveAsync();
            _saving = RunAsync(write);
        }

        return _saving;
    }

    private async Task RunAsync(Func<string?, IProgress<ChangeStep>, Task<ChangeOutcome>> write)
    {
        try
        {
            var outcome = await write(_reason.Trim() is { Length: > 0 } reason ? reason : null, new CircuitProgress(this));
            // Not in one line: what was heard meanwhile would be lost.
            State = State.Settle(outcome);
            if (outcome is ChangeOutcome.Verifying verifying)
            {
                _ = AwaitVerdictAsync(verifying);
            }
        }
        catch (OperationCanceledException) when (Closing.IsCancellationRequested)
        {
            return;
        }
        finally
        {
            _step = null;
        }

        await StoreDraftAsync();
    }

    private async Task AwaitVerdictAsync(ChangeOutcome.Verifying verifying)
    {
        if (await verifying.Verdict is { } verdict && !Closing.IsCancellationRequested && State.Outcome == verifying)
        {
            State = State.Settle(verdict);
            StateHasChanged();
            await StoreDraftAsync();
        }
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
            if (!await ConfirmDialog.AskAsync(
                dialogs,
                "Leave with unsaved changes?",
                $"The changes to {ShownName} have not been saved.",
                "Leave and discard",
                "Stay"))
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

    public async ValueTask DisposeAsync()
    {
        Dispose();
        await _script.DisposeAsync();
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
