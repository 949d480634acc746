using System.Security.Claims;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Models;
using Convai.Dashboard.Security;

namespace Convai.Dashboard.Features.Editing;

/// <summary>
/// One person's editing of one character: the draft, its saves one at a time, their outcomes, and what others change in between. The character's
/// page and a row of the cast each own one; it renders nothing.
/// </summary>
/// <remarks>
/// <para>The draft survives every outcome except a confirmed one: a failed save, a conflict and a failed undo leave it to be tried again, edited or
/// discarded, and of a partly saved one, what Convai rejected stays.</para>
/// <para>During a save nothing is edited and no second save begins. A text that is not a temperature stays as typed, and nothing is saved while there is one.</para>
/// <para>Failures of Convai and of the database are outcomes, not exceptions. If <paramref name="closing"/> is cancelled before the write begins, the save
/// ends without an outcome. From then on it runs to its end, and a later verdict is not shown.</para>
/// <para>Used on the component's own dispatcher only.</para>
/// </remarks>
/// <param name="getUser">The acting person, asked at each save: a role may have changed.</param>
/// <param name="run">Runs work on the component, such as <see cref="FeatureComponent.Run"/>.</param>
/// <param name="onChanged">Shows what the session has changed by itself: the step or the outcome of a save, or values from elsewhere. It receives the state before.</param>
/// <param name="closing">Cancelled when the person leaves.</param>
internal sealed class EditSession(ChangeWriter writer, Func<ClaimsPrincipal> getUser, Action<Func<Task>> run, Func<EditingState, Task> onChanged, CancellationToken closing) : IProgress<ChangeStep>
{
    // What the last save asked for, and the draft that it was made from.
    private (ChangeRequest Request, SettingsDraft Draft)? _last;

    /// <summary>Adds to the request of a save what the component knows about its draft, such as the preset that it came from.</summary>
    public Func<ChangeRequest, ChangeRequest> EnrichRequest { get; init; } = request => request;

    /// <summary>As last read; null before <see cref="Open"/>.</summary>
    public Character? Character { get; private set; }

    /// <summary>Set from outside only for what is not an edit, such as who changed a value that a conflict is about.</summary>
    public EditingState State { get; set; } = EditingState.From(new CharacterCoreSettings(null, null));

    /// <summary>The reason for the change, as typed. Each attempt records the reason of its time.</summary>
    public string Reason { get; set; } = "";

    /// <summary>Typed text that is not a temperature; nothing is saved while there is such text.</summary>
    public string? InvalidTemperature { get; set; }

    /// <summary>What a conflict calls the values of the last save.</summary>
    public ConflictLabels Labels { get; private set; } = ConflictLabels.Draft;

    /// <summary>The step of the save in progress; null if none is.</summary>
    public ChangeStep? Step { get; private set; }

    public bool IsSaving => Step is not null;

    /// <summary>The last save. A component that is left awaits it first, so that it never says of a save in progress that it is lost.</summary>
    public Task Saving { get; private set; } = Task.CompletedTask;

    public bool IsDirty => (!State.Draft.Change.IsEmpty && !State.IsBeingVerified) || InvalidTemperature is not null;

    /// <summary>Begins with a character and no draft; not to be called during a save.</summary>
    public void Open(Character character)
    {
        (Character, State, _last, Labels) = (character, EditingState.From(character.Settings), null, ConflictLabels.Draft);
        (Reason, InvalidTemperature) = ("", null);
    }

    /// <summary>Takes in a later reading of the same character.</summary>
    public void Refresh(Character character)
    {
        var isChanged = character.Settings != Character?.Settings;
        Character = character;
        if (isChanged)
        {
            State = State.ApplyExternalChange(character.Settings, null);
        }
    }

    /// <summary>Restores a draft that the browser stored, which may be a conflict at once.</summary>
    /// <param name="edited">The fields that were edited here before it was read: those edits win.</param>
    public void Restore(SettingsDraft stored, IReadOnlySet<SettingsField> edited)
    {
        if (Character is { } character)
        {
            (State, _last, Labels) = (State.Restore(stored, character, edited), null, ConflictLabels.Draft);
        }
    }

    /// <summary>Takes the person's edit.</summary>
    /// <returns>False during a save, in which nothing is edited.</returns>
    public bool Edit(EditingState next)
    {
        if (!IsSaving)
        {
            State = next;
        }

        return !IsSaving;
    }

    /// <summary>Drops the draft, an invalid text included. Does nothing during a save.</summary>
    public bool Discard() => Edit(State.Discard()) && ClearInvalidText();

    /// <summary>In a conflict, keeps Convai's values; fields that no one else has edited stay in the draft. Does nothing during a save.</summary>
    public bool AcceptRemote() => Edit(State.AcceptRemote()) && ClearInvalidText();

    public void CloseMessage() => State = State.CloseMessage();

