using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace Convai.Dashboard.Observability;

/// <summary>
/// The plain lines of the console, without control characters that came from outside: a visitor could otherwise write lines of their own into the log,
/// or move the reader's cursor. Line breaks in this program's own templates stay. (JSON lines escape them anyway.)
/// </summary>
internal sealed class CleanConsoleFormatter : ConsoleFormatter, IDisposable
{
    private readonly ServiceProvider _services;
    private readonly ConsoleFormatter _plain;

    public CleanConsoleFormatter(IOptionsMonitor<SimpleConsoleFormatterOptions> options)
        : base(ConsoleFormatterNames.Simple)
    {
        // The framework's own is not public, and this one takes its place in the program's services.
        _services = new ServiceCollection().AddLogging(logging => logging.AddSimpleConsole()).AddSingleton(options).BuildServiceProvider();
        _plain = _services.GetServices<ConsoleFormatter>().Single(formatter => formatter.Name == ConsoleFormatterNames.Simple);
    }

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var exceptions = Flatten(logEntry.Exception).ToList();
        if (!HasControlCharacters(logEntry.State) && !exceptions.Exists(exception => ContainsControl(exception.Message)))
        {
            _plain.Write(logEntry, scopeProvider, textWriter);
            return;
        }

        var text = Clean(logEntry.Formatter(logEntry.State, null));
        if (logEntry.Exception is { } logged)
        {
            text += Environment.NewLine + exceptions.Aggregate(logged.ToString(), (written, exception) => ContainsControl(exception.Message) ? written.Replace(exception.Message, Clean(exception.Message), StringComparison.Ordinal) : written);
        }

        _plain.Write(new LogEntry<string>(logEntry.LogLevel, logEntry.Category, logEntry.EventId, text, null, static (line, _) => line), scopeProvider, textWriter);
    }

    public void Dispose() => _services.Dispose();

    private static bool HasControlCharacters<TState>(TState state) => state is IEnumerable<KeyValuePair<string, object?>> values
        ? values.Any(value => value.Key != "{OriginalFormat}" && ContainsControl(value.Value?.ToString()))
        : ContainsControl(state?.ToString());

    private static IEnumerable<Exception> Flatten(Exception? exception) => exception switch
    {
        null => [],
        AggregateException several => [several, .. several.InnerExceptions.SelectMany(Flatten)],
        _ => [exception, .. Flatten(exception.InnerException)],
    };

    private static bool ContainsControl(string? text) => text?.Any(IsControl) == true;

    private static string Clean(string text) => string.Concat(text.Select(character => IsControl(character) ? ' ' : character));

    // Includes the two line breaks that Unicode does not class as control characters.
    private static bool IsControl(char character) => char.IsControl(character) || character is '\u2028' or '\u2029';
}
