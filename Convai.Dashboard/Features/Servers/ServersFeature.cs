using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Changes;

namespace Convai.Dashboard.Features.Servers;

/// <summary>The services that several servers share, registered only if they share a PostgreSQL database. Locks are in <see cref="ServerLocks"/>.</summary>
public static class ServersFeature
{
    public static void AddServers(this IHostApplicationBuilder builder)
    {
        if (!Database.IsPostgreSql(builder.Configuration))
        {
            return;
        }

        builder.Services.AddSingleton<ISharedRateLimit, PostgresRateLimit>();
        builder.Services.AddSingleton<PostgresChangeFeed>();
        builder.Services.AddSingleton<IChangeFeed>(provider => provider.GetRequiredService<PostgresChangeFeed>());
        builder.Services.AddHostedService(provider => provider.GetRequiredService<PostgresChangeFeed>());
        builder.Services.AddHostedService<VisitorsRepublisher>();
    }
}
