using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;
using static Microsoft.Playwright.Assertions;

namespace Convai.Dashboard.Browser;

/// <summary>
/// The server is killed at each step of a write and started again on the same files and address, with the designer's page left
/// open: in the end the journal is true to what Convai has, and nothing was written twice. Convai's stand-in outlives the server.
/// </summary>
[Trait("Speed", "Slow")]
public sealed class KilledServerTests : RestartableServerTest
{
    /// <summary>By the step at which Convai does not answer. Reads are answered <paramref name="readsBefore"/> times before that.</summary>
    [Theory]
    [InlineData("get", SandboxFaultKind.Hang, 0, ChangeState.Asked, ChangeState.Unchanged)]
    [InlineData("update", SandboxFaultKind.HangAfterApplying, 0, ChangeState.Sent, ChangeState.Confirmed)]
    [InlineData("get", SandboxFaultKind.Hang, 1, ChangeState.Sent, ChangeState.Confirmed)]
    public async Task Kill_WhileConvaiHangs_IsReconciledAfterRestart(string endpoint, SandboxFaultKind fault, int readsBefore, ChangeState left, ChangeState end)
    {
        Convai.Fail(endpoint, fault, after: readsBefore);
        await SaveAsync();
        await WaitUntilAsync(() => Task.FromResult((Asked: CountRequests(endpoint), Mira.Temperature)), (readsBefore + 1, ValueOf(end)));

        await KillAsync();
        Assert.Equal(left, (await ReadChangeAfterKillAsync()).State);

        Convai.Faults.Clear();
        await RestartAsync();
        await AssertEndsAsync(end);
    }

    [Fact]
    public async Task Kill_AfterConfirmation_ChangesNothing()
    {
        await SaveAsync();
        await Expect(Character.Confirmation).ToContainTextAsync("0.42");

        await KillAsync();
        Assert.Equal(ChangeState.Confirmed, (await ReadChangeAfterKillAsync()).State);

        await RestartAsync();
        await AssertEndsAsync(ChangeState.Confirmed);
    }

    [Fact]
    public async Task Kill_BeforeConvaiReceivesWrite_IsUnchanged()
    {
        Convai.Fail("update", SandboxFaultKind.Hang);
        await SaveAsync();
        await WaitUntilAsync(() => Task.FromResult(CountRequests("update")), 1);

        await KillAsync();
        var left = await ReadChangeAfterKillAsync();
        Assert.Equal((ChangeState.Sent, Before), (left.State, Mira.Temperature));

        Convai.Faults.Clear();
        var read = (await ReadKnownCharacterAsync()).ReadAt;
        await RestartAsync();
        // Beside the draft, which could be saved a second time.
        await Expect(Page.Locator(".earlier")).ToContainTextAsync("is still being verified.");
        await WaitUntilAsync(async () => (await ReadKnownCharacterAsync()).ReadAt > read, true);
        Assert.Equal(ChangeState.Sent, (await ReadAsync(DataDirectory)).State);

        // A process cannot be made to live in another time: what it would do then, its parts do on the same files.
        await KillAsync();
        await using (await StartPartsAsync(new FakeTimeProvider(left.SentAt!.Value + ChangeRecord.MaxWriteDelay)))
        {
            await AssertEndsAsync(ChangeState.Unchanged);
        }
    }

    /// <summary>Everything behind the pages, on the files of the killed server and at another time.</summary>
    private Task<SandboxHost> StartPartsAsync(TimeProvider time) => SandboxHost.StartAsync(
        time,
        ("Data:Directory", DataDirectory),
        ("Convai:Mode", "Live"),
        ("Convai:ApiKey", Convai.Sandbox.ApiKey),
        ("Convai:BaseUrl", Convai.Sandbox.BaseAddress.ToString()));

    private async Task KillAsync()
    {
        await Page.EvaluateAsync("() => window.isOfTheKilledServer = true");
        await Server.KillAsync();
    }

    /// <summary>The page, which still waits for the end of its save, comes back by itself.</summary>
    private async Task RestartAsync()
    {
        await Server.DisposeAsync();
        Server = await StartServerAsync(Address.ToString());
        await Page.WaitForFunctionAsync(
            "() => !window.isOfTheKilledServer && document.querySelector('[data-interactive]') !== null", null, new() { Timeout = 60_000 });
    }

    private async Task AssertEndsAsync(ChangeState end)
    {
        await WaitUntilAsync(async () => (await ReadAsync(DataDirectory)).IsOpen, false);
        var change = await ReadAsync(DataDirectory);
        Assert.Equal((end, ChangeKind.Edit, Before, After), (change.State, change.Kind, change.TemperatureBefore, change.TemperatureAfter));
        Assert.Equal(ValueOf(end), Mira.Temperature);
        if (end == ChangeState.Confirmed)
        {
            Assert.Equal(new CharacterCoreSettings(Mira.ModelCode, Mira.Temperature), change.Reported);
        }

        Assert.Equal(change.SentAt is null ? 0 : 1, CountRequests("update"));
    }

    private static decimal ValueOf(ChangeState end) => end == ChangeState.Confirmed ? After : Before;

    /// <summary>From a copy: opening the files themselves would clear up after the kill, and that is for the next server to do.</summary>
    private async Task<ChangeRecord> ReadChangeAfterKillAsync()
    {
        var copy = Directory.CreateTempSubdirectory("dashboard-");
        try
        {
            foreach (var file in new DirectoryInfo(DataDirectory).EnumerateFiles("dashboard.db*"))
            {
                file.CopyTo(Path.Combine(copy.FullName, file.Name));
            }

            return await ReadAsync(copy.FullName);
        }
        finally
        {
            TestDatabase.CloseFile(copy.FullName);
            copy.Delete(recursive: true);
        }
    }

    private async Task<KnownCharacter> ReadKnownCharacterAsync()
    {
        await using var db = OpenDatabase(DataDirectory);
        return await db.Set<KnownCharacter>().AsNoTracking().SingleAsync(character => character.CharacterId == Mira.Id, Cancellation);
    }
}
