using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.ConvaiApi.Sandbox;
using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Features.Servers;
using Convai.Dashboard.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Convai.Dashboard.Features.Rehearsals;

/// <summary>A server that dies at any step of a rehearsal: the next one finishes it, repeats nothing that may have been spent, and removes every copy.</summary>
[Trait("Speed", "Slow")]
public sealed class InterruptedRehearsalTests : JournalTest
{
    [Fact]
    public async Task Restart_KilledWhileCloning_CopyIsUnknownAndNotRetried()
    {
        await using var crash = await Crash.AtAsync(ColumnState.Copying);
        await using var host = await crash.RestartAsync();
        var view = await host.EndOfRehearsalAsync(crash.RehearsalId);
        Assert.Equal((RehearsalState.Done, ColumnState.Failed, RehearsalText.CopyNotKnown), (view.State, view.Columns[0].State, view.Columns[0].Failure));
        Assert.Equal(CopyState.Unknown, Assert.Single(await host.CopiesAsync(crash.RehearsalId)).State);
        Assert.Equal((1, 0, 0), (crash.Calls("clone_character"), crash.Calls("getResponse"), crash.Calls("delete")));
        Assert.Single(await host.Get<RehearsalService>().ReadLeftoverCopiesAsync(TestPeople.As(Role.Admin), Cancellation));
    }

    [Theory]
    [InlineData(RehearsalState.Running)]
    [InlineData(RehearsalState.Stopped)]
    public async Task Restart_KilledWhileSpeaking_LineMayBeSpent(RehearsalState state)
    {
        await using var crash = await Crash.AtAsync(ColumnState.Speaking, state);
        await using var host = await crash.RestartAsync();
        var view = await host.EndOfRehearsalAsync(crash.RehearsalId);
        Assert.Equal(AnswerState.MaybeSpent, view.Columns[0].Answers[1].State);
        Assert.Empty(crash.Sandbox.Account.Copies);
    }

    [Fact]
    public async Task Restart_StoppedAndKilledWhileCloning_ListsLeftoverCopy()
    {
        await using var crash = await Crash.AtAsync(ColumnState.Copying, RehearsalState.Stopped);
        await using var host = await crash.RestartAsync();
        var view = await host.WaitUntilAsync(crash.RehearsalId, view => view.MayLeaveCopies);
        Assert.Equal("A copy may exist. Admins find it in the list of leftover copies.", RehearsalText.Copies(view));
        Assert.Single(await host.Get<RehearsalService>().ReadLeftoverCopiesAsync(TestPeople.As(Role.Admin), Cancellation));
        Assert.Equal(0, crash.Calls("delete"));
    }

    [Theory]
    [InlineData(ColumnState.Configuring)]
    [InlineData(ColumnState.Verified)]
    [InlineData(ColumnState.Speaking)]
    [InlineData(ColumnState.Checking)]
    [InlineData(ColumnState.Ended)]
    public async Task Restart_KilledAfterCloning_ContinuesWithSameCopy(ColumnState step)
    {
        await using var crash = await Crash.AtAsync(step);
        await using var host = await crash.RestartAsync();
        var view = await host.EndOfRehearsalAsync(crash.RehearsalId);
        Assert.Equal((RehearsalState.Done, ColumnState.Ended), (view.State, view.Columns[0].State));
        Assert.Equal(CopyState.Removed, Assert.Single(await host.CopiesAsync(crash.RehearsalId)).State);
        Assert.Empty(crash.Sandbox.Account.Copies);
        Assert.Equal(1, crash.Calls("clone_character"));
        // Each line was sent at most once, before or after.
        Assert.Equal(step == ColumnState.Speaking ? 1 : step > ColumnState.Speaking ? 0 : 3, crash.Calls("getResponse"));
        Assert.Equal(
            step == ColumnState.Speaking ? [AnswerState.Answered, AnswerState.MaybeSpent, AnswerState.Answered] : [AnswerState.Answered, AnswerState.Answered, AnswerState.Answered],
            view.Columns[0].Answers.Select(answer => answer.State));
    }

    [Fact]
    public async Task Restart_Twice_SpeaksEachLineAtMostOnce()
    {
        await using var crash = await Crash.AtAsync(ColumnState.Configuring);
        for (var start = 0; start < 2; start++)
        {
            await using var host = await crash.RestartAsync();
            await host.WaitUntilAsync(crash.RehearsalId, view => view.Columns[0].State > ColumnState.Configuring || view.State != RehearsalState.Running);
        }

        await using var last = await crash.RestartAsync();
        var view = await last.EndOfRehearsalAsync(crash.RehearsalId);
        Assert.Equal((RehearsalState.Done, ColumnState.Ended, 3), (view.State, view.Columns[0].State, view.Answered + view.MaybeSpent));
        Assert.Equal((1, 3), (crash.Calls("clone_character"), crash.Calls("getResponse")));
        Assert.Empty(crash.Sandbox.Account.Copies);
    }

