using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Security;
using Convai.Dashboard.Testing;
using Microsoft.EntityFrameworkCore;

namespace Convai.Dashboard.Features.Presets;

public sealed class PresetLibraryTests
{
    private const string Mira = "Mira the Innkeeper";
    private const string Pell = "Dockhand Pell";

    [Fact]
    public async Task Save_StoresTrimmedValuesAndAuthor()
    {
        await using var host = await SandboxHost.StartAsync();
        await host.Services.CreatePresetAsync("  Villager ", "gpt-4o", 0.425m, "  Who passes by. ");
        var preset = Assert.Single((await Library(host).ReadAsync(TestPeople.As(Role.Viewer), Cancellation))!);
        Assert.Equal(("Villager", "Who passes by.", "gpt-4o", 0.425m, "Jonas Brandt"), (preset.Name, preset.Note, preset.ModelCode, preset.Temperature, preset.ChangedByName));
    }

    [Theory]
    [InlineData("  ", "gpt-4o", 0.5, "Enter a name for the preset.")]
    [InlineData("A\nB", "gpt-4o", 0.5, "Use a name that fits on one line.")]
    [InlineData("Villager", null, null, "Choose a model, a temperature or a reasoning level.")]
    [InlineData("Villager", null, 1.01, "Enter a value between 0 and 1, not 1.01.")]
    [InlineData("Villager", null, -0.01, "Enter a value between 0 and 1, not -0.01.")]
    [InlineData("Villager", "GPT-4o", null, "GPT-4o is not available to your account.")]
    public async Task Save_InvalidPreset_IsRejectedWithMessage(string name, string? model, double? temperature, string sentence)
    {
        await using var host = await SandboxHost.StartAsync();
        await host.Get<CastDirectory>().ReadAsync(forceRefresh: false, Cancellation);
        Assert.Equal(sentence, Refusal(await SaveAsync(host, null, name, model, (decimal?)temperature)));
        Assert.Empty((await Library(host).ReadAsync(TestPeople.As(Role.Viewer), Cancellation))!);
    }

    [Fact]
    public async Task Save_TooLong_IsRejected()
    {
        await using var host = await SandboxHost.StartAsync();
        Assert.Equal("The name is longer than 60 characters.", Refusal(await SaveAsync(host, null, new string('a', 61), "gpt-4o", null)));
        var note = new PresetValues("Villager", new string('a', 401), "gpt-4o", null);
        Assert.Equal("The note is longer than 400 characters.", Refusal(await Library(host).SaveAsync(TestPeople.As(Role.Designer), null, note, Cancellation)));
    }

    [Fact]
    public async Task Save_NameTakenInAnyCase_IsRejected()
    {
        await using var host = await SandboxHost.StartAsync();
        await host.Services.CreatePresetAsync("Villager", "gpt-4o", null);
        var other = await host.Services.CreatePresetAsync("Captain", "gpt-4o", null);
        Assert.Equal("A preset called “VILLAGER” already exists. Choose another name.", Refusal(await SaveAsync(host, null, "VILLAGER", null, 0.1m)));
        await host.Get<CastDirectory>().ReadAsync(forceRefresh: false, Cancellation);
        Assert.Equal("A preset called “villager” already exists. Choose another name.", Refusal(await SaveAsync(host, other, "villager", null, 0.1m)));
    }

    [Fact]
    public async Task Save_ModelOnlyInAccountList_IsAccepted()
    {
        await using var host = await SandboxHost.StartAsync();
        await host.Get<CastDirectory>().ReadAsync(forceRefresh: false, Cancellation);
        var code = host.Sandbox.Account.Models.First(model => model.IsListed && !host.Get<Models.AccountModels>().Catalogue.Knows(model.Code)).Code;
        await host.Services.CreatePresetAsync("Villager", code, null);
        var old = new Preset { Name = "Old", NormalizedName = "OLD", ModelCode = "gone-1", ChangedAt = DateTimeOffset.UnixEpoch, ChangedByName = "Ana" };
        await using (var db = await host.Get<IDbContextFactory<DashboardDbContext>>().CreateDbContextAsync(Cancellation))
        {
            db.Add(old);
            await db.SaveChangesAsync(Cancellation);
        }

        Assert.IsType<PresetOutcome.Saved>(await SaveAsync(host, old, "Old", "gone-1", 0.3m));
    }

