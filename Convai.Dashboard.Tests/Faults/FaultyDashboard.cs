using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.ConvaiApi.Sandbox;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Testing;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Convai.Dashboard.Faults;

/// <summary>
/// One dashboard for all cells of a place, each with a character of its own. Time passes only when a test advances it:
/// so a busy machine cannot make a call time out that should not.
/// </summary>
public sealed class FaultyDashboard : IAsyncLifetime
{
    internal const decimal Old = 0.70m;

    /// <summary>More than there are cells of one table.</summary>
    internal const int Characters = 120;

    private int _taken;
    private int _held;

    internal FakeTimeProvider Time { get; } = new(DateTimeOffset.UtcNow);

    internal SandboxServer Sandbox { get; private set; } = null!;

    internal SandboxFaults Faults => SandboxFaults.For(Sandbox);

    internal SandboxHost Host { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Sandbox = new SandboxServer(Options.Create(new ConvaiOptions { Sandbox = new SandboxOptions { Characters = Characters } }), Time);
        await Sandbox.StartAsync(CancellationToken.None);
        Sandbox.Account.Characters.ToList().ForEach(character => (character.ModelCode, character.Temperature) = ("gpt-4o", Old));
        Host = await SandboxHost.StartAsync(Time, [.. SandboxHost.SettingsFor(Sandbox), SandboxHost.NoRetries, ("Convai:MaxRequestsPerMinute", "100000"), ("Drift:ReadEvery", "00:00:00")]);
        await Host.Services.ObserveAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await Sandbox.DisposeAsync();
    }

    /// <summary>A character that no other cell has.</summary>
    internal SandboxCharacter Take() => Sandbox.Account.Characters[Interlocked.Increment(ref _taken)];

    /// <param name="after">How many requests are answered rightly before.</param>
    internal Fault Inject(string name, string endpoint, int after = 0)
    {
        Faults.Clear();
        var fault = FaultTable.Find(name);
        Faults[endpoint] = fault.Answer with { After = after };
        return fault;
    }

    /// <summary>Advances the clock by the longest that a person waits, once for each answer that Convai holds back.</summary>
    /// <param name="isReadTwice">True: also advances past the second after which a save reads once more.</param>
    internal async Task<T> WaitAsync<T>(Func<Task<T>> start, bool isReadTwice = false)
    {
        var reads = Reads;
        var task = start();
        while (!task.IsCompleted)
        {
            if (Faults.Holds > _held)
            {
                // Once: the call that comes after must not find its own time gone.
                _held = Faults.Holds;
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

    /// <summary>How often a character was written, or would have been.</summary>
    internal int Writes(string characterId) => Sandbox.Requests.Count(request => request.Endpoint == "update" && request.Body.Contains(characterId, StringComparison.Ordinal));

    private int Reads => Faults.Count("get");

    /// <summary>Convai is well again, and whatever it asked for or may still have carried out is over.</summary>
    internal void Recover()
    {
        Faults.Clear();
        Time.Advance(TimeSpan.FromMinutes(11));
    }

    internal async Task<ChangeRecord> LastChangeAsync(string characterId) => (await ChangesAsync(characterId))[^1];

    internal async Task<IReadOnlyList<ChangeRecord>> ChangesAsync(string characterId) =>
        [.. (await Host.Services.ChangesAsync()).Where(change => change.CharacterId == characterId)];

    /// <summary>What everyone must be spared.</summary>
    internal void AssertHarmless(string words)
    {
        Assert.DoesNotContain(Sandbox.ApiKey, words, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(words, letter => char.IsControl(letter) && letter is not ('\n' or '\r' or '\t'));
        Assert.DoesNotContain('\u202e', words);
        Assert.DoesNotContain("<html", words, StringComparison.OrdinalIgnoreCase);
    }

    internal static string NormalizeText(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
