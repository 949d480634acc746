namespace Convai.Dashboard.Features.Changes;

public static class ChangesFeature
{
    public static void AddChanges(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<DriftOptions>().BindConfiguration(DriftOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<InProcessChangeFeed>();
        // If several servers share a database, their feed is registered after this one.
        builder.Services.AddSingleton<IChangeFeed>(provider => provider.GetRequiredService<InProcessChangeFeed>());
        builder.Services.AddSingleton<Visitors>();
        builder.Services.AddSingleton<CharacterLocks>();
        builder.Services.AddSingleton<FairQueue>();
        builder.Services.AddSingleton<JournalWriteQueue>();
        builder.Services.AddSingleton<JournalPublisher>();
        builder.Services.AddSingleton<JournalReconciler>();
        builder.Services.AddSingleton<ChangeJournal>();
        builder.Services.AddSingleton<ChangeHistory>();
        builder.Services.AddSingleton<RunningWrites>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<RunningWrites>());
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = RunningWrites.MaxShutdown);
        builder.Services.AddSingleton<ChangeVerifier>();
        builder.Services.AddSingleton<ChangeRequestValidator>();
        builder.Services.AddSingleton<ChangeCalls>();
        builder.Services.AddSingleton<ChangeWriter>();
        builder.Services.AddSingleton<BatchItemWriter>();
        // Starts first, so that everything after it records by the same time.
        builder.Services.AddHostedService<JournalClock>();
        builder.Services.AddHostedService<DriftMonitor>();
        builder.Services.AddHostedService<GroupsPublisher>();
    }
}
