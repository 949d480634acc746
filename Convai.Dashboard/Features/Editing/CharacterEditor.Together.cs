using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Data;
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
            _ = InvokeAsync(() => HearAsync(change));
        }
    }

    private async Task HearAsync(Change change)
    {
        var isMine = change.PersonId is not null && change.PersonId == _by.PersonId();
        if (_closing.IsCancellationRequested || (isMine && IsSaving) || (_state.Outcome as ChangeOutcome.Confirmed)?.ChangeId == change.Id)
        {
            // Its own change is told by its outcome.
            return;
        }

        var now = _state.Saved.With(change.Applied);
        if (isMine && change.State == ChangeState.Confirmed && _state.Outcome is ChangeOutcome.OutcomeUnknown or ChangeOutcome.Unreachable && _state.Draft.Change.IsMetBy(now))
        {
            // What was unknown has been read back since. A draft with more in it is kept: another window may have saved something else.
            _state = _state.Settle(new ChangeOutcome.Confirmed(change.Id, _state.Saved, Character with { Settings = now }, change.Asked, WasWritten: true));
        }
        else if (!change.Applied.IsEmpty && !change.IsAnsweredLater)
        {
            _state = _state.Hear(now, Elsewhere(change, isMine));
        }

        await ReadDriftAsync();
        StateHasChanged();
        await StoreDraftAsync();
    }

    private static string Elsewhere(Change change, bool isMine)
    {
        var who = isMine ? "You changed" : change.PersonName is { } name ? $"{name} changed" : "Outside the dashboard somebody changed";
        var what = string.Join(" and ", change.Applied.Fields.Select(field => field.ModelCode is { } code ? $"the model to {code}" : $"the temperature to {Temperature.Format(field.Temperature!.Value)}"));
        return $"{who} {what}{(isMine ? " in another window" : null)}.";
    }

    private async Task ReadDriftAsync()
    {
        try
        {
            _drift = await history.DriftAsync(_by, Character.Id, _closing.Token);
            StateHasChanged();
        }
        catch (Exception exception) when (_closing.IsCancellationRequested || DatabaseTrouble.Of(exception) is not null)
        {
            // The page was left, or there is no telling now; the history below says so.
        }
    }

    private async Task AcceptDriftAsync()
    {
        _hasLostFocus = true;
        try
        {
            await journal.AcceptAsync(_by, Character.Id, _closing.Token);
        }
        catch (Exception exception) when (DatabaseTrouble.Of(exception) is { } trouble)
        {
            _state = _state.Settle(new ChangeOutcome.Rejected($"{trouble} That it is accepted could not be taken down."));
        }

        await ReadDriftAsync();
    }

    /// <summary>The earlier values become the draft, so that nothing is lost should putting them back fail.</summary>
    private async Task RestoreOursAsync()
    {
        if (_drift is { Changes.Count: > 0 } drift && !IsDirty && !IsSaving)
        {
            _state = _state with { Draft = SettingsDraft.Of(drift.Ours, _state.Saved) };
            var request = new ChangeRequest(Character, _state.Saved, drift.Ours, UndoesId: drift.Changes[^1].Id);
            await WriteAsync(progress => writer.WriteAsync(_by, request, progress, _closing.Token));
        }
    }
}
