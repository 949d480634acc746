using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Testing;

namespace Convai.Dashboard.Features.Changes;

/// <summary>What the tests of the journal do again and again: save as someone, look at the sandbox and at the journal.</summary>
public abstract class JournalTest
{
    protected const string Mira = "Mira the Innkeeper";

    /// <summary>What a person who opens the page has before their eyes, the journal included.</summary>
    internal static async Task<Character> OpenAsync(SandboxHost host, string name = Mira)
    {
        var askedAt = host.Get<TimeProvider>().GetUtcNow();
        var characters = (await host.Client.ListCharactersAsync(Cancellation)).Value!;
        await host.Get<JournalReconciler>().ObserveAsync(characters, askedAt, Cancellation);
        return characters.Single(character => character.Name == name);
    }

    internal static Task<ChangeOutcome> SaveAsync(SandboxHost host, Character character, SettingsPatch change, string? reason = null, Role role = Role.Designer) =>
        host.Get<ChangeWriter>().WriteAsync(TestPeople.As(role), new ChangeRequest(character, character.Settings, change, reason), null, Cancellation);

    /// <summary>Reconciles until no change is open: the monitor does so too, and a locked character is skipped.</summary>
    internal static async Task WaitUntilSettledAsync(SandboxHost host, Func<Task> lookAsync)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(TimeSpan.FromMinutes(1));
        do
        {
            patience.Token.ThrowIfCancellationRequested();
            await lookAsync();
        }
        while ((await ChangesAsync(host)).Any(change => change.IsOpen));
    }

    internal static Task<IReadOnlyList<ChangeRecord>> ChangesAsync(SandboxHost host) => host.Services.ChangesAsync();

    internal static int Writes(SandboxHost host) => host.Endpoints.Count(endpoint => endpoint == "update");

    internal static SettingsPatch Temperature(decimal value) => new(null, value);
}
