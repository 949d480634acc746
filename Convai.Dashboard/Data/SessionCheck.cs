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

    /// <exception cref="DatabaseRefusedException">A pooler shares sessions.</exception>
    public static async Task RunAsync(IDbContextFactory<DashboardDbContext> contexts, CancellationToken cancellationToken)
    {
        await using var first = await contexts.CreateDbContextAsync(cancellationToken);
        await first.Database.OpenConnectionAsync(cancellationToken);
        var session = await SessionAsync(first, cancellationToken);
        if (session == ((NpgsqlConnection)first.Database.GetDbConnection()).ProcessID)
        {
            // No pooler: one reports a process id of its own.
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
                if (await SessionAsync(other, cancellationToken) == session || await SessionAsync(first, cancellationToken) != session)
                {
                    throw new DatabaseRefusedException(DatabaseTrouble.SharedSessions);
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

    private static Task<int> SessionAsync(DashboardDbContext db, CancellationToken cancellationToken) =>
        db.Database.SqlQuery<int>($"""SELECT pg_backend_pid() AS "Value" """).SingleAsync(cancellationToken);
}
