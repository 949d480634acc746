using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Models;
using Convai.Dashboard.Features.Presets;
using Convai.Dashboard.Features.Rehearsals;
using Convai.Dashboard.Security;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.JSInterop;
using MudBlazor;

namespace Convai.Dashboard.Features.Editing;

/// <summary>Edits the draft of one character, and writes it only on an explicit save.</summary>
public sealed partial class CharacterEditor(
    AccountModels accountModels, ChangeWriter writer, ChangeJournal journal, ChangeHistory history, RehearsalService rehearsals, IChangeFeed feed, NavigationManager navigation, IDialogService dialogs, IJSRuntime js)
{
    private readonly DraftStore _drafts = new();

    // What was edited on this page wins over the draft that the browser stored, which is read later.
    private readonly HashSet<SettingsField> _editedHere = [];
    private CharacterCoreSettings? _given;
    private Preset? _preset;
    private Preset? _ownPreset;
    private (long RehearsalId, SettingsPatch Settings)? _candidate;
    private ChangeRecord? _earlier;
    private LastReasoning? _lastReasoning;
    private IReadOnlyDictionary<string, ModelNote>? _notes;
    private string _reason = "";
    private string? _invalidTemperature;
    private ChangeStep? _step;
    private WantedText _wanted = WantedText.Draft;
    private Task _saving = Task.CompletedTask;
    private Func<Task> _retry = () => Task.CompletedTask;
    private bool _isAskingToLeave;

    // What has changed on the page without the person's own edit, until they do something; the count restarts the highlight.
    private SettingsPatch _arrived = new(null, null);
    private int _arrivals;

    [Parameter, EditorRequired]
    public required Character Character { get; set; }

    /// <summary>Null until the account's list has been read.</summary>
    [Parameter, EditorRequired]
    public required AccountModelsReading? AccountModels { get; set; }

    [Parameter]
    public EventCallback OnReadAccountListAgain { get; set; }

    /// <summary>The candidate of a rehearsal that fills the draft; null for none.</summary>
    [Parameter]
    public RehearsalCandidate? Candidate { get; set; }

    private string ShownName => DisplayText.IsVisible(Character.Name) ? DisplayText.Sanitize(Character.Name) : "this character";

    private bool IsSaving => _step is not null;

    private EditingState State
    {
        get;
        set
        {
            field = value;
            // A reason belongs to its draft and is cleared with it.
            _reason = IsDirty ? _reason : "";
        }
    }
    = EditingState.From(new CharacterCoreSettings(null, null));

    private bool IsDirty => (!State.Draft.Change.IsEmpty && !State.IsBeingVerified) || _invalidTemperature is not null;

    private ModelList Models => AccountModels?.Models ?? accountModels.Catalogue;

    /// <summary>The model that the draft changes to; null if it changes none, or nothing is left to save.</summary>
    private string? DraftModel => State.IsBeingVerified ? null : State.Draft.Change.ModelCode;

    private string? DriftHint => !MayChange ? EditingText.DesignerCanReview : IsDirty || IsSaving ? EditingText.DraftFirst : null;

    private string? Hint => _invalidTemperature is not null ? EditingText.TemperatureNeedsCorrecting : MayChange ? null : EditingText.RoleCannotSave;

    protected override void OnInitialized()
    {
        // Not set with the other parameters: the page can be seen, and edited, before the database has answered for the first time.
        _given = Character.Settings;
        State = EditingState.From(Character.Settings);
        if (RendererInfo.IsInteractive)
        {
            // Subscribes before the first values are shown, so that no later save is missed.
            UntilClosing(feed.Subscribe(OnChangeEvent));
        }
    }

    protected override void OnParametersSet()
    {
        if (_given != Character.Settings)
        {
            _given = Character.Settings;
            Arrive(State.ApplyExternalChange(Character.Settings, null));
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender && await _drafts.AttachAsync(js, Assets))
        {
            await RestoreDraftAsync();
        }
    }

    /// <summary>Restores what was begun before the page was opened or reloaded: the draft that the browser stored, and a change that is still open.</summary>
    private async Task RestoreDraftAsync()
    {
        var stored = await _drafts.ReadAsync(Character.Id);
        await ReadEarlierAsync(stored?.ToDraft());
        await ReadLastReasoningAsync();
        stored = await WithoutUnknownModelAsync(stored);
        // The page could be edited, and saved, before the draft was requested.
        await _saving;
        if (stored is not null)
        {
            var reason = _reason.Length > 0 ? _reason : stored.Reason ?? "";
            State = State.Restore(stored.ToDraft(), Character, _editedHere);
            _reason = IsDirty ? reason : "";
        }

        _drafts.HasBeenRead = true;
        if (stored is not null || !State.Draft.Change.IsEmpty)
        {
            await LoadConflictAuthorsAsync();
            StateHasChanged();
            await KeepDraftAsync();
        }

        await UseCandidateAsync();
    }

    private Task UseCandidateAsync() => Candidate is not { } candidate || !MayChange ? Task.CompletedTask : ReadAsync(async () =>
    {
        if (await rehearsals.FindCandidateAsync(User, candidate, Character.Id, Closing) is { } settings)
        {
            _candidate = (candidate.RehearsalId, settings);
            await FillAsync(settings);
        }

        await _drafts.ForgetCandidateAsync();
    });

    /// <summary>The draft comes from the browser: its model is restored only if a list knows it, the account's list included.</summary>
    private async Task<StoredDraft?> WithoutUnknownModelAsync(StoredDraft? stored)
    {
        if (stored?.ModelCode is not { } code || Models.Knows(code))
        {
            return stored;
        }

        // If the list is not available, ChangeWriter decides.
        var reading = await accountModels.LastForCharacterAsync(Character.Id, Closing);
        return reading.Models.Knows(code) || reading.Failure is not null ? stored : stored with { ModelCode = null };
    }

    /// <summary>Reads the change requested before this page was opened, if it is still open or was to save the draft that the browser stored.</summary>
    private Task ReadEarlierAsync(SettingsDraft? stored) => ReadAsync(async () =>
    {
        var last = await history.LastAttemptAsync(User, Character.Id, Closing);
        _earlier = last is { IsOpen: true } || (last is not null && stored?.IsOf(last) == true) ? last : null;
    });

    private Task ReadLastReasoningAsync() => ReadAsync(async () =>
    {
        _lastReasoning = await history.LastReasoningAsync(User, Character.Id, Closing);
        State = State.WithLastReasoning(_lastReasoning?.Value);
    });

    /// <summary>A draft that was restored into a conflict knows what has changed, but not who changed it.</summary>
    private async Task LoadConflictAuthorsAsync()
    {
        if (State.Outcome is ChangeOutcome.Conflict { Now: var now })
        {
            var model = await journal.WhoChangedAsync(now, SettingsField.Model);
            var temperature = await journal.WhoChangedAsync(now, SettingsField.Temperature);
            var reasoning = await journal.WhoChangedAsync(now, SettingsField.Reasoning);
            if (State.Outcome is ChangeOutcome.Conflict conflict && conflict.Now == now)
            {
                State = State with { Outcome = conflict with { ModelBy = model, TemperatureBy = temperature, ReasoningBy = reasoning } };
            }
        }
    }

    private Task KeepDraftAsync() => _drafts.KeepAsync(Character.Id, State.Draft, _reason);

    private void OnChangeEvent(ChangeEvent changeEvent)
    {
        if (changeEvent is ChangeEvent.Recorded { Change: var change } && change.CharacterId == Character.Id)
        {
            Run(() => ListenAsync(change));
        }
    }

    private async Task ListenAsync(ChangeRecord change)
    {
        var isMine = IsMine(change);
        if (change.Applied.Reasoning is not null)
        {
            await ReadLastReasoningAsync();
        }

        if ((isMine && IsSaving) || (State.Outcome as ChangeOutcome.Confirmed)?.ChangeId == change.Id)
        {
            // The outcome reports this page's own change.
            return;
        }

        var isEarlier = change.Id == _earlier?.Id;
        Arrive(State.ApplyExternalChange(change, Character, isMine, isEarlier, Models));
        _earlier = isEarlier ? change : _earlier;
        StateHasChanged();
        await KeepDraftAsync();
    }

    private void Arrive(EditingState next)
    {
        var moved = SettingsPatch.From(next.Shown).DifferencesFrom(State.Shown);
        (_arrived, _arrivals) = moved.IsEmpty ? (_arrived, _arrivals) : (moved, _arrivals + 1);
        State = next;
    }

    /// <summary>The badge beside a setting's heading: the draft changes it, or it has changed on the page.</summary>
    private RenderFragment? MarkOf(SettingsField field) =>
        !field.Of(State.Draft.Change).IsEmpty && !State.IsBeingVerified ? Badge.Create(BadgeTone.Accent, "Changed", "Your draft changes it; nothing is saved yet.")
        : !field.Of(_arrived).IsEmpty ? Badge.Create(BadgeTone.Good, "Updated", "It has just changed on this page.")
        : null;

    private bool IsMine(ChangeRecord change) => change.PersonId is not null && change.PersonId == User.PersonId();

    /// <summary>A preset fills the draft. The draft is saved like any other, and counts as a change by that preset if it contains nothing else.</summary>
    private async Task OnPresetChosenAsync(Preset? preset)
    {
        _preset = preset;
        if (preset is not null && !IsSaving)
        {
            await FillAsync(preset.Settings);
        }
    }

    private Task FillAsync(SettingsPatch settings)
    {
        _invalidTemperature = null;
        var state = settings.ModelCode is { } code ? State.WithModel(code) : State;
        state = settings.Temperature is { } temperature ? state.WithTemperature(temperature) : state;
        return ChangeAsync(WithoutUnknownLevel(settings.Reasoning is { } level ? state.WithReasoning(level) : state), SettingsFields.FieldsOf(settings));
    }

    private Task OnModelPickedAsync(string code) => ChangeAsync(WithoutUnknownLevel(State.WithModel(code)), SettingsField.Model);

    private Task OnReasoningPickedAsync(string? value) => ChangeAsync(State.WithReasoning(value), SettingsField.Reasoning);

    /// <summary>A level that the model does not offer is not sent.</summary>
    private EditingState WithoutUnknownLevel(EditingState state) =>
        state.Draft.Reasoning is { } level && !Models.OffersLevel(state.Shown.ModelCode, level) ? state.WithReasoning(null) : state;

    private Task OnTemperatureChangedAsync(decimal? temperature) => ChangeAsync(State.WithTemperature(temperature), SettingsField.Temperature);

    private Task DiscardAsync()
    {
        _invalidTemperature = null;
        _editedHere.Clear();
        return ChangeAsync(State.Discard());
    }

    private Task AcceptRemoteAsync()
    {
        _invalidTemperature = null;
        return ChangeAsync(State.AcceptRemote());
    }

    private async Task ChangeAsync(EditingState state, params IEnumerable<SettingsField> edited)
    {
        if (!IsSaving)
        {
            State = state;
            _arrived = new SettingsPatch(null, null);
            _editedHere.UnionWith(edited);
            await KeepDraftAsync();
        }
    }

    private async Task OnReasonChangedAsync(string reason)
    {
        _reason = reason;
        await KeepDraftAsync();
    }

    private void CloseElsewhere() => (State, _arrived) = (State with { Elsewhere = null }, new SettingsPatch(null, null));

    private void CloseMessage() => (State, _arrived) = (State.CloseMessage(), new SettingsPatch(null, null));

    private Task SaveAsync()
    {
        var draft = State.Draft;
        _wanted = WantedText.Draft;
        // The preset counts if the draft has all of its values and no others.
        var preset = _preset is { } chosen && IsDraftOf(chosen.Settings) ? chosen : null;
        var request = new ChangeRequest(Character, draft.Opened, draft.Change)
        {
            Kind = preset is null ? ChangeKind.Edit : ChangeKind.Preset,
            Preset = preset?.Applied,
            RehearsalId = _candidate is { } candidate && IsDraftOf(candidate.Settings) ? candidate.RehearsalId : null,
        };
        return request.Change.IsEmpty ? Task.CompletedTask : WriteAsync((reason, progress) => writer.WriteAsync(User, request with { Reason = reason }, progress, Closing));
    }

    private bool IsDraftOf(SettingsPatch settings) => SettingsDraft.From(settings, State.Draft.Opened).Change == State.Draft.Change;

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
            _wanted = WantedText.Undo;
            Arrive(State.Undo(confirmed));
            await WriteAsync((reason, progress) => writer.UndoAsync(User, confirmed, reason, progress, Closing));
        }
    }

    /// <summary>The earlier values become the draft, so that nothing is lost if restoring them fails.</summary>
    private async Task RestoreOursAsync(CharacterDrift drift)
    {
        if (!IsDirty && !IsSaving)
        {
            _wanted = WantedText.Restore;
            Arrive(State with { Draft = SettingsDraft.From(drift.Ours, State.Saved) });
            var request = new ChangeRequest(Character, State.Saved, drift.Ours, UndoesId: drift.Changes[^1].Id);
            await WriteAsync((reason, progress) => writer.WriteAsync(User, request with { Reason = reason }, progress, Closing));
        }
    }

    /// <param name="write">Receives the reason that is in the field at the time of each attempt.</param>
    private Task WriteAsync(Func<string?, IProgress<ChangeStep>, Task<ChangeOutcome>> write)
    {
        // A second click can arrive before the button is shown as disabled.
        if (!IsSaving && _invalidTemperature is null)
        {
            var draft = State.Draft;
            (_step, _earlier) = (ChangeStep.Comparing, null);
            State = State.CloseMessage();
            // Later edits count, not the values that failed.
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
            // Not in one statement: events handled during the write would be lost.
            Arrive(State.Settle(outcome));
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

        await KeepDraftAsync();
    }

    private async Task AwaitVerdictAsync(ChangeOutcome.Verifying verifying)
    {
        if (await verifying.Verdict is { } verdict && !Closing.IsCancellationRequested && State.Outcome == verifying)
        {
            Arrive(State.Settle(verdict));
            StateHasChanged();
            await KeepDraftAsync();
        }
    }

    private async Task OnLeavingAsync(LocationChangingContext context)
    {
        // A save runs to its end and is reported before the page goes.
        await _saving;
        if (IsDirty && !IsRehearsal(context.TargetLocation) && (_isAskingToLeave || !await MayLeaveAsync()))
        {
            context.PreventNavigation();
        }
    }

    // The draft stays in the tab, and is there again when the person returns.
    private bool IsRehearsal(string address) => navigation.ToBaseRelativePath(navigation.ToAbsoluteUri(address).AbsoluteUri).StartsWith(RehearsalService.SetupOf(Character.Id), StringComparison.Ordinal);

    private async Task<bool> MayLeaveAsync()
    {
        LeaveChoice choice;
        _isAskingToLeave = true;
        try
        {
            choice = await LeaveDialog.AskAsync(dialogs, EditingText.NotSaved(ShownName), Hint ?? (State.Outcome is ChangeOutcome.Conflict ? EditingText.ConflictIsOpen : null));
        }
        finally
        {
            _isAskingToLeave = false;
        }

        switch (choice)
        {
            case LeaveChoice.Discard:
                await DiscardAsync();
                return true;
            case LeaveChoice.Save:
                await SaveAsync();
                // What Convai has accepted is verified without the page; of anything else, the page says why it was not saved.
                return !IsDirty || State.Outcome is ChangeOutcome.OutcomeUnknown { WriteFailure: null };
            default:
                return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Dispose();
        await _drafts.DisposeAsync();
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
