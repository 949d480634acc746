using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Editing;
using Convai.Dashboard.Features.Models;
using Convai.Dashboard.Security;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using MudBlazor;

namespace Convai.Dashboard.Features.Cast;

/// <summary>
/// Edits one character at a time in its row of the cast, with the same draft, save, confirmation and undo as on the character's page. The
/// draft is kept here, because the row leaves the page when it is scrolled out of view.
/// </summary>
public sealed partial class RowEditing(ChangeWriter writer, IChangeFeed feed, IDialogService dialogs, NavigationManager navigation)
{
    private Character? _character;
    private EditingState _state = EditingState.From(new CharacterCoreSettings(null, null));
    private WantedText _wanted = WantedText.Draft;
    private ChangeStep? _step;
    private Func<Task> _retry = () => Task.CompletedTask;
    private bool _isAsking;

    /// <summary>Raised when the row has to be drawn again.</summary>
    [Parameter]
    public EventCallback OnChanged { get; set; }

    /// <summary>The names of the models.</summary>
    [Parameter, EditorRequired]
    public required ModelList Models { get; set; }

    /// <summary>The id of the character whose row is open; null if none is.</summary>
    public string? OpenId { get; private set; }

    /// <summary>The field that the person wanted to edit.</summary>
    public CastColumn StartsAt { get; private set; }

    public EditingState State => _state;

    public string Reason { get; set; } = "";

    /// <summary>Typed text that is not a temperature; nothing is saved while there is such text.</summary>
    public string? InvalidTemperature { get; private set; }

    public ChangeStep? Step => _step;

    public bool IsSaving => _step is not null;

    private bool IsDirty => OpenId is not null && ((!_state.Draft.Change.IsEmpty && !_state.IsBeingVerified) || InvalidTemperature is not null);

    protected override void OnInitialized()
    {
        if (RendererInfo.IsInteractive)
        {
            UntilClosing(feed.Subscribe(changeEvent =>
            {
                if (changeEvent is ChangeEvent.Recorded { Change: var change })
                {
                    Run(() => ListenAsync(change));
                }
            }));
        }
    }

    /// <summary>Opens the row of a character, unless another one has a draft that the person wants to keep.</summary>
    public async Task OpenAsync(Character character, CastColumn startsAt)
    {
        if (IsSaving || OpenId == character.Id || !await MayDiscardAsync())
        {
            return;
        }

        (_character, _state, _wanted) = (character, EditingState.From(character.Settings), WantedText.Draft);
        (OpenId, StartsAt, Reason, InvalidTemperature) = (character.Id, startsAt, "", null);
        await OnChanged.InvokeAsync();
    }

    public Task CancelAsync() => IsSaving ? Task.CompletedTask : CloseAsync();

    public Task PickModelAsync(string? code) => code is null ? Task.CompletedTask : ChangeAsync(_state.WithModel(code));

    public Task SetTemperatureAsync(decimal? temperature) => ChangeAsync(_state.WithTemperature(temperature));

    public Task SetInvalidTemperatureAsync(string? text)
    {
        InvalidTemperature = text;
        return OnChanged.InvokeAsync();
    }

    public Task SaveAsync()
    {
        if (InvalidTemperature is not null || _character is not { } character)
        {
            return Task.CompletedTask;
        }

        var draft = _state.Draft;
        if (draft.Change.IsEmpty)
        {
            return CancelAsync();
        }

        _wanted = WantedText.Draft;
        var reason = Reason.Trim() is { Length: > 0 } text ? text : null;
        return WriteAsync(progress => writer.WriteAsync(User, new ChangeRequest(character, draft.Opened, draft.Change, reason), progress, Closing));
    }

    private Task UndoAsync()
    {
        if (IsSaving || _state.Outcome is not ChangeOutcome.Confirmed confirmed)
        {
            return Task.CompletedTask;
        }

        _state = _state.Undo(confirmed);
        _wanted = WantedText.Undo;
        return WriteAsync(progress => writer.UndoAsync(User, confirmed, null, progress, Closing));
    }

