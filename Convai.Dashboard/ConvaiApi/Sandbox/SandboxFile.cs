using System.Text.Json;

namespace Convai.Dashboard.ConvaiApi.Sandbox;

/// <summary>
/// Keeps the sandbox's account in a file, so that it survives a restart. Failures are logged, not thrown: the sandbox then keeps the account in memory.
/// </summary>
internal sealed partial class SandboxFile(string path, ILogger<SandboxFile> logger) : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private FileStream? _lock;
    private bool _isWarned;

    /// <summary>Returns null if nothing was kept, or nothing that can be read.</summary>
    public SandboxState? Read()
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (JsonSerializer.Deserialize(stream, SandboxStateJsonContext.Default.SandboxState) is { IsValid: true } state)
            {
                return state;
            }

            LogStartedOver("It is damaged, or another version wrote it.");
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            // The first start.
        }
        catch (JsonException)
        {
            LogStartedOver("It is damaged, or another version wrote it.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogStartedOver(exception.Message);
        }

        return null;
    }

    /// <summary>
    /// Replaces the file as a whole. Of several servers with the same file, the first one that writes owns it until it stops; each has an account of its own, and the others keep
    /// theirs in memory. The caller lets one write end before the next.
    /// </summary>
    public void Write(SandboxState state)
    {
        try
        {
            _lock ??= new FileStream($"{path}.lock", Options(FileMode.OpenOrCreate));
            using (var stream = new FileStream($"{path}.new", Options(FileMode.Create)))
            {
                JsonSerializer.Serialize(stream, state, SandboxStateJsonContext.Default.SandboxState);
                stream.Flush(flushToDisk: true);
            }

            File.Move($"{path}.new", path, overwrite: true);
            _isWarned = false;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Every change tries again; one warning is enough.
            if (!_isWarned)
            {
                LogNotKept(exception.Message);
            }

            _isWarned = true;
        }
    }

    public void Dispose() => _lock?.Dispose();

    private static FileStreamOptions Options(FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = Private;
        }

        return options;
    }

    [LoggerMessage(1, LogLevel.Warning, "The sandbox file could not be read, so the sandbox starts over with its invented cast. What was changed in it now appears as changed in Convai. {Reason}")]
    private partial void LogStartedOver(string reason);

    [LoggerMessage(2, LogLevel.Warning, "The sandbox could not be saved; changes in it are forgotten when this server stops. Another server may be using the same file. {Reason}")]
    private partial void LogNotKept(string reason);
}