    /// <summary>Saves the draft. Without one, or while what was sent last is being verified, there is nothing to save.</summary>
    public Task SaveAsync() => Character is { } character && State is { Draft: { Change.IsEmpty: false } draft, IsBeingVerified: false }
        ? WriteAsync(EnrichRequest(new ChangeRequest(character, draft.Opened, draft.Change)), ConflictLabels.Draft, State)
        : Task.CompletedTask;

    /// <summary>Undoes the change that was just confirmed. Its earlier values become the draft, so that nothing is lost if this fails.</summary>
    public Task UndoAsync()
    {
        if (IsSaving || State.Outcome is not ChangeOutcome.Confirmed confirmed)
        {
            return Task.CompletedTask;
        }

        var before = State;
        (State, InvalidTemperature) = (State.Undo(confirmed), null);
        return WriteAsync(ChangeWriter.CreateUndo(confirmed), ConflictLabels.Undo, before);
    }

    /// <summary>Restores the values known before a change made in Convai, which become the draft. Does nothing if there is a draft already.</summary>
    /// <param name="undoesId">The change made in Convai.</param>
    public Task RestoreAsync(SettingsPatch ours, long undoesId)
    {
        if (IsSaving || IsDirty || Character is not { } character)
        {
            return Task.CompletedTask;
        }

        var before = State;
        State = State with { Draft = SettingsDraft.From(ours, State.Saved) };
        return WriteAsync(new ChangeRequest(character, State.Saved, ours, UndoesId: undoesId), ConflictLabels.Restore, before);
    }

    /// <summary>In a conflict, asks for the same change again, over Convai's present values: an undo remains one of the same change.</summary>
    public Task KeepMineAsync()
    {
        if (IsSaving || InvalidTemperature is not null || State.Outcome is not ChangeOutcome.Conflict)
        {
            return Task.CompletedTask;
        }

        var before = State;
        State = State.KeepMine();
        var draft = State.Draft;
        return _last is { Request: var request } ? WriteAsync(request with { Opened = draft.Opened, Change = draft.Change, IsSinceSave = false }, Labels, before) : SaveAsync();
    }

    /// <summary>Tries the last save again; if the draft was edited since then, those edits count.</summary>
    public Task RetryAsync() => _last is { } last && last.Draft == State.Draft ? WriteAsync(last.Request, Labels, State) : SaveAsync();

    /// <summary>
    /// Takes in a recorded change, made by anyone: it moves the values below the draft, and makes an offered undo stale. The person's own
    /// change is ignored while they save, because the outcome reports it.
    /// </summary>
    /// <param name="isShownElsewhere">Whether the component shows it elsewhere.</param>
    /// <param name="models">The models by whose names it is told.</param>
    public Task ApplyAsync(ChangeRecord change, bool isShownElsewhere, ModelList models)
    {
        var isMine = IsMine(change);
        if (Character is not { } character || change.CharacterId != character.Id || (isMine && IsSaving) || (State.Outcome as ChangeOutcome.Confirmed)?.ChangeId == change.Id)
        {
            return Task.CompletedTask;
        }

        return SetAsync(State.ApplyExternalChange(change, character, isMine, isShownElsewhere, models));
    }

    public bool IsMine(ChangeRecord change) => change.PersonId is not null && change.PersonId == getUser().PersonId();

    void IProgress<ChangeStep>.Report(ChangeStep value)
    {
        Step = value;
        run(() => onChanged(State));
    }

    /// <param name="before">The state before the act that asks for it.</param>
    private Task WriteAsync(ChangeRequest request, ConflictLabels labels, EditingState before)
    {
        // A second click can arrive before the button is shown as disabled.
        if (!IsSaving && InvalidTemperature is null)
        {
            _last = (request, State.Draft);
            (Step, Labels, State) = (ChangeStep.Comparing, labels, State.CloseMessage());
            Saving = RunAsync(request, before);
        }

        return Saving;
    }

    private async Task RunAsync(ChangeRequest request, EditingState before)
    {
        try
        {
            await onChanged(before);
            var outcome = await writer.WriteAsync(getUser(), request with { Reason = Reason.Trim() is { Length: > 0 } reason ? reason : null }, this, closing);
            // Not the state from before the write: events during the write have changed it.
            before = State;
            State = State.ApplyOutcome(outcome);
        }
        catch (OperationCanceledException) when (closing.IsCancellationRequested)
        {
            return;
        }
        finally
        {
            Step = null;
        }

        if (State.Outcome is ChangeOutcome.Verifying verifying)
        {
            run(() => verifying.ShowVerdictAsync(() => State.Outcome == verifying, verdict => SetAsync(State.ApplyOutcome(verdict)), closing));
        }

        await onChanged(before);
    }

    private Task SetAsync(EditingState next)
    {
        var before = State;
        State = next;
        return onChanged(before);
    }

    private bool ClearInvalidText()
    {
        InvalidTemperature = null;
        return true;
    }
}
