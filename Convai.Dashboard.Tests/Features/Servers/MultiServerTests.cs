using System.Threading.Channels;
using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Batches;
using Convai.Dashboard.Features.Cast;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Features.Models;
using Convai.Dashboard.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Convai.Dashboard.Features.Servers;

/// <summary>What several servers on one database do together, and what only one of them may do at a time.</summary>
[Trait("Speed", "Slow")]
public sealed class MultiServerTests : JournalTest
{
    [Fact]
    public async Task Save_OnOneServer_IsPublishedAndShownOnTheOther()
    {
        await using var servers = await TwoServers.StartAsync();
        var character = await OpenAsync(servers.First);
        await servers.Second.Get<CastDirectory>().ReadAsync(forceRefresh: true, Cancellation);
        using var heard = new EventRecorder(servers.Second);
        Assert.IsType<ChangeOutcome.Confirmed>(await SaveAsync(servers.First, character, Temperature(0.42m)));

        var changeEvent = await heard.WaitUntilAsync<ChangeEvent.Recorded>();
        Assert.Equal((ChangeState.Confirmed, "Jonas Brandt", 0.42m), (changeEvent.Change.State, changeEvent.Change.PersonName, changeEvent.Change.TemperatureAfter));
        Assert.Equal(0.42m, servers.Second.Get<CastDirectory>().Last.Find(character.Id)!.Settings.Temperature);
    }

    [Fact]
    public async Task Save_StaleValuesOnOtherServer_IsConflictNamingTheAuthor()
    {
        await using var servers = await TwoServers.StartAsync();
        var character = await OpenAsync(servers.First);
        await SaveAsync(servers.First, character, Temperature(0.42m), role: Role.Admin);
        var conflict = Assert.IsType<ChangeOutcome.Conflict>(await SaveAsync(servers.Second, character, Temperature(0.30m)));
        Assert.Equal("Ana Keller", conflict.TemperatureBy);
    }

    [Fact]
    public async Task ModelNote_OnOneServer_IsShownOnTheOther()
    {
        await using var servers = await TwoServers.StartAsync();
        var (first, second) = (servers.First.Get<ModelNotes>(), servers.Second.Get<ModelNotes>());
        var models = ModelLists.WithoutAccountList();
        Assert.Equal(Result.Success, await first.WriteAsync(TestPeople.As(Role.Designer), "gpt-4o", "Good at French.", null, models, Cancellation));
        var note = (await second.ReadAsync(TestPeople.As(Role.Viewer), Cancellation))["gpt-4o"];
        Assert.Equal(("Good at French.", "Jonas Brandt"), (note.Text, note.PersonName));
        Assert.NotEqual(Result.Success, await second.WriteAsync(TestPeople.As(Role.Admin), "gpt-4o", "Slow in the evening.", null, models, Cancellation));
        Assert.Equal(Result.Success, await second.WriteAsync(TestPeople.As(Role.Admin), "gpt-4o", "Slow in the evening.", note, models, Cancellation));
        Assert.Equal("Slow in the evening.", (await first.ReadAsync(TestPeople.As(Role.Viewer), Cancellation))["gpt-4o"].Text);
    }

    [Fact]
    public async Task ReasoningLevel_OnOneServer_IsLastSetHereOnTheOther()
    {
        await using var servers = await TwoServers.StartAsync();
        var wren = await OpenAsync(servers.First, "Sister Wren");
        using var heard = new EventRecorder(servers.Second);
        Assert.IsType<ChangeOutcome.Confirmed>(await SaveAsync(servers.First, wren, new SettingsPatch(null, null, "low")));

        var change = (await heard.WaitUntilAsync<ChangeEvent.Recorded>()).Change;
        Assert.Equal((ChangeState.SentNotConfirmed, "low"), (change.State, change.ReasoningAfter));
        var last = (await servers.Second.Get<ChangeHistory>().ReadLastReasoningAsync(TestPeople.As(Role.Viewer), wren.Id, Cancellation))!;
        Assert.Equal(("low", "Jonas Brandt"), (last.Value, last.PersonName));
        Assert.Equal("Last set here by Jonas Brandt; Convai doesn't report the level", CastText.LastSetHere(last));
        // A reading there does not make it an outside change, and a save that began before it asks.
        await servers.Second.Get<CastDirectory>().ReadAsync(forceRefresh: true, Cancellation);
        Assert.DoesNotContain(await ChangesAsync(servers.Second), recorded => recorded.Kind == ChangeKind.Outside);
        var opened = wren with { Settings = wren.Settings with { Reasoning = "auto" } };
        Assert.Equal("Jonas Brandt", Assert.IsType<ChangeOutcome.Conflict>(await SaveAsync(servers.Second, opened, new SettingsPatch(null, null, "high"), role: Role.Admin)).ReasoningBy);
    }

