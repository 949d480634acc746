using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Convai.Dashboard.Testing;

/// <summary>Keeps every line that is logged, with its exception in full.</summary>
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
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

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
