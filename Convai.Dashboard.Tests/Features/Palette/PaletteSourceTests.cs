using Convai.Dashboard.ConvaiApi.Sandbox;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Batches;
using Convai.Dashboard.Features.Cast;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Features.Presets;
using Convai.Dashboard.Security;
using Convai.Dashboard.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Convai.Dashboard.Features.Palette;

/// <summary>What each source offers, and to whom.</summary>
public sealed class PaletteSourceTests
{
    private static readonly string[] ForEveryone = ["Refresh the cast", "Authenticator app", "New recovery codes…", "Groups…", "What the labels mean", "Export the cast as JSON", "Export the cast as CSV", "Export the history as CSV", "Switch the theme", "Keyboard shortcuts", "Sign out"];

    [Theory]
    [InlineData(Role.Viewer, "")]
    [InlineData(Role.Designer, "New preset…|New rehearsal…|Replace retiring models…|New script…|")]
    [InlineData(Role.Admin, "New preset…|New rehearsal…|Replace retiring models…|New script…|Invite someone…|Start over (sandbox)…|")]
    public async Task Actions_DependOnRole(Role role, string own)
    {
        await using var host = await SandboxHost.StartAsync();
        Assert.Equal($"{own}{string.Join('|', ForEveryone)}", string.Join('|', (await ReadAsync(host, "Actions", role)).Select(entry => entry.Name)));
    }

    [Fact]
    public async Task Invite_WithoutLocalAccounts_IsNotOffered()
    {
        await using var host = await SandboxHost.StartAsync();
        host.Get<IOptions<AuthenticationOptions>>().Value.LocalAccounts = false;
        Assert.DoesNotContain(await ReadAsync(host, "Actions", Role.Admin), entry => entry.Name.StartsWith("Invite", StringComparison.Ordinal) || entry.Name.Contains("recovery", StringComparison.Ordinal));
    }

    /// <summary>The words that people tried first.</summary>
    [Theory]
    [InlineData("group", "Groups…")]
    [InlineData("label", "What the labels mean")]
    [InlineData("refresh", "Refresh the cast")]
    [InlineData("retire", "Replace retiring models…")]
    [InlineData("replace", "Replace retiring models…")]
    [InlineData("change", "Replace retiring models…")]
    [InlineData("start over", "Start over (sandbox)…")]
    [InlineData("recovery", "New recovery codes…")]
    [InlineData("two factor", "Authenticator app")]
    public async Task Actions_AreFoundByTheWordsThatPeopleTry(string query, string action)
    {
        await using var host = await SandboxHost.StartAsync();
        var search = new PaletteSearch();
        search.Set(0, "Actions", PaletteVisibility.Always, await ReadAsync(host, "Actions", Role.Admin));
        Assert.Contains(search.Find(query).VisibleEntries, entry => entry.Name == action);
    }

    [Fact]
    public async Task Views_SayWhetherTheyAreShared_AndBringTheirColumns()
    {
        await using var host = await SandboxHost.StartAsync();
        await host.Get<CastViews>().SaveAsync(TestPeople.As(Role.Designer), "Ours", new CastFilter { Flag = CastFlag.Flagship }, new HashSet<CastColumn> { CastColumn.Talked }, isShared: true, Cancellation);
        await host.Get<CastViews>().SaveAsync(TestPeople.As(Role.Designer), "Private", new CastFilter(), new HashSet<CastColumn>(), isShared: false, Cancellation);
        Assert.Equal(
            ["Ours: Shared with the team by you", "Private: Your saved search and filters"],
            (await ReadAsync(host, "Views of the cast", Role.Designer)).Select(entry => $"{entry.Name}: {entry.Detail}"));
        var seen = Assert.Single(await ReadAsync(host, "Views of the cast", Role.Viewer));
        Assert.Equal("Shared by Jonas Brandt", seen.Detail);
        Assert.Equal("./?flag=flagship&hide=Talked", AddressOf(seen));
    }

