using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Convai.Dashboard.Testing;

/// <summary>What SQLite is told on every connection: it then fails by itself, with its own errors.</summary>
internal sealed class SqlitePragma : DbConnectionInterceptor
{
    public string? Sql { get; set; }

    public override async Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        if (Sql is not null)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = Sql;
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
