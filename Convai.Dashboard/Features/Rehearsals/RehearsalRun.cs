using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Security;

namespace Convai.Dashboard.Features.Rehearsals;

/// <summary>The services that a run uses.</summary>
public sealed record RehearsalServices(
    RehearsalRepository Store, CharacterCopies Copies, CopyClient Client, ConvaiClient Convai, CastDirectory Cast, ChangeJournal Journal, Access Access, AccountFingerprint Account, TimeProvider Time);

/// <summary>What all parts of one run, or of a request for suggestions, share: how they record a step, wait for their turn to call Convai, and end the run.</summary>
/// <param name="stoppingToken">Cancelled when the server stops, or may no longer run this rehearsal.</param>
internal sealed class RehearsalRun(long rehearsalId, RehearsalServices services, CancellationToken stoppingToken) : IDisposable
{
    // An error that the database does not explain will not go away by itself.
    private const int MaxUnexplainedErrors = 12;

    private static readonly TimeSpan DatabaseRetry = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan MaxOutcomeWait = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource _ending = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
    private readonly Lock _lock = new();

    public long RehearsalId => rehearsalId;

    public RehearsalServices Services => services;

    /// <summary>Cancelled when no further line is to be sent.</summary>
    public CancellationToken Ending => _ending.Token;

    public CancellationToken Stopping => stoppingToken;

    /// <summary>Why the run ends early; null if it does not, or a person stopped it.</summary>
    public RehearsalStop? StopReason { get; private set; }

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

    /// <summary>Ends the rehearsal for a failure that the other columns would meet too.</summary>
    public void End(ConvaiFailure? failure)
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
            End(reason);
        }
    }

    public void End(RehearsalStop reason)
    {
        lock (_lock)
        {
            StopReason ??= reason;
        }

        Stop();
    }

    /// <summary>Waits until a call may be made; people's saves come first.</summary>
    public async Task<ConvaiReservation> AcquirePermitAsync(CancellationToken cancellationToken)
    {
        await services.Convai.AwaitBatchPermitAsync(cancellationToken);
        return await services.Convai.ReserveAsync(1, cancellationToken);
    }

    public async Task SetAsync(RehearsalColumn column, ColumnState state)
    {
        column.State = state;
        await StoreAsync(() => services.Store.SetColumnAsync(column, state, null, stoppingToken));
    }

    public async Task FailAsync(RehearsalColumn column, string failure)
    {
        (column.State, column.Failure) = (ColumnState.Failed, failure);
        await StoreAsync(() => services.Store.SetColumnAsync(column, ColumnState.Failed, failure, stoppingToken));
    }

    /// <summary>
    /// Nothing goes on that cannot be recorded: repeats a step for as long as the database is unavailable. An error that it does not explain is thrown
    /// after a minute, and the run starts again from what is stored.
    /// </summary>
    public Task<T> StoreAsync<T>(Func<Task<T>> step) => RetryAsync(step, stoppingToken);

    public async Task StoreAsync(Func<Task> step) => await StoreAsync(async () =>
    {
        await step();
        return true;
    });

    /// <summary>
    /// The same for the outcome of a call that was sent: it is repeated even when the run may no longer go on, for up to a minute, because no one else
    /// knows it.
    /// </summary>
    public async Task<T> StoreOutcomeAsync<T>(Func<Task<T>> step)
    {
        // While the run may go on, there is no hurry.
        using var timeout = new CancellationTokenSource();
        await using var registration = stoppingToken.Register(() => timeout.CancelAfter(MaxOutcomeWait));
        return await RetryAsync(step, timeout.Token);
    }

    public async Task StoreOutcomeAsync(Func<Task> step) => await StoreOutcomeAsync(async () =>
    {
        await step();
        return true;
    });

    public void Dispose() => _ending.Dispose();

    private async Task<T> RetryAsync<T>(Func<Task<T>> step, CancellationToken cancellationToken)
    {
        for (var unexplained = 0; ;)
        {
            try
            {
                return await step();
            }
            catch (Exception exception) when (DatabaseError.Describe(exception) is not null)
            {
                if ((DatabaseError.GetUnexplained(exception) is not null || DatabaseError.IsUniqueViolation(exception)) && ++unexplained == MaxUnexplainedErrors)
                {
                    throw;
                }

                await Task.Delay(DatabaseRetry, services.Time, cancellationToken);
            }
        }
    }
}
