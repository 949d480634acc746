using Convai.Dashboard.Data;
using Microsoft.EntityFrameworkCore;

namespace Convai.Dashboard.Features.Changes;

/// <summary>
/// Continues the journal's time at start. After a restart with the clock set back, every reading would otherwise seem older than
/// the journal.
/// </summary>
internal sealed partial class JournalClock(IDbContextFactory<DashboardDbContext> contexts, MonotonicClock clock, ILogger<JournalClock> logger) : IHostedService
{
    // The difference after a restart, or between two servers' clocks, that is still normal.
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(1);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var changed = await db.Set<ChangeRecord>().OrderByDescending(change => change.Id).Select(change => (DateTimeOffset?)change.At).FirstOrDefaultAsync(cancellationToken);
        var read = await db.Set<KnownCharacter>().OrderByDescending(character => character.ReadAt).Select(character => (DateTimeOffset?)character.ReadAt).FirstOrDefaultAsync(cancellationToken);
        if ((changed > read ? changed : read ?? changed) is { } newest && clock.ContinueFrom(newest) is var behind && behind > Tolerance)
        {
            LogBehind(behind);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(1, LogLevel.Warning, "The system clock is {Behind} behind the newest journal entry. Check the clock. Until it catches up, the dashboard's timestamps run ahead of it.")]
    private partial void LogBehind(TimeSpan behind);
}
