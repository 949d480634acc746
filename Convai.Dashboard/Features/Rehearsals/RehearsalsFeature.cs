using Microsoft.Extensions.Options;

namespace Convai.Dashboard.Features.Rehearsals;

public static class RehearsalsFeature
{
    public static void AddRehearsals(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<RehearsalOptions>().BindConfiguration(RehearsalOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<RehearsalOptions>, RehearsalOptionsValidator>();
        builder.Services.AddSingleton<RehearsalRepository>();
        builder.Services.AddSingleton<RehearsalServices>();
        builder.Services.AddSingleton<RehearsalWorker>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<RehearsalWorker>());
        builder.Services.AddSingleton<RehearsalService>();
        builder.Services.AddSingleton<LineSuggestions>();
        builder.Services.AddSingleton<AnswerMarks>();
        builder.Services.AddSingleton<ScriptLibrary>();
        builder.Services.AddSingleton<RehearsalEvidence>();
    }
}
