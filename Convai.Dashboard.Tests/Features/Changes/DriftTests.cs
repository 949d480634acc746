using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Security;
using Convai.Dashboard.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Convai.Dashboard.Features.Changes;

/// <summary>What was changed outside is seen once, is never taken for our own doing, and is accepted or put back.</summary>
[Trait("Speed", "Slow")]
public sealed class DriftTests : JournalTest
{
    [Fact]
    public async Task FirstRead_IsBaselineWithoutDrift()
    {
        await using var host = await SandboxHost.StartAsync();
        await OpenAsync(host);
        Assert.Empty(await ChangesAsync(host));
    }

    [Fact]
    public async Task OutsideChange_IsRecordedOncePerField()
    {
        await using var host = await SandboxHost.StartAsync();
        await OpenAsync(host);
        (host.Character(Mira).ModelCode, host.Character(Mira).Temperature) = ("gpt-4.1", 0.9m);
        await OpenAsync(host);
        await OpenAsync(host);

        var changes = await ChangesAsync(host);
        Assert.Equal([new SettingsPatch("gpt-4.1", null), new SettingsPatch(null, 0.9m)], changes.Select(change => change.Asked));
        Assert.All(changes, change => Assert.Equal((ChangeKind.Outside, ChangeState.Drifted, null, null), (change.Kind, change.State, change.PersonId, change.PersonName)));
        Assert.Equal(("gpt-4o", 0.70m), (changes[0].ModelBefore, changes[1].TemperatureBefore));
    }

    [Fact]
    public async Task OwnChanges_AreNotDrift()
    {
        await using var host = await SandboxHost.StartAsync();
        await SaveAsync(host, await OpenAsync(host), new SettingsPatch("gpt-4.1", 0.9m));
        await OpenAsync(host);
        Assert.DoesNotContain(await ChangesAsync(host), change => change.Kind == ChangeKind.Outside);
    }

    [Fact]
    public async Task ReadStartedBeforeSave_IsIgnored()
    {
        await using var host = await SandboxHost.StartAsync();
        var askedAt = TimeProvider.System.GetUtcNow();
        var character = await OpenAsync(host);
        var old = (await host.Client.ListCharactersAsync(Cancellation)).Value!;
        await SaveAsync(host, character, Temperature(0.9m));
        await host.Get<JournalReconciler>().ObserveAsync(old, askedAt, Cancellation);
        Assert.Single(await ChangesAsync(host));
    }

    [Fact]
    public async Task LockedCharacter_IsCheckedOnNextRead()
    {
        await using var host = await SandboxHost.StartAsync();
        var character = await OpenAsync(host);
        host.Character(Mira).Temperature = 0.9m;
        await using (await host.Get<CharacterLocks>().AcquireAsync(character.Id, Cancellation))
        {
            await OpenAsync(host);
            Assert.Empty(await ChangesAsync(host));
        }

        await OpenAsync(host);
        Assert.Single(await ChangesAsync(host));
    }

    [Fact]
    public async Task EntryWithoutSettings_IsIgnored()
    {
        await using var host = await SandboxHost.StartAsync();
        var character = await OpenAsync(host);
        await host.Get<JournalReconciler>().ObserveAsync([character with { Settings = new CharacterCoreSettings(null, null) }], DateTimeOffset.UtcNow.AddSeconds(1), Cancellation);
        await host.Get<JournalReconciler>().ObserveAsync([character], DateTimeOffset.UtcNow.AddSeconds(2), Cancellation);
        Assert.Empty(await ChangesAsync(host));
    }

    [Fact]
    public async Task Accept_RecordsAuthor_AndIsRefusedForViewer()
    {
        await using var host = await DriftedAsync();
        var seen = (await ChangesAsync(host)).Select(change => change.Id).ToList();
        await Assert.ThrowsAsync<AccessDeniedException>(() => host.Get<ChangeJournal>().AcceptAsync(TestPeople.As(Role.Viewer), host.Character(Mira).Id, seen, Cancellation));
        await Assert.ThrowsAsync<AccessDeniedException>(() => host.Get<ChangeJournal>().AcceptAsync(TestPeople.Anonymous, host.Character(Mira).Id, seen, Cancellation));
        Assert.Single((await host.Get<ChangeHistory>().ReadForCastAsync(TestPeople.As(Role.Viewer), Cancellation))!.Drifted);
        await host.Get<ChangeJournal>().AcceptAsync(TestPeople.As(Role.Designer), host.Character(Mira).Id, seen, Cancellation);
        var change = Assert.Single(await ChangesAsync(host));
        Assert.Equal((ChangeState.Accepted, "Jonas Brandt"), (change.State, change.SettledBy));
        Assert.Empty((await host.Get<ChangeHistory>().ReadForCastAsync(TestPeople.As(Role.Viewer), Cancellation))!.Drifted);
    }

