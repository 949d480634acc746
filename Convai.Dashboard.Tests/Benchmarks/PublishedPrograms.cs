using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using Convai.Dashboard.Testing;
using MudBlazor;

namespace Convai.Dashboard.Benchmarks;

/// <summary>What is measured as a process of its own, published once as it is shipped, the floor as it comes; and one benchmark at a time.</summary>
[CollectionDefinition(nameof(PublishedPrograms), DisableParallelization = true)]
public sealed class PublishedPrograms : ICollectionFixture<PublishedPrograms>, IDisposable
{
    private static readonly string Architecture = RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant();

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("dashboard-benchmark-");
    private readonly Lazy<Task<string>> _dashboard;
    private readonly Lazy<Task<string>> _bare;

    public PublishedPrograms()
    {
        _dashboard = new(() => PublishAsync(DashboardProcess.Project, "Convai.Dashboard", "--arch", Architecture));
        _bare = new(PublishBareAsync);
    }

    /// <summary>The program's dll.</summary>
    public Task<string> DashboardAsync() => _dashboard.Value;

    /// <summary>The page of the folder <c>BarePage</c>: the floor.</summary>
    public Task<string> BareAsync() => _bare.Value;

    public string CreateFolder(string name) => _folder.CreateSubdirectory($"{name}-{Guid.NewGuid():N}").FullName;

    public void Dispose() => _folder.Delete(recursive: true);

    private async Task<string> PublishBareAsync()
    {
        var copy = _folder.CreateSubdirectory("BarePage");
        foreach (var file in Directory.GetFiles(Path.Combine(DashboardProcess.Project, "..", "Convai.Dashboard.Tests", "Benchmarks", "BarePage")))
        {
            File.Copy(file, Path.Combine(copy.FullName, Path.GetFileName(file)));
        }

        var version = typeof(MudButton).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
        return await PublishAsync(copy.FullName, "BarePage", $"-p:MudBlazorVersion={version}");
    }

    private async Task<string> PublishAsync(string project, string name, params string[] more)
    {
        var output = Path.Combine(_folder.FullName, $"published-{name}");
        using var process = Process.Start(new ProcessStartInfo("dotnet", ["publish", project, "--configuration", "Release", "--output", output, .. more]) { RedirectStandardOutput = true })!;
        var said = await process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        await process.WaitForExitAsync(CancellationToken.None);
        Assert.True(process.ExitCode == 0, said);
        return Path.Combine(output, $"{name}.dll");
    }
}
