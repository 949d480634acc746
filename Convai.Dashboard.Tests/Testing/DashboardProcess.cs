using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Convai.Dashboard.Testing;

/// <summary>The real program as a process of its own, as it comes out of the build: it can be killed, and it shares nothing with the test but its files.</summary>
internal sealed partial class DashboardProcess : IAsyncDisposable
{
    private readonly Process _process;

    private DashboardProcess(Process process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    /// <summary>The folder of the program's project.</summary>
    public static string Project { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", "Convai.Dashboard"));

    /// <summary>Ready to answer when this returns. In development, since only a published program finds the scripts of its packages without it.</summary>
    public static async Task<DashboardProcess> StartAsync(string data, params (string Key, string Value)[] environment)
    {
        var process = Launch("output", data, [("ASPNETCORE_ENVIRONMENT", "Development"), .. environment]);
        try
        {
            var address = await ReadAddressAsync(process);
            // A pipe that is not read would fill up and stop the program.
            _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
            _ = process.StandardError.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
            return new DashboardProcess(process, address);
        }
        catch
        {
            await EndAsync(process);
            throw;
        }
    }

    /// <summary>A program that ends by itself: its exit code, and what it has said.</summary>
    /// <param name="command">As for <see cref="Launch"/>.</param>
    /// <param name="input">What it is given to read.</param>
    public static async Task<(int ExitCode, byte[] Output, string Error)> RunAsync(string command, string data, byte[]? input = null, params (string Key, string Value)[] environment)
    {
        using var process = Launch(command, data, [("ASPNETCORE_ENVIRONMENT", "Development"), .. environment]);
        try
        {
            var error = process.StandardError.ReadToEndAsync(Cancellation);
            using var output = new MemoryStream();
            var reading = process.StandardOutput.BaseStream.CopyToAsync(output, Cancellation);
            await process.StandardInput.BaseStream.WriteAsync(input ?? [], Cancellation);
            process.StandardInput.Close();
            await reading;
            await process.WaitForExitAsync(Cancellation);
            return (process.ExitCode, output.ToArray(), (await error).ReplaceLineEndings("\n").Trim());
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }

    /// <param name="command"><c>run</c>: by <c>dotnet run</c>; <c>output</c>: from the output folder; <c>health</c>, <c>backup</c>, <c>restore</c>: from there too, with this switch.</param>
    public static Process Launch(string command, string data, params (string Key, string Value)[] environment)
    {
        var program = Path.Combine(Project, "bin", Configuration, "net10.0", "Convai.Dashboard.dll");
        string[] arguments = command switch
        {
            "run" => ["run", "--no-build", "--no-launch-profile", "--project", Project, "-c", Configuration],
            "health" or "backup" or "restore" => [program, $"--{command}"],
            _ => [program],
        };
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            // Neither the project nor the output folder: a published program is started from anywhere.
            WorkingDirectory = Path.GetTempPath(),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("Convai", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            // The developer's own key must not turn a test into something else.
            start.Environment.Remove(name);
        }

        // It lives for seconds, in which compiling anything twice does not pay, nor a collector for each core; see the project of the tests.
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["DOTNET_TC_CallCountingDelayMs"] = "0x2000";
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        start.Environment["DOTNET_gcServer"] = "0";
        start.Environment["DOTNET_gcConcurrent"] = "0";
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        start.Environment["Data__Directory"] = data;
        foreach (var (key, value) in environment)
        {
            start.Environment[key] = value;
        }

        return Process.Start(start)!;
    }

    /// <summary>Waits until the program says where it listens.</summary>
    public static async Task<Uri> ReadAddressAsync(Process process)
    {
        while (await process.StandardOutput.ReadLineAsync(Cancellation) is { } line)
        {
            if (ListeningAddress().Match(line) is { Success: true } match)
            {
                return new Uri(match.Value);
            }
        }

        throw new InvalidOperationException($"The dashboard did not start: {await process.StandardError.ReadToEndAsync(Cancellation)}");
    }

    /// <summary>It gets no chance to finish anything. Once it is gone, calling this again does nothing.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>As a container is stopped: SIGTERM. Gives the exit code once the program has ended by itself.</summary>
    public async Task<int> StopAsync()
    {
        // Every shell knows "kill" itself; the program of that name is not everywhere.
        using var kill = Process.Start("sh", ["-c", $"kill -TERM {_process.Id}"]);
        await _process.WaitForExitAsync(Cancellation);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync() => await EndAsync(_process);

    private static async Task EndAsync(Process process)
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync(CancellationToken.None);
        process.Dispose();
    }

    private static string Configuration => typeof(DashboardProcess).Assembly.Location.Contains("/Release/", StringComparison.Ordinal) ? "Release" : "Debug";

    private static string ThisFile([CallerFilePath] string path = "") => path;

    [GeneratedRegex(@"(?<=Now listening on: )http://127\.0\.0\.1:\d+")]
    private static partial Regex ListeningAddress();
}
