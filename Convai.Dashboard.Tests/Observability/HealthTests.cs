using System.Data.Common;
using System.Net;
using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Convai.Dashboard.Observability;

[Trait("Speed", "Slow")]
public sealed class HealthTests
{
    [Fact]
    public async Task Database_Unavailable_IsUnhealthyButAlive()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        Assert.Equal((HttpStatusCode.OK, "Healthy"), await AskAsync(dashboard, Health.HealthPath));
        await using (var db = await dashboard.Services.GetRequiredService<IDbContextFactory<DashboardDbContext>>().CreateDbContextAsync(Cancellation))
        {
            await db.Database.ExecuteSqlRawAsync("""ALTER TABLE "People" RENAME TO "Gone" """, Cancellation);
        }

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "Unhealthy"), await AskAsync(dashboard, Health.HealthPath));
        Assert.Equal((HttpStatusCode.OK, "Healthy"), await AskAsync(dashboard, Health.AlivePath));
    }

    [Theory]
    [InlineData(SandboxFaultKind.GatewayHtml)]
    [InlineData(SandboxFaultKind.Drop)]
    [InlineData(SandboxFaultKind.MalformedKeyError)]
    public async Task Convai_Unavailable_IsDegradedWithoutCallingConvai(SandboxFaultKind fault)
    {
        await using var dashboard = await RunningDashboard.StartAsync(SandboxHost.NoRetries, ("Drift:ReadEvery", "00:00:00"));
        var cast = dashboard.Services.GetRequiredService<CastDirectory>();
        dashboard.Host.Fail("list", fault, times: 1);
        await cast.ReadAsync(forceRefresh: true, Cancellation);
        var calls = dashboard.Host.Endpoints.Count;
        Assert.Equal((HttpStatusCode.OK, "Degraded"), await AskAsync(dashboard, Health.HealthPath));
        Assert.Equal(calls, dashboard.Host.Endpoints.Count);
        await cast.ReadAsync(forceRefresh: true, Cancellation);
        Assert.Equal((HttpStatusCode.OK, "Healthy"), await AskAsync(dashboard, Health.HealthPath));
    }

    /// <summary>Reading still works then, and nothing else does.</summary>
    [Theory]
    [InlineData("full")]
    [InlineData("read-only")]
    public async Task Database_NotWritable_IsUnhealthy(string trouble)
    {
        TestDatabase.SkipUnlessSqlite();
        var pragma = new SqlitePragma();
        await using var dashboard = await RunningDashboard.StartAsync(services => services.ConfigureDbContext<DashboardDbContext>(options => options.AddInterceptors(pragma)));
        Assert.Equal((HttpStatusCode.OK, "Healthy"), await AskAsync(dashboard, Health.HealthPath));
        pragma.Sql = trouble == "full" ? "PRAGMA max_page_count = 1" : "PRAGMA query_only = ON";
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "Unhealthy"), await AskAsync(dashboard, Health.HealthPath));
        pragma.Sql = trouble == "full" ? "PRAGMA max_page_count = 100000" : "PRAGMA query_only = OFF";
        Assert.Equal((HttpStatusCode.OK, "Healthy"), await AskAsync(dashboard, Health.HealthPath));
        // The probe leaves nothing behind.
        await using var db = await dashboard.Services.GetRequiredService<IDbContextFactory<DashboardDbContext>>().CreateDbContextAsync(Cancellation);
        Assert.Empty(await db.Database.SqlQueryRaw<string>("SELECT name AS Value FROM sqlite_master WHERE name = 'WriteProbe'").ToListAsync(Cancellation));
    }

    [Fact]
    public async Task Database_Hangs_TimesOutWithOneProbeAtATime()
    {
        TestDatabase.SkipUnlessSqlite();
        var time = new FakeTimeProvider();
        var hanging = new Hanging();
        await using var host = await SandboxHost.StartAsync();
        // Contexts of its own: other reads of the database at the same time do not count.
        var look = new DatabaseProbe(new Contexts(new DbContextOptionsBuilder<DashboardDbContext>(host.Get<DbContextOptions<DashboardDbContext>>()).AddInterceptors(hanging).Options), host.Get<IOptions<DatabaseOptions>>(), time);
        Assert.Null((await look.ReadAsync(Cancellation)).Error);
        hanging.Until = new TaskCompletionSource();
        var asked = new[] { look.ReadAsync(Cancellation), look.ReadAsync(Cancellation) };
        await hanging.Waits.WaitAsync(Cancellation);
        time.Advance(DatabaseProbe.Timeout);
        Assert.All(await Task.WhenAll(asked), report => Assert.Equal(new DatabaseStatus("SQLite", null, null, "The dashboard's database does not answer."), report));
        Assert.Equal(0, hanging.Waits.CurrentCount);
        hanging.Until.SetResult();
    }

    private static async Task<(HttpStatusCode Status, string Words)> AskAsync(RunningDashboard dashboard, string path)
    {
        using var http = new HttpClient { BaseAddress = dashboard.Address };
        var answer = await http.GetAsync(path, Cancellation);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancellation));
    }

    private sealed class Contexts(DbContextOptions<DashboardDbContext> options) : IDbContextFactory<DashboardDbContext>
    {
        public DashboardDbContext CreateDbContext() => new(options);
    }

    private sealed class Hanging : DbConnectionInterceptor
    {
        public TaskCompletionSource? Until { get; set; }

        public SemaphoreSlim Waits { get; } = new(0);

        public override async Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            if (Until is { } until)
            {
                Waits.Release();
                await until.Task;
            }
        }
    }
}
