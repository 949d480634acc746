using System.Diagnostics;

namespace Convai.Dashboard.Features.Palette;

[Trait("Database", "None")]
public sealed class PaletteSearchTests
{
    [Theory]
    [InlineData("tobias", "Tobias the Elder|Old Tobias")]
    [InlineData("TOB el", "Tobias the Elder")]
    [InlineData("b-2", "Tobias the Elder")]
    [InlineData("jose\u0301", "José")]
    [InlineData("jose", "José")]
    [InlineData("nothing of the sort", "")]
    public void Find_RequiresEveryWordAndListsPrefixMatchesFirst(string query, string names)
    {
        var search = Search(("Characters", PaletteVisibility.WhenTyped, [Entry("Old Tobias", "GPT-4o · 0.35", "a-1"), Entry("Tobias the Elder", "GPT-4o · 0.70", "b-2"), Entry("José", "", "c/3")]));
        Assert.Equal(names, string.Join('|', search.Find(query).VisibleEntries.Select(entry => entry.Name)));
    }

    [Fact]
    public void Find_WordPrefixMatches_ComeBeforeInnerMatches()
    {
        var search = Search(("Characters", PaletteVisibility.WhenTyped, [Entry("Smart"), Entry("An Artist"), Entry("Art"), Entry("The Cart")]));
        Assert.Equal(["Art", "An Artist", "Smart", "The Cart"], search.Find("art").VisibleEntries.Select(entry => entry.Name));
    }

    [Fact]
    public void Find_GroupWithBestMatch_ComesFirst()
    {
        var search = Search(
            ("Characters", PaletteVisibility.WhenTyped, [Entry("A historian")]),
            ("Pages", PaletteVisibility.Always, [Entry("History")]),
            ("Presets", PaletteVisibility.WhenTyped, [Entry("History lesson")]));
        var found = search.Find("histor");
        Assert.Equal(["Pages", "Presets", "Characters"], found.Groups.Select(group => group.Heading));
        Assert.Equal(["History", "History lesson", "A historian"], found.VisibleEntries.Select(entry => entry.Name));
    }

    [Fact]
    public void Find_BeforeOrAfterTyping_ShowsGroupsForThatMoment()
    {
        var search = Search(
            ("Recent", PaletteVisibility.BeforeTyping, [Entry("Pip")]),
            ("Characters", PaletteVisibility.WhenTyped, [Entry("Pip")]),
            ("Actions", PaletteVisibility.Always, [Entry("Sign out")]),
            ("Pages", PaletteVisibility.Always, []));
        Assert.Equal(["Recent", "Actions"], search.Find("  ").Groups.Select(group => group.Heading));
        Assert.Equal(["Characters"], search.Find("pip").Groups.Select(group => group.Heading));
        Assert.Equal(["Actions"], search.Find("sign").Groups.Select(group => group.Heading));
    }

    [Fact]
    public void Set_Again_ReplacesEntriesInPlace()
    {
        var search = Search(("Characters", PaletteVisibility.Always, [Entry("Pip")]), ("Pages", PaletteVisibility.Always, [Entry("Cast")]));
        search.Set(0, "Characters", PaletteVisibility.Always, [Entry("Mira")]);
        Assert.Equal(["Mira", "Cast"], search.Find("").VisibleEntries.Select(entry => entry.Name));
    }

    [Theory]
    [InlineData("\ud800")]
    [InlineData("\0")]
    [InlineData("(.*")]
    public void Find_HostileQuery_FindsNothing(string query) => Assert.Equal(0, Search(("Pages", PaletteVisibility.Always, [Entry("Cast")])).Find(query).Count);

    [Fact]
    public void Find_OverlongQuery_IsTruncated() =>
        Assert.Equal(1, Search(("Pages", PaletteVisibility.Always, [Entry("Old")])).Find($"old{new string(' ', PaletteSearch.MaxQueryLength)}zzz").Count);

    [Fact]
    public void Find_FiveThousandEntries_ShowsEightOfThemQuickly()
    {
        var search = Search(("Characters", PaletteVisibility.WhenTyped, [.. Enumerable.Range(0, 5000).Select(number => Entry($"Villager {number}", "GPT-4o · 0.50", $"id-{number}"))]));
        search.Find("villager");
        var watch = Stopwatch.StartNew();
        var found = search.Find("villager 4");
        Assert.True(watch.Elapsed < TimeSpan.FromMilliseconds(500), $"{watch.Elapsed.TotalMilliseconds:0} ms");
        Assert.Equal(PaletteSearch.MaxPerGroup, found.VisibleEntries.Count);
        Assert.True(found.Count > 1000);
        Assert.Equal("8 of 2,084", PaletteText.Shown(Assert.Single(found.Groups)));
        Assert.Equal("Showing 8 of 2,084 results. Type more to narrow them down.", PaletteText.Found("villager 4", found));
        Assert.StartsWith("Villager 4", found.VisibleEntries[0].Name, StringComparison.Ordinal);
    }

    private static PaletteEntry Entry(string name, string detail = "", string text = "") => new(name, detail, $"at/{name}", text);

    private static PaletteSearch Search(params (string Heading, PaletteVisibility Visibility, PaletteEntry[] Entries)[] groups)
    {
        var search = new PaletteSearch();
        foreach (var (index, (heading, moment, entries)) in groups.Index())
        {
            search.Set(index, heading, moment, entries);
        }

        return search;
    }
}
