using Convai.Dashboard.Data;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Convai.Dashboard.Observability;

/// <summary><c>/alive</c>: the process answers. <c>/health</c>: it can also do its work. Both say one word and nothing else.</summary>
public static class Health
{
    public const string AlivePath = "/alive";
    public const string HealthPath = "/health";

    public static void AddHealth(this IHostApplicationBuilder builder) =>
        builder.Services.AddHealthChecks().AddCheck<DataDirectoryCheck>("data");

    public static void MapHealth(this WebApplication app)
    {
        app.MapHealthChecks(AlivePath, new HealthCheckOptions { Predicate = _ => false }).AllowAnonymous();
        app.MapHealthChecks(HealthPath).AllowAnonymous();
    }

    private sealed class DataDirectoryCheck(IOptions<DataOptions> options) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(DataDirectory.IsWritable(options.Value) ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy());
    }
}
