using System.Security.Claims;
using System.Text.Json;
using Convai.Dashboard.ConvaiApi.Sandbox;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Testing;
using Microsoft.EntityFrameworkCore;

namespace Convai.Dashboard.Features.Changes;

/// <summary>Many people, many characters, at the same time: one writer per character, and no one waits for someone else's hundred.</summary>
[Trait("Speed", "Slow")]
public sealed class ParallelSavesTests : JournalTest
{
    [Fact]
    public async Task HundredSaves_TenPeopleTwentyCharacters_JournalMatchesSandbox()
    {
        await using var host = await SandboxHost.StartAsync(("Convai:MaxRequestsPerMinute", "10000"), ("Convai:Sandbox:Latency", "00:00:00.005"));
        await OpenAsync(host);
        var people = await AddPeopleAsync(host, 10);
        var names = host.Sandbox.Account.Characters.Take(20).Select(character => character.Name).ToList();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 100).Select(save => Task.Run(() => SaveUntilConfirmedAsync(host, people[save % 10], names[save % 20], 0.5m + ((save + 1) / 10000m)), Cancellation)));

        Assert.All(outcomes, outcome => Assert.IsType<ChangeOutcome.Confirmed>(outcome));
        var changes = await ChangesAsync(host);
        Assert.Equal(100, changes.Count(change => change.State == ChangeState.Confirmed));
        Assert.DoesNotContain(changes, change => change.IsOpen || change.Kind == ChangeKind.Outside);
        Assert.Equal(100, Writes(host));
        foreach (var character in host.Sandbox.Account.Characters.Take(20))
        {
            AssertChain(host, character, [.. changes.Where(change => change.CharacterId == character.Id && change.State == ChangeState.Confirmed)]);
        }
    }

    [Fact]
    public async Task TwoPeople_DifferentFieldsConcurrently_BothAreSaved()
    {
        await using var host = await SandboxHost.StartAsync(("Convai:Sandbox:Latency", "00:00:00.020"));
        var character = await OpenAsync(host);
        var outcomes = await Task.WhenAll(
            SaveAsync(host, character, Temperature(0.1m)), SaveAsync(host, character, new SettingsPatch("gpt-4.1", null), role: Role.Admin));
        Assert.All(outcomes, outcome => Assert.IsType<ChangeOutcome.Confirmed>(outcome));
        Assert.Equal(("gpt-4.1", 0.1m), (host.Character(Mira).ModelCode, host.Character(Mira).Temperature));
        Assert.All(await ChangesAsync(host), change => Assert.Equal((ChangeState.Confirmed, ChangeKind.Edit), (change.State, change.Kind)));
    }

    [Fact]
    public async Task TwoPeople_SameValueConcurrently_IsWrittenOnce()
    {
        await using var host = await SandboxHost.StartAsync(("Convai:Sandbox:Latency", "00:00:00.020"));
        var character = await OpenAsync(host);
        await Task.WhenAll(SaveAsync(host, character, Temperature(0.1m)), SaveAsync(host, character, Temperature(0.1m), role: Role.Admin));
        Assert.Equal(1, Writes(host));
        Assert.Equal([ChangeState.Confirmed, ChangeState.NoOp], (await ChangesAsync(host)).Select(change => change.State).Order());
        await using var db = await host.Get<IDbContextFactory<DashboardDbContext>>().CreateDbContextAsync(Cancellation);
        Assert.Equal(["AlreadySo", "Confirmed"], (await db.Database.SqlQueryRaw<string>("""select "State" as "Value" from "Changes" """).ToListAsync(Cancellation)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task SmallRateLimit_SaveWaitsUntilItCanAlsoVerify()
    {
        await using var host = await SandboxHost.StartAsync(("Convai:MaxRequestsPerMinute", "7"));
        await OpenAsync(host);
        var saves = host.Sandbox.Account.Characters.Take(3).Select(character => SaveAsync(host, ToOpened(character), Temperature(0.33m))).ToList();
        // Seven calls: the list and the first two whole changes. The third waits for its permits instead of beginning.
        var first = await Task.WhenAny(saves);
        await Task.WhenAny(saves.Where(save => save != first));
        Assert.Equal([ChangeState.Confirmed, ChangeState.Confirmed], (await ChangesAsync(host)).Select(change => change.State));
        Assert.Equal(2, saves.Count(save => save.IsCompleted));
        Assert.Equal(["get", "update"], host.Endpoints.Skip(1).Distinct());
    }

    [Fact]
    public async Task Queue_AlternatesBetweenPeople()
    {
        var queue = new FairQueue();
        var order = new List<string>();
        var first = await queue.EnterAsync("ana", Cancellation);
        var waiting = "ana ana ana jonas vera jonas".Split(' ').Select(PassAsync).ToList();
        first.Dispose();
        await Task.WhenAll(waiting);
        Assert.Equal(["ana", "jonas", "vera", "ana", "jonas", "ana"], order);

        async Task PassAsync(string person)
        {
            using var turn = await queue.EnterAsync(person, Cancellation);
            order.Add(person);
        }
    }

    [Fact]
    public async Task Queue_OneCancels_OthersContinue()
    {
        var queue = new FairQueue();
        var first = await queue.EnterAsync("ana", Cancellation);
        using var leaving = new CancellationTokenSource();
        var gone = queue.EnterAsync("jonas", leaving.Token);
        var next = queue.EnterAsync("vera", Cancellation);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        first.Dispose();
        (await next).Dispose();
        (await queue.EnterAsync("ana", Cancellation)).Dispose();
    }

    /// <summary>As a person would: opens, saves, and where someone was quicker looks again and saves over it.</summary>
    private static async Task<ChangeOutcome> SaveUntilConfirmedAsync(SandboxHost host, ClaimsPrincipal user, string name, decimal temperature)
    {
        var opened = ToOpened(host.Character(name));
        while (true)
        {
            var outcome = await host.Get<ChangeWriter>().WriteAsync(user, new ChangeRequest(opened, opened.Settings, Temperature(temperature)), null, Cancellation);
            if (outcome is not ChangeOutcome.Conflict conflict)
            {
                return outcome;
            }

            opened = conflict.Now;
        }
    }

    private static Character ToOpened(SandboxCharacter character) => new(character.Id, character.Name, new CharacterCoreSettings(character.ModelCode, character.Temperature), true, null);

    /// <summary>Each change begins where the one before it ended, the last one is what the sandbox has, and they were sent in this order.</summary>
    private static void AssertChain(SandboxHost host, SandboxCharacter character, List<ChangeRecord> changes)
    {
        Assert.Equal(changes.Skip(1).Select(change => change.TemperatureBefore), changes.SkipLast(1).Select(change => change.TemperatureAfter));
        Assert.Equal(character.Temperature, changes[^1].TemperatureAfter);
        var sent = host.Sandbox.Requests
            .Where(request => request.Endpoint == "update" && request.Body.Contains(character.Id, StringComparison.Ordinal))
            .Select(request => JsonDocument.Parse(request.Body).RootElement.GetProperty("temperature").GetDecimal());
        Assert.Equal(sent, changes.Select(change => change.TemperatureAfter!.Value));
    }

    private static async Task<List<ClaimsPrincipal>> AddPeopleAsync(SandboxHost host, int count)
    {
        await using var db = await host.Get<IDbContextFactory<DashboardDbContext>>().CreateDbContextAsync(Cancellation);
        var people = Enumerable.Range(0, count).Select(number => TestPeople.Create($"person-{number}", $"Person {number}", Role.Designer)).ToList();
        db.AddRange(people);
        db.AddRange(people.Select(person => TestPeople.CreateSession(person)));
        await db.SaveChangesAsync(Cancellation);
        return [.. people.Select(TestPeople.As)];
    }
}