    [Fact]
    public async Task RestoreOurs_RestoresValueBeforeFirstOutsideChange()
    {
        await using var host = await DriftedAsync();
        host.Character(Mira).Temperature = 0.95m;
        var character = await OpenAsync(host);
        var drift = (await host.Get<ChangeHistory>().ReadDriftAsync(TestPeople.As(Role.Designer), character.Id, Cancellation))!;
        Assert.Equal(Temperature(0.70m), drift.Ours);

        var request = new ChangeRequest(character, character.Settings, drift.Ours, UndoesId: drift.Changes[^1].Id);
        Assert.IsType<ChangeOutcome.Confirmed>(await host.Get<ChangeWriter>().WriteAsync(TestPeople.As(Role.Designer), request, null, Cancellation));
        Assert.Equal(0.70m, host.Character(Mira).Temperature);
        Assert.Equal([ChangeState.Restored, ChangeState.Replaced, ChangeState.Confirmed], (await ChangesAsync(host)).Select(change => change.State));
    }

    [Fact]
    public async Task RestoredOutside_IsNoLongerDrift()
    {
        await using var host = await DriftedAsync();
        host.Character(Mira).Temperature = 0.70m;
        await OpenAsync(host);
        var changes = await ChangesAsync(host);
        Assert.Equal([(ChangeState.Restored, null), (ChangeState.Restored, (string?)null)], changes.Select(change => (change.State, change.SettledBy)));
    }

    [Fact]
    public async Task SaveOverDrift_ReplacesOnlyThatField()
    {
        await using var host = await SandboxHost.StartAsync();
        await OpenAsync(host);
        (host.Character(Mira).ModelCode, host.Character(Mira).Temperature) = ("gpt-4.1", 0.9m);
        await SaveAsync(host, await OpenAsync(host), Temperature(0.3m));
        Assert.Equal([ChangeState.Drifted, ChangeState.Replaced, ChangeState.Confirmed], (await ChangesAsync(host)).Select(change => change.State));
    }

    [Fact]
    public async Task SameValueSavedHere_AcceptsTheDrift()
    {
        await using var host = await SandboxHost.StartAsync();
        var character = await OpenAsync(host);
        host.Character(Mira).Temperature = 0.9m;
        await SaveAsync(host, character, Temperature(0.9m));
        var changes = await ChangesAsync(host);
        Assert.Equal([ChangeState.NoOp, ChangeState.Accepted], changes.Select(change => change.State));
        Assert.Equal("Jonas Brandt", changes[1].SettledBy);
    }

    [Fact]
    public async Task Monitor_PollsCast_ExceptNearTheRateLimit()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        // The fake clock runs far ahead of the real HTTP: with the usual time-out a busy machine would never read anything.
        await using var host = await SandboxHost.StartAsync(time, ("Drift:ReadEvery", "00:05:00"), ("Convai:ReadTimeout", "00:05:00"), ("Convai:MaxRequestsPerMinute", "10"));
        // A request that has only been received may still be answered with a value that is set now.
        await PassAsync(time, () => Task.FromResult(host.Get<CastDirectory>().Last.Characters is not null));
        host.Character(Mira).Temperature = 0.9m;
        await PassAsync(time, async () => (await ChangesAsync(host)).Count == 1);
        Assert.All(host.Endpoints, endpoint => Assert.Equal("list", endpoint));
        Assert.InRange(host.Endpoints.Count, 2, 3);

        // The limiter counts in real time: these are not forgotten while the fake clock runs on.
        for (var call = 0; call < 6; call++)
        {
            await host.Client.GetCharacterAsync(host.Character(Mira).Id, null, Cancellation);
        }

        Assert.True(host.Client.IsNearLimit);
        var (calls, steps) = (host.Endpoints.Count, 0);
        await PassAsync(time, () => Task.FromResult(++steps > 200));
        Assert.Equal(calls, host.Endpoints.Count);
    }

    /// <summary>Lets the fake clock run until something is so.</summary>
    private static async Task PassAsync(FakeTimeProvider time, Func<Task<bool>> condition)
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(watch.Elapsed < TimeSpan.FromMinutes(1), "It did not come about within a minute.");
            time.Advance(TimeSpan.FromSeconds(5));
            await Task.Delay(2, Cancellation);
        }
    }

    private static async Task<SandboxHost> DriftedAsync()
    {
        var host = await SandboxHost.StartAsync();
        await OpenAsync(host);
        host.Character(Mira).Temperature = 0.9m;
        await OpenAsync(host);
        return host;
    }
}
