using Convai.Dashboard;
using Microsoft.Extensions.Options;

try
{
    var builder = WebApplication.CreateBuilder(DashboardHost.CreateOptions(args));
    builder.AddDashboard();
    var app = builder.Build();
    app.UseDashboard();
    await app.RunAsync();
    return 0;
}
catch (OptionsValidationException invalid)
{
    // A wrong setting is told in plain sentences; a stack trace would hide them.
    await Console.Error.WriteLineAsync($"The dashboard cannot start:{Environment.NewLine}{string.Join(Environment.NewLine, invalid.Failures)}");
    return 1;
}
