namespace Convai.Dashboard.Features.Cast;

public static class CastFeature
{
    public static void AddCast(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<CastOptions>().BindConfiguration(CastOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<CastDirectory>();
        builder.Services.AddSingleton<CharacterPictures>();
        builder.Services.AddSingleton<CastViews>();
        builder.Services.AddScoped<LastCastView>();
    }

    public static void MapCast(this WebApplication app) => app.MapCharacterPicture();
}
