namespace Convai.Dashboard.Features.Changes;

public static class ChangesFeature
{
    public static void AddChanges(this IHostApplicationBuilder builder) => builder.Services.AddSingleton<ChangeWriter>();
}
