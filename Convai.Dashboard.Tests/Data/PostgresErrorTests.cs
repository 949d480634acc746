using Convai.Dashboard.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Convai.Dashboard.Data;

/// <summary>However PostgreSQL fails, and at whatever step, people get a sentence: nothing that comes is taken for a mistake of the dashboard's.</summary>
[Trait("Database", "Chosen")]
[Trait("Speed", "Slow")]
public sealed class PostgresErrorTests : IAsyncLifetime
{
    private TestDatabase _database = null!;
    private IHost _host = null!;

    public static TheoryData<string> Steps => ["query", "save", "statement", "commit", "rollback", "many"];

    public async ValueTask InitializeAsync()
    {
        PostgresServer.SkipUnlessInstalled();
        _database = await TestDatabase.CreatePostgreSqlAsync();
        _host = TestPeople.CreateHost(_database.Settings);
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task ConnectionBreaks_DuringTransaction_IsDescribed(string step)
    {
        var failure = await FailAsync(step);
        Assert.True(DatabaseError.Describe(failure) is { } trouble && trouble.StartsWith("The dashboard's database", StringComparison.Ordinal), $"{failure}");
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task ConnectionBreaks_AndStepIsRetried_IsDescribed(string step)
    {
        await using var db = await OpenAsync();
        await using var transaction = await db.Database.BeginTransactionAsync(Cancellation);
        await CloseAsync(db);
        await Record.ExceptionAsync(() => RunAsync(db, transaction, "query"));
        var failure = await Record.ExceptionAsync(() => RunAsync(db, transaction, step));
        Assert.True(failure is null || DatabaseError.Describe(failure) is not null, $"{failure}");
    }

    [Fact]
    public async Task StatementTimeout_IsDescribed()
    {
        using var host = TestPeople.CreateHost(With("Command Timeout=1"));
        await using var db = await host.Services.GetRequiredService<IDbContextFactory<DashboardDbContext>>().CreateDbContextAsync(Cancellation);
        var failure = await Record.ExceptionAsync(() => db.Database.ExecuteSqlRawAsync("SELECT pg_sleep(30)", Cancellation));
        Assert.Equal("The dashboard's database did not answer in time.", DatabaseError.Describe(failure!));
    }

    [Fact]
    public async Task PoolExhausted_IsDescribed()
    {
        using var host = TestPeople.CreateHost(With("Maximum Pool Size=1;Timeout=1"));
        var contexts = host.Services.GetRequiredService<IDbContextFactory<DashboardDbContext>>();
        await using var first = await contexts.CreateDbContextAsync(Cancellation);
        await first.Database.OpenConnectionAsync(Cancellation);
        await using var second = await contexts.CreateDbContextAsync(Cancellation);
        var failure = await Record.ExceptionAsync(() => second.Users.CountAsync(Cancellation));
        Assert.NotNull(DatabaseError.Describe(failure!));
    }

    /// <summary>Two who wait for each other: PostgreSQL ends one of them.</summary>
    [Fact]
    public async Task Deadlock_IsDescribed()
    {
        await using var first = await OpenAsync();
        await using var second = await OpenAsync();
        await using var one = await first.Database.BeginTransactionAsync(Cancellation);
        await using var other = await second.Database.BeginTransactionAsync(Cancellation);
        await RenameAsync(first, "ana");
        await RenameAsync(second, "vera");
        var failures = await Task.WhenAll(EndAsync(first, one, "vera"), EndAsync(second, other, "ana"));
        Assert.NotNull(DatabaseError.Describe(Assert.Single(failures, failure => failure is not null)!));

        static async Task<Exception?> EndAsync(DashboardDbContext db, IDbContextTransaction transaction, string id) => await Record.ExceptionAsync(async () =>
        {
            await RenameAsync(db, id);
            await transaction.CommitAsync(Cancellation);
        });

        static Task RenameAsync(DashboardDbContext db, string id) =>
            db.Users.Where(person => person.Id == id).ExecuteUpdateAsync(set => set.SetProperty(person => person.Name, "Someone"), Cancellation);
    }

    [Fact]
    public async Task ApplicationError_IsNotReportedAsDatabaseError()
    {
        Assert.Null(DatabaseError.Describe(new InvalidOperationException("Sequence contains no elements")));
        Assert.Null(DatabaseError.Describe(new ObjectDisposedException("something")));
        Assert.Null(DatabaseError.Describe(new TimeoutException()));
        await using var db = await OpenAsync();
        Assert.Null(DatabaseError.Describe((await Record.ExceptionAsync(() => db.Users.FirstAsync(person => person.Id == "nobody", Cancellation)))!));
    }

    private async Task<Exception> FailAsync(string step)
    {
        await using var db = await OpenAsync();
        await using var transaction = await db.Database.BeginTransactionAsync(Cancellation);
        await CloseAsync(db);
        return (await Record.ExceptionAsync(() => RunAsync(db, transaction, step)))!;
    }

    private static async Task RunAsync(DashboardDbContext db, IDbContextTransaction transaction, string step)
    {
        switch (step)
        {
            case "query":
                await db.Users.ToListAsync(Cancellation);
                break;
            case "save":
                db.Add(TestPeople.Create("new", "New", Role.Viewer));
                await db.SaveChangesAsync(Cancellation);
                break;
            case "statement":
                await db.Users.ExecuteUpdateAsync(set => set.SetProperty(person => person.Name, "x"), Cancellation);
                break;
            case "commit":
                await transaction.CommitAsync(Cancellation);
                break;
            case "rollback":
                await transaction.RollbackAsync(Cancellation);
                break;
            default:
                db.AddRange(Enumerable.Range(0, 500).Select(number => TestPeople.Create($"new-{number}", "New", Role.Viewer)));
                await db.SaveChangesAsync(Cancellation);
                break;
        }
    }

    /// <summary>As PostgreSQL does it to all when it is stopped.</summary>
    private async Task CloseAsync(DashboardDbContext db)
    {
        var process = ((NpgsqlConnection)db.Database.GetDbConnection()).ProcessID;
        await using var other = await OpenAsync();
        await other.Database.ExecuteSqlAsync($"SELECT pg_terminate_backend({process}, 5000)", Cancellation);
    }

    private Task<DashboardDbContext> OpenAsync() =>
        _host.Services.GetRequiredService<IDbContextFactory<DashboardDbContext>>().CreateDbContextAsync(Cancellation);

    private (string Key, string? Value)[] With(string words) =>
        [.. _database.Settings.Select(setting => setting.Key == "ConnectionStrings:Dashboard" ? (setting.Key, $"{setting.Value};{words}") : setting)];

    public async ValueTask DisposeAsync()
    {
        _host?.Dispose();
        await (_database?.DisposeAsync() ?? ValueTask.CompletedTask);
    }
}
