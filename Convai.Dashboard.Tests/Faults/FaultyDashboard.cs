using Convai.Dashboard.ConvaiApi.Sandbox;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Convai.Dashboard.Faults;

/// <summary>
/// One dashboard for all cells of a place, each with a character of its own. Time stands still but where a test lets it pass:
/// so a busy machine cannot make a call time out that should not.
/// </summary>
public sealed class FaultyDashboard : IAsyncLifetime
{
    internal const decimal Old = 0.70m;

    private int _taken;
    private int _held;

    internal FakeTimeProvider Time { get; } = new(DateTimeOffset.UtcNow);

    internal OddGateway Gateway { get; private set; } = null!;

    internal SandboxHost Host { get; private set; } = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Gateway = await OddGateway.StartAsync(Time, characters: 100);
        Gateway.Sandbox.Account.Characters.ToList().ForEach(character => (character.ModelCode, character.Temperature) = ("gpt-4o", Old));
        Host = await SandboxHost.StartAsync(Time, [.. Gateway.Settings, ("Convai:ReadRetries", "0"), ("Convai:MaxRequestsPerMinute", "100000"), ("Drift:ReadEvery", "00:00:00")]);
        await Host.Services.ObserveAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await Gateway.DisposeAsync();
    }

    /// <summary>A character that no other cell has.</summary>
    internal SandboxCharacter Take() => Gateway.Sandbox.Account.Characters[Interlocked.Increment(ref _taken)];

    /// <param name="after">How many requests are answered rightly before.</param>
    internal Fault Strike(string name, string endpoint, int after = 0)
    {
        Gateway.Heal();
        var fault = FaultTable.Find(name);
        fault.Strike(Gateway, endpoint, after);
        return fault;
    }

    /// <summary>Lets pass what somebody waits at most, once for each answer that Convai holds back.</summary>
    /// <param name="isReadTwice">Lets the second pass after which a save reads once more.</param>
    internal async Task<T> WaitAsync<T>(Task<T> task, bool isReadTwice = false)
    {
        var reads = Reads;
        while (!task.IsCompleted)
        {
            if (Gateway.Holds > _held)
            {
                // Once: the call that comes after must not find its own time gone.
                _held = Gateway.Holds;
                Time.Advance(TimeSpan.FromSeconds(21));
            }

            if (isReadTwice && Reads >= reads + 2)
            {
                Time.Advance(TimeSpan.FromMilliseconds(50));
            }

            await Task.WhenAny(task, Task.Delay(2, Cancellation));
        }

        return await task;
    }

    private int Reads => Gateway.Sandbox.Requests.Count(request => request.Endpoint == "get");

    /// <summary>Convai is well again, and whatever it asked for or may still have carried out is over.</summary>
    internal void Recover()
    {
        Gateway.Heal();
        Time.Advance(TimeSpan.FromMinutes(11));
    }

    internal async Task<Change> LastChangeAsync(string characterId) => (await ChangesAsync(characterId))[^1];

    internal async Task<IReadOnlyList<Change>> ChangesAsync(string characterId) =>
        [.. (await Host.Services.ChangesAsync()).Where(change => change.CharacterId == characterId)];

    /// <summary>What everybody must be spared.</summary>
    internal void AssertHarmless(string words)
    {
        Assert.DoesNotContain(Gateway.Sandbox.ApiKey, words, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(words, letter => char.IsControl(letter) && letter is not ('\n' or '\r' or '\t'));
        Assert.DoesNotContain('\u202e', words);
        Assert.DoesNotContain("<html", words, StringComparison.OrdinalIgnoreCase);
    }

    internal static string Words(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
