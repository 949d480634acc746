using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Microsoft.EntityFrameworkCore;

namespace Convai.Dashboard.Features.Characters;

/// <summary>
/// The record of all temporary copies. It alone turns an id into a <see cref="CharacterCopy"/>, which everything that speaks to, writes to or deletes
/// a copy requires: the id must have come from a clone call recorded here, in the account in use, and must not have been a character before.
/// Methods throw the exceptions that <see cref="DatabaseError"/> describes.
/// </summary>
public sealed class CharacterCopies(IDbContextFactory<DashboardDbContext> contexts, AccountFingerprint account, TimeProvider time)
{
    /// <summary>A clone call takes far less; a request that is older belongs to a server that died.</summary>
    private static readonly TimeSpan MaxRequest = TimeSpan.FromMinutes(5);

    /// <summary>How long Convai's list may still contain a copy that was removed.</summary>
    private static readonly TimeSpan MaxLag = TimeSpan.FromHours(1);

    private volatile HiddenCharacters _lastHidden = new(new HashSet<string>(StringComparer.Ordinal), false);

    /// <summary>Records that a copy is about to be requested.</summary>
    public async Task<CopyRecord> RequestAsync(long rehearsalId, int column, string sourceId, string sourceName, CancellationToken cancellationToken)
    {
        var copy = new CopyRecord { RehearsalId = rehearsalId, Column = column, SourceId = sourceId, SourceName = sourceName, Account = account.Create(), RequestedAt = time.GetUtcNow() };
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        db.Add(copy);
        await db.SaveChangesAsync(cancellationToken);
        return copy;
    }

    /// <summary>Records the id that a clone call returned.</summary>
    /// <param name="isKnown">Whether an earlier reading of the cast contained the id.</param>
    /// <param name="refusal">What the record says if the id is not that of a new character.</param>
    /// <returns>Null if the id is not that of a new character: the record says so, and nothing may be done to it.</returns>
    public async Task<CharacterCopy?> AcceptAsync(CopyRecord copy, string characterId, bool isKnown, string refusal, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var isNew = !isKnown && !string.Equals(characterId, copy.SourceId, StringComparison.Ordinal) && !await db.Set<CopyRecord>().AnyAsync(other => other.CharacterId == characterId && other.Id != copy.Id, cancellationToken);
        var (state, id, failure) = isNew ? (CopyState.Exists, characterId, null) : (CopyState.NotACopy, (string?)null, refusal);
        // Not one that a person has taken off the list while the answer was late.
        var isRecorded = await db.Set<CopyRecord>().Where(stored => stored.Id == copy.Id && stored.State != CopyState.Dismissed)
            .ExecuteUpdateAsync(stored => stored.SetProperty(c => c.State, state).SetProperty(c => c.CharacterId, id).SetProperty(c => c.Failure, failure), cancellationToken) > 0;
        (copy.State, copy.CharacterId) = (state, id);
        return isNew && isRecorded ? new CharacterCopy(characterId) : null;
    }

    /// <summary>Records that Convai made no copy, or may have made one without saying which.</summary>
    public async Task RecordFailureAsync(CopyRecord copy, ConvaiFailure failure, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var state = failure.MayHaveBeenApplied ? CopyState.Unknown : CopyState.NotMade;
        await db.Set<CopyRecord>().Where(stored => stored.Id == copy.Id).ExecuteUpdateAsync(stored => stored.SetProperty(c => c.State, state).SetProperty(c => c.Failure, failure.Reason), cancellationToken);
    }

    /// <summary>Marks the requests of a rehearsal whose server died during the call: a copy may exist.</summary>
    public async Task<int> CloseInterruptedAsync(long rehearsalId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<CopyRecord>().Where(copy => copy.RehearsalId == rehearsalId && copy.State == CopyState.Requested)
            .ExecuteUpdateAsync(copy => copy.SetProperty(c => c.State, CopyState.Unknown), cancellationToken);
    }

    /// <summary>The copies of a rehearsal, oldest first.</summary>
    public async Task<List<CopyRecord>> ListForRehearsalAsync(long rehearsalId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<CopyRecord>().AsNoTracking().Where(copy => copy.RehearsalId == rehearsalId).OrderBy(copy => copy.Id).ToListAsync(cancellationToken);
    }

