using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Security;

namespace Convai.Dashboard.Features.Editing;

/// <content>What others do while the page stands open: colleagues' changes, and what was changed outside.</content>
public sealed partial class CharacterEditor
{
    private void OnNews(ChangeNews news)
    {
        if (news is ChangeNews.Recorded { Change: var change } && change.CharacterId == Character.Id)
        {
            Run(() => HearAsync(change));
        }
        else if (news is ChangeNews.PresetsMoved or ChangeNews.Missed)
        {
            Run(ReadPresetsAsync);
        }
    }

    private async Task HearAsync(Change change)
    {
        var isMine = IsMine(change);
        if (Closing.IsCancellationRequested || (isMine && IsSaving) || (State.Outcome as ChangeOutcome.Confirmed)?.ChangeId == change.Id)
        {
            // Its own change is told by its outcome.
            return;
        }

        var now = State.Saved.With(change.Applied);
        var isEarlier = change.Id == _earlier?.Id;
        if (change.Id == OpenChangeId && !change.IsOpen)
        {
            State = Learn(change, now);
        }
        else if (!change.Applied.IsEmpty && !change.IsAnsweredLater)
        {
            State = State.Hear(now, isEarlier ? null : Elsewhere(change, isMine), ChangeWords.Who(change));
        }

        _earlier = isEarlier ? change : _earlier;
        await ReadDriftAsync();
        StateHasChanged();
        await StoreDraftAsync();
    }

    /// <summary>The change of this page of which it is not known yet what became of it.</summary>
    private long? OpenChangeId => State.Outcome switch
    {
        ChangeOutcome.Verifying verifying => verifying.ChangeId,
        ChangeOutcome.NotConfirmed notConfirmed => notConfirmed.ChangeId,
        ChangeOutcome.OutcomeUnknown unknown => unknown.ChangeId,
        ChangeOutcome.Unreachable { MayYetArrive: true } unreachable => unreachable.ChangeId,
        _ => null,
    };

    /// <summary>What was unknown has been read since. Whatever was edited meanwhile is kept.</summary>
    private EditingState Learn(Change change, CharacterCoreSettings now) => change.State switch
    {
        ChangeState.Confirmed when State.Draft.Change.IsMetBy(now) => State.Settle(new ChangeOutcome.Confirmed(
            change.Id, State.Saved.With(SettingsPatch.Of(change.Before)), Character with { Settings = now }, change.Asked, WasWritten: true)),
        ChangeState.Confirmed => State.CloseMessage().Hear(now, "Convai has confirmed what you saved last."),
        ChangeState.NotConfirmed => State.Hear(State.Saved.With(SettingsPatch.Of(change.Reported)), null) with
        {
            Outcome = new ChangeOutcome.NotConfirmed(change.Id, change.Asked, Character with { Settings = change.Reported }, null),
        },
        _ => State with { Outcome = new ChangeOutcome.Rejected("Convai was read again: the change did not arrive.") },
    };

    private static string Elsewhere(Change change, bool isMine)
    {
        var who = change.Kind == ChangeKind.SideEffect ? "With the model, Convai also changed"
            : isMine ? "You changed" : change.PersonName is { } name ? $"{name} changed" : "Outside the dashboard somebody changed";
        var what = string.Join(" and ", change.Applied.Fields.Select(field => field.ModelCode is { } code ? $"the model to {ChangeWords.Code(code)}" : $"the temperature to {TemperatureRules.Format(field.Temperature!.Value)}"));
        return $"{who} {what}.";
    }

    private bool IsMine(Change change) => change.PersonId is not null && change.PersonId == By.PersonId();

    private async Task ReadDriftAsync()
    {
        try
        {
            _drift = await history.DriftAsync(By, Character.Id, Closing);
            StateHasChanged();
        }
        catch (Exception exception) when (Closing.IsCancellationRequested || DatabaseTrouble.Of(exception) is not null)
        {
            // The page was left, or there is no telling now; the history below says so.
        }
    }

    private async Task AcceptDriftAsync()
    {
        try
        {
            var isTaken = await journal.AcceptAsync(By, Character.Id, [.. (_drift?.Changes ?? []).Select(change => change.Id)], Closing);
            _driftProblem = isTaken ? null : "Your role does not let you accept what was changed outside.";
        }
        catch (Exception exception) when (DatabaseTrouble.Of(exception) is { } trouble)
        {
            _driftProblem = $"{trouble} That it is accepted could not be taken down.";
        }

        await ReadDriftAsync();
    }

    /// <summary>The earlier values become the draft, so that nothing is lost should putting them back fail.</summary>
    private async Task RestoreOursAsync()
    {
        if (_drift is { Changes.Count: > 0 } drift && !IsDirty && !IsSaving)
        {
            State = State with { Draft = SettingsDraft.Of(drift.Ours, State.Saved) };
            var request = new ChangeRequest(Character, State.Saved, drift.Ours, UndoesId: drift.Changes[^1].Id);
            await WriteAsync((reason, progress) => writer.WriteAsync(By, request with { Reason = reason }, progress, Closing));
        }
    }
}
