using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace Convai.Dashboard.Observability;

/// <summary>What visitors send cannot forge lines of the console's log; the program's own line breaks stay.</summary>
[Trait("Speed", "Slow")]
public sealed partial class CleanConsoleFormatterTests
{
    private const string Foreign = "x\r\ninfo: Forged[0]\n\u001b[2J\u009b31m\u2028end";

    [Fact]
    public void Argument_WithControlCharacters_IsSanitizedToOneLine() =>
        Assert.Equal(["warn: Test[1]", "      Asked for x  info: Forged[0]  [2J 31m end."], LinesOf(logger => LogAsked(logger, Foreign)));

    [Fact]
    public void Exception_WithControlCharacters_IsSanitizedAndKeepsStackTrace()
    {
        var lines = LinesOf(logger => LogFailed(logger, Thrown()));
        Assert.Contains("      System.InvalidOperationException: outer x  info: Forged[0]  [2J 31m end", lines);
        Assert.Contains(lines, line => line.Contains("---> System.FormatException: inner x  info", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("         at Convai.Dashboard", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.StartsWith("info", StringComparison.Ordinal));
    }

    [Fact]
    public void Template_WithLineBreaks_KeepsThem() =>
        Assert.Equal(["info: Test[3]", "      Open this link:", "      http://localhost"], LinesOf(logger => LogLink(logger, "http://localhost")));

    [LoggerMessage(1, LogLevel.Warning, "Asked for {Text}.")]
    private static partial void LogAsked(ILogger logger, string text);

    [LoggerMessage(2, LogLevel.Error, "Failed.")]
    private static partial void LogFailed(ILogger logger, Exception exception);

    [LoggerMessage(3, LogLevel.Information, "Open this link:\n{Link}")]
    private static partial void LogLink(ILogger logger, string link);

    private static InvalidOperationException Thrown()
    {
        try
        {
            throw new InvalidOperationException($"outer {Foreign}", new FormatException($"inner {Foreign}"));
        }
        catch (InvalidOperationException exception)
        {
            return exception;
        }
    }

    private static List<string> LinesOf(Action<ILogger> log)
    {
        using var formatter = new CleanConsoleFormatter(new Plain());
        using var writer = new StringWriter();
        log(new Writing(formatter, writer));
        var text = writer.ToString();
        Assert.DoesNotContain(text.Where(char.IsControl), character => character is not ('\n' or '\r'));
        return [.. text.ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }

    private sealed class Writing(CleanConsoleFormatter formatter, TextWriter writer) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> format) =>
            formatter.Write(new LogEntry<TState>(logLevel, "Test", eventId, state, exception, format), null, writer);
    }

    private sealed class Plain : IOptionsMonitor<SimpleConsoleFormatterOptions>
    {
        public SimpleConsoleFormatterOptions CurrentValue { get; } = new() { ColorBehavior = LoggerColorBehavior.Disabled };

        public SimpleConsoleFormatterOptions Get(string? name) => CurrentValue;

        public IDisposable? OnChange(Action<SimpleConsoleFormatterOptions, string?> listener) => null;
    }
}
