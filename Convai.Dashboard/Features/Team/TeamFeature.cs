namespace Convai.Dashboard.Features.Team;

public static class TeamFeature
{
    public static void AddTeam(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<AccessLinks>();
        builder.Services.AddSingleton<SecurityLog>();
        builder.Services.AddSingleton<TeamDirectory>();
    }
}
