using System.Diagnostics;
using Convai.Dashboard.Testing;

namespace Convai.Dashboard.Benchmarks;

/// <summary>
/// From the start of the process until it answers, and the memory at rest, of the published dashboard beside an empty Blazor
/// Server app. By turns, so that whatever else the machine does meets all of them.
/// </summary>
[Collection(nameof(PublishedPrograms))]
[Trait("Speed", "Slow")]
public sealed class StartBenchmark(PublishedPrograms programs)
{
    private const int Rounds = 7;

    private static readonly (string Name, string Value)[] Sandbox = [("Convai__Mode", "Sandbox")];

    // As a studio runs it: the sandbox is a second web server, which starts too. Nothing listens at the address, and a start needs no answer.
    private static readonly (string Name, string Value)[] Convai = [("Convai__Mode", "Live"), ("Convai__ApiKey", "benchmark"), ("Convai__BaseUrl", "http://127.0.0.1:9/")];

    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(3);

    [Fact(Explicit = true)]
    public async Task Start_ComparedWithEmptyBlazorApp()
    {
        var folder = Directory.CreateTempSubdirectory("dashboard-start-");
        try
        {
            var empty = Path.Combine(folder.FullName, "empty");
            await RunAsync("new", "blazor", "--interactivity", "Server", "--empty", "--name", "Empty", "--output", empty);
            var floor = new Candidate(await PublishAsync(folder.FullName, empty, "Empty"), "", []);
            var dashboard = await programs.DashboardAsync();
            var first = new Candidate(dashboard, "health", Sandbox);
            var again = new Candidate(dashboard, "health", Sandbox);
            var deployed = new Candidate(dashboard, "health", Convai);
            for (var round = 0; round < Rounds; round++)
            {
                await floor.MeasureAsync(folder.FullName);
                var data = folder.CreateSubdirectory($"data-{round}").FullName;
                await first.MeasureAsync(data);
                await again.MeasureAsync(data);
                await deployed.MeasureAsync(data);
            }

            var report = TestContext.Current.TestOutputHelper!;
            report.WriteLine($"an empty Blazor Server app: {floor.Start.TotalMilliseconds:0} ms to the first answer, {floor.Megabytes:0} MB at rest");
            report.WriteLine($"the dashboard, empty data directory: {Compare(first)}");
            report.WriteLine($"the dashboard, with its database: {Compare(again)}");
            report.WriteLine($"the dashboard, with its database and a key instead of the sandbox: {Compare(deployed)}");

            string Compare(Candidate candidate) =>
                $"healthy after {candidate.Start.TotalMilliseconds:0} ms ({candidate.Start / floor.Start:0.0} times), {candidate.Megabytes:0} MB at rest ({candidate.Megabytes / floor.Megabytes:0.0} times)";
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<string> PublishAsync(string folder, string project, string name)
    {
        var output = Path.Combine(folder, $"published-{name}");
        await RunAsync("publish", project, "--configuration", "Release", "--output", output);
        return Path.Combine(output, $"{name}.dll");
    }

    private static async Task RunAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync(Cancellation);
        await process.WaitForExitAsync(Cancellation);
        Assert.True(process.ExitCode == 0, output);
    }

    /// <param name="path">What answers once the program is ready to work.</param>
    private sealed class Candidate(string program, string path, (string Name, string Value)[] settings)
    {
        private readonly List<TimeSpan> _starts = [];
        private readonly List<double> _megabytes = [];

        public TimeSpan Start => Median(_starts);

        public double Megabytes => Median(_megabytes);

        public async Task MeasureAsync(string data)
        {
            var watch = Stopwatch.StartNew();
            var start = new ProcessStartInfo("dotnet", program)
            {
                WorkingDirectory = Path.GetDirectoryName(program),
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment = { ["ASPNETCORE_ENVIRONMENT"] = "Production", ["ASPNETCORE_URLS"] = "http://127.0.0.1:0", ["Data__Directory"] = data },
            };
            foreach (var (name, value) in settings)
            {
                start.Environment[name] = value;
            }

            using var process = Process.Start(start)!;
            try
            {
                using var http = new HttpClient { BaseAddress = await DashboardProcess.ReadAddressAsync(process) };
                await http.GetStringAsync(path, Cancellation);
                _starts.Add(watch.Elapsed);
                await http.GetStringAsync("", Cancellation);
                await Task.Delay(Rest, Cancellation);
                process.Refresh();
                _megabytes.Add(process.WorkingSet64 / 1e6);
            }
            finally
            {
                process.Kill();
                await process.WaitForExitAsync(CancellationToken.None);
            }
        }

        private static T Median<T>(IEnumerable<T> values) => values.Order().ElementAt(Rounds / 2);
    }
}