    /// <summary>
    /// Rehearsals with copies whose removal is due (it was never tried, or not since <paramref name="before"/>), or whose request no server is waiting for.
    /// </summary>
    public async Task<List<long>> ListWithRemovalDueAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var abandoned = time.GetUtcNow() - MaxRequest;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<CopyRecord>()
            .Where(copy => ((copy.State == CopyState.Exists || copy.State == CopyState.Removing) && (copy.RemovalTriedAt == null || copy.RemovalTriedAt < before)) || (copy.State == CopyState.Requested && copy.RequestedAt < abandoned))
            .Select(copy => copy.RehearsalId).Distinct().ToListAsync(cancellationToken);
    }

    /// <summary>The copies that a person has to look after: their removal failed, their account is not the one in use, or no one knows whether they exist.</summary>
    public async Task<List<CopyRecord>> ListLeftoversAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var copies = await db.Set<CopyRecord>().AsNoTracking()
            .Where(copy => copy.State == CopyState.Exists || copy.State == CopyState.Removing || copy.State == CopyState.Unknown || copy.State == CopyState.NotACopy)
            .OrderBy(copy => copy.Id).ToListAsync(cancellationToken);
        return [.. copies.Where(copy => !copy.MayExist || copy.FailedRemovals > 0 || !account.Matches(copy.Account))];
    }

    /// <summary>Null unless the copy exists and was made in the account that is in use.</summary>
    public CharacterCopy? Open(CopyRecord copy) => copy is { MayExist: true, CharacterId: { } id } && account.Matches(copy.Account) ? new CharacterCopy(id) : null;

    /// <summary>Records that Convai is about to be asked to delete the copy; false if a person has taken it off the list.</summary>
    public async Task<bool> ClaimRemovalAsync(long copyId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<CopyRecord>().Where(copy => copy.Id == copyId && (copy.State == CopyState.Exists || copy.State == CopyState.Removing))
            .ExecuteUpdateAsync(copy => copy.SetProperty(c => c.State, CopyState.Removing), cancellationToken) > 0;
    }

    /// <summary>Records that the copy is gone, or why it could not be removed.</summary>
    public async Task RecordRemovalAsync(long copyId, string? failure, CancellationToken cancellationToken)
    {
        var now = (DateTimeOffset?)time.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var copies = db.Set<CopyRecord>().Where(copy => copy.Id == copyId);
        _ = failure is null
            ? await copies.ExecuteUpdateAsync(copy => copy.SetProperty(c => c.State, CopyState.Removed).SetProperty(c => c.RemovalTriedAt, now).SetProperty(c => c.Failure, (string?)null), cancellationToken)
            : await copies.ExecuteUpdateAsync(
                copy => copy.SetProperty(c => c.State, CopyState.Exists).SetProperty(c => c.RemovalTriedAt, now).SetProperty(c => c.FailedRemovals, c => c.FailedRemovals + 1).SetProperty(c => c.Failure, failure), cancellationToken);
    }

    /// <summary>Makes the removal of a leftover copy due again.</summary>
    public async Task RetryRemovalAsync(long copyId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await db.Set<CopyRecord>().Where(copy => copy.Id == copyId && copy.State == CopyState.Exists)
            .ExecuteUpdateAsync(copy => copy.SetProperty(c => c.RemovalTriedAt, (DateTimeOffset?)null), cancellationToken);
    }

    /// <summary>Takes a leftover copy off the list; from then on the cast shows it if it exists. False if it is being deleted, or no longer on the list.</summary>
    public async Task<bool> DismissAsync(long copyId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<CopyRecord>().Where(copy => copy.Id == copyId && (copy.State == CopyState.Exists || copy.State == CopyState.Unknown || copy.State == CopyState.NotACopy))
            .ExecuteUpdateAsync(copy => copy.SetProperty(c => c.State, CopyState.Dismissed), cancellationToken) > 0;
    }

    /// <summary>What readings of the cast leave out. If the database cannot be used, the last answer counts: the cast must not fail for it.</summary>
    internal async Task<HiddenCharacters> ReadHiddenAsync(CancellationToken cancellationToken)
    {
        try
        {
            var (since, removedSince) = (time.GetUtcNow() - MaxRequest, (DateTimeOffset?)(time.GetUtcNow() - MaxLag));
            await using var db = await contexts.CreateDbContextAsync(cancellationToken);
            // Asked first: a copy whose id is recorded in between is among the ids.
            var isCopying = await db.Set<CopyRecord>().AnyAsync(copy => copy.State == CopyState.Requested && copy.RequestedAt > since, cancellationToken);
            var ids = await db.Set<CopyRecord>()
                .Where(copy => copy.CharacterId != null && (copy.State == CopyState.Exists || copy.State == CopyState.Removing || (copy.State == CopyState.Removed && copy.RemovalTriedAt > removedSince))).Select(copy => copy.CharacterId!).ToListAsync(cancellationToken);
            return _lastHidden = new HiddenCharacters(ids.ToHashSet(StringComparer.Ordinal), isCopying);
        }
        catch (Exception exception) when (DatabaseError.Describe(exception) is not null)
        {
            return _lastHidden;
        }
    }
}

/// <summary>The characters that are not part of the cast.</summary>
/// <param name="CopyIds">The ids of copies that exist, or were removed so lately that Convai's list may still contain them.</param>
/// <param name="IsCopying">Whether a clone call is in progress: a new character may be its copy, whose id is not recorded yet.</param>
internal sealed record HiddenCharacters(IReadOnlySet<string> CopyIds, bool IsCopying)
{
    /// <param name="known">The last reading; null if there is none.</param>
    public IReadOnlyList<Character> Filter(IReadOnlyList<Character> characters, CastReading known) =>
        CopyIds.Count == 0 && !IsCopying
            ? characters
            : [.. characters.Where(character => !CopyIds.Contains(character.Id) && (!IsCopying || known.Characters is null || known.Find(character.Id) is not null))];
}
