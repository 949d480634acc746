using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;

namespace Convai.Dashboard.Features.Editing;

/// <summary>What the editor shows: what Convai has, the draft over it, and how the last change ended. Every act gives the next state.</summary>
/// <param name="Saved">What Convai has, as far as known; never what was opened earlier.</param>
/// <param name="Elsewhere">What somebody else changed meanwhile, as a sentence.</param>
public sealed record EditingState(CharacterCoreSettings Saved, SettingsDraft Draft, ChangeOutcome? Outcome = null, string? Elsewhere = null)
{
    public static EditingState Of(CharacterCoreSettings saved) => new(saved, new SettingsDraft(saved));

    /// <summary>The draft laid over what Convai has.</summary>
    public CharacterCoreSettings Shown => Saved.With(Draft.Change);

    // Compared with what Convai has, not with what the draft was begun from: Convai may have moved on, and whoever picks the earlier value again wants it.
    public EditingState WithModel(string code) => WithDraft(string.Equals(code, Saved.ModelCode, StringComparison.Ordinal)
        ? EditableDraft with { Opened = EditableDraft.Opened with { ModelCode = Saved.ModelCode, IsModelUnreadable = Saved.IsModelUnreadable }, ModelCode = null }
        : EditableDraft with { ModelCode = code });

    /// <param name="temperature">Null: back to what Convai has.</param>
    public EditingState WithTemperature(decimal? temperature) => WithDraft(temperature is null || TemperatureRules.AreSame(temperature, Saved.Temperature)
        ? EditableDraft with { Opened = EditableDraft.Opened with { Temperature = Saved.Temperature, IsTemperatureUnreadable = Saved.IsTemperatureUnreadable }, Temperature = null }
        : EditableDraft with { Temperature = temperature });

    /// <summary>The draft is what was sent last, and Convai does not show it yet: there is nothing to save.</summary>
    public bool IsBeingVerified => Outcome is ChangeOutcome.Verifying verifying && Draft.Change == verifying.Change;

    public EditingState Discard() => WithDraft(new SettingsDraft(Saved));

    public EditingState CloseMessage() => this with { Outcome = null, Elsewhere = null };

    /// <summary>The old values become the draft, so that nothing is lost should putting them back fail.</summary>
    public EditingState Undo(ChangeOutcome.Confirmed confirmed) => this with { Draft = SettingsDraft.Of(ChangeWriter.Inverse(confirmed), Saved) };

    /// <summary>In a conflict: the person's values are to stand, over what Convai has now.</summary>
    public EditingState KeepMine() => this with { Draft = EditableDraft };

    /// <summary>In a conflict: Convai's values stand; what nobody else has touched stays in the draft.</summary>
    public EditingState TakeTheirs() =>
        Outcome is ChangeOutcome.Conflict conflict ? WithDraft(SettingsDraft.Of(conflict.Uncontested, Saved)) : this;

    /// <summary>The change of this page of which it is not known yet what became of it.</summary>
    private long? OpenChangeId => Outcome switch
    {
        ChangeOutcome.Verifying verifying => verifying.ChangeId,
        ChangeOutcome.NotConfirmed notConfirmed => notConfirmed.ChangeId,
        ChangeOutcome.OutcomeUnknown unknown => unknown.ChangeId,
        ChangeOutcome.Unreachable { MayYetArrive: true } unreachable => unreachable.ChangeId,
        _ => null,
    };

    /// <summary>A change of this character has been recorded, by whomever. Whatever is being edited is kept.</summary>
    /// <param name="isToldElsewhere">The page shows it by itself.</param>
    public EditingState Hear(Change change, Character character, bool isMine, bool isToldElsewhere)
    {
        var now = Saved.With(change.Applied);
        return change.Id == OpenChangeId && !change.IsOpen ? Learn(change, character, now)
            : change.Applied.IsEmpty || change.IsAnsweredLater ? this
            : Hear(now, isToldElsewhere ? null : WordsOf(change, isMine), ChangeWords.Who(change));
    }

    /// <summary>What was unknown has been read since.</summary>
    private EditingState Learn(Change change, Character character, CharacterCoreSettings now) => change.State switch
    {
        ChangeState.Confirmed when Draft.Change.IsMetBy(now) => Settle(new ChangeOutcome.Confirmed(
            change.Id, Saved.With(SettingsPatch.Of(change.Before)), character with { Settings = now }, change.Asked, WasWritten: true)),
        ChangeState.Confirmed => CloseMessage().Hear(now, "Convai has confirmed what you saved last."),
        ChangeState.NotConfirmed => Hear(Saved.With(SettingsPatch.Of(change.Reported)), null) with
        {
            Outcome = new ChangeOutcome.NotConfirmed(change.Id, change.Asked, character with { Settings = change.Reported }, null),
        },
        _ => this with { Outcome = new ChangeOutcome.Rejected("Convai was read again: the change did not arrive.") },
    };

    private static string WordsOf(Change change, bool isMine)
    {
        var who = change.Kind == ChangeKind.SideEffect ? "With the model, Convai also changed"
            : isMine ? "You changed" : change.PersonName is { } name ? $"{name} changed" : "Outside the dashboard somebody changed";
        var what = string.Join(" and ", change.Applied.Fields.Select(field => field.ModelCode is { } code ? $"the model to {ChangeWords.Code(code)}" : $"the temperature to {TemperatureRules.Format(field.Temperature!.Value)}"));
        return $"{who} {what}.";
    }

