using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Characters;
using Microsoft.Extensions.Options;

namespace Convai.Dashboard.Features.Changes;

/// <summary>
/// Hands every reading of the cast to the journal, whoever asked for it, and asks for one itself where none has come for a
/// while, or where a change waits to be settled: at start, and for as long as Convai cannot be reached. Of several servers one asks, and another goes
/// on when that one is gone.
/// </summary>
internal sealed partial class CastWatch(
    CastDirectory cast, ChangeJournal journal, JournalReconciler reconciler, ConvaiClient convai, ServerLocks locks, IOptions<DriftOptions> options, TimeProvider time, ILogger<CastWatch> logger) : BackgroundService
{
    private static readonly TimeSpan LooksEvery = TimeSpan.FromSeconds(15);

    private readonly SemaphoreSlim _wake = new(0, 1);
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
        cast.Updated += Wake;
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                await LookAsync(stoppingToken);
                await WaitAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops.
        }
        finally
        {
            cast.Updated -= Wake;
            await ReleaseAsync();
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ObserveAsync(cancellationToken);
            if (!await IsForThisServerAsync(cancellationToken))
            {
                return;
            }

            await journal.CloseUnsentAsync(cancellationToken);
            if (!convai.IsNearLimit && (IsDue() || (cast.SinceLastAttempt is not { } since || since >= LooksEvery) && await journal.HasOpenAsync(cancellationToken)))
            {
                await cast.ReadAsync(again: true, cancellationToken);
                await ObserveAsync(cancellationToken);
            }
        }
        catch (Exception exception) when (DatabaseTrouble.Of(exception) is { } trouble)
        {
            LogTrouble(trouble);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Whatever it is, it must not end the watch, and with it the server.
            LogFailed(exception);
        }
    }

    private async Task<bool> IsForThisServerAsync(CancellationToken cancellationToken)
    {
        if (_lease is { Lost.IsCancellationRequested: true })
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

    private async Task WaitAsync(CancellationToken stoppingToken)
    {
        using var pause = new CancellationTokenSource(LooksEvery, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(pause.Token, stoppingToken);
        try
        {
            await _wake.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
        {
            // Nothing has happened; time to look all the same.
        }
    }

    private void Wake()
    {
        try
        {
            _wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // It will look anyway.
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Convai's cast could not be laid beside the journal; trying again. {Trouble}")]
    private partial void LogTrouble(string trouble);

    [LoggerMessage(2, LogLevel.Error, "Looking after the cast failed; trying again.")]
    private partial void LogFailed(Exception exception);
}
