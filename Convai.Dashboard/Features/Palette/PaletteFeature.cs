using Convai.Dashboard.Features.Palette.Sources;

namespace Convai.Dashboard.Features.Palette;

public static class PaletteFeature
{
    public static void AddPalette(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<RecentCharacters>();
        // In the order in which equally good matches are shown.
        services.AddSingleton<IPaletteSource, RecentSource>();
        services.AddSingleton<IPaletteSource, CharacterSource>();
        services.AddSingleton<IPaletteSource, ActionSource>();
        services.AddSingleton<IPaletteSource, PageSource>();
        services.AddSingleton<IPaletteSource, PresetSource>();
        services.AddSingleton<IPaletteSource, ViewSource>();
        services.AddSingleton<IPaletteSource, GroupSource>();
        services.AddSingleton<IPaletteSource, BatchSource>();
        services.AddSingleton<IPaletteSource, RehearsalSource>();
        services.AddSingleton<IPaletteSource, ModelSource>();
        services.AddSingleton<IPaletteSource, PersonSource>();
    }
}
