using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;

namespace Convai.Dashboard.Features.Rehearsals;

/// <summary>Deletes the copies of one rehearsal, each at most once in a run, and verifies it by readings of the cast.</summary>
internal sealed class CopyRemoval(RehearsalRun run)
{
    /// <summary>How long after it was made a copy may be missing in Convai's list.</summary>
    private static readonly TimeSpan MaxLag = TimeSpan.FromMinutes(2);

    private readonly RehearsalServices _services = run.Services;
    private readonly Dictionary<long, ConvaiFailure?> _deletions = [];
    private readonly HashSet<long> _readCopies = [];
    private readonly Lock _lock = new();

    /// <summary>Convai's reads know this copy by now.</summary>
    public void MarkAsRead(CopyRecord record) => _readCopies.Add(record.Id);

    /// <summary>Deletes a copy, unless a person has taken it off the list in the meantime.</summary>
    public async Task DeleteAsync(CopyRecord record, CharacterCopy copy)
    {
        var permit = await run.AcquirePermitAsync(run.Stopping);
        if (!await run.StoreAsync(() => _services.Copies.ClaimRemovalAsync(record.Id, run.Stopping)))
        {
            return;
        }

        var failure = await _services.Client.DeleteAsync(copy, permit, CancellationToken.None);
        lock (_lock)
        {
            _deletions[record.Id] = failure;
        }
    }

    /// <summary>Removes every copy that still exists.</summary>
    public async Task RemoveAllAsync()
    {
        var existing = (await run.StoreAsync(() => _services.Copies.ListForRehearsalAsync(run.RehearsalId, run.Stopping))).FindAll(copy => copy.MayExist);
        foreach (var record in existing.FindAll(record => !_deletions.ContainsKey(record.Id)))
        {
            if (_services.Copies.Open(record) is { } copy)
            {
                await DeleteAsync(record, copy);
            }
            else
            {
                await RecordAsync(record, RehearsalText.OtherAccount);
            }
        }

        existing.RemoveAll(record => !_deletions.ContainsKey(record.Id));
        await VerifyAsync(existing);
        foreach (var record in existing)
        {
            await RecordAsync(record, _deletions[record.Id]?.Reason ?? RehearsalText.StillListed);
        }

        // Pages show whether the copies are gone.
        _services.Store.Publish(run.RehearsalId);
    }

    /// <summary>Records the copies that Convai no longer lists as removed, and takes them out of the list.</summary>
    private async Task VerifyAsync(List<CopyRecord> existing)
    {
        for (var attempt = 0; existing.Count > 0 && attempt <= ChangeVerifier.Pauses.Count; attempt++)
        {
            if (attempt > 0)
            {
                await Task.Delay(ChangeVerifier.Pauses[attempt - 1], _services.Time, run.Stopping);
            }

            await _services.Convai.AwaitBatchPermitAsync(run.Stopping);
            if ((await _services.Convai.ListCharactersAsync(run.Stopping)).Value is { } listed)
            {
                var ids = listed.Select(character => character.Id).ToHashSet(StringComparer.Ordinal);
                var isLast = attempt == ChangeVerifier.Pauses.Count;
                foreach (var gone in existing.FindAll(record => !ids.Contains(record.CharacterId!) && IsGone(record, isLast)))
                {
                    await RecordAsync(gone, null);
                    existing.Remove(gone);
                }
            }
        }
    }

    /// <summary>
    /// Whether a list without the copy shows that it is gone. If the deletion failed, the list may only be late: the last one counts, and, for a copy that was
    /// just made and never read, none does.
    /// </summary>
    private bool IsGone(CopyRecord record, bool isLast) => _deletions[record.Id] is not { } failure
        || ((isLast || failure.Kind == ConvaiFailureKind.UnknownCharacter) && (_readCopies.Contains(record.Id) || _services.Time.GetUtcNow() - record.RequestedAt > MaxLag));

    private Task RecordAsync(CopyRecord record, string? failure) => run.StoreAsync(() => _services.Copies.RecordRemovalAsync(record.Id, failure, run.Stopping));
}
