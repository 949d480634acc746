using System.Diagnostics;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Testing;

namespace Convai.Dashboard.Features.Palette;

public sealed class PaletteSearchTests
{
    private static readonly Character[] Cast =
    [
        Someone("a-1", "Old Tobias", "gpt-4o"),
        Someone("b-2", "Tobias the Elder", "gpt-4o"),
        Someone("c/3", "José", "house-model"),
        Someone("d-4", "", null),
    ];

    [Fact]
    public void Find_EmptyQuery_ReturnsPages() =>
        Assert.Equal(
            ["Cast", "History", "Restore to a point in time", "Presets", "Batches", "Import settings", "Your account"],
            Of(isAdmin: false).Find("  ").Shown.Select(entry => entry.Name));

    [Fact]
    public void Find_AdminPages_OnlyForAdmins()
    {
        Assert.Equal(["team", "team/log", "usage", "about"], Of(isAdmin: true).Find("").Shown.Select(entry => entry.Address).Except(Of(isAdmin: false).Find("").Shown.Select(entry => entry.Address)));
        Assert.DoesNotContain(Of(isAdmin: false).Find("roles").Shown, entry => entry.Kind == PaletteKind.Page);
    }

    [Theory]
    [InlineData("tobias", "Tobias the Elder|Old Tobias")]
    [InlineData("TOB el", "Tobias the Elder")]
    [InlineData("b-2", "Tobias the Elder")]
    [InlineData("jose\u0301", "José")]
    [InlineData("jose", "José")]
    [InlineData("unnamed", "Unnamed character")]
    [InlineData("sonnet 4", "Claude-4-Sonnet")]
    [InlineData("house", "house-model")]
    [InlineData("as it was", "Restore to a point in time")]
    [InlineData("nothing of the sort", "")]
    public void Find_RequiresEveryWord_PrefixMatchesFirst(string query, string names) =>
        Assert.Equal(names, string.Join('|', Of().Find(query).Shown.Select(entry => entry.Name)));

    [Fact]
    public void Find_WordPrefixMatches_ComeBeforeInnerMatches()
    {
        var search = new PaletteSearch("Smart|An Artist|Art|The Cart".Split('|').Select(name => new PaletteEntry(PaletteKind.Character, name, "", name, "")));
        Assert.Equal(["Art", "An Artist", "Smart", "The Cart"], search.Find("art").Shown.Select(entry => entry.Name));
    }

    [Fact]
    public void Entries_HaveCorrectAddressAndDetail()
    {
        Assert.Equal("characters/c~2F3", Assert.Single(Of().Find("c/3").Shown).Address);
        var model = Assert.Single(Of().Find("house-model").Shown);
        Assert.Equal(("./?model=house-model", "house-model · 1 character"), (model.Address, model.Detail));
        Assert.Equal("gpt-4o · 2 characters", Of().Find("gpt-4o").Shown[0].Detail);
        Assert.Equal("gpt-4.1 · no characters", Of().Find("gpt-4.1").Shown[0].Detail);
    }

    [Fact]
    public void Entries_CastUnknown_OmitCharacterCount() =>
        Assert.Equal("gpt-4o", PaletteSearch.From(null, ModelLists.WithoutAccountList(), isAdmin: false).Find("gpt-4o").Shown[0].Detail);

    [Theory]
    [InlineData("\ud800")]
    [InlineData("\0")]
    [InlineData("(.*")]
    public void Find_HostileQuery_FindsNothing(string query) => Assert.Equal(0, Of().Find(query).Count);

    [Fact]
    public void Find_OverlongQuery_IsTruncated() => Assert.Equal(1, Of().Find($"old{new string(' ', PaletteSearch.MaxQueryLength)}zzz").Count);

    [Fact]
    public void Find_FiveThousandCharacters_ShowsTwentyQuickly()
    {
        var search = PaletteSearch.From([.. Enumerable.Range(0, 5000).Select(number => Someone($"id-{number}", $"Villager {number}", "gpt-4o"))], ModelLists.WithoutAccountList(), isAdmin: false);
        search.Find("villager");
        var watch = Stopwatch.StartNew();
        var found = search.Find("villager 4");
        Assert.True(watch.Elapsed < TimeSpan.FromMilliseconds(500), $"{watch.Elapsed.TotalMilliseconds:0} ms");
        Assert.Equal(PaletteSearch.MaxResults, found.Shown.Count);
        Assert.True(found.Count > 1000);
        Assert.StartsWith("Villager 4", found.Shown[0].Name, StringComparison.Ordinal);
    }

    private static PaletteSearch Of(bool isAdmin = false) => PaletteSearch.From(Cast, ModelLists.WithoutAccountList(), isAdmin);

    private static Character Someone(string id, string name, string? model) => new(id, name, new CharacterCoreSettings(model, 0.5m), null, null);
}
