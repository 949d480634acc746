using System.Text.Json;
using Convai.Dashboard.Testing;

namespace Convai.Dashboard.Observability;

[Trait("Speed", "Slow")]
public sealed class LogsTests
{
    [Fact]
    public async Task Json_IsOneObjectPerLine_WithRequestTraceId()
    {
        var data = Directory.CreateTempSubdirectory("dashboard-");
        await using var convai = await SandboxHost.StartAsync();
        convai.Fail("list", SandboxFaultKind.GatewayHtml);
        using var process = DashboardProcess.Launch(
            "output",
            data.FullName,
            ("ASPNETCORE_ENVIRONMENT", "Production"),
            ("Convai__ApiKey", convai.Sandbox.ApiKey),
            ("Convai__BaseUrl", convai.Sandbox.BaseAddress.ToString()),
            ("Setup__AdminEmail", TestPeople.Ana.Email!),
            ("Setup__AdminPassword", TestPeople.Password),
            ("Logging__Console__FormatterName", "json"));
        try
        {
            using var client = await AccountClient.SignedInAsync(await DashboardProcess.ReadAddressAsync(process), TestPeople.Ana.Email!);
            await client.GetAsync("/");
            JsonElement line;
            do
            {
                line = JsonDocument.Parse((await process.StandardOutput.ReadLineAsync(Cancellation))!).RootElement;
            }
            while (!line.GetProperty("Message").GetString()!.StartsWith("A call to Convai", StringComparison.Ordinal));
            Assert.Equal("A call to Convai's /character/list failed: Unreachable", line.GetProperty("Message").GetString());
            Assert.Equal("Unreachable", line.GetProperty("State").GetProperty("Kind").GetString());
            Assert.EndsWith("+00:00", line.GetProperty("Timestamp").GetString(), StringComparison.Ordinal);
            Assert.Contains(line.GetProperty("Scopes").EnumerateArray(), scope => scope.TryGetProperty("TraceId", out var trace) && trace.GetString()!.Length == 32);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            data.Delete(recursive: true);
        }
    }
}
