using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Security;

namespace Convai.Dashboard.Features.Rehearsals;

/// <summary>The services that a run uses.</summary>
public sealed record RehearsalServices(
    RehearsalRepository Store, CharacterCopies Copies, CopyClient Client, ConvaiClient Convai, CastDirectory Cast, ChangeJournal Journal, Access Access, AccountFingerprint Account, TimeProvider Time);

/// <summary>
/// Runs one rehearsal, or continues it after a restart, and removes its copies. Each step is recorded before it is taken, so that none is repeated
/// unknowingly: a clone call or a line that was in flight when the server died is never sent again.
/// </summary>
/// <param name="conversations">One slot for each conversation that may go on at the same time.</param>
internal sealed class RehearsalExecution(long rehearsalId, RehearsalServices services, SemaphoreSlim conversations) : IDisposable
{
    private const int MaxConsecutiveFailures = 3;

    private static readonly TimeSpan DatabaseRetry = TimeSpan.FromSeconds(5);

    /// <summary>The record of a conversation may come late: three tries within ten seconds.</summary>
    private static readonly TimeSpan[] RecordPauses = [TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(6)];

    private readonly CancellationTokenSource _ending = new();
    private readonly Dictionary<long, ConvaiFailure?> _deletions = [];
    private readonly Lock _lock = new();
    private RehearsalStop? _stopsFor;

    public long RehearsalId => rehearsalId;

    /// <summary>Sends no further lines. Lines that were sent are still awaited, and the copies are removed.</summary>
    public void Stop()
    {
        try
        {
            _ending.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The run has just ended.
        }
    }

    /// <param name="stoppingToken">Cancelled when the server stops, or may no longer run this rehearsal: the next start, or another server, continues.</param>
    public async Task RunAsync(CancellationToken stoppingToken)
    {
        // Whatever its state is: a rehearsal may have been stopped before the server that ran it died.
        await StoreAsync(() => services.Copies.CloseInterruptedAsync(rehearsalId, stoppingToken), stoppingToken);
        await StoreAsync(() => services.Store.CloseInterruptedAsync(rehearsalId, stoppingToken), stoppingToken);
        if (await StoreAsync(() => services.Store.LoadAsync(rehearsalId, stoppingToken), stoppingToken) is { State: RehearsalState.Running } rehearsal)
        {
            await PerformAsync(rehearsal, stoppingToken);
        }

        stoppingToken.ThrowIfCancellationRequested();
        await RemoveCopiesAsync(stoppingToken);
    }

    public void Dispose() => _ending.Dispose();

    private async Task PerformAsync(Rehearsal rehearsal, CancellationToken stoppingToken)
    {
        if (services.Account.Matches(rehearsal.Account))
        {
            var copies = (await StoreAsync(() => services.Copies.OfRehearsalAsync(rehearsalId, stoppingToken), stoppingToken)).ToLookup(copy => copy.Column);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token, stoppingToken);
            await Task.WhenAll(rehearsal.Columns.Where(column => column.State < ColumnState.Ended)
                .Select(column => RunColumnAsync(rehearsal, column, copies[column.Number].LastOrDefault(), either.Token, stoppingToken)));
            stoppingToken.ThrowIfCancellationRequested();
        }
        else
        {
            _stopsFor = RehearsalStop.OtherAccount;
        }

