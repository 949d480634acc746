using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;

namespace Convai.Dashboard.Features.Changes;

/// <summary>What becomes of writes when the server is told to stop; <see cref="Browser.StoppedServerTests"/> does it to a real one.</summary>
[Trait("Speed", "Slow")]
public sealed class RunningWritesTests
{
    [Fact]
    public async Task Write_AfterShutdownStarted_IsRefusedAndNotRecorded()
    {
        await using var host = await SandboxHost.StartAsync();
        var request = await RequestAsync(host);
        host.Get<IHostApplicationLifetime>().StopApplication();
        await AssertRefusedAsync(host, WriteAsync(host, request));
    }

    [Fact]
    public async Task Write_WaitingForLock_IsRefusedWhenShutdownStarts()
    {
        await using var host = await SandboxHost.StartAsync();
        var request = await RequestAsync(host);
        await using var turn = await host.Get<CharacterLocks>().AcquireAsync(request.Character.Id, Cancellation);
        var waiting = new TaskCompletionSource();
        var write = host.Get<ChangeWriter>().WriteAsync(TestPeople.As(Role.Designer), request, new OnStep(waiting.SetResult), Cancellation);
        await waiting.Task;
        host.Get<IHostApplicationLifetime>().StopApplication();
        await AssertRefusedAsync(host, write);
    }

    [Fact]
    public async Task Stop_WaitsForRunningWrites_UpToTimeout()
    {
        await using var host = await SandboxHost.StartAsync();
        var writes = host.Get<RunningWrites>();
        var running = writes.TryBegin();
        var other = writes.TryBegin();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        host.Get<IHostApplicationLifetime>().StopApplication();

        var inTime = writes.StoppingAsync(Cancellation);
        var tooLate = writes.StoppingAsync(patience.Token);
        await patience.CancelAsync();
        await tooLate;
        running!.Dispose();
        Assert.False(inTime.IsCompleted);
        other!.Dispose();
        await inTime;
    }

    private static async Task<ChangeRequest> RequestAsync(SandboxHost host)
    {
        var character = (await host.Client.ListCharactersAsync(Cancellation)).Value![0];
        return new ChangeRequest(character, character.Settings, new SettingsPatch(null, 0.42m));
    }

    private static Task<ChangeOutcome> WriteAsync(SandboxHost host, ChangeRequest request) =>
        host.Get<ChangeWriter>().WriteAsync(TestPeople.As(Role.Designer), request, null, Cancellation);

    private static async Task AssertRefusedAsync(SandboxHost host, Task<ChangeOutcome> write)
    {
        Assert.Equal(ChangeText.Restarting, Assert.IsType<ChangeOutcome.Rejected>(await write).Sentence);
        Assert.DoesNotContain("update", host.Endpoints);
        await using var db = await host.Get<IDbContextFactory<DashboardDbContext>>().CreateDbContextAsync(Cancellation);
        Assert.Empty(await db.Set<ChangeRecord>().ToListAsync(Cancellation));
    }

    private sealed class OnStep(Action act) : IProgress<ChangeStep>
    {
        public void Report(ChangeStep value) => act();
    }
}
