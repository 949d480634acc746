using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Models;

namespace Convai.Dashboard.Features.Editing;

/// <summary>The state of the editor: Convai's values, the draft over them, and the outcome of the last change. Every act returns the next state.</summary>
/// <param name="Saved">Convai's values as last known; never those opened earlier.</param>
/// <param name="Elsewhere">What someone else has changed since, as a sentence.</param>
public sealed record EditingState(CharacterCoreSettings Saved, SettingsDraft Draft, ChangeOutcome? Outcome = null, string? ExternalChangeNote = null)
{
    public static EditingState From(CharacterCoreSettings saved) => new(saved, new SettingsDraft(saved));

    /// <summary>The draft applied over Convai's values.</summary>
    public CharacterCoreSettings Shown => Saved.With(Draft.Change);

    // Compared with Convai's present values, not with the opened ones: Convai may have changed, and a person who picks the earlier value again wants it.
    public EditingState WithModel(string code) => WithDraft(string.Equals(code, Saved.ModelCode, StringComparison.Ordinal)
        ? EditableDraft with { Opened = EditableDraft.Opened with { ModelCode = Saved.ModelCode, IsModelUnreadable = Saved.IsModelUnreadable }, ModelCode = null }
        : EditableDraft with { ModelCode = code });

    /// <param name="temperature">Null returns to Convai's value.</param>
    public EditingState WithTemperature(decimal? temperature) => WithDraft(temperature is null || TemperatureRules.AreSame(temperature, Saved.Temperature)
        ? EditableDraft with { Opened = EditableDraft.Opened with { Temperature = Saved.Temperature, IsTemperatureUnreadable = Saved.IsTemperatureUnreadable }, Temperature = null }
        : EditableDraft with { Temperature = temperature });

    /// <param name="value">A value as in <see cref="ReasoningEffort"/>; null leaves reasoning as it is.</param>
    public EditingState WithReasoning(string? value) => WithDraft(value is null
        ? EditableDraft with { Opened = EditableDraft.Opened with { Reasoning = Saved.Reasoning }, Reasoning = null }
        : EditableDraft with { Reasoning = value });

    /// <summary>Takes in the reasoning effort last sent from here, which is read after the page has been opened.</summary>
    public EditingState WithLastReasoning(string? sent) => this with
    {
        Saved = Saved.WithLastReasoning(sent),
        Draft = Draft.Reasoning is null ? Draft with { Opened = Draft.Opened.WithLastReasoning(sent) } : Draft,
    };

    /// <summary>Whether the draft is what was sent last and Convai does not show it yet, so there is nothing to save.</summary>
    public bool IsBeingVerified => Outcome is ChangeOutcome.Verifying verifying && Draft.Change == verifying.Change;

    public EditingState Discard() => WithDraft(new SettingsDraft(Saved));

    public EditingState CloseMessage() => this with { Outcome = null, ExternalChangeNote = null };

    /// <summary>The old values become the draft, so that nothing is lost if restoring them fails.</summary>
    public EditingState Undo(ChangeOutcome.Confirmed confirmed) => this with { Draft = SettingsDraft.From(ChangeWriter.Inverse(confirmed), Saved) };

    /// <summary>Without the message of a save whose value has changed again since: undoing it would undo a later change.</summary>
    private EditingState WithoutStaleConfirmation() =>
        Outcome is ChangeOutcome.Confirmed confirmed && !confirmed.Change.MergeFields(confirmed.SideEffect).HasEqualFields(confirmed.After.Settings, Saved) ? this with { Outcome = null } : this;

    /// <summary>In a conflict, keeps the person's values over Convai's present ones.</summary>
    public EditingState KeepMine() => this with { Draft = EditableDraft };

    /// <summary>In a conflict, keeps Convai's values; fields that no one else has edited stay in the draft.</summary>
    public EditingState AcceptRemote() =>
        Outcome is ChangeOutcome.Conflict conflict ? WithDraft(SettingsDraft.From(conflict.Uncontested, Saved)) : this;

