using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Data;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Convai.Dashboard.Observability;

/// <summary>
/// <c>/alive</c>: the process answers. <c>/health</c>: it can also do its work. Both say one word and nothing else: Healthy; Degraded, still
/// with 200, if Convai is not available, since no other server would do better; Unhealthy with 503.
/// </summary>
public static class Health
{
    public const string AlivePath = "/alive";
    public const string HealthPath = "/health";

    public static void AddHealth(this IHostApplicationBuilder builder) => builder.Services.AddHealthChecks()
        .AddCheck<DataDirectoryCheck>("data")
        .AddCheck<DatabaseCheck>("database")
        .AddCheck<ConvaiCheck>("convai");

    public static void MapHealth(this WebApplication app)
    {
        app.MapHealthChecks(AlivePath, new HealthCheckOptions { Predicate = _ => false }).AllowAnonymous();
        app.MapHealthChecks(HealthPath).AllowAnonymous();
    }

    // As much as a few changes take in the database.
    private const int ProbeBytes = 64 * 1024;

    private sealed class DataDirectoryCheck(IOptions<DataOptions> data, IOptions<DatabaseOptions> database) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(database.Value.IsPostgreSql || DataDirectory.IsWritable(data.Value, ProbeBytes) ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy());
    }

    private sealed class DatabaseCheck(DatabaseProbe database) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            (await database.ReadAsync(cancellationToken)).Error is { } error ? HealthCheckResult.Unhealthy(error) : HealthCheckResult.Healthy();
    }

    /// <summary>Judges by the calls that were made anyway: frequent health checks must not use up the rate limit.</summary>
    private sealed class ConvaiCheck(ConvaiClient convai) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(convai.Status.IsUnhealthy ? HealthCheckResult.Degraded(convai.Status.Last?.Failure?.Kind.ToString()) : HealthCheckResult.Healthy());
    }
}
