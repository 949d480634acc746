using System.Data;
using System.Globalization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Convai.Dashboard.Data;

/// <summary>The one database: SQLite in the data directory, or PostgreSQL where it is configured.</summary>
public static class Database
{
    // Any number that no other lock uses; the locks of characters and batches have names.
    private const long PeopleLock = 0x636F6E766169;

    public static void AddDatabase(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<DatabaseOptions>().BindConfiguration(DatabaseOptions.Section).ValidateOnStart();
        services.AddSingleton<DatabaseOptionsSetup>();
        services.AddSingleton<IConfigureOptions<DatabaseOptions>>(provider => provider.GetRequiredService<DatabaseOptionsSetup>());
        services.AddSingleton<IValidateOptions<DatabaseOptions>>(provider => provider.GetRequiredService<DatabaseOptionsSetup>());
        services.TryAddSingleton(provider => new MonotonicClock(provider.GetService<DatabaseClock>() ?? TimeProvider.System));
        services.TryAddSingleton<TimeProvider>(provider => provider.GetRequiredService<MonotonicClock>());
        services.AddSingleton<DatabaseUpgrade>();
        services.AddSingleton<DatabaseProbe>();
        services.AddSingleton<ServerLocks>();
        services.AddSingleton<DatabaseErrorLog>();
        services.ConfigureDbContext<DashboardDbContext>(Configure);
        services.ConfigureDbContext<PostgresDbContext>(Configure);
        if (IsPostgreSql(builder.Configuration))
        {
            AddPostgreSql(services);
        }
        else
        {
            AddSqlite(services);
        }

        // The keys that encrypt cookies are kept with everything else.
        services.AddDataProtection().SetApplicationName("Convai.Dashboard");
    }

    /// <summary>
    /// Begins a transaction that others begun this way wait for. SQLite has one writer at a time anyway; on PostgreSQL it is a lock, because
    /// "serializable" there ends in errors. It is meant for rare writes: to accounts, and to what people keep for themselves.
    /// </summary>
    public static async Task<IDbContextTransaction> BeginSerialTransactionAsync(this DatabaseFacade database, CancellationToken cancellationToken)
    {
        if (!database.IsNpgsql())
        {
            return await database.BeginTransactionAsync(IsolationLevel.Serializable, cancellationToken);
        }

        var transaction = await database.BeginTransactionAsync(cancellationToken);
        await database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({PeopleLock})", cancellationToken);
        return transaction;
    }

    /// <summary>Checks for rows in the way of <see cref="ReadColumnAsync"/>.</summary>
    /// <param name="select">Plain SQL for the database in use.</param>
    internal static async Task<bool> HasRowsAsync(this DatabaseFacade database, string select, CancellationToken cancellationToken) =>
        (await database.ReadColumnAsync(select, cancellationToken)).Count > 0;

    /// <summary>Reads the first column as text, without compiling a LINQ query, which would slow down every start.</summary>
    /// <param name="select">Plain SQL for the database in use.</param>
    internal static async Task<IReadOnlyList<string>> ReadColumnAsync(this DatabaseFacade database, string select, CancellationToken cancellationToken)
    {
        await database.OpenConnectionAsync(cancellationToken);
        try
        {
            await using var command = database.GetDbConnection().CreateCommand();
            command.CommandText = select;
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            var values = new List<string>();
            while (await reader.ReadAsync(cancellationToken))
            {
                values.Add(Convert.ToString(reader.GetValue(0), CultureInfo.InvariantCulture)!);
            }

            return values;
        }
        finally
        {
            await database.CloseConnectionAsync();
        }
    }

    /// <summary>Reads the setting itself, because the registration of services depends on it, before options exist.</summary>
    internal static bool IsPostgreSql(IConfiguration configuration) =>
        configuration.GetValue<DatabaseProvider>($"{DatabaseOptions.Section}:{nameof(DatabaseOptions.Provider)}") == DatabaseProvider.PostgreSql;

    internal static string ConnectionString(DataOptions data) =>
        new SqliteConnectionStringBuilder { DataSource = Path.Combine(data.FullPath, "dashboard.db"), DefaultTimeout = 5 }.ToString();

    // In a context's own OnConfiguring, warnings would cost EF a second set of internal services at every start.
    private static void Configure(IServiceProvider services, DbContextOptionsBuilder options) => options
        .AddInterceptors(services.GetRequiredService<DatabaseErrorLog>())
        // Identity maps a phone number, which people here do not have.
        .ConfigureWarnings(warnings => warnings.Ignore(CoreEventId.MappedPropertyIgnoredWarning));

    private static void AddSqlite(IServiceCollection services)
    {
        services.AddPooledDbContextFactory<DashboardDbContext>((provider, options) => options.UseSqlite(ConnectionString(provider.GetRequiredService<IOptions<DataOptions>>().Value)));
        services.AddOptions<KeyManagementOptions>().Configure<IOptions<DataOptions>, ILoggerFactory>((keys, data, logging) =>
            keys.XmlRepository = new FileSystemXmlRepository(new DirectoryInfo(Path.Combine(data.Value.FullPath, "keys")), logging));
    }

    private static void AddPostgreSql(IServiceCollection services)
    {
        services.AddSingleton(provider => new NpgsqlDataSourceBuilder(DatabaseOptionsSetup.Complete(provider.GetRequiredService<IOptions<DatabaseOptions>>().Value))
            .UseLoggerFactory(provider.GetRequiredService<ILoggerFactory>()).Build());
        services.AddSingleton(_ => new DatabaseClock(TimeProvider.System));
        services.AddPooledDbContextFactory<PostgresDbContext>((provider, options) => options.UseNpgsql(provider.GetRequiredService<NpgsqlDataSource>()));
        services.AddSingleton<IDbContextFactory<DashboardDbContext>, PostgresContextFactory>();
        services.AddScoped<DashboardDbContext>(provider => provider.GetRequiredService<PostgresDbContext>());
        services.AddDataProtection().PersistKeysToDbContext<PostgresDbContext>();
    }

    private sealed class PostgresContextFactory(IDbContextFactory<PostgresDbContext> contexts) : IDbContextFactory<DashboardDbContext>
    {
        public DashboardDbContext CreateDbContext() => contexts.CreateDbContext();
    }
}
