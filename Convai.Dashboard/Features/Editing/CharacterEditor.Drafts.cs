using Convai.Dashboard.Features.Changes;

namespace Convai.Dashboard.Features.Editing;

/// <content>The draft as the browser tab keeps it.</content>
public sealed partial class CharacterEditor
{
    private async Task RestoreDraftAsync()
    {
        if (StoredDraft.Read(await _script!.AskAsync<string?>("readDraft", Character.Id)) is not { } stored || !_state.Draft.Change.IsEmpty)
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

        _reason = stored.Reason ?? "";
        _state = _state.Restore(stored.ToDraft(), Character);
        StateHasChanged();
        await StoreDraftAsync();
    }

    private async Task StoreDraftAsync()
    {
        if (_script is not null && !_closing.IsCancellationRequested)
        {
            await _script.TellAsync("storeDraft", Character.Id, _state.Draft.Change.IsEmpty ? null : StoredDraft.Write(_state.Draft, _reason));
        }
    }
}