    /// <summary>
    /// Convai's values have changed while the page stands open. A field that the draft touches keeps what the draft was begun
    /// from, so that saving asks; a value that both want is no edit any more.
    /// </summary>
    /// <param name="elsewhere">What has happened, as a sentence; null where there is nothing to say.</param>
    /// <param name="by">Who has done it, in words; null where that is not known.</param>
    public EditingState Hear(CharacterCoreSettings now, string? elsewhere, string? by = null)
    {
        if (now == Saved)
        {
            // A save has read it back already, before the news of it came. News with nothing to say does not replace the last note.
            return elsewhere is not null && Outcome is ChangeOutcome.Confirmed ? this with { Elsewhere = elsewhere } : this;
        }

        var edits = Draft.Change.Without(now);
        var opened = new CharacterCoreSettings(
            edits.ModelCode is null ? now.ModelCode : Draft.Opened.ModelCode,
            edits.Temperature is null ? now.Temperature : Draft.Opened.Temperature)
        {
            IsModelUnreadable = (edits.ModelCode is null ? now : Draft.Opened).IsModelUnreadable,
            IsTemperatureUnreadable = (edits.Temperature is null ? now : Draft.Opened).IsTemperatureUnreadable,
        };
        return this with
        {
            Saved = now,
            Draft = new SettingsDraft(opened, edits.ModelCode, edits.Temperature),
            Outcome = Outcome is ChangeOutcome.Conflict conflict ? Hear(conflict, now, by) : Outcome,
            Elsewhere = elsewhere,
        };
    }

    /// <summary>Null where there is nothing to ask any more.</summary>
    private static ChangeOutcome.Conflict? Hear(ChangeOutcome.Conflict conflict, CharacterCoreSettings now, string? by)
    {
        var moved = SettingsPatch.Of(now).Without(conflict.Now.Settings);
        var heard = conflict with
        {
            Now = conflict.Now with { Settings = now },
            ModelBy = moved.ModelCode is null ? conflict.ModelBy : by,
            TemperatureBy = moved.Temperature is null ? conflict.TemperatureBy : by,
        };
        return heard.IsContested ? heard : null;
    }

    /// <summary>Whether somebody else has changed a field that the draft changes too.</summary>
    public bool IsTouched => !Draft.Change.HasTheSameFieldsIn(Draft.Opened, Saved);

    /// <summary>A draft that the browser kept: asked about at once where Convai's values have moved since it was begun.</summary>
    /// <param name="edited">Fields that were edited on this page before the kept draft was read: the edits count, not what was kept.</param>
    public EditingState Restore(SettingsDraft stored, Character character, IReadOnlySet<SettingsField> edited)
    {
        var model = edited.Contains(SettingsField.Model) ? Draft : stored;
        var temperature = edited.Contains(SettingsField.Temperature) ? Draft : stored;
        var draft = new SettingsDraft(new CharacterCoreSettings(model.Opened.ModelCode, temperature.Opened.Temperature), model.ModelCode, temperature.Temperature);
        var conflict = new ChangeOutcome.Conflict(draft.Opened, character with { Settings = Saved }, draft.Change);
        return conflict.IsContested
            ? this with { Draft = draft, Outcome = conflict }
            : this with { Draft = SettingsDraft.Of(draft.Change, Saved) };
    }

    /// <summary>A change has ended.</summary>
    public EditingState Settle(ChangeOutcome outcome) => outcome switch
    {
        // Edited on while it was verified: that is kept.
        ChangeOutcome.Confirmed confirmed when Outcome is ChangeOutcome.Verifying && !IsBeingVerified =>
            CloseMessage().Hear(confirmed.After.Settings, "Convai has confirmed what you saved last."),
        ChangeOutcome.Confirmed confirmed => Of(confirmed.After.Settings) with { Outcome = outcome, Elsewhere = Elsewhere },
        ChangeOutcome.Verifying verifying => new(verifying.Reported.Settings, SettingsDraft.Of(verifying.Change, verifying.Reported.Settings), outcome, Elsewhere),
        ChangeOutcome.NotConfirmed when Outcome is ChangeOutcome.Verifying && !IsBeingVerified => this with { Outcome = outcome },
        ChangeOutcome.NotConfirmed notConfirmed => new(
            notConfirmed.Reported.Settings, SettingsDraft.Of(notConfirmed.Change, notConfirmed.Reported.Settings), outcome),
        ChangeOutcome.Conflict conflict => this with { Saved = conflict.Now.Settings, Outcome = outcome },
        _ => this with { Outcome = outcome },
    };

    // Whoever edits on while a conflict is open has seen what Convai has now.
    private SettingsDraft EditableDraft => Outcome is ChangeOutcome.Conflict conflict ? SettingsDraft.Of(conflict.Change, Saved) : Draft;

    // A failure stays in sight as long as there is something to try again.
    private EditingState WithDraft(SettingsDraft draft) =>
        draft.Change.IsEmpty || Outcome is ChangeOutcome.Confirmed or ChangeOutcome.Conflict
            ? new EditingState(Saved, draft)
            : this with { Draft = draft };
}