    [Fact]
    public async Task Saves_BothServersSameCharacter_AreSerialized()
    {
        await using var servers = await TwoServers.StartAsync(sandbox: [("Convai:Sandbox:Latency", "00:00:00.005")], settings: ("Convai:MaxRequestsPerMinute", "10000"));
        await OpenAsync(servers.First);
        var outcomes = await Task.WhenAll(Enumerable.Range(1, 16).Select(save => Task.Run(() => SaveUntilConfirmedAsync(servers.Both[save % 2], save / 100m), Cancellation)));

        Assert.All(outcomes, outcome => Assert.IsType<ChangeOutcome.Confirmed>(outcome));
        var changes = (await ChangesAsync(servers.First)).Where(change => change.State == ChangeState.Confirmed).ToList();
        Assert.Equal(16, changes.Count);
        Assert.Equal(16, servers.Calls("update"));
        // Each began from what the one before had written: no other write came between comparing and writing.
        Assert.All(changes.Zip(changes.Skip(1)), pair => Assert.Equal(pair.First.TemperatureAfter, pair.Second.TemperatureBefore));
        Assert.DoesNotContain(await ChangesAsync(servers.First), change => change.IsOpen || change.Kind == ChangeKind.Outside);
    }

    [Fact]
    public async Task Visitors_OnOtherServer_AreShownAndRemoved()
    {
        await using var servers = await TwoServers.StartAsync();
        using var heard = new EventRecorder(servers.Second);
        var visit = servers.First.Get<Visitors>().Enter("mira", "jonas", "Jonas Brandt");
        await heard.WaitUntilAsync<ChangeEvent.Visited>();
        Assert.Equal(["Jonas Brandt"], servers.Second.Get<Visitors>().GetOtherVisitors("mira", "ana"));
        visit.Dispose();
        await heard.WaitUntilAsync<ChangeEvent.Visited>();
        Assert.Empty(servers.Second.Get<Visitors>().GetOtherVisitors("mira", "ana"));
    }

    [Fact]
    public async Task Events_MissedDuringDisconnect_ArePublishedAfterwards()
    {
        await using var servers = await TwoServers.StartAsync();
        var character = await OpenAsync(servers.First);
        using var heard = new EventRecorder(servers.Second);
        await using (var db = await servers.Database.OpenAsync())
        {
            // Every connection of both servers at once, as when a firewall drops them; what is sent in between is lost.
            await db.Database.ExecuteSqlRawAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()", Cancellation);
        }

        var outcome = await SaveAsync(servers.First, character, Temperature(0.42m));
        outcome = outcome is ChangeOutcome.Rejected ? await SaveAsync(servers.First, character, Temperature(0.42m)) : outcome;
        var id = Assert.IsType<ChangeOutcome.Confirmed>(outcome).ChangeId;
        while ((await heard.WaitUntilAsync<ChangeEvent.Recorded>()).Change is not { State: ChangeState.Confirmed } change || change.Id != id)
        {
        }
    }

