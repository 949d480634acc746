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
    private Preset? _preset;
    private Preset? _ownPreset;
    private (long RehearsalId, SettingsPatch Settings)? _candidate;
    private ChangeRecord? _earlierChange;
    private LastReasoning? _lastReasoning;
    private IReadOnlyDictionary<string, ModelNote>? _notes;
    private bool _isAskingToLeave;

    // What has changed on the page without the person's own edit, until they do something; the count restarts the highlight.
    private SettingsPatch _highlighted = new(null, null);
    private int _highlightCount;

    [Parameter, EditorRequired]
    public required Character Character { get; set; }

    /// <summary>Null until the account's list has been read.</summary>
    [Parameter, EditorRequired]
    public required AccountModelsReading? AccountModels { get; set; }

    [Parameter]
    public EventCallback OnRefreshAccountList { get; set; }

    /// <summary>The candidate of a rehearsal that fills the draft; null for none.</summary>
    [Parameter]
    public RehearsalCandidate? Candidate { get; set; }

    private string ShownName => DisplayText.IsVisible(Character.Name) ? DisplayText.Sanitize(Character.Name) : "this character";

    private EditSession Session => field ??= new EditSession(writer, () => User, Dispatch, ShowAsync, Closing) { EnrichRequest = WithOrigin };

    private EditingState State => Session.State;

    private bool IsSaving => Session.IsSaving;

    private bool IsDirty => Session.IsDirty;

    private ModelList Models => AccountModels?.Models ?? accountModels.Catalogue;

    /// <summary>The model that the draft changes to; null if it changes none, or nothing is left to save.</summary>
    private string? DraftModel => State.IsBeingVerified ? null : State.Draft.Change.ModelCode;

    private string? DriftHint => !MayChange ? EditingText.DesignerCanReview : IsDirty || IsSaving ? EditingText.DraftFirst : null;

    private string? Hint => Session.InvalidTemperature is not null ? EditingText.TemperatureNeedsCorrecting : MayChange ? null : SecurityText.NeedsDesigner;

    protected override void OnInitialized()
    {
        // Not set with the other parameters: the page can be seen, and edited, before the database has answered for the first time.
        Session.Open(Character);
        if (RendererInfo.IsInteractive)
        {
            // Subscribes before the first values are shown, so that no later save is missed.
            RegisterForDispose(feed.Subscribe(OnChangeEvent));
        }
    }

    protected override void OnParametersSet()
    {
        var before = State;
        Session.Refresh(Character);
        HighlightChanges(before);
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
        await ReadEarlierChangeAsync(stored?.ToDraft());
        await ReadLastReasoningAsync();
        stored = await WithoutUnknownModelAsync(stored);
        // The page could be edited, and saved, before the draft was requested.
        await Session.Saving;
        if (stored is not null)
        {
            Session.Restore(stored.ToDraft(), _editedHere);
            Session.Reason = Session.Reason.Length > 0 ? Session.Reason : stored.Reason ?? "";
            ClearReasonWithoutDraft();
        }

        _drafts.HasBeenRead = true;
        if (stored is not null || !State.Draft.Change.IsEmpty)
        {
            await LoadConflictAuthorsAsync();
            StateHasChanged();
            await StoreDraftAsync();
        }

        await ApplyCandidateAsync();
    }

    private Task ApplyCandidateAsync() => Candidate is not { } candidate || !MayChange ? Task.CompletedTask : ReadAsync(async () =>
    {
        if (await rehearsals.FindCandidateAsync(User, candidate, Character.Id, Closing) is { } settings)
        {
            _candidate = (candidate.RehearsalId, settings);
            await FillDraftAsync(settings);
        }

        await _drafts.RemoveCandidateQueryAsync();
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
    private Task ReadEarlierChangeAsync(SettingsDraft? stored) => ReadAsync(async () =>
    {
        var last = await history.ReadLastAttemptAsync(User, Character.Id, Closing);
        _earlierChange = last is { IsOpen: true } || (last is not null && stored?.IsSavedBy(last) == true) ? last : null;
    });

    private Task ReadLastReasoningAsync() => ReadAsync(async () =>
    {
        _lastReasoning = await history.ReadLastReasoningAsync(User, Character.Id, Closing);
        Session.State = State.WithLastReasoning(_lastReasoning?.Value);
    });

    /// <summary>A draft that was restored into a conflict knows what has changed, but not who changed it.</summary>
    private async Task LoadConflictAuthorsAsync()
    {
        if (State.Outcome is ChangeOutcome.Conflict { Now: var now })
        {
            var model = await journal.FindAuthorAsync(now, SettingsField.Model);
            var temperature = await journal.FindAuthorAsync(now, SettingsField.Temperature);
            var reasoning = await journal.FindAuthorAsync(now, SettingsField.Reasoning);
            if (State.Outcome is ChangeOutcome.Conflict conflict && conflict.Now == now)
            {
                Session.State = State with { Outcome = conflict with { ModelBy = model, TemperatureBy = temperature, ReasoningBy = reasoning } };
            }
        }
    }

    private Task StoreDraftAsync() => _drafts.StoreAsync(Character.Id, State.Draft, Session.Reason);

    private void OnChangeEvent(ChangeEvent changeEvent)
    {
        if (changeEvent is ChangeEvent.Recorded { Change: var change } && change.CharacterId == Character.Id)
        {
            Dispatch(() => OnChangeRecordedAsync(change));
        }
    }

    private async Task OnChangeRecordedAsync(ChangeRecord change)
    {
        if (change.Applied.Reasoning is not null)
        {
            await ReadLastReasoningAsync();
        }

        var isEarlier = change.Id == _earlierChange?.Id;
        _earlierChange = isEarlier ? change : _earlierChange;
        await Session.ApplyAsync(change, isEarlier, Models);
    }

    /// <summary>Shows what the session has changed: a step or the outcome of a save, or what others have changed.</summary>
    private async Task ShowAsync(EditingState before)
    {
        // A save on this page replaces what is said of one that was begun before the page was opened.
        _earlierChange = IsSaving ? null : _earlierChange;
        HighlightChanges(before);
        StateHasChanged();
        if (!IsSaving)
        {
            await StoreDraftAsync();
        }
    }

    /// <summary>Marks the values that have changed on the page without the person's own edit.</summary>
    private void HighlightChanges(EditingState before)
    {
        var moved = SettingsPatch.From(State.Shown).DifferencesFrom(before.Shown);
        (_highlighted, _highlightCount) = moved.IsEmpty ? (_highlighted, _highlightCount) : (moved, _highlightCount + 1);
        ClearReasonWithoutDraft();
    }

    /// <summary>A reason belongs to its draft and is cleared with it.</summary>
    private void ClearReasonWithoutDraft() => Session.Reason = IsDirty ? Session.Reason : "";

    /// <summary>The badge beside a setting's heading: the draft changes it, or it has changed on the page.</summary>
    private RenderFragment? GetBadge(SettingsField field) =>
        !field.SelectFrom(State.Draft.Change).IsEmpty && !State.IsBeingVerified ? Badge.Create(BadgeTone.Accent, "Changed", EditingText.DraftChangesIt)
        : !field.SelectFrom(_highlighted).IsEmpty ? Badge.Create(BadgeTone.Good, "Updated", EditingText.HasJustChanged)
        : null;

    /// <summary>A preset fills the draft. The draft is saved like any other, and counts as a change by that preset if it contains nothing else.</summary>
    private async Task OnPresetChosenAsync(Preset? preset)
    {
        _preset = preset;
        if (preset is not null && !IsSaving)
        {
            await FillDraftAsync(preset.Settings);
        }
    }

    private Task FillDraftAsync(SettingsPatch settings)
    {
        Session.InvalidTemperature = null;
        var state = settings.ModelCode is { } code ? State.WithModel(code) : State;
        state = settings.Temperature is { } temperature ? state.WithTemperature(temperature) : state;
        return EditAsync(WithoutUnknownLevel(settings.Reasoning is { } level ? state.WithReasoning(level) : state), SettingsFields.GetFields(settings));
    }

    private Task OnModelPickedAsync(string code) => EditAsync(WithoutUnknownLevel(State.WithModel(code)), SettingsField.Model);

    private Task OnReasoningPickedAsync(string? value) => EditAsync(State.WithReasoning(value), SettingsField.Reasoning);

    /// <summary>A level that the model does not offer is not sent.</summary>
    private EditingState WithoutUnknownLevel(EditingState state) =>
        state.Draft.Reasoning is { } level && !Models.OffersLevel(state.Shown.ModelCode, level) ? state.WithReasoning(null) : state;

    private Task OnTemperatureChangedAsync(decimal? temperature) => EditAsync(State.WithTemperature(temperature), SettingsField.Temperature);

    private Task DiscardAsync()
    {
        _editedHere.Clear();
        return Session.Discard() ? OnEditedAsync() : Task.CompletedTask;
    }

    private Task AcceptRemoteAsync() => Session.AcceptRemote() ? OnEditedAsync() : Task.CompletedTask;

    private Task EditAsync(EditingState next, params IEnumerable<SettingsField> edited)
    {
        if (!Session.Edit(next))
        {
            return Task.CompletedTask;
        }

        _editedHere.UnionWith(edited);
        return OnEditedAsync();
    }

    private Task OnEditedAsync()
    {
        _highlighted = new SettingsPatch(null, null);
        ClearReasonWithoutDraft();
        return StoreDraftAsync();
    }

    private async Task OnReasonChangedAsync(string reason)
    {
        Session.Reason = reason;
        await StoreDraftAsync();
    }

    private void CloseExternalChangeNote() => (Session.State, _highlighted) = (State with { ExternalChangeNote = null }, new SettingsPatch(null, null));

    private void CloseMessage()
    {
        Session.CloseMessage();
        _highlighted = new SettingsPatch(null, null);
    }

    /// <summary>Adds the preset and the rehearsal that the draft comes from. Each counts if the draft has all of its values and no others.</summary>
    private ChangeRequest WithOrigin(ChangeRequest request)
    {
        var preset = _preset is { } chosen && DraftMatches(chosen.Settings) ? chosen : null;
        return request with
        {
            Kind = preset is null ? ChangeKind.Edit : ChangeKind.Preset,
            Preset = preset?.Applied,
            RehearsalId = _candidate is { } candidate && DraftMatches(candidate.Settings) ? candidate.RehearsalId : null,
        };
    }

    private bool DraftMatches(SettingsPatch settings) => SettingsDraft.From(settings, State.Draft.Opened).Change == State.Draft.Change;

    private Task RestoreOursAsync(CharacterDrift drift) => Session.RestoreAsync(drift.Ours, drift.Changes[^1].Id);

    private async Task OnLeavingAsync(LocationChangingContext context)
    {
        // A save runs to its end and is reported before the page goes.
        await Session.Saving;
        if (IsDirty && !IsRehearsal(context.TargetLocation) && (_isAskingToLeave || !await ConfirmLeaveAsync()))
        {
            context.PreventNavigation();
        }
    }

    // The draft stays in the tab, and is there again when the person returns.
    private bool IsRehearsal(string address) => navigation.ToBaseRelativePath(navigation.ToAbsoluteUri(address).AbsoluteUri).StartsWith(RehearsalService.GetSetupAddress(Character.Id), StringComparison.Ordinal);

    private async Task<bool> ConfirmLeaveAsync()
    {
        LeaveChoice choice;
        _isAskingToLeave = true;
        try
        {
            choice = await LeaveDialog.ShowAsync(dialogs, EditingText.NotSaved(ShownName), Hint ?? (State.Outcome is ChangeOutcome.Conflict ? EditingText.ConflictIsOpen : null));
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
                await Session.SaveAsync();
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
}
