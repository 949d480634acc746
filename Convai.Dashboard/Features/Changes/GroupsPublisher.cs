using Convai.Dashboard.Features.Characters;

namespace Convai.Dashboard.Features.Changes;

/// <summary>Publishes what this server changes in the groups to all open pages; the groups themselves are below the feed and do not know it.</summary>
internal sealed class GroupsPublisher(CharacterGroups groups, IChangeFeed feed) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        groups.Changed += Publish;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        groups.Changed -= Publish;
        return Task.CompletedTask;
    }

    private void Publish() => feed.Publish(new ChangeEvent.GroupsUpdated());
}