    /// <summary>People are answered while a server's first connection to the others is still being opened.</summary>
    [Fact]
    public async Task Events_BeforeFirstConnection_ArePublishedAfterwards()
    {
        await using var servers = await TwoServers.StartAsync();
        var id = Assert.IsType<ChangeOutcome.Confirmed>(await SaveAsync(servers.First, await OpenAsync(servers.First), Temperature(0.42m))).ChangeId;
        using var here = ActivatorUtilities.CreateInstance<InProcessChangeFeed>(servers.Second.Services);
        using var heard = new EventRecorder(here);
        using var feed = ActivatorUtilities.CreateInstance<PostgresChangeFeed>(servers.Second.Services, here);
        await feed.StartAsync(Cancellation);
        Assert.Equal(id, (await heard.WaitUntilAsync<ChangeEvent.Recorded>()).Change.Id);
        await feed.StopAsync(Cancellation);
    }

    [Fact]
    public async Task RateLimit_IsSharedByBothServers()
    {
        const int Limit = 20;
        await using var servers = await TwoServers.StartAsync(
            sandbox: [("Convai:Sandbox:RequestsPerMinute", $"{Limit}")], settings: [("Convai:MaxRequestsPerMinute", $"{Limit}"), ("Drift:ReadEvery", "00:00:00")]);
        var answers = await Task.WhenAll(Enumerable.Range(0, 2 * Limit).Select(call => servers.Both[call % 2].Client.ListCharactersAsync(Cancellation)));

        Assert.InRange(servers.Convai.Endpoints.Count, Limit - 2, Limit);
        Assert.Equal(servers.Convai.Endpoints.Count, answers.Count(answer => answer.IsSuccess));
        // Those that found no place were told so by the dashboard: Convai's limit was not run into.
        Assert.All(answers.Where(answer => !answer.IsSuccess), answer => Assert.Equal(ConvaiFailureKind.RateLimited, answer.Failure!.Kind));
    }

