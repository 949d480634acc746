using Convai.Dashboard.Testing;
using Microsoft.Extensions.Configuration;

namespace Convai.Dashboard.Observability;

[Trait("Speed", "Slow")]
public sealed class HealthProbeTests
{
    [Theory]
    [InlineData("http_ports=8080", "http://127.0.0.1:8080/health")]
    [InlineData("http_ports=8081;8082", "http://127.0.0.1:8081/health")]
    [InlineData("http_ports=8080 urls=http://+:5005", "http://127.0.0.1:5005/health")]
    [InlineData("urls=https://*:8443;http://[::]:8080", "http://127.0.0.1:8080/health")]
    [InlineData("urls=http://localhost:5005/", "http://127.0.0.1:5005/health")]
    [InlineData("urls=http://10.0.0.5:8080", "http://10.0.0.5:8080/health")]
    [InlineData("urls=http://[::1]:8080", "http://[::1]:8080/health")]
    [InlineData("", "http://127.0.0.1:5000/health")]
    [InlineData("http_ports=8080 PathBase=/dashboard", "http://127.0.0.1:8080/dashboard/health")]
    [InlineData("urls=https://*:8443", null)]
    public void GetAddress_AnyConfiguration_IsReachableLocally(string settings, string? address) =>
        Assert.Equal(address, HealthProbe.GetAddress(Settings(settings))?.ToString());

    [Theory]
    [InlineData("AllowedHosts=*", null)]
    [InlineData("AllowedHosts=", null)]
    [InlineData("AllowedHosts=dashboard.studio.example;localhost", "dashboard.studio.example")]
    [InlineData("AllowedHosts=*.studio.example", "health.studio.example")]
    public void GetHost_AllowedHosts_ReturnsAcceptedName(string settings, string? host) =>
        Assert.Equal(host, HealthProbe.GetHost(Settings(settings)));

    [Fact]
    [Trait("Database", "None")]
    public async Task Probe_ServerRunning_ReportsHealth()
    {
        var data = Directory.CreateTempSubdirectory("dashboard-");
        await using (var server = await DashboardProcess.StartAsync(data.FullName, ("Convai__Mode", "Sandbox"), ("AllowedHosts", "dashboard.studio.example")))
        {
            Assert.Equal((0, ""), await ProbeAsync(server.Address));

            // The user of the tests may be root, to whom no folder is read-only.
            data.Delete(recursive: true);
            await File.WriteAllTextAsync(data.FullName, "", Cancellation);
            Assert.Equal((1, $"The dashboard is not healthy: {server.Address}health answered 503."), await ProbeAsync(server.Address));
        }

        File.Delete(data.FullName);
    }

    [Fact]
    public async Task Probe_ServerNotRunning_ReportsOneError()
    {
        // Nothing listens on the reserved port.
        var (exitCode, error) = await ProbeAsync(new Uri("http://127.0.0.1:1/"));
        Assert.Equal((1, "The dashboard does not answer at http://127.0.0.1:1/health: Connection refused (127.0.0.1:1)"), (exitCode, error));
    }

    private static IConfiguration Settings(string settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(setting => setting.Split('=')).Select(pair => KeyValuePair.Create(pair[0], (string?)pair[1])))
        .Build();

    private static async Task<(int ExitCode, string Error)> ProbeAsync(Uri address)
    {
        using var probe = DashboardProcess.Launch("health", "", ("ASPNETCORE_URLS", address.ToString()), ("AllowedHosts", "dashboard.studio.example"));
        var error = await probe.StandardError.ReadToEndAsync(Cancellation);
        await probe.WaitForExitAsync(Cancellation);
        return (probe.ExitCode, error.Trim());
    }
}
