namespace Convai.Dashboard.Features.Cast;

public static class CastFeature
{
    public static void AddCast(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<CastViews>();
        builder.Services.AddScoped<BatchDialogs>();
    }
}
