namespace Convai.Dashboard;

/// <summary>What a background service waits for between two checks: a call of <see cref="Wake"/>, or the end of a pause.</summary>
internal sealed class WakeSignal(TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _wake = new(0, 1);

    /// <summary>Ends the wait, or the next one if there is none now; many calls count as one.</summary>
    public void Wake()
    {
        try
        {
            _wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // A check is already due.
        }
    }

    /// <summary>Checks at once, and then after each call of <see cref="Wake"/> or pause, until the server stops.</summary>
    public async Task RepeatAsync(Func<CancellationToken, Task> check, TimeSpan pause, CancellationToken stoppingToken)
    {
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                await check(stoppingToken);
                await WaitAsync(pause, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server is stopping.
        }
    }

    private async Task WaitAsync(TimeSpan atMost, CancellationToken stoppingToken)
    {
        using var pause = new CancellationTokenSource(atMost, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(pause.Token, stoppingToken);
        try
        {
            await _wake.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
        {
            // Nothing has happened; check anyway.
        }
    }

    public void Dispose() => _wake.Dispose();
}
