namespace Convai.Dashboard.Features.SettingsFile;

public static class SettingsFileFeature
{
    public static void AddSettingsFile(this IHostApplicationBuilder builder) => builder.Services.AddSingleton<SettingsImport>();

    public static void MapSettingsFile(this WebApplication app) => app.MapSettingsExport();
}
