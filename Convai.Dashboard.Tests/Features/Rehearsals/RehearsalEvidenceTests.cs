using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Models;
using Convai.Dashboard.Security;
using Convai.Dashboard.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;

namespace Convai.Dashboard.Features.Rehearsals;

/// <summary>What the team's own rehearsals tell about models, from what is stored.</summary>
[Trait("Speed", "Slow")]
public sealed class RehearsalEvidenceTests : JournalTest
{
    [Fact]
    public async Task AnswerTimes_AreMedianPerModelOfRecentVisibleAnswers()
    {
        await using var host = await SandboxHost.StartAsync();
        await AddAsync(host, DateTimeOffset.UtcNow, false, ("gpt-4o", 1000), ("gpt-4o", 3000), ("gpt-4o", 2000), ("claude-4-sonnet", 500), (null, 70), ("gpt-4o", null));
        await AddAsync(host, DateTimeOffset.UtcNow.AddDays(-31), false, ("gpt-4o", 9000), ("llama-4-scout", 10));
        await AddAsync(host, DateTimeOffset.UtcNow, true, ("gemini-2.5-flash", 400));
        var times = await host.Get<RehearsalEvidence>().ReadAsync(TestPeople.As(Role.Viewer), Cancellation);
        Assert.Equal(["claude-4-sonnet", "gpt-4o"], times.Keys.Order(StringComparer.Ordinal));
        Assert.Equal((new RehearsedTimes(2000, 3), "median 2.0 s in 3 answers"), (times["gpt-4o"], times["gpt-4o"].Text));
        Assert.Equal("median 0.5 s in 1 answer", times["claude-4-sonnet"].Text);
    }

    [Fact]
    public async Task AnswerTimes_AreRefreshedAfterRehearsalAndHourly()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var host = await SandboxHost.StartAsync(time);
        var evidence = host.Get<RehearsalEvidence>();
        Assert.Empty(await evidence.ReadAsync(TestPeople.As(Role.Viewer), Cancellation));
        await AddAsync(host, time.GetUtcNow(), false, ("gpt-4o", 1000));
        var before = await evidence.ReadAsync(TestPeople.As(Role.Viewer), Cancellation);
        // Servers with PostgreSQL may have begun to listen to each other just now, after which everything is read again.
        Assert.True(TestDatabase.IsPostgreSql || before.Count == 0);
        host.Get<RehearsalRepository>().Publish(1);
        await host.WaitUntilEventAsync(async () => (await evidence.ReadAsync(TestPeople.As(Role.Viewer), Cancellation)).Count == 1);
        await AddAsync(host, time.GetUtcNow(), false, ("claude-4-sonnet", 1000));
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(2, (await evidence.ReadAsync(TestPeople.As(Role.Viewer), Cancellation)).Count);
    }

    private static async Task AddAsync(SandboxHost host, DateTimeOffset at, bool hidesNames, params (string? Model, int? Milliseconds)[] columns)
    {
        await using var db = await host.Get<IDbContextFactory<DashboardDbContext>>().CreateDbContextAsync(Cancellation);
        db.Add(new Rehearsal
        {
            At = at,
            CharacterId = RehearsalSteps.Mira,
            CharacterName = "Mira the Innkeeper",
            PersonId = TestPeople.Jonas.Id,
            PersonName = TestPeople.Jonas.Name,
            Account = "",
            Repeats = 1,
            IncludesKnowledge = true,
            HidesNames = hidesNames,
            State = RehearsalState.Done,
            Columns = [.. columns.Index().Select(column => new RehearsalColumn { Number = column.Index, Position = column.Index, ModelCode = column.Item.Model, State = ColumnState.Ended })],
            Answers =
            [
                .. columns.Index().Select(column => new RehearsalAnswer
                {
                    Column = column.Index,
                    Repeat = 0,
                    Line = 0,
                    State = column.Item.Milliseconds is null ? AnswerState.Failed : AnswerState.Answered,
                    Milliseconds = column.Item.Milliseconds,
                }),
            ],
        });
        await db.SaveChangesAsync(Cancellation);
    }
}
