namespace Convai.Dashboard.Features.About;

public static class AboutFeature
{
    public static void AddAbout(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ServerStatus>();
        builder.Services.AddSingleton<SandboxStartOver>();
    }
}
