using Microsoft.AspNetCore.HostFiltering;
using Microsoft.Extensions.Options;

namespace Convai.Dashboard.Security;

/// <summary>Which host names are answered (<c>AllowedHosts</c>): links that people are sent are made of the one that was asked for.</summary>
public static partial class HostNames
{
    public static void WarnWhereAnyIsAnswered(this WebApplication app)
    {
        var hosts = app.Services.GetRequiredService<IOptions<HostFilteringOptions>>().Value.AllowedHosts;
        if (app.Environment.IsProduction() && (hosts.Count == 0 || hosts.Contains("*")))
        {
            LogAnyHost(app.Logger);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "AllowedHosts is *, so requests for any host name are answered. Set it to the names that people use, such as dashboard.studio.example.")]
    private static partial void LogAnyHost(ILogger logger);
}