    [Fact]
    [Trait("Database", "Chosen")]
    public async Task TwoServers_RemoveSameCopies_DeleteEachOnce()
    {
        await using var servers = await TwoServers.StartAsync();
        servers.Convai.Fail("delete", SandboxFaultKind.IgnoreWrite);
        var id = await servers.First.StartRehearsalAsync(RehearsalSteps.Request(candidates: RehearsalSteps.Claude));
        await servers.First.EndOfRehearsalAsync(id);
        var before = servers.Calls("delete");
        servers.Convai.Faults.Clear();
        var copies = await servers.First.CopiesAsync(id);
        await Task.WhenAll(servers.Both.SelectMany(server => copies.Select(copy => server.Get<RehearsalService>().RemoveCopyAsync(TestPeople.As(Role.Admin), copy.Id, Cancellation))));
        await servers.First.WaitUntilAsync(id, view => !view.IsRemoving);
        Assert.Empty(servers.Convai.Sandbox.Account.Copies);
        // One of them may have found the last copy not gone yet, and looked again.
        Assert.InRange(servers.Calls("delete") - before, 2, 4);
    }

    [Fact]
    public async Task Restart_KilledWhileJudging_IsNotJudgedAgain()
    {
        await using var crash = await Crash.AtAsync(ColumnState.Ended, hasJudge: true);
        await using var host = await crash.RestartAsync();
        var view = await host.EndOfRehearsalAsync(crash.RehearsalId);
        Assert.Equal((RehearsalState.Done, null, RehearsalText.NotJudged(RehearsalText.JudgeInterrupted)), (view.State, view.Columns[0].Score, view.Columns[0].Verdict));
        Assert.Equal((1, 0), (crash.Calls("clone_character"), crash.Calls("evaluate_conversation")));
        Assert.Empty(crash.Sandbox.Account.Copies);
    }

    [Fact]
    public async Task Start_CopyLeftByEndedRehearsal_IsRemoved()
    {
        await using var crash = await Crash.AtAsync(ColumnState.Ended, RehearsalState.Done);
        await using var host = await crash.RestartAsync();
        await host.EndOfRehearsalAsync(crash.RehearsalId);
        Assert.Empty(crash.Sandbox.Account.Copies);
    }

    [Fact]
    public async Task Restart_DifferentApiKey_StopsAndKeepsCopies()
    {
        await using var crash = await Crash.AtAsync(ColumnState.Configuring);
        await using var host = await crash.RestartAsync(("Convai:ApiKey", "another-key-of-another-account"));
        var view = await host.EndOfRehearsalAsync(crash.RehearsalId);
        Assert.Equal((RehearsalState.Stopped, RehearsalStop.OtherAccount), (view.State, view.StoppedFor));
        Assert.Equal((0, 0, 0), (crash.Calls("update"), crash.Calls("getResponse"), crash.Calls("delete")));
        Assert.Equal(RehearsalText.OtherAccount, RehearsalText.Leftover(Assert.Single(await host.Get<RehearsalService>().ReadLeftoverCopiesAsync(TestPeople.As(Role.Admin), Cancellation)).Copy));
        Assert.Single(crash.Sandbox.Account.Copies);
    }

    [Fact]
    [Trait("Database", "Chosen")]
    public async Task TwoServers_OneRehearsal_RunsOnceAndShowsOnBoth()
    {
        await using var servers = await TwoServers.StartAsync();
        var id = await servers.First.StartRehearsalAsync();
        var (first, second) = (await servers.First.EndOfRehearsalAsync(id), await servers.Second.EndOfRehearsalAsync(id));
        Assert.Equal((RehearsalState.Done, 9), (first.State, first.Answered));
        Assert.Equal((second.State, second.Answered), (first.State, first.Answered));
        Assert.Equal((3, 9, 3), (servers.Calls("clone_character"), servers.Calls("getResponse"), servers.Calls("delete")));
        Assert.Empty(servers.Convai.Sandbox.Account.Copies);
    }

    [Fact]
    [Trait("Database", "Chosen")]
    public async Task TwoServers_OneShutsDown_OtherFinishes()
    {
        await using var servers = await TwoServers.StartAsync(sandbox: [("Convai:Sandbox:Latency", "00:00:00.02")]);
        var id = await servers.First.StartRehearsalAsync(RehearsalSteps.Request(repeats: 3));
        await servers.First.WaitUntilAsync(id, view => view.Answered >= 2);
        await servers.StopFirstAsync();
        var view = await servers.Second.EndOfRehearsalAsync(id);
        Assert.Equal(RehearsalState.Done, view.State);
        // What was in flight when the first one stopped was answered, and is kept.
        Assert.Equal((view.Asked, 0), (view.Answered, view.MaybeSpent));
        Assert.Equal(view.Asked, servers.Calls("getResponse"));
        Assert.Equal(3, servers.Calls("clone_character"));
        Assert.Empty(servers.Convai.Sandbox.Account.Copies);
    }

    /// <summary>A database, and a Convai, as a server left them that died in a rehearsal of one column and three lines.</summary>
    private sealed class Crash : IAsyncDisposable
    {
        private readonly DirectoryInfo _data;
        private readonly TestDatabase _database;
        private readonly SandboxHost _convai;

