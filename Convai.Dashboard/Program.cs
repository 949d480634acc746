using Convai.Dashboard;
using Convai.Dashboard.Data;
using Convai.Dashboard.Observability;

try
{
    if (args is [HealthProbe.Switch])
    {
        return await HealthProbe.RunAsync();
    }

    var builder = WebApplication.CreateBuilder(DashboardHost.CreateOptions(args));
    if (await DatabaseBackup.RunAsync(args, builder.Configuration) is { } exitCode)
    {
        return exitCode;
    }

    builder.AddDashboard();
    var app = builder.Build();
    app.UseDashboard();
    await app.UpgradeDatabaseAsync();
    await app.RunAsync();
    return 0;
}
catch (Exception exception) when (SettingErrors.From(exception) is { } errors)
{
    await Console.Error.WriteLineAsync($"The dashboard cannot start:{Environment.NewLine}{string.Join(Environment.NewLine, errors)}");
    return 1;
}
