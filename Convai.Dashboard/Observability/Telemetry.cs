using System.Reflection;
using Microsoft.Extensions.Options;
using OpenTelemetry.Exporter;
using OpenTelemetry.Instrumentation.AspNetCore;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Convai.Dashboard.Observability;

public sealed class TelemetryOptions
{
    public const string Section = "Telemetry";

    /// <summary>A mounted secret: the file's trimmed text is what <c>OTEL_EXPORTER_OTLP_HEADERS</c> would be.</summary>
    public string? HeadersFile { get; set; }
}

/// <summary>
/// Sends traces and metrics by OTLP if OpenTelemetry's own setting says where to; otherwise nothing of it is registered. All other settings
/// of OpenTelemetry keep their names and meaning: https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/.
/// </summary>
public static class Telemetry
{
    public const string EndpointSetting = "OTEL_EXPORTER_OTLP_ENDPOINT";
    public const string ProtocolSetting = "OTEL_EXPORTER_OTLP_PROTOCOL";

    // These are requested every few seconds or stay open for hours, and a page loads a dozen files.
    private static readonly PathString[] NotTraced = [Health.AlivePath, Health.HealthPath, "/_blazor"];
    private static readonly string[] FilesNotTraced = [".js", ".css", ".svg", ".woff2", ".map"];

    public static void AddTelemetry(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<DashboardTelemetry>();
        if (!string.IsNullOrWhiteSpace(builder.Configuration[EndpointSetting]))
        {
            builder.AddOptions();
            builder.Services.AddOpenTelemetry()
                .ConfigureResource(Describe)
                .WithTracing(tracing => tracing.AddSource(DashboardTelemetry.Name).AddAspNetCoreInstrumentation(Trace).AddOtlpExporter())
                // ASP.NET Core, Blazor and its circuits, and the runtime measure themselves.
                .WithMetrics(metrics => metrics.AddMeter(DashboardTelemetry.Name, "System.Runtime").AddAspNetCoreInstrumentation().AddOtlpExporter());
        }
    }

    private static void AddOptions(this IHostApplicationBuilder builder)
    {
        // The exporter silently ignores what it cannot read, and sends to localhost.
        builder.Services.AddOptions<TelemetryOptions>().BindConfiguration(TelemetryOptions.Section)
            .Validate<IConfiguration>(
                (_, configuration) => Uri.TryCreate(configuration[EndpointSetting], UriKind.Absolute, out var address) && address.Scheme is "http" or "https",
                $"{EndpointSetting} must be an absolute http or https address.")
            .Validate<IConfiguration>(
                (_, configuration) => configuration[ProtocolSetting] is null or "" or "grpc" or "http/protobuf",
                $"{ProtocolSetting} must be grpc or http/protobuf.")
            .Validate(
                options => string.IsNullOrEmpty(options.HeadersFile) || !string.IsNullOrEmpty(SecretFile.Read(options.HeadersFile)),
                SecretFile.UnreadableError("Telemetry:HeadersFile"))
            .Validate(
                options => SecretFile.QuotesError("Telemetry:Headers", SecretFile.Read(options.HeadersFile), options.HeadersFile) is null,
                "Telemetry:HeadersFile points to a file whose text is enclosed in quotes, which would be taken as part of it. Remove them.")
            .ValidateOnStart();
        builder.Services.AddOptions<OtlpExporterOptions>().Configure<IOptions<TelemetryOptions>>((otlp, options) => otlp.Headers = SecretFile.Read(options.Value.HeadersFile) ?? otlp.Headers);
    }

    private static void Describe(ResourceBuilder resource) => resource
        .AddService("convai-dashboard", serviceVersion: typeof(Telemetry).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion)
        // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES override these.
        .AddEnvironmentVariableDetector();

    private static void Trace(AspNetCoreTraceInstrumentationOptions requests)
    {
        requests.Filter = context =>
            !Array.Exists(NotTraced, path => context.Request.Path.StartsWithSegments(path, StringComparison.OrdinalIgnoreCase))
            && !FilesNotTraced.Contains(Path.GetExtension(context.Request.Path.Value), StringComparer.OrdinalIgnoreCase);
        // The provider's answer to a sign-in carries a code, and filters of the cast carry what people typed.
        requests.EnrichWithHttpRequest = (span, _) => span.SetTag("url.query", null);
        // A span for every key that is pressed would bury the saves; how long pages take to answer is measured.
        requests.EnableAspNetCoreSignalRSupport = requests.EnableRazorComponentsSupport = false;
    }
}