        private Crash(DirectoryInfo data, TestDatabase database, SandboxHost convai) => (_data, _database, _convai) = (data, database, convai);

        public long RehearsalId { get; private set; }

        public SandboxServer Sandbox => _convai.Sandbox;

        public static async Task<Crash> AtAsync(ColumnState step, RehearsalState state = RehearsalState.Running, bool hasJudge = false)
        {
            var data = Directory.CreateTempSubdirectory("dashboard-");
            var crash = new Crash(data, await TestDatabase.CreateAsync(data.FullName), await SandboxHost.StartConvaiAsync());
            await using var dying = await crash.RestartAsync();
            var copy = step == ColumnState.Copying ? null : (await dying.Get<CopyClient>().CloneAsync(RehearsalSteps.Mira, includesKnowledge: true, null, Cancellation)).Value;
            if (step == ColumnState.Copying)
            {
                await dying.Get<CopyClient>().CloneAsync(RehearsalSteps.Mira, includesKnowledge: true, null, Cancellation);
            }

            await crash.WriteAsync(dying, step, state, copy, hasJudge);
            return crash;
        }

        public Task<SandboxHost> RestartAsync(params (string Key, string? Value)[] settings) => SandboxHost.StartOnAsync(_database, _convai.Sandbox, settings);

        public int Calls(string endpoint) => _convai.Endpoints.Count(asked => asked == endpoint);

        private async Task WriteAsync(SandboxHost host, ColumnState step, RehearsalState state, string? copy, bool hasJudge)
        {
            var answers = Enumerable.Range(0, 3).Select(line => new RehearsalAnswer { Column = 0, Repeat = 0, Line = line, State = StateAt(step, line) }).ToList();
            foreach (var answer in answers.Where(answer => answer.State == AnswerState.Answered))
            {
                (answer.Text, answer.Milliseconds, answer.SessionId) = ("Aye.", 900, "0123456789abcdef0123456789abcdef");
            }

            await using var db = await host.Get<IDbContextFactory<DashboardDbContext>>().CreateDbContextAsync(Cancellation);
            await using var transaction = await db.Database.BeginTransactionAsync(Cancellation);
            var rehearsal = new Rehearsal
            {
                At = DateTimeOffset.UtcNow,
                CharacterId = RehearsalSteps.Mira,
                CharacterName = "Mira the Innkeeper",
                PersonId = TestPeople.Jonas.Id,
                PersonName = TestPeople.Jonas.Name,
                Account = host.Get<AccountFingerprint>().Create(),
                Repeats = 1,
                IncludesKnowledge = true,
                HidesNames = false,
                JudgeId = hasJudge ? RehearsalSteps.Mira : null,
                Rubric = hasJudge ? "In character?" : null,
                State = state,
                EndedAt = state == RehearsalState.Running ? null : DateTimeOffset.UtcNow,
                Lines = [.. Enumerable.Range(0, 3).Select(line => new RehearsalLine { Number = line, Text = "Where is the old mill?" })],
                Columns = [new RehearsalColumn { Number = 0, Position = 0, ModelCode = "claude-4-sonnet", Temperature = 0.4m, State = step }],
                Answers = answers,
            };
            db.Add(rehearsal);
            await db.SaveChangesAsync(Cancellation);
            db.Add(new CopyRecord
            {
                RehearsalId = rehearsal.Id,
                Column = 0,
                SourceId = RehearsalSteps.Mira,
                SourceName = "Mira the Innkeeper",
                CharacterId = copy,
                Account = host.Get<AccountFingerprint>().Create(),
                State = copy is null ? CopyState.Requested : CopyState.Exists,
                RequestedAt = DateTimeOffset.UtcNow - TimeSpan.FromMinutes(6),
            });
            if (hasJudge)
            {
                db.Add(new CopyRecord
                {
                    RehearsalId = rehearsal.Id,
                    Column = RehearsalColumn.Judge,
                    SourceId = RehearsalSteps.Mira,
                    SourceName = "Mira the Innkeeper",
                    CharacterId = null,
                    Account = host.Get<AccountFingerprint>().Create(),
                    State = CopyState.Requested,
                    RequestedAt = DateTimeOffset.UtcNow,
                });
            }

            await db.SaveChangesAsync(Cancellation);
            // The dying server must not begin with it: it ends before it looks again.
            await transaction.CommitAsync(Cancellation);
            RehearsalId = rehearsal.Id;
        }

        private static AnswerState StateAt(ColumnState step, int line) =>
            step > ColumnState.Speaking || (step == ColumnState.Speaking && line == 0) ? AnswerState.Answered
            : step == ColumnState.Speaking && line == 1 ? AnswerState.Sent
            : AnswerState.Waiting;

        public async ValueTask DisposeAsync()
        {
            await _convai.DisposeAsync();
            await _database.DisposeAsync();
            _data.Delete(recursive: true);
        }
    }
}
