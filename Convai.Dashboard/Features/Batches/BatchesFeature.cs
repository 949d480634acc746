namespace Convai.Dashboard.Features.Batches;

public static class BatchesFeature
{
    public static void AddBatches(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<BatchOptions>().BindConfiguration(BatchOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<BatchStore>();
        builder.Services.AddSingleton<BatchPlans>();
        builder.Services.AddSingleton<BatchRunner>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<BatchRunner>());
        builder.Services.AddSingleton<BatchRuns>();
    }
}