    [Fact]
    public async Task AdminPages_NotAdmin_AreOmitted()
    {
        await using var host = await SandboxHost.StartAsync();
        Assert.Equal(
            ["team/log", "usage", "about"],
            (await ReadAsync(host, "Pages", Role.Admin)).Except(await ReadAsync(host, "Pages", Role.Designer)).Select(AddressOf));
    }

    [Theory]
    [InlineData(Role.Admin, "Ana Keller: Admin team/ana|Jonas Brandt: Designer team/jonas|Vera Lind: Viewer team/vera")]
    [InlineData(Role.Designer, "Ana Keller: Admin team|Jonas Brandt: Designer team|Vera Lind: Viewer team")]
    [InlineData(Role.Viewer, "Ana Keller: Admin team|Jonas Brandt: Designer team|Vera Lind: Viewer team")]
    public async Task People_AsAdmin_LinkToTheirAccounts(Role role, string people)
    {
        await using var host = await SandboxHost.StartAsync();
        Assert.Equal(people, string.Join('|', (await ReadAsync(host, "People", role)).Select(entry => $"{entry.Name}: {entry.Detail} {AddressOf(entry)}")));
    }

    [Fact]
    public async Task Characters_ShowSettingsAndAreFoundById()
    {
        await using var host = await SandboxHost.StartAsync();
        var characters = (List<SandboxCharacter>)host.Sandbox.Account.Characters;
        characters.Clear();
        characters.AddRange(
        [
            new SandboxCharacter("c/3", "José", IsModerated: true, HoursSinceLastTalk: null) { ModelCode = "house-model", Temperature = 0.5m },
            new SandboxCharacter("d-4", "", IsModerated: true, HoursSinceLastTalk: null),
            new SandboxCharacter("a-1", "adam", IsModerated: true, HoursSinceLastTalk: null) { ModelCode = "gpt-4o", Temperature = 0.35m },
        ]);
        var entries = await ReadAsync(host, "Characters", Role.Viewer);
        Assert.Equal(["Unnamed character: Not set · not set", "adam: GPT-4o · 0.35", "José: house-model · 0.50"], entries.Select(entry => $"{entry.Name}: {entry.Detail}"));
        Assert.Equal("characters/c~2F3", AddressOf(entries[2]));
        Assert.Contains("c/3", entries[2].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Models_LinkToTheirCharacters()
    {
        await using var host = await SandboxHost.StartAsync();
        ((List<SandboxCharacter>)host.Sandbox.Account.Characters).Add(new SandboxCharacter("x", "X", IsModerated: true, HoursSinceLastTalk: null) { ModelCode = "house-model" });
        var house = (await ReadAsync(host, "Models", Role.Viewer)).Single(entry => entry.Name == "house-model");
        Assert.Equal(("./?model=house-model", "house-model · 1 character"), (AddressOf(house), house.Detail));
        var unread = await Source(host, "Models").ReadAsync(new PaletteContext(TestPeople.As(Role.Viewer), Role.Viewer, new CastReading(null, default, default, null), ""), Cancellation);
        Assert.Equal("gpt-4o", unread.Single(entry => entry.Name == "GPT-4o").Detail);
    }

    [Fact]
    public async Task PresetsViewsAndBatches_AreFound()
    {
        await using var host = await SandboxHost.StartAsync();
        var preset = await host.Services.CreatePresetAsync("Villager", "gpt-4o", 0.4m, "Quiet ones");
        await host.Get<CastViews>().SaveAsync(TestPeople.As(Role.Designer), "Guards", new CastFilter { Search = "guard" }, new HashSet<CastColumn>(), isShared: false, Cancellation);
        var mira = (await host.Get<CastDirectory>().ReadAsync(forceRefresh: true, Cancellation)).Characters!.Single(character => character.Name == "Mira the Innkeeper");
        var plan = await host.Get<BatchPlanner>().CreateAsync(
            TestPeople.As(Role.Designer), new PlanRequest("Calmer", ChangeKind.Batch, [BatchItemRequest.From(mira, preset.Settings)]), Cancellation);

        var entry = Assert.Single(await ReadAsync(host, "Presets", Role.Viewer));
        Assert.Equal(("Villager", "GPT-4o · 0.40", "presets", "Quiet ones"), (entry.Name, entry.Detail, AddressOf(entry), entry.Text));
        entry = Assert.Single(await ReadAsync(host, "Views of the cast", Role.Designer));
        Assert.Equal(("Guards", "./?q=guard&hide="), (entry.Name, AddressOf(entry)));
        entry = Assert.Single(await ReadAsync(host, "Batches", Role.Viewer));
        Assert.Equal(("Calmer", $"batches/{plan.Value!.BatchId}/plan"), (entry.Name, AddressOf(entry)));
        Assert.StartsWith("planned by Jonas Brandt, ", entry.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Groups_LinkToTheirCharacters()
    {
        await using var host = await SandboxHost.StartAsync();
        var act = await host.Services.AddToGroupsAsync("Mira the Innkeeper", "Act 10");
        await host.Services.AddToGroupsAsync("Pip", "Act 10", "Act 2");
        Assert.Equal(["Act 2: 1 character", "Act 10: 2 characters"], (await ReadAsync(host, "Groups", Role.Viewer)).Select(entry => $"{entry.Name}: {entry.Detail}"));
        Assert.Equal($"./?group={act.Id}", AddressOf((await ReadAsync(host, "Groups", Role.Viewer))[1]));
    }

    [Fact]
    public async Task RecentCharacters_ArePerPersonNewestFirst()
    {
        await using var host = await SandboxHost.StartAsync();
        var (recent, visitors) = (host.Get<RecentCharacters>(), host.Get<Visitors>());
        var characters = (await host.Get<CastDirectory>().ReadAsync(forceRefresh: true, Cancellation)).Characters!;
        foreach (var character in characters.Take(RecentCharacters.MaxKept + 2).Append(characters[2]))
        {
            visitors.Enter(character.Id, "jonas", "Jonas Brandt").Dispose();
        }

        visitors.Enter(characters[0].Id, "vera", "Vera Lind");
        // Events arrive in order: with this one, all have.
        while (recent.For("vera").Count == 0)
        {
            await Task.Delay(10, Cancellation);
        }

        visitors.Republish();
        Assert.Equal(RecentCharacters.MaxKept, recent.For("jonas").Count);
        Assert.Equal([characters[2].Name, characters[9].Name, characters[8].Name, characters[7].Name, characters[6].Name], (await ReadAsync(host, "Recent characters", Role.Designer)).Select(entry => entry.Name));
        Assert.Equal(characters[9].Name, (await ReadAsync(host, "Recent characters", Role.Designer, here: $"characters/{characters[2].Id}"))[0].Name);
        Assert.Equal([characters[0].Name], (await ReadAsync(host, "Recent characters", Role.Viewer)).Select(entry => entry.Name));
    }

    /// <summary>Every source that reads the database asks a service, which knows that the account is disabled.</summary>
    [Fact]
    public async Task DisabledPerson_ReadsNothingFromDatabase()
    {
        await using var host = await SandboxHost.StartAsync();
        await using (var db = await host.Get<IDbContextFactory<DashboardDbContext>>().CreateDbContextAsync(Cancellation))
        {
            await db.Users.ExecuteUpdateAsync(set => set.SetProperty(person => person.IsDisabled, true), Cancellation);
        }

        foreach (var heading in new[] { "Presets", "Views of the cast", "Groups", "Batches", "Rehearsals", "People" })
        {
            await Assert.ThrowsAsync<AccessDeniedException>(() => ReadAsync(host, heading, Role.Admin));
        }
    }

    private static async Task<IReadOnlyList<PaletteEntry>> ReadAsync(SandboxHost host, string heading, Role role, string here = "")
    {
        var cast = await host.Get<CastDirectory>().ReadAsync(forceRefresh: false, Cancellation);
        return await Source(host, heading).ReadAsync(new PaletteContext(TestPeople.As(role), role, cast, here), Cancellation);
    }

    private static IPaletteSource Source(SandboxHost host, string heading) => host.Services.GetServices<IPaletteSource>().Single(source => source.Heading == heading);

    private static string AddressOf(PaletteEntry entry) => Assert.IsType<PaletteAction.Navigate>(entry.Action).Address;
}
