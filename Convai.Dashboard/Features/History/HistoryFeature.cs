namespace Convai.Dashboard.Features.History;

public static class HistoryFeature
{
    public static void AddHistory(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<HistoryReader>();
        builder.Services.AddScoped<ChangeDialogs>();
    }

    public static void MapHistory(this WebApplication app) => app.MapHistoryExport();
}
