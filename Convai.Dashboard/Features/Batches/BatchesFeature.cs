namespace Convai.Dashboard.Features.Batches;

public static class BatchesFeature
{
    public static void AddBatches(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<BatchOptions>().BindConfiguration(BatchOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<BatchRepository>();
        builder.Services.AddSingleton<Changes.IBatchStates>(services => services.GetRequiredService<BatchRepository>());
        builder.Services.AddSingleton<BatchPlanner>();
        builder.Services.AddSingleton<BatchWorker>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<BatchWorker>());
        builder.Services.AddSingleton<BatchService>();
    }
}
