using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Convai.Dashboard.Testing;

/// <summary>Keeps what is logged, each exception in full: at all levels, except for the details of the database libraries.</summary>
internal sealed class RecordingLoggerProvider : ILoggerProvider
{
    private readonly ConcurrentQueue<Lazy<string>> _lines = new();

    public IReadOnlyList<string> Lines => [.. _lines.Select(line => line.Value)];

    public ILogger CreateLogger(string categoryName) => new Recorder(categoryName, _lines);

    public void Dispose()
    {
    }

    private sealed class Recorder(string category, ConcurrentQueue<Lazy<string>> lines) : ILogger
    {
        // The database libraries log the most, and never values, at any level. Recording their details would take a twentieth of the time of the tests.
        private readonly LogLevel _minimum = category.StartsWith("Microsoft.EntityFrameworkCore.", StringComparison.Ordinal) || category.StartsWith("Npgsql.", StringComparison.Ordinal)
            ? LogLevel.Information
            : LogLevel.Trace;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= _minimum;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel >= LogLevel.Information || state is LoggerMessageState)
            {
                // The dashboard's own messages share one state for each thread, and those about a request read it while it lasts.
                var message = formatter(state, exception);
                lines.Enqueue(new(() => $"{logLevel} {category} {message} {exception}"));
            }
            else
            {
                // Only for who reads it: formatting all details of all tests takes a tenth of their time.
                lines.Enqueue(new(() => $"{logLevel} {category} {formatter(state, exception)} {exception}"));
            }
        }
    }
}