        await StoreAsync(() => services.Store.EndAsync(rehearsalId, _stopsFor, stoppingToken), stoppingToken);
    }

    private async Task RunColumnAsync(Rehearsal rehearsal, RehearsalColumn column, CopyRecord? made, CancellationToken ending, CancellationToken stoppingToken)
    {
        try
        {
            if (await CopyAsync(rehearsal, column, made, ending, stoppingToken) is not ({ } record, { } copy))
            {
                return;
            }

            if ((column.State >= ColumnState.Verified || await ConfigureAsync(column, rehearsal, copy, ending, stoppingToken))
                && await SpeakAsync(rehearsal, column, copy, ending, stoppingToken) is { } sessionId)
            {
                await CheckAsync(column, sessionId, ending, stoppingToken);
            }

            await DeleteAsync(record, copy, stoppingToken);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // Stopped: the copies are removed afterwards. If the server is stopping, its next start continues.
        }
        catch
        {
            // The other columns need not hit the same failure.
            Stop();
            throw;
        }
    }

    /// <summary>Makes the column's copy, or finds the one that was made before a restart.</summary>
    private async Task<(CopyRecord Record, CharacterCopy Copy)?> CopyAsync(Rehearsal rehearsal, RehearsalColumn column, CopyRecord? made, CancellationToken ending, CancellationToken stoppingToken)
    {
        if (made is not null)
        {
            if (services.Copies.Open(made) is { } found)
            {
                return (made, found);
            }

            await FailAsync(column, RehearsalText.CopyNotKnown, stoppingToken);
            return null;
        }

        var permit = await PermitAsync(ending);
        await SetAsync(column, ColumnState.Copying, stoppingToken);
        var record = await StoreAsync(() => services.Copies.RequestAsync(rehearsalId, column.Number, rehearsal.CharacterId, rehearsal.CharacterName, stoppingToken), stoppingToken);
        // What the cast contained before the call. Later readings may contain the copy.
        var known = services.Cast.Last;
        // Not cancelled, nor is recording the outcome: a call that was sent must not end without its id.
        var answer = await services.Client.CloneAsync(rehearsal.CharacterId, rehearsal.IncludesKnowledge, permit, CancellationToken.None);
        if (answer.Failure is { } failure)
        {
            await StoreAsync(() => services.Copies.RecordFailureAsync(record, failure, CancellationToken.None), stoppingToken);
            EndFor(failure);
            await FailAsync(column, failure.MayHaveBeenApplied ? RehearsalText.CopyUnknown(failure.Reason) : RehearsalText.NotCopied(failure.Reason), stoppingToken);
            return null;
        }

        var id = answer.Value!;
        var copy = await StoreAsync(
            async () => await services.Copies.AcceptAsync(
                record, id, known.Find(id) is not null || await services.Journal.HasReadBeforeAsync(id, record.RequestedAt, CancellationToken.None), CancellationToken.None),
            stoppingToken);
        if (copy is null)
        {
            await FailAsync(column, RehearsalText.NotACopy, stoppingToken);
            return null;
        }

        return (record, copy);
    }

    /// <summary>Gives the copy its settings, switches off its tools and memory, and verifies all of it; false if the column failed.</summary>
    private async Task<bool> ConfigureAsync(RehearsalColumn column, Rehearsal rehearsal, CharacterCopy copy, CancellationToken ending, CancellationToken stoppingToken)
    {
        await SetAsync(column, ColumnState.Configuring, stoppingToken);
        if (await TryConfigureAsync(column, rehearsal, copy, ending) is { } failure)
        {
            await FailAsync(column, failure, stoppingToken);
            return false;
        }

        await SetAsync(column, ColumnState.Verified, stoppingToken);
        return true;
    }

    /// <returns>Why the copy must not speak, as a sentence; null if everything is verified.</returns>
    private async Task<string?> TryConfigureAsync(RehearsalColumn column, Rehearsal rehearsal, CharacterCopy copy, CancellationToken ending)
    {
        var functions = await services.Client.ListFunctionsAsync(copy, await PermitAsync(ending), ending);
        if (functions.Failure is { } functionsFailure)
        {
            return Refuse(functionsFailure, RehearsalText.ToolsNotRead);
        }

        List<string> active = [.. functions.Value!.Where(function => function.IsActive).Select(function => function.Id)];
        var name = RehearsalText.CopyName(rehearsal.CharacterName, rehearsalId, column.Position);
        if (await services.Client.ConfigureAsync(copy, name, column.Settings, active, await PermitAsync(ending), ending) is { } updateFailure)
        {
            return Refuse(updateFailure, RehearsalText.NotConfigured);
        }

        if (active.Count > 0 && (await services.Client.ListFunctionsAsync(copy, await PermitAsync(ending), ending)).Value?.Any(function => function.IsActive) != false)
        {
            return RehearsalText.FunctionsStillActive;
        }

        return await DetachServersAsync(copy, ending) ?? await VerifyAsync(column, copy, ending);
    }

    private async Task<string?> DetachServersAsync(CharacterCopy copy, CancellationToken ending)
    {
        var servers = await services.Client.ListMcpServersAsync(copy, await PermitAsync(ending), ending);
        if (servers.Failure is { } failure)
        {
            return Refuse(failure, RehearsalText.ToolsNotRead);
        }

        foreach (var server in servers.Value!)
        {
            if (await services.Client.DetachMcpServerAsync(copy, server, await PermitAsync(ending), ending) is { } detachFailure)
            {
                return Refuse(detachFailure, RehearsalText.NotDetached);
            }
        }

        return servers.Value!.Count == 0 || (await services.Client.ListMcpServersAsync(copy, await PermitAsync(ending), ending)).Value?.Count == 0 ? null : RehearsalText.ServersStillAttached;
    }

    /// <summary>Reads the settings back, with growing pauses: Convai's reads may lag behind.</summary>
    private async Task<string?> VerifyAsync(RehearsalColumn column, CharacterCopy copy, CancellationToken ending)
    {
        for (var attempt = 0; ; attempt++)
        {
            var read = await services.Client.ReadAsync(copy, await PermitAsync(ending), ending);
            if (read.Failure is { } failure)
            {
                return Refuse(failure, RehearsalText.NotReadBack);
            }

            if (column.Settings.IsShownBy(read.Value!.Settings))
            {
                return null;
            }

            if (attempt == ChangeVerifier.Pauses.Count)
            {
                return RehearsalText.NotOnItsSettings;
            }

            await Task.Delay(ChangeVerifier.Pauses[attempt], services.Time, ending);
        }
    }

    /// <summary>Speaks every line that is still waiting.</summary>
    /// <returns>The session of one of its conversations; null if the column failed or no line was answered.</returns>
    private async Task<string?> SpeakAsync(Rehearsal rehearsal, RehearsalColumn column, CharacterCopy copy, CancellationToken ending, CancellationToken stoppingToken)
    {
        var failures = new FailureCount();
        await Task.WhenAll(Enumerable.Range(0, rehearsal.Repeats).Select(repeat => ConverseAsync(rehearsal, column, copy, repeat, failures, ending, stoppingToken)));
        ending.ThrowIfCancellationRequested();
        if (failures.Consecutive >= MaxConsecutiveFailures)
        {
            await FailAsync(column, RehearsalText.NoAnswers, stoppingToken);
            return null;
        }

        if (rehearsal.Answers.Where(answer => answer.Column == column.Number).Select(answer => answer.SessionId).FirstOrDefault(session => session is not null) is { } sessionId)
        {
            return sessionId;
        }

        await FailAsync(column, RehearsalText.NoAnswers, stoppingToken);
        return null;
    }

    /// <summary>One conversation: its lines in order, in one session.</summary>
    private async Task ConverseAsync(
        Rehearsal rehearsal, RehearsalColumn column, CharacterCopy copy, int repeat, FailureCount failures, CancellationToken ending, CancellationToken stoppingToken)
    {
        await conversations.WaitAsync(ending);
        try
        {
            string? sessionId = null;
            var answers = rehearsal.Answers.Where(answer => answer.Column == column.Number && answer.Repeat == repeat).ToDictionary(answer => answer.Line);
            foreach (var line in rehearsal.Lines)
            {
                var answer = answers[line.Number];
                if (answer.State == AnswerState.Waiting)
                {
                    if (failures.Consecutive >= MaxConsecutiveFailures)
                    {
                        return;
                    }

                    await AskAsync(rehearsal, column, copy, line, answer, sessionId, ending, stoppingToken);
                    failures.Count(answer.State == AnswerState.Answered);
                }

                sessionId = answer.SessionId ?? sessionId;
            }
        }
        finally
        {
            conversations.Release();
        }
    }

    private async Task AskAsync(
        Rehearsal rehearsal, RehearsalColumn column, CharacterCopy copy, RehearsalLine line, RehearsalAnswer answer, string? sessionId, CancellationToken ending, CancellationToken stoppingToken)
    {
        var permit = await PermitAsync(ending);
        if (await StoreAsync(() => services.Access.FindAsync(rehearsal.PersonId, Role.Designer, stoppingToken), stoppingToken) is null)
        {
            EndFor(RehearsalStop.Role);
            ending.ThrowIfCancellationRequested();
        }

        if (column.State < ColumnState.Speaking)
        {
            await SetAsync(column, ColumnState.Speaking, stoppingToken);
        }

        if (!await StoreAsync(() => services.Store.SendAsync(answer, stoppingToken), stoppingToken))
        {
            answer.State = AnswerState.MaybeSpent;
            return;
        }

        var startedAt = services.Time.GetTimestamp();
        // Not cancelled: it is spent in any case.
        var spoken = await services.Client.SpeakAsync(copy, sessionId, line.Text, permit, CancellationToken.None);
        var took = (int)services.Time.GetElapsedTime(startedAt).TotalMilliseconds;
        if (spoken.Failure is { } failure)
        {
            (answer.State, answer.Failure) = (failure.MayHaveBeenApplied ? AnswerState.MaybeSpent : AnswerState.Failed, failure.Reason);
        }
        else
        {
            (answer.State, answer.Text, answer.SessionId, answer.Milliseconds) = (AnswerState.Answered, spoken.Value!.Text, spoken.Value.SessionId, took);
        }

        await StoreAsync(() => services.Store.SettleAsync(answer, CancellationToken.None), stoppingToken);
        EndFor(spoken.Failure);
    }

    /// <summary>Asks Convai what it used; the column counts without it too.</summary>
    private async Task CheckAsync(RehearsalColumn column, string sessionId, CancellationToken ending, CancellationToken stoppingToken)
    {
        await SetAsync(column, ColumnState.Checking, stoppingToken);
        for (var attempt = 0; attempt <= RecordPauses.Length; attempt++)
        {
            if (await services.Client.ReadUsedSettingsAsync(sessionId, await PermitAsync(ending), ending) is { IsSuccess: true, Value: { } used })
            {
                await StoreAsync(() => services.Store.SetUsedAsync(column, used.Model, used.Temperature, stoppingToken), stoppingToken);
                break;
            }

            if (attempt < RecordPauses.Length)
            {
                await Task.Delay(RecordPauses[attempt], services.Time, ending);
            }
        }

        await SetAsync(column, ColumnState.Ended, stoppingToken);
    }

    /// <summary>Removes every copy of this rehearsal that still exists, and verifies it by readings of the cast.</summary>
    private async Task RemoveCopiesAsync(CancellationToken stoppingToken)
    {
        var existing = (await StoreAsync(() => services.Copies.OfRehearsalAsync(rehearsalId, stoppingToken), stoppingToken)).FindAll(copy => copy.State == CopyState.Exists);
        foreach (var record in existing.Where(record => !_deletions.ContainsKey(record.Id)).ToList())
        {
            if (services.Copies.Open(record) is { } copy)
            {
                await DeleteAsync(record, copy, stoppingToken);
            }
            else
            {
                await StoreAsync(() => services.Copies.RecordRemovalAsync(record.Id, RehearsalText.OtherAccount, stoppingToken), stoppingToken);
                existing.Remove(record);
            }
        }

        for (var attempt = 0; existing.Count > 0 && attempt <= ChangeVerifier.Pauses.Count; attempt++)
        {
            if (attempt > 0)
            {
                await Task.Delay(ChangeVerifier.Pauses[attempt - 1], services.Time, stoppingToken);
            }

            await services.Convai.AwaitBatchPermitAsync(stoppingToken);
            if ((await services.Convai.ListCharactersAsync(stoppingToken)).Value is { } listed)
            {
                var ids = listed.Select(character => character.Id).ToHashSet(StringComparer.Ordinal);
                // If the deletion failed, a list without the copy may only be late.
                var isLast = attempt == ChangeVerifier.Pauses.Count;
                foreach (var gone in existing.Where(record => !ids.Contains(record.CharacterId!) && (isLast || _deletions[record.Id] is null or { Kind: ConvaiFailureKind.UnknownCharacter })).ToList())
                {
                    await StoreAsync(() => services.Copies.RecordRemovalAsync(gone.Id, null, stoppingToken), stoppingToken);
                    existing.Remove(gone);
                }
            }
        }

        foreach (var record in existing)
        {
            await StoreAsync(() => services.Copies.RecordRemovalAsync(record.Id, _deletions[record.Id]?.Reason ?? RehearsalText.StillListed, stoppingToken), stoppingToken);
        }

        // Pages show whether the copies are gone.
        services.Store.Publish(rehearsalId);
    }

    /// <summary>Deletes a copy, once in this run.</summary>
    private async Task DeleteAsync(CopyRecord record, CharacterCopy copy, CancellationToken stoppingToken)
    {
        var failure = await services.Client.DeleteAsync(copy, await PermitAsync(stoppingToken), CancellationToken.None);
        lock (_lock)
        {
            _deletions[record.Id] = failure;
        }
    }

    private async Task SetAsync(RehearsalColumn column, ColumnState state, CancellationToken stoppingToken)
    {
        column.State = state;
        await StoreAsync(() => services.Store.SetColumnAsync(column, state, null, stoppingToken), stoppingToken);
    }

    private async Task FailAsync(RehearsalColumn column, string failure, CancellationToken stoppingToken)
    {
        column.State = ColumnState.Failed;
        await StoreAsync(() => services.Store.SetColumnAsync(column, ColumnState.Failed, failure, stoppingToken), stoppingToken);
    }

    /// <summary>The sentence for a failure that keeps a copy from speaking.</summary>
    private string Refuse(ConvaiFailure failure, Func<string, string> text)
    {
        EndFor(failure);
        return text(failure.Reason);
    }

    /// <summary>Ends the rehearsal for a failure that the other columns would meet too.</summary>
    private void EndFor(ConvaiFailure? failure)
    {
        RehearsalStop? stop = failure?.Kind switch
        {
            ConvaiFailureKind.KeyMissing or ConvaiFailureKind.KeyRejected => RehearsalStop.Refused,
            ConvaiFailureKind.QuotaUsedUp => RehearsalStop.Quota,
            ConvaiFailureKind.RateLimited => RehearsalStop.RateLimited,
            _ => null,
        };
        if (stop is { } reason)
        {
            EndFor(reason);
        }
    }

    private void EndFor(RehearsalStop reason)
    {
        lock (_lock)
        {
            _stopsFor ??= reason;
        }

        Stop();
    }

    /// <summary>Waits until a call may be made; people's saves come first.</summary>
    private async Task<ConvaiReservation> PermitAsync(CancellationToken cancellationToken)
    {
        await services.Convai.AwaitBatchPermitAsync(cancellationToken);
        return await services.Convai.ReserveAsync(1, cancellationToken);
    }

    /// <summary>Nothing goes on that cannot be recorded: repeats a step for as long as the database is unavailable.</summary>
    private async Task<T> StoreAsync<T>(Func<Task<T>> step, CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                return await step();
            }
            catch (Exception exception) when (DatabaseError.Describe(exception) is not null)
            {
                await Task.Delay(DatabaseRetry, services.Time, stoppingToken);
            }
        }
    }

    private async Task StoreAsync(Func<Task> step, CancellationToken stoppingToken) => await StoreAsync(
        async () =>
        {
            await step();
            return true;
        },
        stoppingToken);

    /// <summary>How many lines of a column, over all its conversations, have had no answer since the last answer.</summary>
    private sealed class FailureCount
    {
        private int _consecutive;

        public int Consecutive => Volatile.Read(ref _consecutive);

        public void Count(bool isAnswered)
        {
            if (isAnswered)
            {
                Interlocked.Exchange(ref _consecutive, 0);
            }
            else
            {
                Interlocked.Increment(ref _consecutive);
            }
        }
    }
}
