using Convai.Dashboard.Features.Changes;

namespace Convai.Dashboard.Features.Servers;

/// <summary>Tells the other servers again and again who is at a page here, so that they forget the visitors of one that was killed.</summary>
internal sealed class VisitorsRepeater(Visitors visitors, TimeProvider time) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Visitors.RepeatedEvery, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                visitors.Repeat();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops.
        }
    }
}
