using System.Collections.Concurrent;
using System.Diagnostics;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Testing;

namespace Convai.Dashboard.Features.Servers;

/// <summary>The database becomes unavailable under load and comes back: no restart is needed, and the journal is correct.</summary>
[Trait("Speed", "Slow")]
public sealed class PostgresOutageTests : JournalTest
{
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Outage_UnderLoad_IsReportedAndStateStaysConsistent()
    {
        PostgresServer.SkipUnlessInstalled();
        await using var postgres = await PostgresServer.StartAsync();
        await using var servers = await TwoServers.StartAsync(
            postgres, [("Convai:Sandbox:Latency", "00:00:00.020")], ("Convai:MaxRequestsPerMinute", "100000"));
        await OpenAsync(servers.First);
        var load = servers.Convai.Sandbox.Account.Characters.Take(6).Select((character, index) => new Load(servers.Both[index % 2], character.Name)).ToList();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var running = load.Select(saver => Task.Run(() => saver.RunAsync(ending.Token), Cancellation)).ToList();

        await WaitUntilAsync(() => load.TrueForAll(saver => saver.Count<ChangeOutcome.Confirmed>() >= 5));
        var clock = Stopwatch.StartNew();
        await postgres.StopAsync();
        await WaitUntilAsync(() => load.TrueForAll(saver => saver.Count<ChangeOutcome.Rejected>() >= 3) && clock.Elapsed >= Outage);
        var before = load.ConvertAll(saver => saver.Count<ChangeOutcome.Confirmed>());
        await postgres.RestartAsync();
        await WaitUntilAsync(() => load.Zip(before).All(pair => pair.First.Count<ChangeOutcome.Confirmed>() >= pair.Second + 5));
        await ending.CancelAsync();
        await Task.WhenAll(running);

        // What was sent while the database went away is found out by reading, and nothing was sent that was not taken down before.
        await WaitUntilAsync(async () => !await servers.First.Get<ChangeJournal>().HasOpenAsync(Cancellation) && !(await ChangesAsync(servers.First)).Any(change => change.IsOpen));
        var changes = await ChangesAsync(servers.First);
        Assert.DoesNotContain(changes, change => change.Kind == ChangeKind.Outside);
        foreach (var saver in load)
        {
            var own = changes.Where(change => change.CharacterName == saver.Name).ToList();
            var came = own.Where(change => change.State == ChangeState.Confirmed).ToList();
            Assert.Equal(servers.Convai.Character(saver.Name).Temperature, came[^1].TemperatureAfter);
            Assert.All(came.Zip(came.Skip(1)), pair => Assert.Equal(pair.First.TemperatureAfter, pair.Second.TemperatureBefore));
            Assert.InRange(came.Count, saver.Count<ChangeOutcome.Confirmed>(), saver.Count<ChangeOutcome.Confirmed>() + saver.Outcomes.Count(outcome => outcome is ChangeOutcome.OutcomeUnknown));
            Assert.All(saver.Outcomes.OfType<ChangeOutcome.Rejected>(), refused => Assert.Matches(
                "^The dashboard's database (cannot be reached|is being restarted|cannot be used right now)\\. The change could not be recorded, so it was not sent to Convai\\.", refused.Sentence));
        }
    }

    private static Task WaitUntilAsync(Func<bool> condition) => WaitUntilAsync(() => Task.FromResult(condition()));

    private static async Task WaitUntilAsync(Func<Task<bool>> condition)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(TimeSpan.FromMinutes(3));
        while (!await condition())
        {
            await Task.Delay(50, patience.Token);
        }
    }

    /// <summary>Someone who saves at one character again and again.</summary>
    private sealed class Load(SandboxHost server, string name)
    {
        public string Name => name;

        public ConcurrentQueue<ChangeOutcome> Outcomes { get; } = new();

        public int Count<T>()
            where T : ChangeOutcome => Outcomes.Count(outcome => outcome is T);

        public async Task RunAsync(CancellationToken ending)
        {
            for (var save = 1; !ending.IsCancellationRequested; save++)
            {
                var now = (await server.Client.ListCharactersAsync(Cancellation)).Value!.Single(character => character.Name == name);
                Outcomes.Enqueue(await SaveAsync(server, now, Temperature((save % 1000) / 1000m)));
                await Task.Delay(10, Cancellation);
            }
        }
    }
}
