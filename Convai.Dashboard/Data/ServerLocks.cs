using Medallion.Threading.Postgres;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Convai.Dashboard.Data;

/// <summary>A lock that is held. Disposing it releases it.</summary>
public sealed class ServerLock : IAsyncDisposable
{
    private readonly PostgresDistributedLockHandle? _handle;

    internal ServerLock(PostgresDistributedLockHandle? handle) => _handle = handle;

    /// <summary>For a lease: cancelled when the connection to the database is lost, after which another server may have it.</summary>
    public CancellationToken LostToken => _handle?.HandleLostToken ?? CancellationToken.None;

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
        catch (Exception exception) when (exception is InvalidOperationException || DatabaseError.Describe(exception) is not null)
        {
            // The lock ended with the connection.
        }
    }
}

/// <summary>
/// Named locks with one holder at a time among all servers of a database: PostgreSQL's advisory locks, which end with the server that holds them. SQLite
/// has one server, which gets every lock. PostgreSQL's also exclude each other within a server. Methods throw the exceptions that <see cref="DatabaseError"/> describes.
/// </summary>
public sealed class ServerLocks
{
    // Separate from the journal's pool, because code that waits for a lock must not keep its holder from writing.
    private const int MaxWaiting = 20;

    private readonly string? _connection;
    private readonly DatabaseErrorLog _errors;

    public ServerLocks(IOptions<DatabaseOptions> database, DatabaseErrorLog errors)
    {
        _errors = errors;
        if (database.Value.IsPostgreSql)
        {
            var connection = new NpgsqlConnectionStringBuilder(DatabaseOptionsSetup.Complete(database.Value)) { MaxPoolSize = MaxWaiting };
            connection.ApplicationName += " locks";
            // Releasing a lock cancels the query that watches its connection. A slow answer to that does not mean the lock is lost.
            connection.CancellationTimeout = 15_000;
            _connection = connection.ToString();
        }
    }

    /// <summary>Waits for as long as it takes; first come, first served among the servers.</summary>
    public async Task<ServerLock> AcquireAsync(string name, CancellationToken cancellationToken) =>
        new(_connection is null ? null : await LogErrorsAsync(Create(name, _connection).AcquireAsync(cancellationToken: cancellationToken)));

    /// <summary>Returns null if another holder has it.</summary>
    public Task<ServerLock?> TryAcquireAsync(string name, CancellationToken cancellationToken) => TryAcquireAsync(name, isShared: true, cancellationToken);

    /// <summary>Takes a long-lived lock on its own watched connection (<see cref="ServerLock.LostToken"/>). Returns null if another holder has it.</summary>
    public Task<ServerLock?> TryLeaseAsync(string name, CancellationToken cancellationToken) => TryAcquireAsync(name, isShared: false, cancellationToken);

    private async Task<ServerLock?> TryAcquireAsync(string name, bool isShared, CancellationToken cancellationToken) =>
        _connection is null ? new ServerLock(null)
        : await LogErrorsAsync(Create(name, _connection, isShared).TryAcquireAsync(TimeSpan.Zero, cancellationToken)) is { } handle ? new ServerLock(handle)
        : null;

    private async Task<T> LogErrorsAsync<T>(ValueTask<T> operation)
    {
        try
        {
            return await operation;
        }
        catch (Exception exception)
        {
            _errors.Write(exception);
            throw;
        }
    }

    // Uses a connection string, because with a data source each lock would have a connection of its own instead of sharing one.
    private static PostgresDistributedLock Create(string name, string connection, bool isShared = true) =>
        new(new PostgresAdvisoryLockKey(name, allowHashing: true), connection, options => options.UseMultiplexing(isShared));
}