    private async Task KeepMineAsync()
    {
        var wanted = _wanted;
        _state = _state.KeepMine();
        var saving = SaveAsync();
        _wanted = wanted;
        await saving;
    }

    private async Task AcceptRemote()
    {
        _state = _state.AcceptRemote();
        await (_state.Draft.Change.IsEmpty ? CloseAsync() : OnChanged.InvokeAsync());
    }

    private async Task WriteAsync(Func<IProgress<ChangeStep>, Task<ChangeOutcome>> write)
    {
        // A second click can arrive before the button is shown as disabled.
        if (IsSaving)
        {
            return;
        }

        var draft = _state.Draft;
        _retry = () => _state.Draft == draft ? WriteAsync(write) : SaveAsync();
        (_step, _state) = (ChangeStep.Comparing, _state.CloseMessage());
        await OnChanged.InvokeAsync();
        try
        {
            var outcome = await write(new RowProgress(this));
            _state = _state.Settle(outcome);
            if (outcome is ChangeOutcome.Verifying verifying)
            {
                _ = AwaitVerdictAsync(verifying);
            }

            if (outcome is ChangeOutcome.Confirmed or ChangeOutcome.Verifying)
            {
                (OpenId, Reason) = (null, "");
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

        await OnChanged.InvokeAsync();
    }

    private async Task AwaitVerdictAsync(ChangeOutcome.Verifying verifying)
    {
        if (await verifying.Verdict is { } verdict && !Closing.IsCancellationRequested && _state.Outcome == verifying)
        {
            _state = _state.Settle(verdict);
            StateHasChanged();
        }
    }

    /// <summary>A change by someone else moves the values under the draft, and makes an offered undo stale.</summary>
    private async Task ListenAsync(ChangeRecord change)
    {
        if (_character is not { } character || change.CharacterId != character.Id || IsSaving || (_state.Outcome as ChangeOutcome.Confirmed)?.ChangeId == change.Id)
        {
            return;
        }

        _state = _state.ApplyExternalChange(change, character, isMine: change.PersonId == User.PersonId(), isShownElsewhere: true, Models);
        StateHasChanged();
        await OnChanged.InvokeAsync();
    }

    private Task ChangeAsync(EditingState state)
    {
        if (!IsSaving)
        {
            (_state, InvalidTemperature) = (state, null);
        }

        return OnChanged.InvokeAsync();
    }

    private Task CloseAsync()
    {
        (OpenId, InvalidTemperature, Reason) = (null, null, "");
        _state = EditingState.From(_state.Saved);
        return OnChanged.InvokeAsync();
    }

    private void CloseMessage() => _state = _state.CloseMessage();

    private async Task OnLeavingAsync(LocationChangingContext context)
    {
        // Filters and order change the address, but not the page.
        var isHere = navigation.ToBaseRelativePath(navigation.ToAbsoluteUri(context.TargetLocation).AbsoluteUri).Split('?', '#')[0].Length == 0;
        if (!isHere && (_isAsking || !await MayDiscardAsync()))
        {
            context.PreventNavigation();
        }
    }

    private async Task<bool> MayDiscardAsync()
    {
        if (!IsDirty)
        {
            return true;
        }

        _isAsking = true;
        try
        {
            var isDiscarded = await ConfirmDialog.AskAsync(dialogs, CastText.DiscardRow, CastText.RowNotSaved(NameOf(_character!)), "Discard", "Keep editing");
            if (isDiscarded)
            {
                await CloseAsync();
            }

            return isDiscarded;
        }
        finally
        {
            _isAsking = false;
        }
    }

    private static string NameOf(Character character) => ChangeText.CharacterName(character.Name);

    /// <summary>Shows each step in the row; Progress&lt;T&gt; would need a synchronisation context of its own.</summary>
    private sealed class RowProgress(RowEditing editing) : IProgress<ChangeStep>
    {
        public void Report(ChangeStep value)
        {
            editing._step = value;
            _ = editing.InvokeAsync(() => editing.OnChanged.InvokeAsync());
        }
    }
}
