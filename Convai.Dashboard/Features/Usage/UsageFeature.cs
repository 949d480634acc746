namespace Convai.Dashboard.Features.Usage;

public static class UsageFeature
{
    public static void AddUsage(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<AccountUsage>();
    }
}
