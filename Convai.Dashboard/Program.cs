using Convai.Dashboard;
using Convai.Dashboard.Data;
using Microsoft.Extensions.Options;

try
{
    var builder = WebApplication.CreateBuilder(DashboardHost.CreateOptions(args));
    builder.AddDashboard();
    var app = builder.Build();
    // Before the host does it, which would log a stack trace around the sentences.
    app.Services.GetRequiredService<IStartupValidator>().Validate();
    app.UseDashboard();
    await app.UpgradeDatabaseAsync();
    await app.RunAsync();
    return 0;
}
catch (Exception exception) when (SettingErrors.Of(exception) is { } errors)
{
    await Console.Error.WriteLineAsync($"The dashboard cannot start:{Environment.NewLine}{string.Join(Environment.NewLine, errors)}");
    return 1;
}
