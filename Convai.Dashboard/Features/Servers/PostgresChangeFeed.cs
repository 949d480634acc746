using System.Text.Json;
using System.Threading.Channels;
using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Convai.Dashboard.Features.Servers;

/// <summary>
/// The feed of all servers that share a database: it delivers events here at once, and to the others by NOTIFY. Events missed before the
/// first connection, or while it was broken, are read from the journal.
/// </summary>
internal sealed partial class PostgresChangeFeed(
    InProcessChangeFeed here, NpgsqlDataSource source, IDbContextFactory<DashboardDbContext> contexts, CastDirectory cast, CharacterGroups groups, DatabaseClock clock, DatabaseErrorLog errors,
    ILogger<PostgresChangeFeed> logger)
    : BackgroundService, IChangeFeed
{
    private const string Name = "dashboard";

    /// <summary>How often a silent connection is checked, and asked for the time.</summary>
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    /// <summary>A transaction may have begun this long before its event arrives.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(30);

    private readonly Guid _server = Guid.NewGuid();
    private readonly Channel<FeedMessage> _outgoing = Channel.CreateBounded<FeedMessage>(
        new BoundedChannelOptions(10_000) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    public void Publish(ChangeEvent changeEvent)
    {
        here.Publish(changeEvent);
        if (FeedMessage.From(_server, changeEvent) is { } message)
        {
            _outgoing.Writer.TryWrite(message);
        }
    }

    public IDisposable Subscribe(Action<ChangeEvent> handler) => here.Subscribe(handler);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(SendAsync(stoppingToken), ListenAsync(stoppingToken));

    private async Task SendAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var message in _outgoing.Reader.ReadAllAsync(stoppingToken))
            {
                await RetryAsync(() => NotifyAsync(message, stoppingToken), stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server is stopping.
        }
    }

    private async Task NotifyAsync(FeedMessage message, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand("SELECT pg_notify($1, $2)");
        command.Parameters.AddWithValue(Name);
        command.Parameters.AddWithValue(JsonSerializer.Serialize(message));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task ListenAsync(CancellationToken stoppingToken)
    {
        // Pages can be open before the first connection listens, so it catches up as well.
        var caughtUpTo = clock.GetUtcNow();
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                await RetryAsync(
                    async () =>
                    {
                        await using var connection = await source.OpenConnectionAsync(stoppingToken);
                        var incoming = new Queue<string>();
                        connection.Notification += (_, notification) => incoming.Enqueue(notification.Payload);
                        await using (var listen = new NpgsqlCommand($"LISTEN {Name}", connection))
                        {
                            await listen.ExecuteNonQueryAsync(stoppingToken);
                        }

                        await CatchUpAsync(caughtUpTo - Overlap, stoppingToken);
                        while (true)
                        {
                            await clock.SetAsync(connection, stoppingToken);
                            caughtUpTo = clock.GetUtcNow();
                            await connection.WaitAsync(PollInterval, stoppingToken);
                            while (incoming.TryDequeue(out var payload))
                            {
                                await HandleAsync(payload, stoppingToken);
                            }
                        }
                    },
                    stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server is stopping.
        }
    }

    private async Task HandleAsync(string payload, CancellationToken cancellationToken)
    {
        if (JsonSerializer.Deserialize<FeedMessage>(payload) is not { } message || message.Server == _server)
        {
            return;
        }

        if (message.Change is { } id)
        {
            await using var db = await contexts.CreateDbContextAsync(cancellationToken);
            if (await db.Set<ChangeRecord>().AsNoTracking().FirstOrDefaultAsync(change => change.Id == id, cancellationToken) is { } change)
            {
                PublishHere(change);
            }
        }
        else if (message.ToEvent() is { } changeEvent)
        {
            if (changeEvent is ChangeEvent.GroupsUpdated)
            {
                groups.InvalidateCache();
            }

            here.Publish(changeEvent);
        }
    }

    private async Task CatchUpAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var missed = await db.Set<ChangeRecord>().AsNoTracking()
            .Where(change => change.At >= since || change.SettledAt >= since)
            .Where(change => change.State != ChangeState.Asked && change.State != ChangeState.Sent)
            .OrderBy(change => change.Id)
            .ToListAsync(cancellationToken);
        missed.ForEach(PublishHere);
        groups.InvalidateCache();
        here.Publish(new ChangeEvent.Resynchronized());
        LogCaughtUp(missed.Count);
    }

    /// <summary>Applies another server's write to this server's cast, which was read earlier, and publishes it here.</summary>
    private void PublishHere(ChangeRecord change)
    {
        if (!change.Applied.IsEmpty && cast.Last is var reading && reading.AskedAt < (change.SettledAt ?? change.At) && reading.Find(change.CharacterId) is { } character)
        {
            cast.RememberVerifiedWrite(change.CharacterId, change.Before, change.Applied);
            cast.Replace(change.CharacterId, character.Settings.With(change.Applied));
        }

        here.Publish(new ChangeEvent.Recorded(change));
    }

    /// <summary>Retries for as long as the database is unavailable.</summary>
    private async Task RetryAsync(Func<Task> run, CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                await run();
                return;
            }
            catch (Exception exception) when (DatabaseError.Describe(exception) is { } error)
            {
                errors.Write(exception);
                LogDatabaseError(error);
                await Task.Delay(RetryDelay, clock, stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // No exception may end the server.
                LogFailed(exception);
                await Task.Delay(RetryDelay, clock, stoppingToken);
            }
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Events from the other servers cannot be received; trying again. {Trouble}")]
    private partial void LogDatabaseError(string trouble);

    [LoggerMessage(2, LogLevel.Error, "Exchanging events with the other servers failed; trying again.")]
    private partial void LogFailed(Exception exception);

    [LoggerMessage(3, LogLevel.Information, "Connected to the other servers. Read {Count} changes that may have been missed.")]
    private partial void LogCaughtUp(int count);

    /// <summary>The message that is sent: at most 8,000 bytes, so a change is sent only as its number.</summary>
    private sealed record FeedMessage(Guid Server, long? Change = null, long? Batch = null, Visit? Visit = null, bool IsHere = false, bool Presets = false, long? Rehearsal = null, bool Scripts = false, bool Groups = false)
    {
        public static FeedMessage? From(Guid server, ChangeEvent changeEvent) => changeEvent switch
        {
            ChangeEvent.Recorded { Change.Id: var id } => new FeedMessage(server, Change: id),
            ChangeEvent.BatchUpdated { BatchId: var id } => new FeedMessage(server, Batch: id),
            ChangeEvent.Visited visited => new FeedMessage(server, Visit: visited.Visit, IsHere: visited.IsHere),
            ChangeEvent.RehearsalUpdated { RehearsalId: var id } => new FeedMessage(server, Rehearsal: id),
            ChangeEvent.PresetsUpdated => new FeedMessage(server, Presets: true),
            ChangeEvent.ScriptsUpdated => new FeedMessage(server, Scripts: true),
            ChangeEvent.GroupsUpdated => new FeedMessage(server, Groups: true),
            _ => null,
        };

        public ChangeEvent? ToEvent() =>
            Batch is { } batch ? new ChangeEvent.BatchUpdated(batch)
            : Rehearsal is { } rehearsal ? new ChangeEvent.RehearsalUpdated(rehearsal)
            : Visit is { } visit ? new ChangeEvent.Visited(visit, IsHere)
            : Presets ? new ChangeEvent.PresetsUpdated()
            : Scripts ? new ChangeEvent.ScriptsUpdated()
            : Groups ? new ChangeEvent.GroupsUpdated()
            : null;
    }
}