    /// <summary>The change of this page whose outcome is not known yet.</summary>
    private long? OpenChangeId => Outcome switch
    {
        ChangeOutcome.Verifying verifying => verifying.ChangeId,
        ChangeOutcome.NotConfirmed notConfirmed => notConfirmed.ChangeId,
        ChangeOutcome.OutcomeUnknown unknown => unknown.ChangeId,
        ChangeOutcome.Unreachable { MayYetArrive: true } unreachable => unreachable.ChangeId,
        _ => null,
    };

    /// <summary>Takes in a recorded change of this character, made by anyone. The person's edits are kept.</summary>
    /// <param name="isShownElsewhere">The page already shows it elsewhere.</param>
    /// <param name="models">The models by whose names it is told.</param>
    public EditingState ApplyExternalChange(ChangeRecord change, Character character, bool isMine, bool isShownElsewhere, ModelList models)
    {
        var now = Saved.With(change.Applied);
        return change.Id == OpenChangeId && !change.IsOpen ? ApplyOutcome(change, character, now)
            : change.Applied.IsEmpty || change.IsAnsweredLater ? this
            : ApplyExternalChange(now, isShownElsewhere ? null : EditingText.Changed(change, isMine, models), ChangeText.Who(change));
    }

    /// <summary>Takes in the outcome of a change that was unknown so far.</summary>
    private EditingState ApplyOutcome(ChangeRecord change, Character character, CharacterCoreSettings now) => change.State switch
    {
        ChangeState.Confirmed or ChangeState.SentNotConfirmed when Draft.Change.AgreesWith(now) => ApplyOutcome(new ChangeOutcome.Confirmed(
            change.Id, Saved.With(SettingsPatch.From(change.Before)), character with { Settings = now }, change.Asked, WasWritten: true)),
        ChangeState.Confirmed or ChangeState.SentNotConfirmed => CloseMessage().ApplyExternalChange(now, EditingText.LastSaveConfirmed),
        ChangeState.NotConfirmed => ApplyExternalChange(Saved.With(SettingsPatch.From(change.Reported)), null) with
        {
            Outcome = new ChangeOutcome.NotConfirmed(change.Id, change.Asked, character with { Settings = change.Reported }, null),
        },
        _ => this with { Outcome = new ChangeOutcome.Rejected(EditingText.NotReceived) },
    };

    /// <summary>
    /// Takes in new values from Convai while the page is open. A field that the draft edits keeps its opened
    /// value, so that saving asks; a value that both want is no longer an edit.
    /// </summary>
    /// <param name="note">What has happened, as a sentence; null if there is nothing to say.</param>
    /// <param name="by">Who has done it, as text; null if unknown.</param>
    public EditingState ApplyExternalChange(CharacterCoreSettings now, string? note, string? by = null)
    {
        now = WithKnownReasoning(now);
        if (now == Saved)
        {
            // A save has read the values back before the event arrived. An event without a sentence does not replace the last note.
            return note is not null && Outcome is ChangeOutcome.Confirmed ? this with { ExternalChangeNote = note } : this;
        }

        var edits = Draft.Change.MissingFrom(now);
        var opened = new CharacterCoreSettings(
            edits.ModelCode is null ? now.ModelCode : Draft.Opened.ModelCode,
            edits.Temperature is null ? now.Temperature : Draft.Opened.Temperature)
        {
            Reasoning = (edits.Reasoning is null ? now : Draft.Opened).Reasoning,
            IsModelUnreadable = (edits.ModelCode is null ? now : Draft.Opened).IsModelUnreadable,
            IsTemperatureUnreadable = (edits.Temperature is null ? now : Draft.Opened).IsTemperatureUnreadable,
        };
        return (this with
        {
            Saved = now,
            Draft = new SettingsDraft(opened, edits.ModelCode, edits.Temperature, edits.Reasoning),
            Outcome = Outcome is ChangeOutcome.Conflict conflict ? ApplyExternalChange(conflict, now, by) : Outcome,
            ExternalChangeNote = note,
        }).WithoutStaleConfirmation();
    }

