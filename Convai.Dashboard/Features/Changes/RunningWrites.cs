namespace Convai.Dashboard.Features.Changes;

/// <summary>
/// The pages' writes in progress. A stopping server lets them end and begins no new ones; a write that is not
/// done in time stays open in the journal, and the next start settles it. Batches wait for their own items.
/// </summary>
public sealed partial class RunningWrites(IHostApplicationLifetime lifetime, ILogger<RunningWrites> logger) : IHostedLifecycleService
{
    /// <summary>
    /// The most that shutdown may take. A write and its verification nearly always fit; orchestrators that allow 30 seconds kill
    /// nothing before.
    /// </summary>
    public static readonly TimeSpan MaxShutdown = TimeSpan.FromSeconds(25);

    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _count;

    /// <summary>Cancelled as soon as the server begins to stop: writes that wait for their turn give up.</summary>
    public CancellationToken Stopping => lifetime.ApplicationStopping;

    /// <summary>Dispose the result when the write has ended. Null if the server is stopping.</summary>
    public IDisposable? TryBegin()
    {
        lock (_lock)
        {
            if (Stopping.IsCancellationRequested)
            {
                return null;
            }

            _count++;
            return new Write(this);
        }
    }

    /// <summary>Runs before anything else is stopped: a write needs the database, and publishes to other servers.</summary>
    /// <param name="cancellationToken">Cancelled after <see cref="MaxShutdown"/>.</param>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        if (Count is > 0 and var running)
        {
            LogWaiting(running);
            await _ended.Task.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            LogWaited(Count);
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private int Count
    {
        get
        {
            lock (_lock)
            {
                return _count;
            }
        }
    }

    private void End()
    {
        lock (_lock)
        {
            if (--_count == 0 && Stopping.IsCancellationRequested)
            {
                _ended.SetResult();
            }
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Shutdown waits for {Count} changes that are being written.")]
    private partial void LogWaiting(int count);

    [LoggerMessage(2, LogLevel.Information, "Shutdown continues; {Count} changes stay open in the journal, and the next start settles them.")]
    private partial void LogWaited(int count);

    private sealed class Write(RunningWrites writes) : IDisposable
    {
        public void Dispose() => writes.End();
    }
}
