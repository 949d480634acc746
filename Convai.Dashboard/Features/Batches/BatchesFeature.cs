namespace Convai.Dashboard.Features.Batches;

public static class BatchesFeature
{
    public static void AddBatches(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<BatchPlans>();
        builder.Services.AddScoped<BatchDialogs>();
    }
}
