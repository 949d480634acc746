using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Convai.Dashboard.Data;

/// <summary>
/// Detects a connection pooler that shares PostgreSQL sessions between connections (https://www.pgbouncer.org/features.html). The dashboard's locks belong to a
/// session and would be lost, although the dashboard would look healthy.
/// </summary>
internal static class SessionCheck
{
    private const int Rounds = 3;

    /// <param name="first">An open connection.</param>
    /// <exception cref="DatabaseRefusedException">A pooler shares sessions.</exception>
    public static async Task RunAsync(NpgsqlConnection first, IDbContextFactory<DashboardDbContext> contexts, CancellationToken cancellationToken)
    {
        var session = await GetSessionIdAsync(first, cancellationToken);
        if (session == first.ProcessID)
        {
            // There is no pooler: a pooler reports a process id of its own.
            return;
        }

        // Other connections begin transactions, which occupy a session, while the first is idle. If sessions are shared, one of them gets the first one's
        // session, or the first one gets a different session for its next statement.
        var others = new List<DashboardDbContext>();
        try
        {
            for (var round = 0; round < Rounds; round++)
            {
                var other = await contexts.CreateDbContextAsync(cancellationToken);
                others.Add(other);
                await other.Database.OpenConnectionAsync(cancellationToken);
                await other.Database.ExecuteSqlRawAsync("BEGIN", cancellationToken);
                if (await GetSessionIdAsync((NpgsqlConnection)other.Database.GetDbConnection(), cancellationToken) == session || await GetSessionIdAsync(first, cancellationToken) != session)
                {
                    throw new DatabaseRefusedException(DatabaseError.SharedSessions);
                }
            }
        }
        finally
        {
            foreach (var other in others)
            {
                await other.DisposeAsync();
            }
        }
    }

    private static async Task<int> GetSessionIdAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT pg_backend_pid()", connection);
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
