using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Batches;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Security;
using Convai.Dashboard.Testing;
using Microsoft.EntityFrameworkCore;

namespace Convai.Dashboard.Features.Presets;

/// <summary>When a character gets a preset, keeps it, gets its previous one back, and loses it.</summary>
[Trait("Speed", "Slow")]
public sealed class CharacterPresetsTests : BatchTest
{
    private const string Mira = "Mira the Innkeeper";
    private const string Pell = "Dockhand Pell";

    [Fact]
    public async Task Apply_AssignsOnlyOnceConfirmed()
    {
        await using var host = await SandboxHost.StartAsync();
        var villager = await host.Services.CreatePresetAsync("Villager", "gpt-4o", 0.5m);
        host.Fail("update", SandboxFaultKind.ErrorInside200, times: 1);
        await host.Services.ApplyPresetAsync(villager, Mira);
        Assert.Null(await OfAsync(host, Mira));
        Assert.IsType<ChangeOutcome.Confirmed>(await host.Services.ApplyPresetAsync(villager, Mira));
        Assert.Equal(("Villager", PresetMatch.Matches), await OfAsync(host, Mira));
        // An ordinary change keeps the preset, which the character then differs from.
        await host.Services.SaveAsync(Role.Designer, Temperature(0.9m), Mira);
        Assert.Equal(("Villager", PresetMatch.Differs), await OfAsync(host, Mira));
    }

    [Fact]
    public async Task Apply_ConfirmedByLaterRead_AssignsThen()
    {
        await using var host = await SandboxHost.StartAsync();
        var villager = await host.Services.CreatePresetAsync("Villager", null, 0.5m);
        host.Fail("get", SandboxFaultKind.Html, after: 1);
        Assert.IsType<ChangeOutcome.OutcomeUnknown>(await host.Services.ApplyPresetAsync(villager, Mira));
        Assert.Null(await OfAsync(host, Mira));
        await host.Services.ObserveAsync();
        Assert.Equal(("Villager", PresetMatch.Matches), await OfAsync(host, Mira));
    }

    [Fact]
    public async Task Undo_RestoresPreviousPresetOrNone()
    {
        await using var host = await SandboxHost.StartAsync();
        var villager = await host.Services.CreatePresetAsync("Villager", null, 0.5m);
        var captain = await host.Services.CreatePresetAsync("Captain", null, 0.2m);
        await host.Services.ApplyPresetAsync(villager, Mira);
        var second = Assert.IsType<ChangeOutcome.Confirmed>(await host.Services.ApplyPresetAsync(captain, Mira));
        await host.Get<ChangeWriter>().UndoAsync(TestPeople.As(Role.Designer), second, null, null, Cancellation);
        Assert.Equal(("Villager", PresetMatch.Matches), await OfAsync(host, Mira));

        var third = Assert.IsType<ChangeOutcome.Confirmed>(await host.Services.ApplyPresetAsync(villager, Pell));
        await host.Get<ChangeWriter>().UndoAsync(TestPeople.As(Role.Designer), third, null, null, Cancellation);
        Assert.Null(await OfAsync(host, Pell));
    }

    /// <summary>The undo of an older change, after another preset was applied, is about values alone.</summary>
    [Fact]
    public async Task Undo_EarlierChange_KeepsLaterPreset()
    {
        await using var host = await SandboxHost.StartAsync();
        var villager = await host.Services.CreatePresetAsync("Villager", null, 0.5m);
        var talker = await host.Services.CreatePresetAsync("Talker", "claude-4-sonnet", null);
        var first = Assert.IsType<ChangeOutcome.Confirmed>(await host.Services.ApplyPresetAsync(villager, Mira));
        var second = Assert.IsType<ChangeOutcome.Confirmed>(await host.Services.ApplyPresetAsync(talker, Mira));
        await host.Get<ChangeWriter>().UndoAsync(TestPeople.As(Role.Designer), first with { After = second.After }, null, null, Cancellation);
        Assert.Equal(("Talker", PresetMatch.Matches), await OfAsync(host, Mira));
    }

