using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Characters;
using Microsoft.Extensions.Options;

namespace Convai.Dashboard.Features.Changes;

/// <summary>
/// Reconciles every reading of the cast with the journal, and reads the cast itself if no one has read it for a
/// while, or if a change is still open: at start, and for as long as Convai cannot be reached. Of several servers one reads, and another takes
/// over when that one is gone.
/// </summary>
internal sealed partial class DriftMonitor(
    CastDirectory cast, ChangeJournal journal, JournalReconciler reconciler, ConvaiClient convai, ServerLocks locks, IOptions<DriftOptions> options, TimeProvider time, ILogger<DriftMonitor> logger) : BackgroundService
{
    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(15);

    private readonly WakeSignal _wake = new(time);
    private readonly long _startedAt = time.GetTimestamp();
    private DateTimeOffset _observed;
    private ServerLock? _lease;

    public override void Dispose()
    {
        base.Dispose();
        _wake.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        cast.Updated += _wake.Wake;
        try
        {
            await _wake.RepeatAsync(CheckAsync, CheckInterval, stoppingToken);
        }
        finally
        {
            cast.Updated -= _wake.Wake;
            await ReleaseAsync();
        }
    }

    private async Task CheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ObserveAsync(cancellationToken);
            if (!await IsForThisServerAsync(cancellationToken))
            {
                return;
            }

            await journal.CloseUnsentAsync(cancellationToken);
            if (!convai.IsNearLimit && (IsDue() || (cast.SinceLastAttempt is not { } since || since >= CheckInterval) && await journal.HasOpenAsync(cancellationToken)))
            {
                await cast.ReadAsync(forceRefresh: true, cancellationToken);
                await ObserveAsync(cancellationToken);
            }
        }
        catch (Exception exception) when (DatabaseError.Describe(exception) is { } error)
        {
            LogDatabaseError(error);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // No exception may end the monitor, and with it the server.
            LogFailed(exception);
        }
    }

    private async Task<bool> IsForThisServerAsync(CancellationToken cancellationToken)
    {
        if (_lease is { LostToken.IsCancellationRequested: true })
        {
            await ReleaseAsync();
        }

        _lease ??= await locks.TryLeaseAsync("drift", cancellationToken);
        return _lease is not null;
    }

    private async Task ReleaseAsync()
    {
        if (_lease is { } lease)
        {
            _lease = null;
            await lease.DisposeAsync();
        }
    }

    private bool IsDue() => options.Value.ReadEvery > TimeSpan.Zero && (cast.SinceLastAttempt ?? time.GetElapsedTime(_startedAt)) >= options.Value.ReadEvery;

    private async Task ObserveAsync(CancellationToken cancellationToken)
    {
        var reading = cast.Last;
        if (reading.Characters is { } characters && reading.AskedAt > _observed)
        {
            await reconciler.ObserveAsync(characters, reading.AskedAt, cancellationToken);
            _observed = reading.AskedAt;
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The cast could not be reconciled with the journal; trying again. {Trouble}")]
    private partial void LogDatabaseError(string trouble);

    [LoggerMessage(2, LogLevel.Error, "Checking for outside changes failed; trying again.")]
    private partial void LogFailed(Exception exception);
}
