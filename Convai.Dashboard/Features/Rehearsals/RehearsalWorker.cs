using System.Collections.Concurrent;
using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Microsoft.Extensions.Options;

namespace Convai.Dashboard.Features.Rehearsals;

/// <summary>
/// Runs all started rehearsals to their end, and resumes them after a restart; removes copies that are left over, at start and every hour; and deletes
/// answers that have been kept long enough. Of several servers one runs a rehearsal, and another takes it over when that one is gone.
/// </summary>
public sealed partial class RehearsalWorker(
    RehearsalServices services, IChangeFeed feed, ServerLocks locks, IOptions<RehearsalOptions> options, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<RehearsalWorker> logger)
    : BackgroundService
{
    /// <summary>How many conversations this server holds at the same time.</summary>
    public const int MaxConversations = 3;

    /// <summary>How many rehearsals this server runs at the same time: each has up to five copies, and on PostgreSQL holds a connection.</summary>
    private const int MaxRuns = 3;

    /// <summary>How long after a failed removal it is tried again.</summary>
    public static readonly TimeSpan RemovalRetry = TimeSpan.FromHours(1);

    private static readonly TimeSpan AnswersCheckInterval = TimeSpan.FromHours(1);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(15);

    /// <summary>The removal of an earlier copy takes some seconds.</summary>
    private static readonly TimeSpan SuggestionTimeout = TimeSpan.FromSeconds(20);

    private readonly WakeSignal _wake = new(time);
    private readonly SemaphoreSlim _conversations = new(MaxConversations);
    // Held by the run that removes the copies of suggestions, and by a request for suggestions, which makes one.
    private readonly SemaphoreSlim _suggestions = new(1);
    private readonly ConcurrentDictionary<long, (RehearsalExecution Run, Task Task)> _runs = new();
    private long? _answersCheckedAt;

    public override void Dispose()
    {
        base.Dispose();
        _wake.Dispose();
        _conversations.Dispose();
        _suggestions.Dispose();
    }

    /// <summary>Checks for work now, after a rehearsal was started or stopped.</summary>
    public void Wake() => _wake.Wake();

    /// <summary>
    /// Waits for a turn at suggesting lines: while it is held, no copy of suggestions is removed; afterwards all are. Null if others, here or on another
    /// server, take too long.
    /// </summary>
    public async Task<IAsyncDisposable?> TryAcquireSuggestionLeaseAsync(CancellationToken cancellationToken)
    {
        if (!await _suggestions.WaitAsync(SuggestionTimeout, cancellationToken))
        {
            return null;
        }

        ServerLock? lease = null;
        try
        {
            lease = await locks.TryLeaseAsync(GetLeaseName(CopyRecord.ForSuggestions), cancellationToken);
            return lease is null ? null : new SuggestionLease(this, lease);
        }
        finally
        {
            if (lease is null)
            {
                _suggestions.Release();
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime.ApplicationStopping);
        stoppingToken = stopping.Token;
        // Another server may have started or stopped it.
        using var subscription = feed.Subscribe(changeEvent =>
        {
            if (changeEvent is ChangeEvent.RehearsalUpdated or ChangeEvent.Resynchronized)
            {
                Wake();
            }
        });
        await _wake.RepeatAsync(CheckAsync, RetryDelay, stoppingToken);
        // Lines that were sent are awaited; the next start does the rest.
        await Task.WhenAll(_runs.Values.Select(active => active.Task));
    }

    private async Task CheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            var running = await services.Store.ListRunningAsync(cancellationToken);
            foreach (var (_, active) in _runs.Where(active => !running.Contains(active.Key)))
            {
                active.Run.Stop();
            }

            foreach (var id in running.Union(await services.Copies.ListWithRemovalDueAsync(time.GetUtcNow() - RemovalRetry, cancellationToken)).Where(id => !_runs.ContainsKey(id)))
            {
                if (_runs.Count == MaxRuns)
                {
                    break;
                }

                await StartRunAsync(id, cancellationToken);
            }

            await DeleteOldAnswersAsync(cancellationToken);
        }
        catch (Exception exception) when (DatabaseError.Describe(exception) is { } trouble)
        {
            LogTrouble(trouble);
        }
    }

    private async Task DeleteOldAnswersAsync(CancellationToken cancellationToken)
    {
        // Each step of a rehearsal is an event that leads here.
        if (_answersCheckedAt is { } at && time.GetElapsedTime(at) < AnswersCheckInterval)
        {
            return;
        }

        _answersCheckedAt = time.GetTimestamp();
        foreach (var id in await services.Store.ListEndedBeforeAsync(time.GetUtcNow() - options.Value.KeepAnswersFor, cancellationToken))
        {
            await services.Store.DeleteAnswersAsync(id, cancellationToken);
        }
    }

    private async Task StartRunAsync(long id, CancellationToken stoppingToken)
    {
        var isForSuggestions = id == CopyRecord.ForSuggestions;
        if (isForSuggestions && !_suggestions.Wait(0, stoppingToken))
        {
            return;
        }

        var isStarted = false;
        try
        {
            if (await locks.TryLeaseAsync(GetLeaseName(id), stoppingToken) is { } lease)
            {
                StartRun(id, lease, stoppingToken);
                isStarted = true;
            }
        }
        finally
        {
            if (isForSuggestions && !isStarted)
            {
                _suggestions.Release();
            }
        }
    }

    private void StartRun(long id, ServerLock lease, CancellationToken stoppingToken)
    {
        var ending = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lease.LostToken);
        var run = new RehearsalExecution(id, services, _conversations, ending.Token);
        // It ends itself in the list of runs, so that it must be there before its first step.
        var listed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _runs[id] = (run, RunAsync(run, ending, lease, listed.Task, stoppingToken));
        listed.SetResult();
    }

    private async Task RunAsync(RehearsalExecution run, CancellationTokenSource ending, ServerLock lease, Task listed, CancellationToken stoppingToken)
    {
        await listed;
        try
        {
            await run.RunAsync();
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The server is stopping, or another one may run it now.
        }
        catch (Exception exception)
        {
            LogFailed(run.RehearsalId, exception);
            await Task.Delay(RetryDelay, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            run.Dispose();
            ending.Dispose();
            await lease.DisposeAsync();
            _runs.TryRemove(run.RehearsalId, out _);
            if (run.RehearsalId == CopyRecord.ForSuggestions)
            {
                _suggestions.Release();
            }

            Wake();
        }
    }

    private static string GetLeaseName(long id) => $"rehearsal {id}";

    [LoggerMessage(1, LogLevel.Warning, "The rehearsals could not be read; trying again. {Trouble}")]
    private partial void LogTrouble(string trouble);

    [LoggerMessage(2, LogLevel.Error, "Rehearsal {RehearsalId} could not continue; trying again.")]
    private partial void LogFailed(long rehearsalId, Exception exception);

    private sealed class SuggestionLease(RehearsalWorker worker, ServerLock lease) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await lease.DisposeAsync();
            worker._suggestions.Release();
            worker.Wake();
        }
    }
}
