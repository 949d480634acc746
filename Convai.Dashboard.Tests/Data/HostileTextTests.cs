using System.Net;
using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.ConvaiApi.Sandbox;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Cast;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.History;
using Convai.Dashboard.Features.Models;
using Convai.Dashboard.Features.Presets;
using Convai.Dashboard.Testing;

namespace Convai.Dashboard.Data;

/// <summary>What people and Convai may write, and a database may not take: U+0000, halves of pairs, and what is longer than anybody expects.</summary>
[Trait("Speed", "Slow")]
public sealed class HostileTextTests : JournalTest
{
    private const string Odd = "a\0b \ud83d c \ud83d\ude00 \u202e";

    public static TheoryData<string> Names => [new string('x', 10_000), string.Concat(Enumerable.Repeat("\ud83d\ude00", 5_000)), "Nul\0inside", "Half \ud83d of a pair", "\u202eright to left", "%_\\'\"; DROP TABLE"];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task CharacterName_Hostile_SurvivesSaveAndDrift(string name)
    {
        await using var host = await SandboxHost.StartAsync();
        Cast(host).Add(new SandboxCharacter("odd-1", name, true, 1) { ModelCode = "gpt-4o", Temperature = 0.7m });
        var character = await OpenByIdAsync(host, "odd-1");
        Assert.IsType<ChangeOutcome.Confirmed>(await SaveAsync(host, character, Temperature(0.42m)));

        Cast(host).Single(entry => entry.Id == "odd-1").ModelCode = "odd\0model";
        await OpenByIdAsync(host, "odd-1");
        var again = await OpenByIdAsync(host, "odd-1");
        var changes = await ChangesAsync(host);
        // Seen once, however often it is read.
        Assert.Equal([ChangeState.Confirmed, ChangeState.Drifted], changes.Select(change => change.State));
        Assert.All(changes, change => Assert.Equal(again.Name, change.CharacterName));
        Assert.IsType<ChangeOutcome.Confirmed>(await SaveAsync(host, again, new SettingsPatch("gpt-4o", null)));
    }

    [Fact]
    public async Task CharacterId_TooLongForIndex_IsSkipped()
    {
        await using var host = await SandboxHost.StartAsync();
        Cast(host).Insert(0, new SandboxCharacter(string.Concat(Enumerable.Range(0, 1000).Select(number => $"{number * 7919 % 10007}")), "Odd", true, 1));
        await OpenAsync(host);
        host.Character(Mira).Temperature = 0.9m;
        var mira = await OpenAsync(host);
        Assert.Equal(mira.Id, Assert.Single(await ChangesAsync(host)).CharacterId);
        Assert.DoesNotContain((await host.Client.ListCharactersAsync(Cancellation)).Value!, character => character.Name == "Odd");
    }

    [Fact]
    public async Task UserText_Hostile_IsStoredOrRejected()
    {
        await using var host = await SandboxHost.StartAsync();
        var user = TestPeople.As(Role.Designer);
        Assert.IsType<ChangeOutcome.Confirmed>(await SaveAsync(host, await OpenAsync(host), Temperature(0.42m), reason: Odd));
        Assert.IsType<PresetOutcome.Saved>(await host.Get<PresetLibrary>().SaveAsync(user, null, new PresetValues(Odd.Replace("\0", "", StringComparison.Ordinal), Odd, "gpt-4o", 0.7m), Cancellation));
        Assert.Equal("Use a name that fits on one line.", (await host.Get<CastViews>().SaveAsync(user, Odd, new CastFilter(), new HashSet<CastColumn>(), isShared: true, Cancellation)).Error);
        Assert.Equal(Result.Success, await host.Get<CastViews>().SaveAsync(user, "Odd", new CastFilter { Search = Odd }, new HashSet<CastColumn>(), isShared: true, Cancellation));
        Assert.Single((await host.Get<CastViews>().ReadAsync(user, Cancellation))!);
        Assert.NotNull((await host.Get<FavouriteModels>().SetAsync(user, Odd, isFavourite: true, ModelLists.WithoutAccountList(), Cancellation)).Error);
        Assert.Equal(Result.Success, await host.Get<FavouriteModels>().SetAsync(user, Odd, isFavourite: false, ModelLists.WithoutAccountList(), Cancellation));
    }

    [Fact]
    public async Task SearchText_Hostile_FindsNothing()
    {
        await using var host = await SandboxHost.StartAsync();
        await SaveAsync(host, await OpenAsync(host), Temperature(0.42m));
        var history = host.Get<HistoryReader>();
        var user = TestPeople.As(Role.Viewer);
        Assert.Equal(0, (await history.ReadAsync(user, new HistoryFilter(Character: Odd, PersonId: Odd), LocalTime.Utc, HistoryCursor.Newest, Cancellation))!.Total);
        Assert.Equal(0, (await history.ReadAsync(user, new HistoryFilter(Character: "\0"), LocalTime.Utc, HistoryCursor.Newest, Cancellation))!.Total);
        Assert.Empty((await history.ReadCharacterAsync(user, Odd, 10, Cancellation)).Items);
        Assert.Empty((await host.Get<ChangeHistory>().ReadUsedModelsAsync(user, [Odd, "\0"], Cancellation))!);
    }

    [Fact]
    public async Task SignInText_Hostile_IsRejectedLikeAnyOther()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        using var client = new AccountClient(dashboard.Address);
        foreach (var email in new[] { "ana\0@studio.example", "\ud83d@studio.example", new string('x', 10_000) })
        {
            var answer = await client.SignInAsync(email, Odd);
            // The framework takes no U+0000 in a form.
            Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.BadRequest, $"{answer.StatusCode}");
            var page = await answer.Content.ReadAsStringAsync(Cancellation);
            Assert.True(page.Contains("do not fit", StringComparison.Ordinal) || page.Contains("This form was not accepted", StringComparison.Ordinal), page);
        }

        using var ana = await AccountClient.SignedInAsync(dashboard.Address, TestPeople.Ana.Email!);
        foreach (var address in new[] { "/history?character=%00", "/history/export.csv?character=%00&person=%ED%A0%BD", "/team/%EF%BF%BD", "/characters/%EF%BF%BD" })
        {
            Assert.Equal(HttpStatusCode.OK, (await ana.GetAsync(address)).StatusCode);
        }
    }

    private static List<SandboxCharacter> Cast(SandboxHost host) => (List<SandboxCharacter>)host.Sandbox.Account.Characters;

    private static async Task<Character> OpenByIdAsync(SandboxHost host, string id)
    {
        await OpenAsync(host);
        return (await host.Client.ListCharactersAsync(Cancellation)).Value!.Single(character => character.Id == id);
    }
}
