using System.Diagnostics;
using System.Globalization;
using Convai.Dashboard.Testing;

namespace Convai.Dashboard.Benchmarks;

/// <summary>A published program that runs, and says what it needs.</summary>
internal sealed class MeasuredProgram : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _report;

    private MeasuredProgram(Process process, string report, Uri address) => (_process, _report, Address) = (process, report, address);

    public Uri Address { get; }

    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>The dashboard in sandbox mode; another program makes nothing of the settings.</summary>
    public static async Task<MeasuredProgram> StartAsync(string program, string data, params (string Key, string Value)[] settings)
    {
        var report = Path.Combine(data, "memory");
        var start = new ProcessStartInfo("dotnet", program)
        {
            WorkingDirectory = Path.GetDirectoryName(program),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["ASPNETCORE_ENVIRONMENT"] = "Production",
                ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
                ["Convai__Mode"] = "Sandbox",
                ["Data__Directory"] = data,
                ["DOTNET_STARTUP_HOOKS"] = typeof(StartupHook).Assembly.Location,
                [StartupHook.ReportVariable] = report,
            },
        };
        foreach (var (key, value) in settings)
        {
            start.Environment[key] = value;
        }

        var process = Process.Start(start)!;
        var address = await DashboardProcess.ReadAddressAsync(process);
        // A pipe that is not read would fill up and stop the program.
        _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
        _ = process.StandardError.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
        return new MeasuredProgram(process, report, address);
    }

    /// <summary>Bytes after a full collection: of the managed heap, and of the whole process.</summary>
    public async Task<(double Heap, double Process)> MemoryAsync()
    {
        File.Delete(_report);
        // Every shell knows "kill" itself; the program of that name is not everywhere.
        using var kill = Process.Start("sh", ["-c", $"kill -USR1 {_process.Id}"]);
        while (!File.Exists(_report))
        {
            await Task.Delay(50, Cancellation);
        }

        var numbers = (await File.ReadAllTextAsync(_report, Cancellation)).Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture)).ToList();
        return (numbers[0], numbers[1]);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }
}
