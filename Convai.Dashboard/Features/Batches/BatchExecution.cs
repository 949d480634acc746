using System.Collections.Concurrent;
using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;

namespace Convai.Dashboard.Features.Batches;

/// <summary>
/// Runs one batch: it reads the cast once, writes several items at a time, and verifies every fifty of them
/// by one reading of the cast while the next are written. N items cost N writes and at most 2 + N/50 other calls.
/// </summary>
internal sealed class BatchExecution(
    Batch batch, BatchRepository repository, BatchItemWriter writer, ChangeJournal journal, JournalReconciler reconciler, CastDirectory cast, IChangeFeed feed, BatchOptions options,
    DashboardTelemetry telemetry, TimeProvider time) : IDisposable
{
    internal const int ItemsPerReading = 50;
    private const int MaxConsecutiveFailures = 3;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(15);

    private readonly CancellationTokenSource _pausing = new();
    private readonly SemaphoreSlim _slots = new(options.Parallelism);
    private readonly Lock _lock = new();
    private Task _reading = Task.CompletedTask;
    private int _sentSinceReading;
    private int _verifications;
    private int _consecutiveFailures;
    private BatchPauseReason? _pauseReason;

    public long BatchId => batch.Id;

    /// <summary>What it waits for, as a sentence; null while it makes progress.</summary>
    public string? WaitReason { get; private set; }

    /// <summary>Begins no further items. Items that were sent are still verified.</summary>
    public void Pause()
    {
        try
        {
            _pausing.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The run has just ended.
        }
    }

    public async Task RunAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                if (await AdvanceAsync(stoppingToken))
                {
                    return;
                }
            }
            catch (Exception exception) when (DatabaseError.Describe(exception) is { } error)
            {
                // Nothing is written that cannot be recorded.
                await WaitAsync(BatchText.WaitsForDatabase(error), stoppingToken);
            }
        }
    }

    public void Dispose()
    {
        _pausing.Dispose();
        _slots.Dispose();
    }

    /// <summary>True if there is nothing left to do for now.</summary>
    private async Task<bool> AdvanceAsync(CancellationToken stoppingToken)
    {
        await journal.CloseUnsentAsync(stoppingToken);
        var report = (await repository.LoadAsync(batch.Id, stoppingToken))!;
        if (report.Batch.State == BatchState.Running && !_pausing.IsCancellationRequested && report.Count(BatchItemState.Waiting) > 0)
        {
            if (await ReadCastAsync() is { } failure)
            {
                return await BackOffAsync(failure, stoppingToken);
            }

            await WriteAsync(await SkipUnchangedAsync(report, stoppingToken), stoppingToken);
            report = (await repository.LoadAsync(batch.Id, stoppingToken))!;
        }

        stoppingToken.ThrowIfCancellationRequested();
        if (report.HasOpen)
        {
            if (await ReadCastAsync() is { } failure)
            {
                await WaitAsync(BatchText.NotVerifiedYet(failure.Sentence), stoppingToken);
                return false;
            }

            report = (await repository.LoadAsync(batch.Id, stoppingToken))!;
            if (report.HasOpen)
            {
                await WaitBeforeVerifyingAsync(report, stoppingToken);
                return false;
            }
        }

        return await EndAsync(report, stoppingToken);
    }

    /// <summary>Waits before the reading of the cast that verifies all items; the pauses grow as for a single change.</summary>
    private Task WaitBeforeVerifyingAsync(BatchReport report, CancellationToken stoppingToken) => WaitAsync(
        report.Items.Any(item => item.Change is { IsOpen: true, IsBeingVerified: false })
            ? BatchText.MayStillArrive
            : BatchText.NotShownYet,
        stoppingToken,
        _verifications < ChangeVerifier.Pauses.Count ? ChangeVerifier.Pauses[_verifications++] : RetryDelay);

    private async Task<bool> EndAsync(BatchReport report, CancellationToken stoppingToken)
    {
        WaitReason = null;
        if (report.Batch is { State: BatchState.Paused, PausedFor: BatchPauseReason.Asked } && report.IsFinished)
        {
            // The last items were under way when a person paused it.
            await repository.TransitionAsync(batch.Id, BatchState.Paused, BatchState.Done, null, stoppingToken);
        }

        if (report.Batch.State != BatchState.Running)
        {
            return true;
        }

        if (_pauseReason is { } pause)
        {
            await repository.TransitionAsync(batch.Id, BatchState.Running, BatchState.Paused, pause, stoppingToken);
            return true;
        }

        if (report.Count(BatchItemState.Waiting) > 0)
        {
            return _pausing.IsCancellationRequested;
        }

        await repository.TransitionAsync(batch.Id, BatchState.Running, BatchState.Done, null, stoppingToken);
        return true;
    }

    /// <summary>Skips the items whose values Convai already has.</summary>
    private async Task<IEnumerable<BatchItemStatus>> SkipUnchangedAsync(BatchReport report, CancellationToken cancellationToken)
    {
        var waiting = report.Items.Where(item => item.State == BatchItemState.Waiting).ToList();
        var unchanged = waiting.Where(item => item.Item.IsIrreversible || (cast.Last.Find(item.Item.CharacterId)?.Settings is { } now && item.Item.Asked.IsSatisfiedBy(now)))
            .Select(item => item.Item.CharacterId).ToHashSet(StringComparer.Ordinal);
        if (unchanged.Count == 0)
        {
            return waiting;
        }

        await repository.SkipAsync(batch, unchanged, cancellationToken);
        telemetry.CountBatchItems(ChangeStateNames.GetName(ChangeState.NoOp), unchanged.Count);
        return waiting.Where(item => !unchanged.Contains(item.Item.CharacterId));
    }

    private async Task WriteAsync(IEnumerable<BatchItemStatus> items, CancellationToken stoppingToken)
    {
        var waiting = new ConcurrentQueue<BatchItemStatus>(items);
        using var combined = CancellationTokenSource.CreateLinkedTokenSource(_pausing.Token, stoppingToken);
        (_reading, _sentSinceReading) = (Task.CompletedTask, 0);
        // Half as many more: they compare the next items, and settle the answered ones, while the others wait for Convai.
        await Task.WhenAll(Enumerable.Range(0, options.Parallelism + ((options.Parallelism + 1) / 2)).Select(_ => WorkAsync(waiting, combined)));
        await _reading;
    }

    private async Task WorkAsync(ConcurrentQueue<BatchItemStatus> waiting, CancellationTokenSource pausing)
    {
        try
        {
            while (!pausing.IsCancellationRequested && waiting.TryDequeue(out var item))
            {
                if (await writer.WriteAsync(batch.StartedById!, ToRequest(item.Item), new BatchItemContext(_slots, EvaluateFailure), pausing.Token) is null)
                {
                    PauseFor(BatchPauseReason.Role);
                    return;
                }

                VerifySent(waiting.IsEmpty);
            }
        }
        catch (OperationCanceledException) when (pausing.IsCancellationRequested)
        {
            // The waiting item was not begun.
        }
        catch
        {
            // The others need not hit the same failure.
            await pausing.CancelAsync();
            throw;
        }
    }

    private ChangeRequest ToRequest(BatchItem item) =>
        new(new Character(item.CharacterId, item.CharacterName, item.Before, null, null), item.Before, item.Asked, batch.Reason, item.UndoesId)
        {
            Kind = batch.Kind,
            BatchId = batch.Id,
            Preset = batch.Preset,
        };

    /// <summary>Pauses the batch if this failure would hit the other items too.</summary>
    private void EvaluateFailure(ConvaiFailure? failure)
    {
        if (failure?.Kind is ConvaiFailureKind.KeyMissing or ConvaiFailureKind.KeyRejected or ConvaiFailureKind.PlanDoesNotAllowWrites)
        {
            PauseFor(BatchPauseReason.Refused);
        }
        else if (failure?.Kind is ConvaiFailureKind.QuotaUsedUp)
        {
            PauseFor(BatchPauseReason.Quota);
        }
        else if (failure?.Kind is not (ConvaiFailureKind.Unreachable or ConvaiFailureKind.TimedOut or ConvaiFailureKind.ErrorAnswer or ConvaiFailureKind.NotUnderstood))
        {
            Interlocked.Exchange(ref _consecutiveFailures, 0);
        }
        else if (Interlocked.Increment(ref _consecutiveFailures) >= MaxConsecutiveFailures)
        {
            PauseFor(BatchPauseReason.Unreachable);
        }
    }

    private void PauseFor(BatchPauseReason pause)
    {
        _pauseReason = pause;
        Pause();
    }

    private void VerifySent(bool isLast)
    {
        lock (_lock)
        {
            if (++_sentSinceReading >= ItemsPerReading && !isLast && _reading.IsCompleted)
            {
                _sentSinceReading = 0;
                // If this reading fails, the last one verifies the items.
                _reading = ReadCastAsync();
            }
        }
    }

    private async Task<ConvaiFailure?> ReadCastAsync()
    {
        var reading = await cast.ReadAsync(forceRefresh: true, CancellationToken.None);
        if (reading.Failure is null && reading.Characters is { } characters)
        {
            await reconciler.ObserveAsync(characters, reading.AskedAt, CancellationToken.None);
        }

        return reading.Failure;
    }

    private async Task<bool> BackOffAsync(ConvaiFailure failure, CancellationToken stoppingToken)
    {
        BatchPauseReason? pause = failure.Kind switch
        {
            ConvaiFailureKind.RateLimited => null,
            ConvaiFailureKind.QuotaUsedUp => BatchPauseReason.Quota,
            ConvaiFailureKind.KeyMissing or ConvaiFailureKind.KeyRejected => BatchPauseReason.Refused,
            _ => BatchPauseReason.Unreachable,
        };
        if (pause is not null)
        {
            await repository.TransitionAsync(batch.Id, BatchState.Running, BatchState.Paused, pause, stoppingToken);
            return true;
        }

        await WaitAsync(failure.Sentence, stoppingToken);
        return false;
    }

    private async Task WaitAsync(string reason, CancellationToken stoppingToken, TimeSpan? pause = null)
    {
        WaitReason = reason;
        feed.Publish(new ChangeEvent.BatchUpdated(batch.Id));
        await Task.Delay(pause ?? RetryDelay, time, stoppingToken);
        WaitReason = null;
    }
}
