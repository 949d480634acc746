using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Convai.Dashboard.Features.Changes;

/// <summary>A database that cannot take a change down: a clear error before Convai is touched, and never a write that was not recorded.</summary>
[Trait("Speed", "Slow")]
public sealed class DatabaseErrorTests : JournalTest
{
    // How SQLite fails; PostgreSQL has its own ways, and is stopped for it.
    public DatabaseErrorTests() => TestDatabase.SkipUnlessSqlite();

    [Fact]
    public async Task Locked_IsReportedBeforeAnyWrite()
    {
        await using var host = await SandboxHost.StartAsync();
        var character = await OpenAsync(host);
        var calls = host.Endpoints.Count;
        await using var other = new SqliteConnection(Database.ConnectionString(host.Get<IOptions<DataOptions>>().Value));
        await other.OpenAsync(Cancellation);
        await using (var transaction = other.BeginTransaction())
        {
            var outcome = Assert.IsType<ChangeOutcome.Rejected>(await SaveAsync(host, character, Temperature(0.42m)));
            Assert.StartsWith("The dashboard's database is locked by another program. The change could not be recorded, so it was not sent to Convai.", outcome.Sentence, StringComparison.Ordinal);
            Assert.Equal(calls, host.Endpoints.Count);
        }

        Assert.IsType<ChangeOutcome.Confirmed>(await SaveAsync(host, character, Temperature(0.42m)));
        Assert.Single(await ChangesAsync(host));
    }

    [Fact]
    public async Task ReadOnly_IsReportedBeforeAnyWrite()
    {
        var pragma = new SqlitePragma();
        await using var host = await StartAsync(pragma);
        var character = await OpenAsync(host);
        var calls = host.Endpoints.Count;
        pragma.Sql = "PRAGMA query_only = ON";
        var outcome = Assert.IsType<ChangeOutcome.Rejected>(await SaveAsync(host, character, Temperature(0.42m)));
        Assert.StartsWith("The dashboard's database cannot be written to: its files are read-only.", outcome.Sentence, StringComparison.Ordinal);
        Assert.Equal(calls, host.Endpoints.Count);
    }

    [Fact]
    public async Task DiskFull_IsReportedAndEverySentWriteIsRecorded()
    {
        var pragma = new SqlitePragma();
        await using var host = await StartAsync(pragma, ("Convai:MaxRequestsPerMinute", "10000"));
        var character = await OpenAsync(host);
        pragma.Sql = $"PRAGMA max_page_count = {await PagesAsync(host)}";
        var outcomes = new List<ChangeOutcome>();
        for (var save = 1; save <= 99 && outcomes is not [.., ChangeOutcome.Rejected]; save++)
        {
            // Some pages have room left.
            outcomes.Add(await SaveAsync(host, character with { Settings = Now(host) }, Temperature(save / 100m), new string('x', ChangeRecord.MaxReasonLength)));
        }

        Assert.StartsWith("The dashboard's disk is full.", Assert.IsType<ChangeOutcome.Rejected>(outcomes[^1]).Sentence, StringComparison.Ordinal);
        Assert.All(outcomes.SkipLast(1), outcome => Assert.IsType<ChangeOutcome.Confirmed>(outcome));
        Assert.Equal(outcomes.Count - 1, Writes(host));

        // With room again, what could not be noted is found out by reading.
        pragma.Sql = "PRAGMA max_page_count = 100000";
        await host.Get<ChangeJournal>().CloseUnsentAsync(Cancellation);
        await OpenAsync(host);
        var changes = await ChangesAsync(host);
        Assert.Equal(outcomes.Count - 1, changes.Count(change => change.State == ChangeState.Confirmed));
        Assert.DoesNotContain(changes, change => change.IsOpen);
    }

    [Fact]
    public async Task FailsAfterResponse_ReportsOutcomeAndReconcilesLater()
    {
        var pragma = new SqlitePragma();
        await using var host = await StartAsync(pragma);
        var character = await OpenAsync(host);
        var outcome = await host.Get<ChangeWriter>().WriteAsync(
            TestPeople.As(Role.Designer),
            new ChangeRequest(character, character.Settings, Temperature(0.42m)),
            new OnStep(ChangeStep.Verifying, () => pragma.Sql = "PRAGMA query_only = ON"),
            Cancellation);
        Assert.IsType<ChangeOutcome.Confirmed>(outcome);
        Assert.Equal(ChangeState.Sent, Assert.Single(await ChangesAsync(host)).State);

        pragma.Sql = "PRAGMA query_only = OFF";
        await OpenAsync(host);
        Assert.Equal(ChangeState.Confirmed, Assert.Single(await ChangesAsync(host)).State);
        Assert.Equal(1, Writes(host));
    }

    [Fact]
    public async Task TableMissing_IsReportedBeforeAnyWrite()
    {
        var pragma = new SqlitePragma();
        await using var host = await StartAsync(pragma);
        var character = await OpenAsync(host);
        await using (var db = await host.Get<IDbContextFactory<DashboardDbContext>>().CreateDbContextAsync(Cancellation))
        {
            await db.Database.ExecuteSqlRawAsync("DROP TABLE People", Cancellation);
        }

        var outcome = Assert.IsType<ChangeOutcome.Rejected>(await SaveAsync(host, character, Temperature(0.42m)));
        Assert.StartsWith("The dashboard's database cannot be used right now.", outcome.Sentence, StringComparison.Ordinal);
        Assert.Equal(0, Writes(host));
    }

    private static Task<SandboxHost> StartAsync(SqlitePragma pragma, params (string Key, string? Value)[] settings) =>
        SandboxHost.StartAsync(TimeProvider.System, services => services.ConfigureDbContext<DashboardDbContext>(options => options.AddInterceptors(pragma)), settings);

    private static CharacterCoreSettings Now(SandboxHost host) => new(host.Character(Mira).ModelCode, host.Character(Mira).Temperature);

    private static async Task<long> PagesAsync(SandboxHost host)
    {
        await using var db = await host.Get<IDbContextFactory<DashboardDbContext>>().CreateDbContextAsync(Cancellation);
        return (await db.Database.SqlQueryRaw<long>("PRAGMA page_count").ToListAsync(Cancellation)).Single();
    }
}
