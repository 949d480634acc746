using Convai.Dashboard.Data;
using Microsoft.EntityFrameworkCore;

namespace Convai.Dashboard.Features.Team;

public static class TeamFeature
{
    public static void AddTeam(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<AccessLinks>();
        builder.Services.AddSingleton<AccessLinkRevocation>();
        // One of them is the database's; the other is never asked for.
        builder.Services.ConfigureDbContext<DashboardDbContext>(Revoke);
        builder.Services.ConfigureDbContext<PostgresDbContext>(Revoke);
        builder.Services.AddSingleton<SecurityLog>();
        builder.Services.AddSingleton<TeamDirectory>();
        builder.Services.AddSingleton<ProviderLinks>();
    }

    private static void Revoke(IServiceProvider services, DbContextOptionsBuilder options) => options.AddInterceptors(services.GetRequiredService<AccessLinkRevocation>());
}