    [Fact]
    public async Task BackOff_OnOneServer_AppliesToBoth()
    {
        await using var servers = await TwoServers.StartAsync(settings: ("Drift:ReadEvery", "00:00:00"));
        servers.Convai.Faults["list"] = new SandboxFault(SandboxFaultKind.Answer, After: 1, Status: 429, Body: "{}", RetryAfter: 30);
        await servers.First.Client.ListCharactersAsync(Cancellation);
        Assert.Equal(ConvaiFailureKind.RateLimited, (await servers.First.Client.ListCharactersAsync(Cancellation)).Failure!.Kind);
        var asked = servers.Convai.Endpoints.Count;

        var answer = await servers.Second.Client.ListCharactersAsync(Cancellation);
        Assert.Equal(ConvaiFailureKind.RateLimited, answer.Failure!.Kind);
        Assert.Equal(asked, servers.Convai.Endpoints.Count);
        Assert.InRange(servers.Second.Client.BackOffRemaining, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task CallsAndBackOff_BeforeDatabaseClockSetBack_AreIgnored()
    {
        await using var servers = await TwoServers.StartAsync(settings: [("Convai:MaxRequestsPerMinute", "20"), ("Drift:ReadEvery", "00:00:00")]);
        await using var db = await servers.Database.OpenAsync();
        // What a clock that is then set back by an hour leaves behind.
        await db.Database.ExecuteSqlRawAsync(
            """
            INSERT INTO "ConvaiCalls" ("Second", "Calls") VALUES (floor(extract(epoch FROM clock_timestamp()))::bigint + 3600, 20);
            INSERT INTO "ConvaiSilence" ("Only", "Until") VALUES (true, clock_timestamp() + interval '61 minutes');
            """,
            Cancellation);
        Assert.All(await Task.WhenAll(servers.Both.Select(server => server.Client.ListCharactersAsync(Cancellation))), answer => Assert.True(answer.IsSuccess));

        servers.Convai.Faults["list"] = new SandboxFault(SandboxFaultKind.Answer, After: 1, Status: 429, Body: "{}", RetryAfter: 30);
        await servers.First.Client.ListCharactersAsync(Cancellation);
        Assert.Equal(ConvaiFailureKind.RateLimited, (await servers.First.Client.ListCharactersAsync(Cancellation)).Failure!.Kind);
        await servers.Second.Client.ListCharactersAsync(Cancellation);
        Assert.InRange(servers.Second.Client.BackOffRemaining, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Drift_IsMonitoredByOneServer_WithFailover()
    {
        await using var servers = await TwoServers.StartAsync();
        var character = await OpenAsync(servers.First);
        while (await servers.First.Get<ServerLocks>().TryLeaseAsync("drift", Cancellation) is { } untaken)
        {
            // Neither has come to look yet.
            await untaken.DisposeAsync();
        }

        await servers.StopFirstAsync();

        // What the drift monitor does: it closes what was recorded and never sent.
        await servers.Second.Get<ChangeJournal>().RecordAsync(TestPeople.Jonas, new ChangeRequest(character, character.Settings, Temperature(0.42m)), Cancellation);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(TimeSpan.FromMinutes(1));
        while (Assert.Single(await ChangesAsync(servers.Second)).State != ChangeState.Unchanged)
        {
            await Task.Delay(100, patience.Token);
        }
    }

    [Fact]
    public async Task Lock_DatabaseConnectionLost_IsReportedLost()
    {
        await using var servers = await TwoServers.StartAsync();
        await using var held = (await servers.First.Get<ServerLocks>().TryLeaseAsync("test", Cancellation))!;
        Assert.Null(await servers.Second.Get<ServerLocks>().TryLeaseAsync("test", Cancellation));
        var lost = new TaskCompletionSource();
        await using var telling = held.LostToken.Register(lost.SetResult);
        await using (var db = await servers.Database.OpenAsync())
        {
            await db.Database.ExecuteSqlRawAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE '% locks'", Cancellation);
        }

        await lost.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
    }

    [Fact]
    public async Task Batch_PausedOnOtherServer_IsPaused()
    {
        await using var servers = await TwoServers.StartAsync(sandbox: [("Convai:Sandbox:Characters", "100"), ("Convai:Sandbox:Latency", "00:00:00.030")], settings: ("Convai:MaxRequestsPerMinute", "10000"));
        var batchId = await BatchTest.PlanAsync(servers.First, Temperature(0.425m));
        await BatchTest.StartAsync(servers.First, batchId);
        await BatchTest.WaitUntilAsync(servers.Second, batchId, report => report.Count(BatchItemState.Waiting) < 90);
        Assert.Equal(Result.Success, await servers.Second.Get<BatchService>().PauseAsync(TestPeople.As(Role.Designer), batchId, Cancellation));
        var paused = await BatchTest.WaitUntilAsync(servers.Second, batchId, report => report.Batch.State == BatchState.Paused && !report.HasOpen);
        var writes = servers.Calls("update");
        Assert.InRange(writes, 1, 99);
        Assert.Equal(writes, paused.Count(BatchItemState.Confirmed));
    }

    private static async Task<ChangeOutcome> SaveUntilConfirmedAsync(SandboxHost server, decimal temperature)
    {
        while (true)
        {
            var now = (await server.Client.GetCharacterAsync(MiraId, null, Cancellation)).Value!;
            if (await SaveAsync(server, now, Temperature(temperature)) is not ChangeOutcome.Conflict and var outcome)
            {
                return outcome;
            }
        }
    }

    private const string MiraId = "57a0c93e-7472-11ef-ac22-42010a7be011";

    /// <summary>What a page at a server hears.</summary>
    private sealed class EventRecorder : IDisposable
    {
        private readonly Channel<ChangeEvent> _news = Channel.CreateUnbounded<ChangeEvent>();
        private readonly IDisposable _listening;

        public EventRecorder(SandboxHost server)
            : this(server.Get<IChangeFeed>())
        {
        }

        public EventRecorder(IChangeFeed feed) => _listening = feed.Subscribe(changeEvent => _news.Writer.TryWrite(changeEvent));

        public async Task<T> WaitUntilAsync<T>()
            where T : ChangeEvent
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
            patience.CancelAfter(TimeSpan.FromSeconds(30));
            while (true)
            {
                if (await _news.Reader.ReadAsync(patience.Token) is T changeEvent)
                {
                    return changeEvent;
                }
            }
        }

        public void Dispose() => _listening.Dispose();
    }
}
