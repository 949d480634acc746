using Convai.Dashboard.ConvaiApi.Sandbox;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Testing;
using Microsoft.AspNetCore.Http;

namespace Convai.Dashboard.Features.Rehearsals;

/// <summary>What the tests of rehearsals do over and over.</summary>
internal static class RehearsalSteps
{
    public const string Mira = "57a0c93e-7472-11ef-ac22-42010a7be011";

    public static readonly SettingsPatch Claude = new("claude-4-sonnet", 0.4m);
    public static readonly SettingsPatch Gemma = new("fast-gemma-4-31b-it", 0.55m);

    public static RehearsalRequest Request(int repeats = 1, bool hidesNames = false, params SettingsPatch[] candidates) =>
        new(Mira, candidates.Length > 0 ? candidates : [Claude, Gemma], ["Where is the old mill?", "Do you have a room?", "Are you a computer?"], repeats, true, hidesNames);

    public static async Task<long> StartRehearsalAsync(this SandboxHost host, RehearsalRequest? request = null, Role role = Role.Designer)
    {
        // As the page does: only a character of the cast can be rehearsed.
        await host.Get<CastDirectory>().ReadAsync(forceRefresh: false, TestContext.Current.CancellationToken);
        var started = await host.Get<RehearsalService>().StartAsync(TestPeople.As(role), request ?? Request(), TestContext.Current.CancellationToken);
        Assert.Null(started.Error);
        return started.Value!.Id;
    }

    public static Task<RehearsalView> ReadRehearsalAsync(this SandboxHost host, long id, Role role = Role.Viewer) =>
        host.Get<RehearsalService>().ReadAsync(TestPeople.As(role), id, TestContext.Current.CancellationToken)!;

    /// <summary>Waits until the rehearsal has ended and its copies have been dealt with.</summary>
    public static async Task<RehearsalView> EndOfRehearsalAsync(this SandboxHost host, long id)
    {
        await host.WaitUntilAsync(id, view => view.State != RehearsalState.Running && host.Get<CharacterCopies>().ListForRehearsalAsync(id, default).Result.TrueForAll(copy => !copy.MayExist || copy.FailedRemovals > 0));
        // Read again: the copies may have been dealt with after the view was read.
        return await host.ReadRehearsalAsync(id);
    }

    /// <summary>Waits until a rehearsal is as it should be.</summary>
    public static async Task<RehearsalView> WaitUntilAsync(this SandboxHost host, long id, Func<RehearsalView, bool> condition)
    {
        RehearsalView view = null!;
        await host.WaitUntilEventAsync(async () => (view = await host.ReadRehearsalAsync(id)) is not null && condition(view));
        return view;
    }

    /// <summary>Waits until something is so; every step of a rehearsal is an event.</summary>
    public static async Task WaitUntilEventAsync(this SandboxHost host, Func<Task<bool>> condition)
    {
        var news = new SemaphoreSlim(1);
        using var listening = host.Get<IChangeFeed>().Subscribe(_ => news.Release());
        do
        {
            Assert.True(await news.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken), "It did not happen within a minute.");
        }
        while (!await condition());
    }

    /// <summary>No one gets an answer before the result is disposed of.</summary>
    /// <param name="after">So many calls are answered first.</param>
    /// <param name="times">So many are held; later ones are answered.</param>
    public static IDisposable HoldAnswers(this SandboxHost host, string endpoint = "getResponse", int after = 0, int times = int.MaxValue)
    {
        var calls = 0;
        var (sandbox, before) = (host.Sandbox, host.Sandbox.Faults);
        var silence = new HeldAnswers(sandbox, before);
        sandbox.Faults = async (context, answer) =>
        {
            if (context.Request.Path.Value!.EndsWith(endpoint, StringComparison.Ordinal) && Interlocked.Increment(ref calls) is var call && call > after && call - after <= times)
            {
                await silence.Over.Task;
            }

            await before(context, answer);
        };
        return silence;
    }

    private sealed class HeldAnswers(SandboxServer sandbox, Func<HttpContext, RequestDelegate, Task> before) : IDisposable
    {
        public TaskCompletionSource Over { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Dispose()
        {
            sandbox.Faults = before;
            Over.TrySetResult();
        }
    }

    public static Task<List<CopyRecord>> CopiesAsync(this SandboxHost host, long id) => host.Get<CharacterCopies>().ListForRehearsalAsync(id, TestContext.Current.CancellationToken);
}
