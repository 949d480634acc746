using Microsoft.AspNetCore.HostFiltering;
using Microsoft.Extensions.Options;

namespace Convai.Dashboard.Security;

/// <summary>Warns if any host name is answered (<c>AllowedHosts</c>), because links that people are sent contain the requested one.</summary>
public static partial class HostNames
{
    public static void WarnIfAnyHostIsAllowed(this WebApplication app)
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
