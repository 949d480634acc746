using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Security;

namespace Convai.Dashboard.Features.Rehearsals;

/// <summary>
/// Runs one rehearsal, or continues it after a restart, and removes its copies. Each step is recorded before it is taken, so that none is repeated
/// unknowingly: a clone call or a line that was in flight when the server died is never sent again.
/// </summary>
/// <param name="conversations">One slot for each conversation that may go on at the same time.</param>
/// <param name="stoppingToken">Cancelled when the server stops, or may no longer run this rehearsal: the next start, or another server, continues.</param>
internal sealed class RehearsalExecution(long rehearsalId, RehearsalServices services, SemaphoreSlim conversations, CancellationToken stoppingToken) : IDisposable
{
    private const int MaxConsecutiveFailures = 3;

    /// <summary>The record of a conversation may come late: three tries within ten seconds.</summary>
    private static readonly TimeSpan[] RecordPauses = [TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(6)];

    private readonly RehearsalRun _run = new(rehearsalId, services, stoppingToken);

    public long RehearsalId => rehearsalId;

    /// <inheritdoc cref="RehearsalRun.Stop"/>
    public void Stop() => _run.Stop();

    public async Task RunAsync()
    {
        // Whatever its state is: a rehearsal may have been stopped before the server that ran it died.
        await _run.StoreAsync(() => services.Copies.CloseInterruptedAsync(rehearsalId, stoppingToken));
        await _run.StoreAsync(() => services.Store.CloseInterruptedAsync(rehearsalId, stoppingToken));
        var removal = new CopyRemoval(_run);
        if (await _run.StoreAsync(() => services.Store.LoadAsync(rehearsalId, stoppingToken)) is { State: RehearsalState.Running } rehearsal)
        {
            if (services.Account.Matches(rehearsal.Account))
            {
                await PerformAsync(rehearsal, removal);
            }
            else
            {
                _run.End(RehearsalStop.OtherAccount);
            }

            await _run.StoreAsync(() => services.Store.EndAsync(rehearsalId, _run.StopReason, stoppingToken));
        }

        stoppingToken.ThrowIfCancellationRequested();
        await removal.RemoveAllAsync();
    }

    public void Dispose() => _run.Dispose();

    private async Task PerformAsync(Rehearsal rehearsal, CopyRemoval removal)
    {
        var copies = (await _run.StoreAsync(() => services.Copies.ListForRehearsalAsync(rehearsalId, stoppingToken))).ToLookup(copy => copy.Column);
        // None speaks before all are ready: whichever was ready first would give itself away while names are hidden.
        var prepared = new List<PreparedColumn>();
        var source = new CopySource(rehearsal.CharacterId, rehearsal.CharacterName, rehearsal.IncludesKnowledge);
        await ForEachAsync(rehearsal.Columns.Where(column => column.State < ColumnState.Ended), async column =>
        {
            if (await new ColumnSetup(_run, source, column).PrepareAsync(copies[column.Number].LastOrDefault()) is { } ready)
            {
                lock (prepared)
                {
                    prepared.Add(ready);
                }
            }
        });
        prepared.ForEach(ready => removal.MarkAsRead(ready.Record));
        // Nor may the order in which they became ready show in which of them gets a slot first.
        await ForEachAsync(prepared.OrderBy(ready => ready.Column.Position), async ready =>
        {
            if (await SpeakAsync(rehearsal, ready) is { } sessionId)
            {
                await CheckAsync(ready.Column, sessionId);
            }

            // Whether a conversation can be judged once its copy is gone is not documented.
            if (rehearsal.JudgeId is null)
            {
                await removal.DeleteAsync(ready.Record, ready.Copy);
            }
        });
        if (rehearsal.JudgeId is not null)
        {
            await ForEachAsync([new RehearsalJudge(_run, rehearsal)], judge => judge.RunAsync(copies.Contains(RehearsalColumn.Judge)));
        }

        stoppingToken.ThrowIfCancellationRequested();
    }

    private async Task ForEachAsync<T>(IEnumerable<T> columns, Func<T, Task> step) => await Task.WhenAll(columns.Select(async column =>
    {
        try
        {
            await step(column);
        }
        catch (OperationCanceledException) when (_run.Ending.IsCancellationRequested)
        {
            // Stopped: the copies are removed afterwards. If the server is stopping, its next start continues.
        }
        catch
        {
            // The other columns need not hit the same failure.
            Stop();
            throw;
        }
    }));