    /// <summary>Null if there is nothing left to ask.</summary>
    private static ChangeOutcome.Conflict? ApplyExternalChange(ChangeOutcome.Conflict conflict, CharacterCoreSettings now, string? by)
    {
        var moved = SettingsPatch.From(now).MissingFrom(conflict.Now.Settings);
        var updated = conflict with
        {
            Now = conflict.Now with { Settings = now },
            ModelBy = moved.ModelCode is null ? conflict.ModelBy : by,
            TemperatureBy = moved.Temperature is null ? conflict.TemperatureBy : by,
            ReasoningBy = string.Equals(now.Reasoning, conflict.Now.Settings.Reasoning, StringComparison.Ordinal) ? conflict.ReasoningBy : by,
        };
        return updated.IsContested ? updated : null;
    }

    /// <summary>Whether someone else has changed a field that the draft changes too.</summary>
    public bool HasConflictingEdits => !Draft.Change.HasEqualFields(Draft.Opened, Saved);

    /// <summary>Restores a draft that the browser stored; it asks at once if Convai's values have changed since the draft was begun.</summary>
    /// <param name="edited">The fields that were edited on this page before the stored draft was read: those edits win.</param>
    public EditingState Restore(SettingsDraft stored, Character character, IReadOnlySet<SettingsField> edited)
    {
        var model = edited.Contains(SettingsField.Model) ? Draft : stored;
        var temperature = edited.Contains(SettingsField.Temperature) ? Draft : stored;
        var reasoning = edited.Contains(SettingsField.Reasoning) ? Draft : stored;
        var opened = new CharacterCoreSettings(model.Opened.ModelCode, temperature.Opened.Temperature) { Reasoning = reasoning.Opened.Reasoning };
        var draft = new SettingsDraft(opened, model.ModelCode, temperature.Temperature, reasoning.Reasoning);
        var conflict = new ChangeOutcome.Conflict(draft.Opened, character with { Settings = Saved }, draft.Change);
        return conflict.IsContested
            ? this with { Draft = draft, Outcome = conflict }
            : this with { Draft = SettingsDraft.From(draft.Change, Saved) };
    }

    /// <summary>Takes in the outcome of a change.</summary>
    public EditingState ApplyOutcome(ChangeOutcome outcome) => outcome switch
    {
        // Edits made during verification are kept.
        ChangeOutcome.Confirmed confirmed when Outcome is ChangeOutcome.Verifying && !IsBeingVerified =>
            CloseMessage().ApplyExternalChange(confirmed.After.Settings, EditingText.LastSaveConfirmed),
        ChangeOutcome.Confirmed confirmed => From(WithKnownReasoning(confirmed.After.Settings)) with { Outcome = outcome, ExternalChangeNote = ExternalChangeNote },
        ChangeOutcome.Verifying verifying => RebaseDraft(verifying.Reported, verifying.Change) with { Outcome = outcome, ExternalChangeNote = ExternalChangeNote },
        ChangeOutcome.NotConfirmed when Outcome is ChangeOutcome.Verifying && !IsBeingVerified => this with { Outcome = outcome },
        ChangeOutcome.NotConfirmed notConfirmed => RebaseDraft(notConfirmed.Reported, notConfirmed.Change) with { Outcome = outcome },
        // What Convai has rejected stays in the draft.
        ChangeOutcome.PartlyRejected partly => RebaseDraft(partly.Reported, partly.Failed) with { Outcome = outcome },
        ChangeOutcome.Conflict conflict => this with { Saved = WithKnownReasoning(conflict.Now.Settings), Outcome = outcome },
        _ => this with { Outcome = outcome },
    };

    private EditingState RebaseDraft(Character reported, SettingsPatch change) => WithKnownReasoning(reported.Settings) is var now ? new(now, SettingsDraft.From(change, now)) : this;

    /// <summary>A reading, with the reasoning effort last sent from here: a reading that carries none does not say that it has changed.</summary>
    private CharacterCoreSettings WithKnownReasoning(CharacterCoreSettings reading) => reading.WithLastReasoning(Saved.Reasoning);

    // A person who goes on editing during a conflict has seen Convai's present values.
    private SettingsDraft EditableDraft => Outcome is ChangeOutcome.Conflict conflict ? SettingsDraft.From(conflict.Change, Saved) : Draft;

    // A failure stays visible as long as there is something to retry.
    private EditingState WithDraft(SettingsDraft draft) =>
        draft.Change.IsEmpty || Outcome is ChangeOutcome.Confirmed or ChangeOutcome.Conflict
            ? new EditingState(Saved, draft)
            : this with { Draft = draft };
}
