namespace Convai.Dashboard.Features.Team;

public static class TeamFeature
{
    public static void AddTeam(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<TeamDirectory>();
        builder.Services.AddSingleton<ProviderLinks>();
    }
}