    /// <summary>Speaks every line that is still waiting.</summary>
    /// <returns>The session of one of its conversations; null if the column failed or no line was answered.</returns>
    private async Task<string?> SpeakAsync(Rehearsal rehearsal, PreparedColumn ready)
    {
        var failures = new FailureCount();
        await Task.WhenAll(Enumerable.Range(0, rehearsal.Repeats).Select(repeat => ConverseAsync(rehearsal, ready, repeat, failures)));
        _run.Ending.ThrowIfCancellationRequested();
        var sessionId = rehearsal.Answers.Where(answer => answer.Column == ready.Column.Number).Select(answer => answer.SessionId).FirstOrDefault(session => session is not null);
        if (failures.Consecutive >= MaxConsecutiveFailures || sessionId is null)
        {
            await _run.FailAsync(ready.Column, RehearsalText.NoAnswers);
            return null;
        }

        return sessionId;
    }

    /// <summary>One conversation: its lines in order, in one session.</summary>
    private async Task ConverseAsync(Rehearsal rehearsal, PreparedColumn ready, int repeat, FailureCount failures)
    {
        await conversations.WaitAsync(_run.Ending);
        try
        {
            string? sessionId = null;
            var answers = rehearsal.Answers.Where(answer => answer.Column == ready.Column.Number && answer.Repeat == repeat).ToDictionary(answer => answer.Line);
            foreach (var line in rehearsal.Lines)
            {
                var answer = answers[line.Number];
                if (answer.State == AnswerState.Waiting)
                {
                    if (failures.Consecutive >= MaxConsecutiveFailures)
                    {
                        return;
                    }

                    await SendLineAsync(rehearsal, ready, line, answer, sessionId);
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

    private async Task SendLineAsync(Rehearsal rehearsal, PreparedColumn ready, RehearsalLine line, RehearsalAnswer answer, string? sessionId)
    {
        var permit = await _run.AcquirePermitAsync(_run.Ending);
        if (await _run.StoreAsync(() => services.Access.FindAsync(rehearsal.PersonId, Role.Designer, stoppingToken)) is null)
        {
            _run.End(RehearsalStop.Role);
            _run.Ending.ThrowIfCancellationRequested();
        }

        if (ready.Column.State < ColumnState.Speaking)
        {
            await _run.SetAsync(ready.Column, ColumnState.Speaking);
        }

        ConvaiFailure? failedWith = null;
        if (await _run.StoreAsync(() => services.Store.TryMarkSentAsync(answer, stoppingToken)))
        {
            var startedAt = services.Time.GetTimestamp();
            // Not cancelled: it is spent in any case.
            var spoken = await services.Client.SpeakAsync(ready.Copy, sessionId, line.Text, permit, CancellationToken.None);
            var took = (int)services.Time.GetElapsedTime(startedAt).TotalMilliseconds;
            if (spoken.Failure is { } failure)
            {
                (answer.State, answer.Failure) = (failure.MayHaveBeenApplied ? AnswerState.MaybeSpent : AnswerState.Failed, failure.Reason);
            }
            else
            {
                (answer.State, answer.Text, answer.SessionId, answer.Milliseconds) = (AnswerState.Answered, spoken.Value!.Text, spoken.Value.SessionId, took);
            }

            failedWith = spoken.Failure;
        }
        else
        {
            // The rehearsal was stopped elsewhere.
            if (await _run.StoreAsync(() => services.Store.HasEndedAsync(rehearsalId, stoppingToken)))
            {
                Stop();
                _run.Ending.ThrowIfCancellationRequested();
            }

            // The database recorded it as sent without saying so, or another server did: either way it must not be sent now.
            (answer.State, answer.Failure) = (AnswerState.MaybeSpent, RehearsalText.SentUnknown);
        }

        await _run.StoreOutcomeAsync(() => services.Store.RecordAnswerAsync(answer, CancellationToken.None));
        _run.End(failedWith);
    }

    /// <summary>Asks Convai what it used; the column counts without it too.</summary>
    private async Task CheckAsync(RehearsalColumn column, string sessionId)
    {
        await _run.SetAsync(column, ColumnState.Checking);
        for (var attempt = 0; attempt <= RecordPauses.Length; attempt++)
        {
            if (await services.Client.ReadUsedSettingsAsync(sessionId, await _run.AcquirePermitAsync(_run.Ending), _run.Ending) is { IsSuccess: true, Value: { } used })
            {
                await _run.StoreAsync(() => services.Store.SetUsedSettingsAsync(column, used.Model, used.Temperature, stoppingToken));
                break;
            }

            if (attempt < RecordPauses.Length)
            {
                await Task.Delay(RecordPauses[attempt], services.Time, _run.Ending);
            }
        }

        await _run.SetAsync(column, ColumnState.Ended);
    }

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
