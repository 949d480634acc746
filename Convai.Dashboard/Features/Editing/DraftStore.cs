using Convai.Dashboard.Components.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Convai.Dashboard.Features.Editing;

/// <summary>Stores the draft of one character in the browser tab's storage. It fails silently once the page is gone.</summary>
internal sealed class DraftStore : IAsyncDisposable
{
    private readonly ComponentScript _script = new();

    /// <summary>Until the stored draft has been read, nothing is stored over it.</summary>
    public bool HasBeenRead { get; set; }

    /// <returns>False if the person has left the page.</returns>
    public Task<bool> AttachAsync(IJSRuntime js, ResourceAssetCollection assets) => _script.AttachAsync(js, assets, "Features/Editing/CharacterEditor.razor.js");

    /// <summary>Null if nothing is stored, or no valid draft.</summary>
    /// <exception cref="OperationCanceledException">The page is gone.</exception>
    public async Task<StoredDraft?> ReadAsync(string characterId) => StoredDraft.Deserialize(await _script.InvokeAsync<string?>("readDraft", characterId));

    /// <param name="draft">A draft without a change removes the stored one.</param>
    public async Task StoreAsync(string characterId, SettingsDraft draft, string reason)
    {
        if (_script.IsAttached && HasBeenRead)
        {
            await _script.InvokeVoidAsync("storeDraft", characterId, draft.Change.IsEmpty ? null : StoredDraft.Serialize(draft, reason));
        }
    }

    /// <summary>Removes what the page's address says about a rehearsal.</summary>
    public ValueTask RemoveCandidateQueryAsync() => _script.InvokeVoidAsync("clearQuery");

    public ValueTask DisposeAsync() => _script.DisposeAsync();
}
