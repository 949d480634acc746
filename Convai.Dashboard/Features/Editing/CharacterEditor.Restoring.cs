using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;

namespace Convai.Dashboard.Features.Editing;

/// <content>What was begun before the page was opened, or loaded again: the draft that the browser kept, and a change that is still open.</content>
public sealed partial class CharacterEditor
{
    private Change? _earlier;

    /// <summary>What was edited here before the kept draft was read; null from then on, and only then is a draft stored.</summary>
    private HashSet<SettingsField>? _editedEarly = [];

    private async Task RestoreDraftAsync()
    {
        var stored = StoredDraft.Read(await _script.AskAsync<string?>("readDraft", Character.Id));
        await ReadEarlierAsync(stored?.ToDraft());
        stored = await WithoutUnknownModelAsync(stored);
        // The page can be edited, and saved, since before the draft was asked for.
        await _saving;
        if (stored is not null)
        {
            var reason = _reason.Length > 0 ? _reason : stored.Reason ?? "";
            State = State.Restore(stored.ToDraft(), Character, _editedEarly!);
            _reason = IsDirty ? reason : "";
        }

        _editedEarly = null;
        if (stored is not null || !State.Draft.Change.IsEmpty)
        {
            await NameThemAsync();
            StateHasChanged();
            await StoreDraftAsync();
        }
    }

    /// <summary>It comes from the browser: only a model that a list knows comes back, the account's list included.</summary>
    private async Task<StoredDraft?> WithoutUnknownModelAsync(StoredDraft? stored)
    {
        if (stored?.ModelCode is not { } code || Models.Knows(code))
        {
            return stored;
        }

        // Where the list cannot be had, ChangeWriter has the last word.
        var reading = await accountModels.LastForCharacterAsync(Character.Id, Closing);
        return reading.Models.Knows(code) || reading.Failure is not null ? stored : stored with { ModelCode = null };
    }

    private async Task StoreDraftAsync()
    {
        if (_script.IsAttached && _editedEarly is null)
        {
            await _script.TellAsync("storeDraft", Character.Id, State.Draft.Change.IsEmpty ? null : StoredDraft.Write(State.Draft, _reason));
        }
    }

    /// <summary>What was asked for before this page was opened: as long as it is open, or where the draft that the browser kept was to be saved by it.</summary>
    private async Task ReadEarlierAsync(SettingsDraft? stored)
    {
        try
        {
            var last = await history.LastAttemptAsync(By, Character.Id, Closing);
            _earlier = last is { IsOpen: true } || (last is not null && stored is not null && IsOf(last, stored)) ? last : null;
            StateHasChanged();
        }
        catch (Exception exception) when (Closing.IsCancellationRequested || DatabaseTrouble.Of(exception) is not null)
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
