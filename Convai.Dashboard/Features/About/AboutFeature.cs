using Microsoft.AspNetCore.Components.Server.Circuits;

namespace Convai.Dashboard.Features.About;

public static class AboutFeature
{
    public static void AddAbout(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<OpenPages>();
        builder.Services.AddSingleton<CircuitHandler>(provider => provider.GetRequiredService<OpenPages>());
        builder.Services.AddSingleton<ServerStatus>();
    }
}
