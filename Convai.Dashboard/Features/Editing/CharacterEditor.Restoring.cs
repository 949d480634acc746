using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Changes;

namespace Convai.Dashboard.Features.Editing;

/// <content>What was begun before the page was opened, or loaded again: the draft that the browser kept, and a change that is still open.</content>
public sealed partial class CharacterEditor
{
    private Change? _earlier;

    private async Task RestoreDraftAsync()
    {
        var stored = StoredDraft.Read(await _script.AskAsync<string?>("readDraft", Character.Id));
        await ReadEarlierAsync(stored?.ToDraft());
        if (!State.Draft.Change.IsEmpty)
        {
            // Begun before the script was there to store it.
            await StoreDraftAsync();
            return;
        }

        if (stored is null)
        {
            return;
        }

        // It comes from the browser: only a model that a list knows comes back, the account's list included.
        if (stored.ModelCode is { } code && !Models.Knows(code))
        {
            var reading = await accountModels.LastForCharacterAsync(Character.Id, _closing.Token);
            // Where the list cannot be had, ChangeWriter has the last word.
            stored = reading.Models.Knows(code) || reading.Failure is not null ? stored : stored with { ModelCode = null };
        }

        State = State.Restore(stored.ToDraft(), Character);
        _reason = IsDirty ? stored.Reason ?? "" : "";
        await NameThemAsync();
        StateHasChanged();
        await StoreDraftAsync();
    }

    private async Task StoreDraftAsync()
    {
        if (_script.IsAttached)
        {
            await _script.TellAsync("storeDraft", Character.Id, State.Draft.Change.IsEmpty ? null : StoredDraft.Write(State.Draft, _reason));
        }
    }

    /// <summary>What was asked for before this page was opened: as long as it is open, or where the draft that the browser kept was to be saved by it.</summary>
    private async Task ReadEarlierAsync(SettingsDraft? stored)
    {
        try
        {
            var last = await history.LastAttemptAsync(_by, Character.Id, _closing.Token);
            _earlier = last is { IsOpen: true } || (last is not null && stored is not null && IsOf(last, stored)) ? last : null;
            StateHasChanged();
        }
        catch (Exception exception) when (_closing.IsCancellationRequested || DatabaseTrouble.Of(exception) is not null)
        {
            // The page was left, or there is no telling now; the history says so.
        }
    }

    private static bool IsOf(Change change, SettingsDraft draft) =>
        draft.Change.Within(change.Asked) == change.Asked && change.Asked.HasTheSameFieldsIn(change.Before, draft.Opened);

    /// <summary>A draft that was restored into a conflict knows what has moved, but not by whom.</summary>
    private async Task NameThemAsync()
    {
        if (State.Outcome is ChangeOutcome.Conflict { Now: var now })
        {
            var model = await journal.WhoChangedAsync(now, SettingsField.Model);
            var temperature = await journal.WhoChangedAsync(now, SettingsField.Temperature);
            if (State.Outcome is ChangeOutcome.Conflict conflict && conflict.Now == now)
            {
                State = State with { Outcome = conflict with { ModelBy = model, TemperatureBy = temperature } };
            }
        }
    }
}
