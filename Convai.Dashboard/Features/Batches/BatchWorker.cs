using System.Collections.Concurrent;
using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Microsoft.Extensions.Options;

namespace Convai.Dashboard.Features.Batches;

/// <summary>
/// Runs all started batches concurrently to their end, and resumes them after a restart. Of several servers one runs a batch, and
/// another takes it over when that one is gone.
/// </summary>
public sealed partial class BatchWorker(
    BatchRepository repository, BatchItemWriter writer, ChangeJournal journal, JournalReconciler reconciler, CastDirectory cast, ConvaiClient convai, IChangeFeed feed, ServerLocks locks, IOptions<BatchOptions> options,
    DashboardTelemetry telemetry, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<BatchWorker> logger)
    : BackgroundService
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(15);

    private readonly WakeSignal _wake = new(time);
    private readonly ConcurrentDictionary<long, (BatchExecution Run, Task Task)> _runs = new();

    public override void Dispose()
    {
        base.Dispose();
        _wake.Dispose();
    }

    /// <summary>Checks for work now, after a batch was started, paused or stopped.</summary>
    public void Wake() => _wake.Wake();

    public string? GetWaitReason(long batchId) => _runs.TryGetValue(batchId, out var active)
        ? active.Run.WaitReason ?? (convai.BackOffRemaining is { Ticks: > 0 } backOff ? ConvaiText.BackOff(backOff) : null)
        : null;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // No new item while shutdown waits for the pages' last writes, which is before anything is stopped.
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime.ApplicationStopping);
        stoppingToken = stopping.Token;
        // Another server may have paused or started it.
        using var subscription = feed.Subscribe(changeEvent =>
        {
            if (changeEvent is ChangeEvent.BatchUpdated or ChangeEvent.Resynchronized)
            {
                Wake();
            }
        });
        await _wake.RepeatAsync(CheckAsync, RetryDelay, stoppingToken);
        // Items that were sent run to their end; the next start does the rest.
        await Task.WhenAll(_runs.Values.Select(active => active.Task));
    }

    private async Task CheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            var running = await repository.RunningAsync(cancellationToken);
            foreach (var (id, active) in _runs.Where(active => running.TrueForAll(batch => batch.Id != active.Key)))
            {
                active.Run.Pause();
            }

            foreach (var batch in running.Where(batch => !_runs.ContainsKey(batch.Id)))
            {
                if (await locks.TryLeaseAsync($"batch {batch.Id}", cancellationToken) is { } lease)
                {
                    var run = new BatchExecution(batch, repository, writer, journal, reconciler, cast, feed, options.Value, telemetry, time);
                    _runs[batch.Id] = (run, RunAsync(run, lease, cancellationToken));
                }
            }
        }
        catch (Exception exception) when (DatabaseError.Describe(exception) is { } error)
        {
            LogDatabaseError(error);
        }
    }

    private async Task RunAsync(BatchExecution run, ServerLock lease, CancellationToken stoppingToken)
    {
        // Returns to the caller before the first step, so that the list of runs contains it.
        await Task.Yield();
        using var operation = telemetry.StartBatch(run.BatchId);
        try
        {
            await using var lost = lease.LostToken.Register(run.Pause);
            await run.RunAsync(stoppingToken);
            operation.End("ended", isFailure: false);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server is stopping.
        }
        catch (Exception exception)
        {
            LogFailed(run.BatchId, exception);
            operation.End("failed", isFailure: true);
            await Task.Delay(RetryDelay, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            run.Dispose();
            await lease.DisposeAsync();
            _runs.TryRemove(run.BatchId, out _);
            // Someone may have resumed it since.
            Wake();
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The batches could not be read; trying again. {Trouble}")]
    private partial void LogDatabaseError(string trouble);

    [LoggerMessage(2, LogLevel.Error, "Batch {BatchId} could not continue; trying again.")]
    private partial void LogFailed(long batchId, Exception exception);
}
