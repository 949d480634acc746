namespace Convai.Dashboard.Features.Changes;

/// <summary>Counts what the journal has recorded, and tells everybody of it.</summary>
public sealed class JournalNews(IChangeFeed feed, DashboardTelemetry telemetry)
{
    public void Tell(Change change)
    {
        if (change.Kind == ChangeKind.Outside && !change.IsAnsweredLater)
        {
            telemetry.CountDrift();
        }
        else if (change is { BatchId: not null, IsOpen: false })
        {
            telemetry.CountRows(change.State);
        }

        feed.Tell(new ChangeNews.Recorded(change));
    }
}
