using System.Diagnostics;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Convai.Dashboard.Observability;

/// <summary>The running dashboard and a collector: what goes out, and above all what does not.</summary>
[Trait("Speed", "Slow")]
public sealed class TelemetryTests
{
    [Fact]
    public async Task Save_WithCollector_ExportsSpansAndMetrics()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        await using var dashboard = await RunningDashboard.StartAsync(To(collector));
        var traceId = await SaveInTraceAsync(dashboard);
        Flush(dashboard);

        // Other tests of this process may save at the same time.
        var spans = collector.Spans.Where(span => span.TraceId == traceId).ToList();
        var save = Assert.Single(spans, span => span.Name == "save");
        var steps = spans.Where(span => span.ParentId == save.Id).ToList();
        Assert.Equal(["compare", "write", "read back"], steps.Select(step => step.Name));
        Assert.Equal(
            ["convai character/get", "convai character/update", "convai character/get"],
            steps.Select(step => Assert.Single(spans, span => span.ParentId == step.Id).Name));
        Assert.Contains("convai character/list", spans.Where(span => span.ParentId == spans.Single(reading => reading.Name == "read cast").Id).Select(span => span.Name));
        Assert.Superset(
            new HashSet<string> { DashboardTelemetry.CallDuration, DashboardTelemetry.SaveDuration, "http.server.request.duration", "dotnet.process.memory.working_set" },
            collector.Metrics.ToHashSet(StringComparer.Ordinal));
        Assert.Contains("convai-dashboard", collector.Bodies, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ExportedTelemetry_ContainsNoSecretsOrNames()
    {
        var secret = Path.GetTempFileName();
        await File.WriteAllTextAsync(secret, "authorization=Bearer of-the-collector\n", Cancellation);
        await using var collector = await OtlpReceiver.StartAsync();
        await using var dashboard = await RunningDashboard.StartAsync([.. To(collector), ("Telemetry:HeadersFile", secret)]);
        using var client = await AccountClient.SignedInAsync(dashboard.Address, "jonas@studio.example");
        var cookie = client.Cookies.GetCookies(dashboard.Address)["dashboard"]!.Value;
        await client.GetAsync("/?q=words-of-people");
        await client.GetAsync("/account/oidc/callback?code=code-of-the-provider&state=state-of-the-provider");
        await SaveInTraceAsync(dashboard);
        dashboard.Host.Fail("get", SandboxFaultKind.EchoKey);
        await dashboard.Services.SaveAsync(Role.Designer, new SettingsPatch(null, 0.5m));
        Flush(dashboard);

        Assert.All(collector.Headers, headers => Assert.Contains("authorization: Bearer of-the-collector", headers, StringComparison.OrdinalIgnoreCase));
        Assert.Contains(collector.Spans, span => span.Name == "save");
        Assert.Contains("/account/sign-in", collector.Bodies, StringComparison.Ordinal);
        foreach (var word in new[]
        {
            dashboard.ConvaiKey, TestPeople.Password, TestPeople.Jonas.PasswordHash!, cookie, "of-the-collector", "words-of-people", "-of-the-provider",
            "studio.example", "Jonas", "Mira",
        })
        {
            Assert.DoesNotContain(word, collector.Bodies, StringComparison.Ordinal);
        }

        File.Delete(secret);
    }

    [Fact]
    public async Task WithoutCollector_RegistersNoTelemetry()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        Assert.Null(dashboard.Services.GetService<TracerProvider>());
        Assert.Null(dashboard.Services.GetService<MeterProvider>());
        Assert.DoesNotContain(dashboard.Services.GetServices<IHostedService>(), service => service.GetType().FullName!.StartsWith("OpenTelemetry", StringComparison.Ordinal));
    }

    [Fact]
    public async Task CollectorUnreachable_DoesNotAffectSaves()
    {
        await using var dashboard = await RunningDashboard.StartAsync(("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9"), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"));
        Assert.IsType<ChangeOutcome.Confirmed>(await dashboard.Services.SaveAsync(Role.Designer, new SettingsPatch(null, 0.42m)));
        dashboard.Services.GetRequiredService<TracerProvider>().ForceFlush();
    }

    [Theory]
    [InlineData("collector:4317", null, null, "OTEL_EXPORTER_OTLP_ENDPOINT must be an absolute http or https address.")]
    [InlineData("http://collector:4318", "http/json", null, "OTEL_EXPORTER_OTLP_PROTOCOL must be grpc or http/protobuf.")]
    [InlineData("http://collector:4318", "http/protobuf", "/nowhere", "Telemetry:HeadersFile points to a file that is missing, empty, or unreadable for the user the dashboard runs as.")]
    public void InvalidSetting_PreventsStart(string endpoint, string? protocol, string? headersFile, string sentence)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration[Telemetry.EndpointSetting] = endpoint;
        builder.Configuration[Telemetry.ProtocolSetting] = protocol;
        builder.Configuration["Telemetry:HeadersFile"] = headersFile;
        builder.AddTelemetry();
        using var host = builder.Build();
        var refusal = Assert.Throws<OptionsValidationException>(() => host.Services.GetRequiredService<IStartupValidator>().Validate());
        Assert.Equal([sentence], refusal.Failures);
    }

    private static (string Key, string? Value)[] To(OtlpReceiver collector) => [(Telemetry.EndpointSetting, collector.Address), (Telemetry.ProtocolSetting, "http/protobuf")];

    private static async Task<string> SaveInTraceAsync(RunningDashboard dashboard)
    {
        using var trace = new Activity("test") { ActivityTraceFlags = ActivityTraceFlags.Recorded }.Start();
        Assert.IsType<ChangeOutcome.Confirmed>(await dashboard.Services.SaveAsync(Role.Designer, new SettingsPatch(null, 0.42m)));
        return trace.TraceId.ToHexString();
    }

    private static void Flush(RunningDashboard dashboard)
    {
        Assert.True(dashboard.Services.GetRequiredService<TracerProvider>().ForceFlush());
        Assert.True(dashboard.Services.GetRequiredService<MeterProvider>().ForceFlush());
    }
}
