namespace Convai.Dashboard.Observability;

public static class Telemetry
{
    public static void AddTelemetry(this IHostApplicationBuilder builder) => builder.Services.AddSingleton<DashboardTelemetry>();
}
