using Bunit;
using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.ConvaiApi.Sandbox;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Editing;
using Convai.Dashboard.Features.Models;
using Convai.Dashboard.Testing;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Convai.Dashboard.Faults;

/// <summary>Places of the matrix: the comparison before a save, the save itself, and reading it back.</summary>
[Trait("Speed", "Slow")]
public sealed class SaveFaultTests(FaultyDashboard dashboard) : DashboardTestContext, IClassFixture<FaultyDashboard>
{
    private static readonly SettingsPatch New = new(null, 0.12m);

    public static TheoryData<string> Reads => FaultTable.OfReads;

    public static TheoryData<string> Writes => FaultTable.OfWrites;

    [Theory]
    [MemberData(nameof(Reads))]
    public async Task InitialRead_AnyFault_WritesNothing(string name)
    {
        var fault = dashboard.Inject(name, "get", 0);
        var saved = await SaveAsync();
        Assert.Equal($"Nothing was changed {fault.Reading} Your draft is still here.", WithoutReference(saved.Message));
        Assert.Equal(0, dashboard.Writes(saved.Character.Id));
        Assert.Contains((await dashboard.LastChangeAsync(saved.Character.Id)).State, new[] { ChangeState.Rejected, ChangeState.Unchanged });
        await RecoverAsync(saved, writes: 1);
    }

    [Theory]
    [MemberData(nameof(Writes))]
    public async Task Write_AnyFault_ReportsActualOutcome(string name)
    {
        var fault = dashboard.Inject(name, "update", 0);
        var saved = await SaveAsync(fault.IsAccepted);
        Assert.Equal(
            fault.IsApplied ? "✓ Confirmed by Convai Temperature: 0.70 → becomes 0.12" : fault.IsAccepted ? fault.Save : $"{fault.Save} Your draft is still here.",
            saved.Message);
        Assert.Equal(fault.State, (await dashboard.LastChangeAsync(saved.Character.Id)).State);
        Assert.Equal((1, fault.IsApplied ? 0.12m : FaultyDashboard.Old), (dashboard.Writes(saved.Character.Id), saved.Character.Temperature));
        await RecoverAsync(saved, writes: fault.IsApplied ? 1 : 2);
    }

    [Theory]
    [MemberData(nameof(Reads))]
    public async Task Verification_AnyFault_IsOutcomeUnknown(string name)
    {
        var fault = dashboard.Inject(name, "get", 1);
        var saved = await SaveAsync();
        Assert.Equal(
            $"Saved, but not verified Convai accepted the change. Verification failed: {fault.Reading} The dashboard keeps checking. Trying again checks first and never saves twice. Your draft is still here.",
            saved.Message);
        Assert.Equal(ChangeState.OutcomeUnknown, (await dashboard.LastChangeAsync(saved.Character.Id)).State);
        await RecoverAsync(saved, writes: 1);
    }

    [Fact]
    public async Task NoApiKey_WritesNothing()
    {
        dashboard.Faults.Clear();
        var options = dashboard.Host.Get<IOptions<ConvaiOptions>>().Value;
        options.ApiKey = null;
        var saved = await SaveAsync();
        options.ApiKey = dashboard.Sandbox.ApiKey;
        Assert.Equal("Nothing was changed No Convai API key is set on the server. Ask the person who runs the dashboard to set it. Your draft is still here.", saved.Message);
        var change = await dashboard.LastChangeAsync(saved.Character.Id);
        Assert.Equal((ChangeState.Rejected, "No Convai API key was set on the server."), (change.State, ChangeText.Note(change, dashboard.Host.Get<AccountModels>().Last)));
        await RecoverAsync(saved, writes: 1);
    }

    private async Task<Saved> SaveAsync(bool isReadTwice = false)
    {
        var character = dashboard.Take();
        var opened = new CharacterCoreSettings("gpt-4o", FaultyDashboard.Old);
        var request = new ChangeRequest(new Character(character.Id, character.Name, opened, true, null), opened, New);
        var editing = EditingState.From(opened).WithTemperature(New.Temperature);
        var outcome = await dashboard.WaitAsync(() => WriteAsync(request), isReadTwice);
        editing = editing.ApplyOutcome(outcome);
        Assert.Equal(outcome is ChangeOutcome.Confirmed ? new SettingsPatch(null, null) : New, editing.Draft.Change);
        Services.TryAddSingleton(dashboard.Host.Get<AccountModels>());
        var message = FaultyDashboard.NormalizeText(Render<ChangeMessage>(parameters => parameters.Add(part => part.Outcome, outcome)).Find(".change-message-text").TextContent);
        dashboard.AssertHarmless(message);
        return new Saved(character, request, message);
    }

    /// <summary>Retry, as the page does it: it comes to be, is written once more at most, and nothing of it is taken for drift.</summary>
    private async Task RecoverAsync(Saved saved, int writes)
    {
        dashboard.Recover();
        Assert.IsType<ChangeOutcome.Confirmed>(await WriteAsync(saved.Request));
        Assert.Equal((writes, New.Temperature), (dashboard.Writes(saved.Character.Id), saved.Character.Temperature));
        await dashboard.Host.Services.ObserveAsync();
        var changes = await dashboard.ChangesAsync(saved.Character.Id);
        Assert.All(changes, change => Assert.False(change.IsOpen || change.Kind == ChangeKind.Outside, $"{change.Kind} {change.State}"));
        Assert.Contains(changes, change => change.State == ChangeState.Confirmed);
    }

    private Task<ChangeOutcome> WriteAsync(ChangeRequest request) => dashboard.Host.Get<ChangeWriter>().WriteAsync(TestPeople.As(Role.Designer), request, null, Cancellation);

    /// <summary>Convai's own reference of the failure, for those who ask Convai about it.</summary>
    private static string WithoutReference(string message) => System.Text.RegularExpressions.Regex.Replace(message, @" Convai's reference: [^.]+\.", "");

    private sealed record Saved(SandboxCharacter Character, ChangeRequest Request, string Message);
}
