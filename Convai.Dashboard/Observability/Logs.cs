using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace Convai.Dashboard.Observability;

public static class Logs
{
    /// <summary>
    /// People read plain lines, the link for the first account among them. Where <c>Logging:Console:FormatterName</c> says <c>json</c>, each line
    /// is an object with its time in UTC and, in its scopes, the ids of the trace to which it belongs.
    /// </summary>
    public static void AddLogs(this IHostApplicationBuilder builder)
    {
        // The first of all, so that Logging:Console:FormatterOptions has the last word.
        builder.Services.Insert(0, ServiceDescriptor.Singleton<IConfigureOptions<JsonConsoleFormatterOptions>>(
            new ConfigureOptions<JsonConsoleFormatterOptions>(json => (json.IncludeScopes, json.UseUtcTimestamp, json.TimestampFormat) = (true, true, "O"))));
        // Of two formatters with one name the console takes the first.
        builder.Services.Insert(0, ServiceDescriptor.Singleton<ConsoleFormatter, CleanConsoleFormatter>());
    }
}
