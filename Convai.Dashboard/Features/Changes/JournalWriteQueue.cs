using System.Collections.Concurrent;
using Convai.Dashboard.Data;
using Microsoft.EntityFrameworkCore;

namespace Convai.Dashboard.Features.Changes;

/// <summary>
/// The single queue for all of this server's writes to the journal. Methods throw the exceptions that <see cref="DatabaseError"/> describes.
/// </summary>
public sealed class JournalWriteQueue(IDbContextFactory<DashboardDbContext> contexts) : IDisposable
{
    // SQLite has one writer and makes the others retry every 150 ms, in no order; our own queue is quicker and fair.
    private readonly SemaphoreSlim _writing = new(1);

    // Waiting writes are committed together, so that one write to the disk serves many changes.
    private readonly ConcurrentQueue<StagedWrite> _staged = new();
    private int _isCommitting;

    /// <summary>Stores entries that need no read first. Durable when it returns; a failed commit fails for every write in it.</summary>
    public async Task GroupCommitAsync(Action<DashboardDbContext> stage)
    {
        var write = new StagedWrite(stage);
        _staged.Enqueue(write);
        StartCommitting();
        await write.Committed.Task;
    }

    /// <summary>A single loop commits for everyone: writers that queue for the lock only to find their write already committed cost a thread switch each.</summary>
    private void StartCommitting()
    {
        if (Interlocked.CompareExchange(ref _isCommitting, 1, 0) == 0)
        {
            _ = Task.Run(CommitAllStagedAsync);
        }
    }

    private async Task CommitAllStagedAsync()
    {
        while (!_staged.IsEmpty)
        {
            await _writing.WaitAsync();
            try
            {
                await CommitStagedAsync();
            }
            finally
            {
                _writing.Release();
            }
        }

        Volatile.Write(ref _isCommitting, 0);
        // A write may have been staged between the check of the loop and the line above.
        if (!_staged.IsEmpty)
        {
            StartCommitting();
        }
    }

    private async Task CommitStagedAsync()
    {
        var group = new List<StagedWrite>();
        while (_staged.TryDequeue(out var write))
        {
            group.Add(write);
        }

        try
        {
            await using var db = await contexts.CreateDbContextAsync();
            group.ForEach(write => write.Stage(db));
            await db.SaveJournalAsync(CancellationToken.None);
            group.ForEach(write => write.Committed.SetResult());
        }
        catch (Exception exception)
        {
            group.ForEach(write => write.Committed.TrySetException(exception));
        }
    }

    /// <summary>Runs a write that has to read first, while nothing else on this server writes.</summary>
    public async Task RunExclusiveAsync(Func<DashboardDbContext, Task> write, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            await using var db = await contexts.CreateDbContextAsync(cancellationToken);
            // SQLite blocks its thread while another program holds the lock: that must not be the thread of someone's page.
            await Task.Run(() => write(db), CancellationToken.None);
        }
        finally
        {
            _writing.Release();
        }
    }

    public void Dispose() => _writing.Dispose();

    private sealed record StagedWrite(Action<DashboardDbContext> Stage)
    {
        public TaskCompletionSource Committed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
