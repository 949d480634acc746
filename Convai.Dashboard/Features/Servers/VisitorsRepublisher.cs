using Convai.Dashboard.Features.Changes;

namespace Convai.Dashboard.Features.Servers;

/// <summary>Regularly republishes this server's visitors to the other servers, so that they can forget those of a server that was killed.</summary>
internal sealed class VisitorsRepublisher(Visitors visitors, TimeProvider time) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Visitors.RepublishInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                visitors.Republish();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server is stopping.
        }
    }
}
