using System.Diagnostics;
using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Models;
using Convai.Dashboard.Testing;

namespace Convai.Dashboard.Features.Cast;

public sealed class CastOverviewTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 20, 12, 0, 0, TimeSpan.Zero);

    private static readonly IReadOnlyList<Character> Cast =
    [
        new("id-1", "Mira the Innkeeper", new CharacterCoreSettings("gpt-4o", 0.7m), true, Now.AddHours(-1)),
        new("id-2", "مرشد القرية", new CharacterCoreSettings("gemma-3n-e4b", 0.5m), true, Now.AddHours(-3)),
        new("id-3", "brother Anselm", new CharacterCoreSettings("llama-3-70B", 0.85m), false, Now.AddHours(-2)),
        new("id-4", "", new CharacterCoreSettings(null, null), null, null),
        new("id-5", "Zoë", new CharacterCoreSettings("some-old-model", 1m), true, null),
        new("id-6", "Zoë", new CharacterCoreSettings("gpt-4o", 0.299m), true, null),
    ];

    private static readonly CastChanges Changes = new(
        new Dictionary<string, LastChange>
        {
            ["id-1"] = new("id-1", Now.AddDays(-8), ChangeKind.Edit, "Ana Keller", null),
            ["id-2"] = new("id-2", Now.AddDays(-6), ChangeKind.Outside, null, null),
            ["id-3"] = new("id-3", Now.AddDays(-1), ChangeKind.Edit, "Ana Keller", null),
        },
        new Dictionary<string, CharacterDrift> { ["id-2"] = new([]) },
        new Dictionary<string, LastReasoning> { ["id-3"] = new("low", "llama-3-70B", Now.AddDays(-1), "Ana Keller"), ["id-1"] = new("", "gpt-4o", Now, null) });

    private static ModelList AccountList => ModelLists.WithAccountList(new AccountModel("gpt-4o", "GPT-4o", false), new AccountModel("gemma-3n-e4b", null, true), new AccountModel("llama-3-70B", null, false));

    [Theory]
    [InlineData("", "id-4 id-3 id-1 id-5 id-6 id-2")]
    [InlineData("mira", "id-1")]
    [InlineData("MIRA inn", "id-1")]
    [InlineData("id-3", "id-3")]
    [InlineData("gemma", "id-2")]
    [InlineData("llama 70b", "id-3")]
    [InlineData("google", "id-2")]
    [InlineData("القرية", "id-2")]
    [InlineData("zoe\u0308", "id-5 id-6")]
    [InlineData("nobody", "")]
    [InlineData("<script>", "")]
    [InlineData("\ud800", "")]
    public void Select_Search_FindsByNameIdAndModel(string search, string ids) => Assert.Equal(ids, Ids(new CastFilter { Search = search }));

    [Theory]
    [InlineData("?provider=OpenAI", "id-1 id-6")]
    [InlineData("?provider=Nobody", "")]
    [InlineData("?model=gpt-4o", "id-1 id-6")]
    [InlineData("?model=GPT-4O", "")]
    [InlineData("?nomodel=1", "id-4")]
    [InlineData("?flag=flagship", "id-1 id-6")]
    [InlineData("?flag=uncensored", "id-3")]
    [InlineData("?reasoning=low", "id-3")]
    [InlineData("?reasoning=LOW", "")]
    [InlineData("?reasoning=(model default)", "id-1")]
    [InlineData("?flag=private", "")]
    [InlineData("?flag=deprecated", "id-2")]
    [InlineData("?band=predictable", "id-6")]
    [InlineData("?band=balanced", "id-2")]
    [InlineData("?band=inventive", "id-3 id-1 id-5")]
    [InlineData("?band=unset", "id-4")]
    [InlineData("?t=0.2", "id-6")]
    [InlineData("?t=0.7", "id-1")]
    [InlineData("?t=0.9", "id-5")]
    [InlineData("?moderation=off", "id-3")]
    [InlineData("?moderation=unknown", "id-4")]
    [InlineData("?unlisted=1", "id-5")]
    [InlineData("?changed=week", "id-3 id-2")]
    [InlineData("?drifted=1", "id-2")]
    [InlineData("?provider=OpenAI&band=inventive&q=mira", "id-1")]
    public void Select_Filter_ReturnsMatches(string query, string ids) => Assert.Equal(ids, Ids(CastFilter.Parse(query)));

    [Theory]
    [InlineData("?dir=desc", "id-2 id-6 id-5 id-1 id-3 id-4")]
    [InlineData("?sort=temperature", "id-6 id-2 id-1 id-3 id-5 id-4")]
    [InlineData("?sort=temperature&dir=desc", "id-5 id-3 id-1 id-2 id-6 id-4")]
    [InlineData("?sort=model", "id-1 id-6 id-2 id-3 id-5 id-4")]
    [InlineData("?sort=moderation", "id-1 id-5 id-6 id-2 id-3 id-4")]
    [InlineData("?sort=talked&dir=desc", "id-1 id-3 id-2 id-4 id-5 id-6")]
    [InlineData("?sort=changed", "id-1 id-2 id-3 id-4 id-5 id-6")]
    public void Select_Sorted_PutsMissingValuesLast(string query, string ids) => Assert.Equal(ids, Ids(CastFilter.Parse(query)));

    [Fact]
    public void Figures_NoFilter_CountWholeCast()
    {
        var overview = Overview();
        Assert.Equal(["gpt-4o 2", "gemma-3n-e4b 1", "llama-3-70B 1", "some-old-model 1", " 1"], overview.Models.Select(use => $"{use.Model?.Code} {use.Characters.Count}"));
        var figures = overview.Figures(new CastFilter());
        Assert.Equal(["gpt-4o 2", "gemma-3n-e4b 1", "llama-3-70B 1", "some-old-model 1", " 1"], figures.Models.Select(use => $"{use.Model?.Code} {use.Characters.Count}"));
        Assert.Equal([0, 0, 1, 0, 0, 1, 0, 1, 1, 1], figures.Tenths);
        Assert.Equal(1, figures.WithoutTemperature);
        Assert.Equal([("OpenAI", 2), ("Google", 1), ("Llama", 1), ("Other", 1)], figures.Providers.Select(part => (part.Provider.Name, part.Count)));
        Assert.Equal(100m, figures.Providers[^1].Start + figures.Providers[^1].Width);
        Assert.Equal(["OpenAI", "Google", "Llama", "Other"], overview.Providers);
    }

    /// <summary>A chart must still offer its other parts after one was chosen; the other chart follows the choice.</summary>
    [Fact]
    public void Figures_Filtered_IgnoreTheirOwnChoice()
    {
        var figures = Overview().Figures(new CastFilter { ModelCode = "gpt-4o" });
        Assert.Equal(5, figures.Models.Count);
        Assert.Equal(2, figures.Tenths.Sum() + figures.WithoutTemperature);

        figures = Overview().Figures(new CastFilter { HasNoTemperature = true });
        Assert.Single(figures.Models);
        Assert.Equal(5, figures.Tenths.Sum());
        Assert.Equal(1, Overview().Figures(new CastFilter { Search = "id-6" }).Tenths.Sum());
        Assert.Null(Overview().Figures(new CastFilter { Search = "no such character" }).Median);
    }

    [Fact]
    public void ModelGoingAway_MatchesNoticeCount()
    {
        var overview = Overview();
        Assert.Equal(overview.ModelsGoingAway.Sum(use => use.Characters.Count), overview.Count(new CastFilter { IsModelGoingAway = true }));
        Assert.NotEmpty(overview.ModelsGoingAway);
    }

    [Fact]
    public void Troubled_ContainsUnavailableAndDeprecatedModels() =>
        Assert.Equal(["gemma-3n-e4b", "some-old-model"], Overview().ModelsGoingAway.Select(use => use.Model!.Code));

    [Fact]
    public void AccountListUnknown_ReportsNoProblems()
    {
        var overview = new CastOverview(Cast, ModelLists.WithoutAccountList(), Changes, Now);
        Assert.Empty(overview.ModelsGoingAway);
        Assert.Equal(0, overview.Count(new CastFilter { IsUnlisted = true }));
    }

    [Fact]
    public void JournalUnknown_ReportsNoChanges()
    {
        var overview = new CastOverview(Cast, AccountList, null, Now);
        Assert.False(overview.IsJournalKnown);
        Assert.Equal(0, overview.Count(new CastFilter { IsChangedThisWeek = true }) + overview.Count(new CastFilter { IsDrifted = true }));
    }

    [Fact]
    public void Select_FiveThousandCharacters_IsFasterThanAKeystroke()
    {
        var codes = AccountList.Models.Select(model => model.Code).ToList();
        var many = Enumerable.Range(0, 5000).Select(place => new Character(
            $"{place:x8}-7472-11ef-ac22-42010a7be011", $"Villager {place * 7919 % 5000}", new CharacterCoreSettings(codes[place % codes.Count], place % 101 / 100m), true, Now.AddMinutes(-place))).ToList();
        var overview = new CastOverview(many, AccountList, Changes, Now);
        var fastest = Enumerable.Range(0, 5).Min(_ =>
        {
            var watch = Stopwatch.StartNew();
            Assert.Equal(5000, overview.Select(new CastFilter { Search = "villager", Sort = CastSort.Temperature }).Count);
            return watch.ElapsedMilliseconds;
        });
        Assert.InRange(fastest, 0, 100);
    }

    private static CastOverview Overview() => new(Cast, AccountList, Changes, Now);

    private static string Ids(CastFilter filter) => string.Join(' ', Overview().Select(filter).Select(row => row.Character.Id));
}
