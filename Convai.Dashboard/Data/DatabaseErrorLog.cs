using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Convai.Dashboard.Data;

/// <summary>
/// Logs the database's own error message when <see cref="DatabaseError"/> has no specific sentence for it. The message names tables and settings; values
/// are in the error's detail, which is left out.
/// </summary>
public sealed partial class DatabaseErrorLog(ILogger<DatabaseErrorLog> logger) : DbCommandInterceptor, IDbConnectionInterceptor, IDbTransactionInterceptor
{
    /// <summary>For code that uses the database without EF.</summary>
    public void Write(Exception exception)
    {
        if (DatabaseError.GetUnexplained(exception) is var (code, message))
        {
            LogError(code, message);
        }
    }

    public override void CommandFailed(DbCommand command, CommandErrorEventData eventData) => Write(eventData.Exception);

    public override Task CommandFailedAsync(DbCommand command, CommandErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        Write(eventData.Exception);
        return Task.CompletedTask;
    }

    public void ConnectionFailed(DbConnection connection, ConnectionErrorEventData eventData) => Write(eventData.Exception);

    public Task ConnectionFailedAsync(DbConnection connection, ConnectionErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        Write(eventData.Exception);
        return Task.CompletedTask;
    }

    public void TransactionFailed(DbTransaction transaction, TransactionErrorEventData eventData) => Write(eventData.Exception);

    public Task TransactionFailedAsync(DbTransaction transaction, TransactionErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        Write(eventData.Exception);
        return Task.CompletedTask;
    }

    [LoggerMessage(1, LogLevel.Error, "The database answered with error {Code}: {Message}")]
    private partial void LogError(string code, string message);
}