    [Fact]
    public async Task Save_ChangedBySomeoneElse_OverwritesNothingAndReturnsTheirs()
    {
        await using var host = await SandboxHost.StartAsync();
        var opened = await host.Services.CreatePresetAsync("Villager", "gpt-4o", 0.5m);
        Assert.IsType<PresetOutcome.Saved>(await Library(host).SaveAsync(TestPeople.As(Role.Admin), opened, new PresetValues("Villager", null, "gpt-4o", 0.6m), Cancellation));
        var conflict = Assert.IsType<PresetOutcome.Conflict>(await SaveAsync(host, opened, "Villager", "gpt-4o", 0.7m));
        Assert.Equal((0.6m, "Ana Keller"), (conflict.Current.Temperature, conflict.Current.ChangedByName));
        Assert.IsType<PresetOutcome.Conflict>(await Library(host).DeleteAsync(TestPeople.As(Role.Designer), opened, Cancellation));
        Assert.Equal(0.6m, Assert.Single((await Library(host).ReadAsync(TestPeople.As(Role.Viewer), Cancellation))!).Temperature);
        Assert.IsType<PresetOutcome.Saved>(await SaveAsync(host, conflict.Current, "Villager", "gpt-4o", 0.7m));
    }

    [Fact]
    public async Task Save_TwentyConcurrently_OneSucceeds()
    {
        await using var host = await SandboxHost.StartAsync();
        var opened = await host.Services.CreatePresetAsync("Villager", "gpt-4o", 0.5m);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(save => Task.Run(() => SaveAsync(host, opened, "Villager", "gpt-4o", save / 100m), Cancellation)));
        var saved = Assert.Single(outcomes.OfType<PresetOutcome.Saved>());
        Assert.Equal(19, outcomes.OfType<PresetOutcome.Conflict>().Count());
        Assert.Equal(saved.Preset.Temperature, Assert.Single((await Library(host).ReadAsync(TestPeople.As(Role.Viewer), Cancellation))!).Temperature);
    }

    [Fact]
    public async Task Save_Deleted_IsRejectedWithMessage()
    {
        await using var host = await SandboxHost.StartAsync();
        var opened = await host.Services.CreatePresetAsync("Villager", "gpt-4o", 0.5m);
        Assert.IsType<PresetOutcome.Deleted>(await Library(host).DeleteAsync(TestPeople.As(Role.Designer), opened, Cancellation));
        Assert.Equal("Someone has deleted this preset. Nothing was changed.", Refusal(await SaveAsync(host, opened, "Villager", null, 0.1m)));
        Assert.IsType<PresetOutcome.Deleted>(await Library(host).DeleteAsync(TestPeople.As(Role.Designer), opened, Cancellation));
    }

    [Fact]
    public async Task Save_RenamedInUse_KeepsItsUsers()
    {
        await using var host = await SandboxHost.StartAsync();
        await host.Get<CastDirectory>().ReadAsync(forceRefresh: false, Cancellation);
        var preset = await host.Services.CreatePresetAsync("Villager", "gpt-4o", 0.5m);
        await host.Services.ApplyPresetAsync(preset, Mira);
        Assert.IsType<PresetOutcome.Saved>(await SaveAsync(host, preset, "Townsfolk", "gpt-4o", 0.5m));
        Assert.Equal([Mira], (await UsesAsync(host))["Townsfolk"].Select(use => use.Character.Name));
    }

    [Fact]
    public async Task Uses_AreCharactersLastAppliedTo_DifferingFirst()
    {
        await using var host = await SandboxHost.StartAsync();
        await host.Get<CastDirectory>().ReadAsync(forceRefresh: false, Cancellation);
        var villager = await host.Services.CreatePresetAsync("Villager", "gpt-4o", 0.5m);
        var captain = await host.Services.CreatePresetAsync("Captain", null, 0.2m);
        await host.Services.ApplyPresetAsync(villager, Mira);
        await host.Services.ApplyPresetAsync(villager, Pell);
        await host.Services.SaveAsync(Role.Admin, new SettingsPatch(null, 0.9m), Mira);
        var uses = (await UsesAsync(host))["Villager"];
        Assert.Equal([(Mira, PresetMatch.Differs), (Pell, PresetMatch.Matches)], uses.Select(use => (use.Character.Name, use.Match)));
        Assert.Equal(new SettingsPatch(null, 0.5m), uses[0].Missing);
        await host.Services.ApplyPresetAsync(captain, Pell);
        Assert.Equal([Mira], (await UsesAsync(host))["Villager"].Select(use => use.Character.Name));
        Assert.Equal([Pell], (await UsesAsync(host))["Captain"].Select(use => use.Character.Name));
    }

    [Fact]
    public async Task Uses_PresetUndone_CountForPreviousPreset()
    {
        await using var host = await SandboxHost.StartAsync();
        await host.Get<CastDirectory>().ReadAsync(forceRefresh: false, Cancellation);
        var villager = await host.Services.CreatePresetAsync("Villager", null, 0.5m);
        var captain = await host.Services.CreatePresetAsync("Captain", null, 0.2m);
        await host.Services.ApplyPresetAsync(villager, Mira);
        var put = Assert.IsType<ChangeOutcome.Confirmed>(await host.Services.ApplyPresetAsync(captain, Mira));
        await host.Get<ChangeWriter>().UndoAsync(TestPeople.As(Role.Designer), put, null, null, Cancellation);
        var uses = await UsesAsync(host);
        Assert.Empty(uses["Captain"]);
        Assert.Equal([(Mira, PresetMatch.Matches)], uses["Villager"].Select(use => (use.Character.Name, use.Match)));
    }

    [Fact]
    public async Task Uses_CastNeverRead_AreUnknown()
    {
        await using var host = await SandboxHost.StartAsync();
        await host.Services.CreatePresetAsync("Villager", "gpt-4o", 0.5m);
        Assert.Null(Assert.Single((await Library(host).ReadUsesAsync(TestPeople.As(Role.Viewer), Cancellation))!).Uses);
    }

    [Fact]
    public async Task Read_RequiresSignIn()
    {
        await using var host = await SandboxHost.StartAsync();
        Assert.NotNull(await Library(host).ReadAsync(TestPeople.As(Role.Viewer), Cancellation));
        Assert.NotNull(await Library(host).ReadUsesAsync(TestPeople.As(Role.Viewer), Cancellation));
        await Assert.ThrowsAsync<AccessDeniedException>(() => Library(host).ReadAsync(TestPeople.Anonymous, Cancellation));
        await Assert.ThrowsAsync<AccessDeniedException>(() => Library(host).ReadUsesAsync(TestPeople.Anonymous, Cancellation));
    }

    private static PresetLibrary Library(SandboxHost host) => host.Get<PresetLibrary>();

    private static Task<PresetOutcome> SaveAsync(SandboxHost host, Preset? opened, string name, string? model, decimal? temperature) =>
        Library(host).SaveAsync(TestPeople.As(Role.Designer), opened, new PresetValues(name, null, model, temperature), Cancellation);

    private static string Refusal(PresetOutcome outcome) => Assert.IsType<PresetOutcome.Refused>(outcome).Sentence;

    private static async Task<Dictionary<string, IReadOnlyList<PresetUse>>> UsesAsync(SandboxHost host) =>
        (await Library(host).ReadUsesAsync(TestPeople.As(Role.Viewer), Cancellation))!.ToDictionary(used => used.Preset.Name, used => used.Uses!);
}
