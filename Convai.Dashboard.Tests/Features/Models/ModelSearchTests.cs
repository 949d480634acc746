using Convai.Dashboard.Testing;

namespace Convai.Dashboard.Features.Models;

public sealed class ModelSearchTests
{
    [Theory]
    [InlineData("sonnet 4", "claude-4-sonnet")]
    [InlineData("4 SONNET", "claude-4-sonnet")]
    [InlineData("llama-3-70B", "llama-3-70B")]
    [InlineData("meta", "")]
    [InlineData("google lite", "gemini-2.5-flash-lite")]
    [InlineData("nano", "gpt-4.1-nano")]
    [InlineData("(", "")]
    public void Matches_RequiresEveryWordInNameCodeOrProvider(string query, string codes) =>
        Assert.Equal(codes, string.Join(' ', ModelLists.WithoutAccountList().Models.Where(model => ModelSearch.Matches(model, query)).Select(model => model.Code)));

    [Fact]
    public void Group_NoQuery_IsCurrentThenProvidersInCatalogueOrder()
    {
        var groups = ModelSearch.Group(ModelLists.WithoutAccountList(), "claude-4-sonnet", null, "");
        Assert.Equal(["Current", "OpenAI", "Anthropic", "Google", "Llama"], groups.Select(group => group.Heading));
        Assert.Equal([1, 5, 3, 5, 3], groups.Select(group => group.Models.Count));
        Assert.Equal(17, groups.SelectMany(group => group.Models).DistinctBy(model => model.Code).Count());
    }

    [Fact]
    public void Group_CurrentModelUnknown_IsFirstByCode()
    {
        var first = ModelSearch.Group(ModelLists.WithoutAccountList(), "claude-3-5-sonnet", null, "gemini")[0];
        Assert.Equal(("Current", "claude-3-5-sonnet"), (first.Heading, Assert.Single(first.Models).Name));
    }

    [Fact]
    public void Group_NotSet_HasNoCurrentModel() =>
        Assert.Equal("OpenAI", ModelSearch.Group(ModelLists.WithoutAccountList(), null, null, "")[0].Heading);

    [Theory]
    [InlineData("Claude-4-Sonnet", "son", "Claude-4-|Son|net")]
    [InlineData("Claude-4-Sonnet", "", "Claude-4-Sonnet")]
    [InlineData("Claude-4-Sonnet", "claude sonnet", "Claude|-4-|Sonnet")]
    [InlineData("GPT-4o", "zzz", "GPT-4o")]
    [InlineData("Straße Élan", "strasse elan", "Straße| |Élan")]
    [InlineData("Zoe\u0308 1", "zoe", "Zoe\u0308| 1")]
    public void Highlight_SplitsTheName_WithoutLosingText(string name, string query, string pieces)
    {
        var cut = ModelSearch.Highlight(name, query).ToList();
        Assert.Equal(name, string.Concat(cut.Select(piece => piece.Text)));
        Assert.Equal(pieces.Split('|').Length, cut.Count);
        Assert.Equal(query.Length > 0 && query != "zzz", cut.Exists(piece => piece.IsMatch));
    }
}
