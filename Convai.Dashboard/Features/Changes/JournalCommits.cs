using System.Collections.Concurrent;
using Convai.Dashboard.Data;
using Microsoft.EntityFrameworkCore;

namespace Convai.Dashboard.Features.Changes;

/// <summary>
/// The one queue for all writes of this server to the journal. Methods throw what <see cref="DatabaseTrouble"/> names.
/// </summary>
public sealed class JournalCommits(IDbContextFactory<DashboardDbContext> contexts) : IDisposable
{
    // SQLite has one writer and lets the others ask again every 150 ms, in no order: a queue of our own is quicker and fair.
    private readonly SemaphoreSlim _writing = new(1);

    // Whatever waits for the turn is committed together: one write to the disk then serves many changes.
    private readonly ConcurrentQueue<StagedWrite> _staged = new();
    private int _isCommitting;

    /// <summary>Stores what needs no look at the database first. Durable when it returns; where the commit fails, it fails for all that were in it.</summary>
    public async Task CommitTogetherAsync(Action<DashboardDbContext> stage)
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
            await db.SaveChangesAsync();
            group.ForEach(write => write.Committed.SetResult());
        }
        catch (Exception exception)
        {
            group.ForEach(write => write.Committed.TrySetException(exception));
        }
    }

    /// <summary>For writes that have to read first: nothing else of this server writes meanwhile.</summary>
    public async Task InTurnAsync(Func<DashboardDbContext, Task> write, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            await using var db = await contexts.CreateDbContextAsync(cancellationToken);
            // SQLite waits for another program's lock without giving the thread back: that must not be the thread of someone's page.
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