    [Fact]
    public async Task Batch_AssignsWrittenOrMatching_AndUndoRestores()
    {
        await using var host = await SandboxHost.StartAsync();
        var captain = await host.Services.CreatePresetAsync("Captain", null, 0.2m);
        await host.Services.ApplyPresetAsync(captain, Mira);
        var villager = await host.Services.CreatePresetAsync("Villager", "gpt-4o-mini", 0.5m);
        host.Character(Pell).ModelCode = "gpt-4o-mini";
        host.Character(Pell).Temperature = 0.5m;
        var cast = await host.Get<CastDirectory>().ReadAsync(forceRefresh: true, Cancellation);
        var rows = cast.Characters!.Where(character => character.Name is Mira or Pell or "Pip").Select(character => BatchItemRequest.From(character, villager.Settings)).ToList();
        var plan = (await host.Get<BatchPlanner>().CreateAsync(TestPeople.As(Role.Designer), new PlanRequest("Villager", ChangeKind.Preset, rows, null, villager.Applied), Cancellation)).Value!.BatchId;
        await host.Get<BatchService>().ExcludeAsync(TestPeople.As(Role.Designer), plan, [host.Character("Pip").Id], true, Cancellation);
        // A plan assigns nothing.
        Assert.Equal(("Captain", PresetMatch.Matches), await OfAsync(host, Mira));
        await StartAsync(host, plan);
        await WaitUntilAsync(host, plan, BatchState.Done);
        Assert.Equal(("Villager", PresetMatch.Matches), await OfAsync(host, Mira));
        Assert.Equal(("Villager", PresetMatch.Matches), await OfAsync(host, Pell));
        Assert.Null(await OfAsync(host, "Pip"));

        var undo = (await host.Get<BatchService>().UndoAsync(TestPeople.As(Role.Designer), plan, Cancellation)).Value!.BatchId;
        await StartAsync(host, undo);
        await WaitUntilAsync(host, undo, BatchState.Done);
        Assert.Equal(("Captain", PresetMatch.Matches), await OfAsync(host, Mira));
    }

    [Fact]
    public async Task Edit_UsersAreEarlierVersion_UntilUpdated()
    {
        await using var host = await SandboxHost.StartAsync();
        var villager = await host.Services.CreatePresetAsync("Villager", null, 0.5m);
        await host.Services.ApplyPresetAsync(villager, Mira);
        await host.Services.ApplyPresetAsync(villager, Pell);
        await host.Services.SaveAsync(Role.Designer, Temperature(0.9m), Pell);
        // A new name or note is no new version.
        villager = await EditAsync(host, villager, "Townsfolk", 0.5m);
        Assert.Equal(1, villager.Version);
        villager = await EditAsync(host, villager, "Townsfolk", 0.6m);
        Assert.Equal(2, villager.Version);
        Assert.Equal(("Townsfolk", PresetMatch.EarlierVersion), await OfAsync(host, Mira));
        Assert.Equal(("Townsfolk", PresetMatch.Differs), await OfAsync(host, Pell));
        await host.Services.ApplyPresetAsync(villager, Mira);
        Assert.Equal(("Townsfolk", PresetMatch.Matches), await OfAsync(host, Mira));
        // Back to the first values: those who still have them match.
        await host.Services.SaveAsync(Role.Designer, Temperature(0.5m), Mira);
        Assert.Equal(("Townsfolk", PresetMatch.Differs), await OfAsync(host, Mira));
        await EditAsync(host, villager, "Townsfolk", 0.5m);
        Assert.Equal(("Townsfolk", PresetMatch.Matches), await OfAsync(host, Mira));
    }

    [Fact]
    public async Task Delete_DetachesEveryone_AndUndoRestoresNothing()
    {
        await using var host = await SandboxHost.StartAsync();
        var villager = await host.Services.CreatePresetAsync("Villager", null, 0.5m);
        var captain = await host.Services.CreatePresetAsync("Captain", null, 0.2m);
        await host.Services.ApplyPresetAsync(villager, Mira);
        await host.Services.ApplyPresetAsync(villager, Pell);
        await host.Services.SaveAsync(Role.Designer, Temperature(0.9m), Pell);
        var put = Assert.IsType<ChangeOutcome.Confirmed>(await host.Services.ApplyPresetAsync(captain, Mira));
        Assert.IsType<PresetOutcome.Deleted>(await host.Get<PresetLibrary>().DeleteAsync(TestPeople.As(Role.Designer), villager, Cancellation));
        Assert.Null(await OfAsync(host, Pell));
        Assert.Equal(("Captain", PresetMatch.Matches), await OfAsync(host, Mira));
        await host.Get<ChangeWriter>().UndoAsync(TestPeople.As(Role.Designer), put, null, null, Cancellation);
        Assert.Null(await OfAsync(host, Mira));
        // Applied by a page that had not heard of it: recorded, and no one's preset.
        Assert.IsType<ChangeOutcome.Confirmed>(await host.Services.ApplyPresetAsync(villager, Pell));
        Assert.Null(await OfAsync(host, Pell));
    }

