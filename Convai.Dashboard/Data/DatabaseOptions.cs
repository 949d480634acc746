using Microsoft.Extensions.Options;
using Npgsql;

namespace Convai.Dashboard.Data;

public enum DatabaseProvider
{
    /// <summary>One file in the data directory, for one server.</summary>
    Sqlite,

    /// <summary>A database server, which several dashboards may share.</summary>
    PostgreSql,
}

/// <summary>Where accounts, history, presets and batches are kept. A plain class, not a record, so that nothing prints the password by accident.</summary>
public sealed class DatabaseOptions
{
    public const string Section = "Database";

    public DatabaseProvider Provider { get; set; }

    /// <summary>A mounted secret: the file's trimmed text is the password of the connection string.</summary>
    public string? PasswordFile { get; set; }

    /// <summary>Comes from <c>ConnectionStrings:Dashboard</c>; only for PostgreSQL.</summary>
    internal string? ConnectionString { get; set; }

    internal bool IsPostgreSql => Provider == DatabaseProvider.PostgreSql;
}

internal sealed class DatabaseOptionsSetup(IConfiguration configuration) : IConfigureOptions<DatabaseOptions>, IValidateOptions<DatabaseOptions>
{
    private const string Key = "ConnectionStrings:Dashboard";

    // A server that has gone keeps its locks until the database notices: by default after two hours if its host has gone too, and never in the
    // middle of a statement, such as the one that watches a lock. The last setting requires PostgreSQL 14.
    private const string KeepAliveOptions =
        "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3 -c client_connection_check_interval=2000";

    public void Configure(DatabaseOptions options) => options.ConnectionString = configuration[Key];

    public ValidateOptionsResult Validate(string? name, DatabaseOptions options)
    {
        if (!options.IsPostgreSql)
        {
            return string.IsNullOrWhiteSpace(options.ConnectionString)
                ? ValidateOptionsResult.Success
                : ValidateOptionsResult.Fail($"{Key} is set, but Database:Provider is not PostgreSql; SQLite keeps its file in Data:Directory and needs no connection string.");
        }

        if (string.IsNullOrWhiteSpace(options.ConnectionString))
        {
            return ValidateOptionsResult.Fail($"{Key} is missing: with Database:Provider PostgreSql it says where the database is, such as Host=db;Database=dashboard;Username=dashboard.");
        }

        if (Parse(options.ConnectionString) is not { Host.Length: > 0 })
        {
            return ValidateOptionsResult.Fail($"{Key} is not a valid PostgreSQL connection string, such as Host=db;Database=dashboard;Username=dashboard.");
        }

        var password = SecretFile.Read(options.PasswordFile);
        var error = !string.IsNullOrEmpty(options.PasswordFile) && string.IsNullOrEmpty(password)
            ? SecretFile.UnreadableError("Database:PasswordFile")
            : SecretFile.QuotesError("Database:Password", password, options.PasswordFile);
        return error is null ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(error);
    }

    /// <summary>Fills in what the operator did not set, for a dashboard: several servers share one database, and no one waits half a minute for an answer.</summary>
    internal static string Complete(DatabaseOptions options)
    {
        var connection = Parse(options.ConnectionString)!;
        connection.Password = SecretFile.Read(options.PasswordFile) ?? connection.Password;
        connection.ApplicationName ??= "Convai.Dashboard";
        connection.Options ??= KeepAliveOptions;
        SetDefault("Maximum Pool Size", 30);
        SetDefault("Timeout", 5);
        SetDefault("Command Timeout", 15);
        return connection.ToString();

        void SetDefault(string keyword, int value)
        {
            if (!connection.ContainsKey(keyword) || !connection.ShouldSerialize(keyword))
            {
                connection[keyword] = value;
            }
        }
    }

    private static NpgsqlConnectionStringBuilder? Parse(string? text)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(text);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or InvalidCastException)
        {
            // The exception's message contains the text, and with it the password.
            return null;
        }
    }
}
