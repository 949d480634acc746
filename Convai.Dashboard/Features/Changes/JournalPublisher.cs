namespace Convai.Dashboard.Features.Changes;

/// <summary>Counts what the journal recorded, and publishes it to all open pages.</summary>
public sealed class JournalPublisher(IChangeFeed feed, DashboardTelemetry telemetry)
{
    public void Publish(ChangeRecord change)
    {
        if (change.Kind == ChangeKind.Outside && !change.IsAnsweredLater)
        {
            telemetry.CountDrift();
        }
        else if (change is { BatchId: not null, IsOpen: false })
        {
            telemetry.CountBatchItems(ChangeStateNames.GetName(change.State));
        }

        feed.Publish(new ChangeEvent.Recorded(change));
    }
}