    [Fact]
    public async Task Detach_KeepsValues_AndRequiresDesigner()
    {
        await using var host = await SandboxHost.StartAsync();
        var villager = await host.Services.CreatePresetAsync("Villager", null, 0.5m);
        await host.Services.ApplyPresetAsync(villager, Mira);
        var (presets, mira) = (host.Get<CharacterPresets>(), host.Character(Mira).Id);
        await Assert.ThrowsAsync<AccessDeniedException>(() => presets.DetachAsync(TestPeople.As(Role.Viewer), mira, villager.Id, Cancellation));
        await Assert.ThrowsAsync<AccessDeniedException>(() => presets.AssignAsync(TestPeople.As(Role.Viewer), mira, villager, Cancellation));
        await Assert.ThrowsAsync<AccessDeniedException>(() => presets.ReadAsync(TestPeople.Anonymous, Cancellation));
        // The preset that the person saw is not the one that the character has.
        await presets.DetachAsync(TestPeople.As(Role.Designer), mira, villager.Id + 1, Cancellation);
        Assert.NotNull(await OfAsync(host, Mira));
        await presets.DetachAsync(TestPeople.As(Role.Designer), mira, villager.Id, Cancellation);
        Assert.Null(await OfAsync(host, Mira));
        Assert.Equal(0.5m, host.Character(Mira).Temperature);
        Assert.Equal(1, Calls(host, "update"));
    }

    [Fact]
    public async Task Assign_ValuesDiffer_IsRefused()
    {
        await using var host = await SandboxHost.StartAsync();
        var villager = await host.Services.CreatePresetAsync("Villager", null, 0.5m);
        await host.Services.SaveAsync(Role.Designer, Temperature(0.5m), Mira);
        var presets = host.Get<CharacterPresets>();
        Assert.Equal(Result.Success, await presets.AssignAsync(TestPeople.As(Role.Designer), host.Character(Mira).Id, villager, Cancellation));
        Assert.Equal(("Villager", PresetMatch.Matches), await OfAsync(host, Mira));
        Assert.Equal("The character no longer has the values of “Villager”.", (await presets.AssignAsync(TestPeople.As(Role.Designer), host.Character(Pell).Id, villager, Cancellation)).Error);
        // The values that count are those of now, not of the page that the person has open.
        await EditAsync(host, villager, "Villager", 0.6m);
        Assert.NotNull((await presets.AssignAsync(TestPeople.As(Role.Designer), host.Character(Mira).Id, villager, Cancellation)).Error);
    }

    [Fact]
    public async Task Read_FiveThousandCharacters_ReadsAllAssignmentsAtOnce()
    {
        await using var host = await SandboxHost.StartAsync();
        var villager = await host.Services.CreatePresetAsync("Villager", null, 0.5m);
        await using (var db = await host.Get<IDbContextFactory<DashboardDbContext>>().CreateDbContextAsync(Cancellation))
        {
            db.AddRange(Enumerable.Range(0, 5000).Select(place => new PresetAssignment { CharacterId = $"c-{place}", PresetId = villager.Id, PresetVersion = 1 }));
            await db.SaveChangesAsync(Cancellation);
        }

        var read = await host.Get<CharacterPresets>().ReadAsync(TestPeople.As(Role.Viewer), Cancellation);
        Assert.Equal(5000, read.Assigned.Count);
        Assert.All(read.Assigned.Values, assigned => Assert.Same(read.Presets[0], assigned.Preset));
    }

    private static async Task<(string Name, PresetMatch Match)?> OfAsync(SandboxHost host, string character)
    {
        var read = await host.Get<CharacterPresets>().ReadAsync(TestPeople.As(Role.Viewer), Cancellation);
        var cast = await host.Get<CastDirectory>().ReadAsync(forceRefresh: true, Cancellation);
        return read.For(cast.Characters!.Single(candidate => candidate.Name == character), null) is { } preset ? (preset.Preset.Name, preset.Match) : null;
    }

    private static async Task<Preset> EditAsync(SandboxHost host, Preset preset, string name, decimal temperature) =>
        Assert.IsType<PresetOutcome.Saved>(await host.Get<PresetLibrary>().SaveAsync(TestPeople.As(Role.Designer), preset, new PresetValues(name, null, preset.ModelCode, temperature), Cancellation)).Preset;
}
