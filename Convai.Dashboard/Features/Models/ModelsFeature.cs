using Microsoft.Extensions.Options;

namespace Convai.Dashboard.Features.Models;

public static class ModelsFeature
{
    public static void AddModels(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<ModelsOptions>().BindConfiguration(ModelsOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<ModelsOptions>, ModelsOptionsValidator>();
        builder.Services.AddSingleton<ModelCatalogue>();
        builder.Services.AddSingleton<AccountModels>();
        builder.Services.AddSingleton<CharacterTools>();
        builder.Services.AddSingleton<FavouriteModels>();
        builder.Services.AddSingleton<ModelNotes>();
    }
}
