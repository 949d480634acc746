using Medallion.Threading.Postgres;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Convai.Dashboard.Data;

/// <summary>A lock that is held. Dispose it to let others have it.</summary>
public sealed class ServerLock : IAsyncDisposable
{
    private readonly PostgresDistributedLockHandle? _handle;

    internal ServerLock(PostgresDistributedLockHandle? handle) => _handle = handle;

    /// <summary>For a lease: cancelled when the database has lost sight of this server, and another one may have it by now.</summary>
    public CancellationToken Lost => _handle?.HandleLostToken ?? CancellationToken.None;

    public async ValueTask DisposeAsync()
    {
        if (_handle is null)
        {
            return;
        }

        try
        {
            await _handle.DisposeAsync();
        }
        catch (Exception exception) when (exception is InvalidOperationException || DatabaseTrouble.Of(exception) is not null)
        {
            // With the connection the lock has gone too.
        }
    }
}

/// <summary>
/// One holder at a time among all servers of a database, by name: advisory locks of PostgreSQL, which end with the server that holds them. SQLite has
/// one server, which gets every lock. Within a server they exclude as well. Methods throw what <see cref="DatabaseTrouble"/> names.
/// </summary>
public sealed class ServerLocks
{
    // Beside the pool that holds the journal: whoever waits for a lock must not keep its holder from writing.
    private const int MostWaiting = 20;

    private readonly string? _connection;
    private readonly DatabaseErrorLog _errors;

    public ServerLocks(IOptions<DatabaseOptions> database, DatabaseErrorLog errors)
    {
        _errors = errors;
        if (database.Value.IsPostgreSql)
        {
            var connection = new NpgsqlConnectionStringBuilder(DatabaseOptionsSetup.Complete(database.Value)) { MaxPoolSize = MostWaiting };
            connection.ApplicationName += " locks";
            // Watching is cancelled where the lock is given back, and a slow machine that has not answered to it yet is no lost one.
            connection.CancellationTimeout = 15_000;
            _connection = connection.ToString();
        }
    }

    /// <summary>Waits for as long as it takes; first come, first served among the servers.</summary>
    public async Task<ServerLock> TakeAsync(string name, CancellationToken cancellationToken) =>
        new(_connection is null ? null : await AskAsync(Of(name, _connection).AcquireAsync(cancellationToken: cancellationToken)));

    /// <summary>Null where another has it.</summary>
    public Task<ServerLock?> TryTakeAsync(string name, CancellationToken cancellationToken) => TryTakeAsync(name, isShared: true, cancellationToken);

    /// <summary>For long: on a connection of its own, which is watched (<see cref="ServerLock.Lost"/>). Null where another has it.</summary>
    public Task<ServerLock?> TryLeaseAsync(string name, CancellationToken cancellationToken) => TryTakeAsync(name, isShared: false, cancellationToken);

    private async Task<ServerLock?> TryTakeAsync(string name, bool isShared, CancellationToken cancellationToken) =>
        _connection is null ? new ServerLock(null)
        : await AskAsync(Of(name, _connection, isShared).TryAcquireAsync(TimeSpan.Zero, cancellationToken)) is { } handle ? new ServerLock(handle)
        : null;

    private async Task<T> AskAsync<T>(ValueTask<T> answer)
    {
        try
        {
            return await answer;
        }
        catch (Exception exception)
        {
            _errors.Write(exception);
            throw;
        }
    }

    // By connection string and not by data source, with which each lock would have a connection of its own instead of sharing one.
    private static PostgresDistributedLock Of(string name, string connection, bool isShared = true) =>
        new(new PostgresAdvisoryLockKey(name, allowHashing: true), connection, options => options.UseMultiplexing(isShared));
}
