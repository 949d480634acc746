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
    Batch batch, BatchRepository store, BatchItemWriter writer, ChangeJournal journal, JournalReconciler reconciler, CastDirectory cast, IChangeFeed feed, BatchOptions options,
    DashboardTelemetry telemetry, TimeProvider time) : IDisposable
{
    internal const int ItemsPerReading = 50;
    private const int MaxConsecutiveFailures = 3;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(15);

    private readonly CancellationTokenSource _pausing = new();
    private readonly SemaphoreSlim _sending = new(options.Parallelism);
    private readonly Lock _lock = new();
    private Task _reading = Task.CompletedTask;
    private int _unread;
    private int _verifications;
    private int _consecutiveFailures;
    private BatchPause? _pausesFor;

    public long BatchId => batch.Id;

    /// <summary>What it waits for, as a sentence; null while it makes progress.</summary>
    public string? Hindrance { get; private set; }

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
            catch (Exception exception) when (DatabaseError.Describe(exception) is { } trouble)
            {
                // Nothing is written that cannot be recorded.
                await WaitAsync(BatchText.WaitsForDatabase(trouble), stoppingToken);
            }
        }
    }

    public void Dispose()
    {
        _pausing.Dispose();
        _sending.Dispose();
    }

    /// <summary>True if there is nothing left to do for now.</summary>
    private async Task<bool> AdvanceAsync(CancellationToken stoppingToken)
    {
        await journal.CloseUnsentAsync(stoppingToken);
        var report = (await store.LoadAsync(batch.Id, stoppingToken))!;
        if (report.Batch.State == BatchState.Running && !_pausing.IsCancellationRequested && report.Count(BatchItemState.Waiting) > 0)
        {
            if (await ReadCastAsync() is { } failure)
            {
                return await BackOffAsync(failure, stoppingToken);
            }

            await WriteAsync(await SkipUnchangedAsync(report, stoppingToken), stoppingToken);
            report = (await store.LoadAsync(batch.Id, stoppingToken))!;
        }

        stoppingToken.ThrowIfCancellationRequested();
        if (report.HasOpen)
        {
            if (await ReadCastAsync() is { } failure)
            {
                await WaitAsync(BatchText.NotVerifiedYet(failure.Sentence), stoppingToken);
                return false;
            }

            report = (await store.LoadAsync(batch.Id, stoppingToken))!;
            if (report.HasOpen)
            {
                await AwaitArrivalAsync(report, stoppingToken);
                return false;
            }
        }

        return await EndAsync(report, stoppingToken);
    }

    /// <summary>Waits before the reading of the cast that verifies all items; the pauses grow as for a single change.</summary>
    private Task AwaitArrivalAsync(BatchReport report, CancellationToken stoppingToken) => WaitAsync(
        report.Items.Any(line => line.Change is { IsOpen: true, IsBeingVerified: false })
            ? BatchText.MayStillArrive
            : BatchText.NotShownYet,
        stoppingToken,
        _verifications < ChangeVerifier.Pauses.Count ? ChangeVerifier.Pauses[_verifications++] : RetryDelay);

    private async Task<bool> EndAsync(BatchReport report, CancellationToken stoppingToken)
    {
        Hindrance = null;
        if (report.Batch is { State: BatchState.Paused, PausedFor: BatchPause.Asked } && report.IsFinished)
        {
            // The last items were under way when a person paused it.
            await store.MoveAsync(batch.Id, BatchState.Paused, BatchState.Done, null, stoppingToken);
        }

        if (report.Batch.State != BatchState.Running)
        {
            return true;
        }

        if (_pausesFor is { } pause)
        {
            await store.MoveAsync(batch.Id, BatchState.Running, BatchState.Paused, pause, stoppingToken);
            return true;
        }

        if (report.Count(BatchItemState.Waiting) > 0)
        {
            return _pausing.IsCancellationRequested;
        }

        await store.MoveAsync(batch.Id, BatchState.Running, BatchState.Done, null, stoppingToken);
        return true;
    }

    /// <summary>Skips the items whose values Convai already has.</summary>
    private async Task<IEnumerable<BatchItemStatus>> SkipUnchangedAsync(BatchReport report, CancellationToken cancellationToken)
    {
        var waiting = report.Items.Where(line => line.State == BatchItemState.Waiting).ToList();
        var so = waiting.Where(line => line.Item.IsIrreversible || (cast.Last.Find(line.Item.CharacterId)?.Settings is { } now && line.Item.Asked.IsSatisfiedBy(now)))
            .Select(line => line.Item.CharacterId).ToHashSet(StringComparer.Ordinal);
        if (so.Count == 0)
        {
            return waiting;
        }

        await store.SkipAsync(batch, so, cancellationToken);
        telemetry.CountRows(ChangeStateNames.NameOf(ChangeState.NoOp), so.Count);
        return waiting.Where(line => !so.Contains(line.Item.CharacterId));
    }

    private async Task WriteAsync(IEnumerable<BatchItemStatus> lines, CancellationToken stoppingToken)
    {
        var waiting = new ConcurrentQueue<BatchItemStatus>(lines);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_pausing.Token, stoppingToken);
        (_reading, _unread) = (Task.CompletedTask, 0);
        // Half as many more: they compare the next items, and settle the answered ones, while the others wait for Convai.
        await Task.WhenAll(Enumerable.Range(0, options.Parallelism + ((options.Parallelism + 1) / 2)).Select(_ => WorkAsync(waiting, either)));
        await _reading;
    }

    private async Task WorkAsync(ConcurrentQueue<BatchItemStatus> waiting, CancellationTokenSource pausing)
    {
        try
        {
            while (!pausing.IsCancellationRequested && waiting.TryDequeue(out var line))
            {
                if (await writer.WriteAsync(batch.StartedById!, ToRequest(line.Item), new ItemSending(_sending, EvaluateFailure), pausing.Token) is null)
                {
                    PauseFor(BatchPause.Role);
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

    private ChangeRequest ToRequest(BatchItem row) =>
        new(new Character(row.CharacterId, row.CharacterName, row.Before, null, null), row.Before, row.Asked, batch.Reason, row.UndoesId)
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
            PauseFor(BatchPause.Refused);
        }
        else if (failure?.Kind is ConvaiFailureKind.QuotaUsedUp)
        {
            PauseFor(BatchPause.Quota);
        }
        else if (failure?.Kind is not (ConvaiFailureKind.Unreachable or ConvaiFailureKind.TimedOut or ConvaiFailureKind.ErrorAnswer or ConvaiFailureKind.NotUnderstood))
        {
            Interlocked.Exchange(ref _consecutiveFailures, 0);
        }
        else if (Interlocked.Increment(ref _consecutiveFailures) >= MaxConsecutiveFailures)
        {
            PauseFor(BatchPause.Unreachable);
        }
    }

    private void PauseFor(BatchPause pause)
    {
        _pausesFor = pause;
        Pause();
    }

    private void VerifySent(bool isLast)
    {
        lock (_lock)
        {
            if (++_unread >= ItemsPerReading && !isLast && _reading.IsCompleted)
            {
                _unread = 0;
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
        BatchPause? pause = failure.Kind switch
        {
            ConvaiFailureKind.RateLimited => null,
            ConvaiFailureKind.QuotaUsedUp => BatchPause.Quota,
            ConvaiFailureKind.KeyMissing or ConvaiFailureKind.KeyRejected => BatchPause.Refused,
            _ => BatchPause.Unreachable,
        };
        if (pause is not null)
        {
            await store.MoveAsync(batch.Id, BatchState.Running, BatchState.Paused, pause, stoppingToken);
            return true;
        }

        await WaitAsync(failure.Sentence, stoppingToken);
        return false;
    }

    private async Task WaitAsync(string hindrance, CancellationToken stoppingToken, TimeSpan? pause = null)
    {
        Hindrance = hindrance;
        feed.Publish(new ChangeEvent.BatchUpdated(batch.Id));
        await Task.Delay(pause ?? RetryDelay, time, stoppingToken);
        Hindrance = null;
    }
}
