namespace Convai.Dashboard.Features.Characters;

public static class CharactersFeature
{
    public static void AddCharacters(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<CastOptions>().BindConfiguration(CastOptions.Section);
        builder.Services.AddSingleton<CharacterCopies>();
        builder.Services.AddSingleton<CastDirectory>();
        builder.Services.AddSingleton<CharacterPictures>();
        builder.Services.AddSingleton<CharacterGroups>();
        builder.Services.AddScoped<LastCastView>();
    }

    public static void MapCharacters(this WebApplication app) => app.MapCharacterPicture();
}
