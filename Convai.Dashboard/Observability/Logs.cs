using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace Convai.Dashboard.Observability;

public static class Logs
{
    /// <summary>
    /// The console prints plain lines for people, including the link for the first account. If <c>Logging:Console:FormatterName</c> says <c>json</c>, each line
    /// is an object with its time in UTC and, in its scopes, the ids of the trace to which it belongs.
    /// </summary>
    public static void AddLogs(this IHostApplicationBuilder builder)
    {
        // Inserted first, so that Logging:Console:FormatterOptions overrides it.
        builder.Services.Insert(0, ServiceDescriptor.Singleton<IConfigureOptions<JsonConsoleFormatterOptions>>(
            new ConfigureOptions<JsonConsoleFormatterOptions>(json => (json.IncludeScopes, json.UseUtcTimestamp, json.TimestampFormat) = (true, true, "O"))));
        // Of two formatters with one name the console takes the first.
        builder.Services.Insert(0, ServiceDescriptor.Singleton<ConsoleFormatter, CleanConsoleFormatter>());
    }
}
