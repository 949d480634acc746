using Convai.Dashboard.Features.Batches;

namespace Convai.Dashboard.Features.Presets;

public static class PresetsFeature
{
    public static void AddPresets(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<CharacterPresets>();
        builder.Services.AddSingleton<PresetLibrary>();
        builder.Services.AddSingleton<IPlanPresets, PlanPresets>();
    }
}
