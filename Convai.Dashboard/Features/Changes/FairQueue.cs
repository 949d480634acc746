namespace Convai.Dashboard.Features.Changes;

/// <summary>
/// Admits one caller at a time and alternates between people: someone with a hundred requests delays others by at most one.
/// </summary>
public sealed class FairQueue
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Queue<TaskCompletionSource>> _waiting = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();
    private bool _isBusy;

    /// <summary>Dispose the result to admit the next caller.</summary>
    public async Task<IDisposable> EnterAsync(string personId, CancellationToken cancellationToken)
    {
        TaskCompletionSource? turn = null;
        lock (_lock)
        {
            if (_isBusy)
            {
                turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                if (!_waiting.TryGetValue(personId, out var queue))
                {
                    _waiting[personId] = queue = new Queue<TaskCompletionSource>();
                    _order.Enqueue(personId);
                }

                queue.Enqueue(turn);
            }

            _isBusy = true;
        }

        if (turn is not null)
        {
            await using var cancellation = cancellationToken.Register(() => turn.TrySetCanceled(cancellationToken));
            await turn.Task;
        }

        return new Turn(this);
    }

    private void AdmitNext()
    {
        lock (_lock)
        {
            while (_order.TryDequeue(out var person))
            {
                var queue = _waiting[person];
                var turn = queue.Dequeue();
                if (queue.Count > 0)
                {
                    _order.Enqueue(person);
                }
                else
                {
                    _waiting.Remove(person);
                }

                // False for a caller that has given up.
                if (turn.TrySetResult())
                {
                    return;
                }
            }

            _isBusy = false;
        }
    }

    private sealed class Turn(FairQueue queue) : IDisposable
    {
        public void Dispose() => queue.AdmitNext();
    }
}
