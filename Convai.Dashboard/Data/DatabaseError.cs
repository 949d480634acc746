using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Convai.Dashboard.Data;

/// <summary>Describes to people what is wrong with the database. It never uses exception messages, because they name files and hosts.</summary>
public static class DatabaseError
{
    // https://www.sqlite.org/rescode.html
    private const int Busy = 5;
    private const int Locked = 6;
    private const int ReadOnly = 8;
    private const int Full = 13;
    private const int UniqueConstraintViolation = 2067;

    internal const string SharedSessions =
        "A connection pooler, such as PgBouncer, shares database sessions between connections, so the dashboard's locks would be lost. Set pool_mode = session, or connect to PostgreSQL directly.";

    // https://www.pgbouncer.org/config.html#ignore_startup_parameters
    internal const string StartUpParameterRefused =
        "A connection pooler, such as PgBouncer, rejects the dashboard's start-up parameter \"options\". Set ignore_startup_parameters = extra_float_digits, options and pool_mode = session, or connect to PostgreSQL directly.";

    internal const string Unspecific = "The dashboard's database cannot be used right now.";

    /// <summary>A full sentence; null for an exception that is not the database's.</summary>
    public static string? Describe(Exception exception) => exception switch
    {
        DbUpdateException { InnerException: { } inner } => Describe(inner) ?? "The dashboard's database rejected the change.",
        SqliteException { SqliteErrorCode: Busy or Locked } => "The dashboard's database is locked by another program.",
        SqliteException { SqliteErrorCode: ReadOnly } => "The dashboard's database cannot be written to: its files are read-only.",
        SqliteException { SqliteErrorCode: Full } => "The dashboard's disk is full.",
        PostgresException { SqlState: PostgresErrorCodes.ProtocolViolation } refused when refused.MessageText.Contains("startup parameter", StringComparison.Ordinal) => StartUpParameterRefused,
        PostgresException { SqlState: PostgresErrorCodes.ProtocolViolation } refused when refused.MessageText.Contains("statement pooling", StringComparison.Ordinal) => SharedSessions,
        PostgresException refused => DescribePostgres(refused.SqlState),
        NpgsqlException { InnerException: TimeoutException } => "The dashboard's database did not answer in time.",
        // The database has not answered at all.
        NpgsqlException => "The dashboard's database cannot be reached.",
        DbException or DbUpdateException => Unspecific,
        // EF wraps errors that it considers transient.
        InvalidOperationException { InnerException: { } inner } => Describe(inner),
        // The connection broke earlier, and code that goes on using it is told that it is not open or that its transaction has completed.
        InvalidOperationException { Source: nameof(Npgsql) } => "The dashboard's database cannot be reached.",
        _ => null,
    };

    /// <summary>True if the unique value exists already, because someone else was a moment faster.</summary>
    public static bool IsUniqueViolation(Exception exception) => (exception as DbException ?? exception.InnerException) is
        SqliteException { SqliteExtendedErrorCode: UniqueConstraintViolation } or PostgresException { SqlState: PostgresErrorCodes.UniqueViolation };

    /// <summary>The database's own error code and message, for the log; null when <see cref="Describe"/> has a specific sentence.</summary>
    internal static (string Code, string Message)? GetUnexplained(Exception exception) => (exception as DbException ?? exception.InnerException) switch
    {
        DbException refused when Describe(refused) != Unspecific || IsUniqueViolation(refused) => null,
        PostgresException refused => (refused.SqlState, refused.MessageText),
        SqliteException refused => ($"{refused.SqliteExtendedErrorCode}", refused.Message),
        _ => null,
    };

    // https://www.postgresql.org/docs/current/errcodes-appendix.html
    private static string DescribePostgres(string state) => state switch
    {
        PostgresErrorCodes.DiskFull => "The disk of the dashboard's database is full.",
        PostgresErrorCodes.ReadOnlySqlTransaction => "The dashboard's database cannot be written to: it is read-only.",
        PostgresErrorCodes.TooManyConnections => "The dashboard's database has no free connections.",
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification => "The dashboard's database rejected the dashboard's user name or password.",
        PostgresErrorCodes.InvalidCatalogName => "The dashboard's database does not exist on its server.",
        PostgresErrorCodes.InsufficientPrivilege => "The dashboard's database user lacks a permission.",
        PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow => "The dashboard's database is being restarted.",
        _ => Unspecific,
    };
}
