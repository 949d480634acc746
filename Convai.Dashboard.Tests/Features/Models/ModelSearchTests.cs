using Convai.Dashboard.ConvaiApi;
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

    [Fact]
    public void Group_ModelsGoingAway_AreLastEvenIfFavourite()
    {
        var models = ModelLists.WithAccountList(
            new AccountModel("gpt-4o", null, true), new AccountModel("gpt-4.1", null, false), new AccountModel("claude-4-sonnet", null, false), new AccountModel("gemini-2.5-flash", null, true));
        var groups = ModelSearch.Group(models, "claude-4-sonnet", new HashSet<string> { "gpt-4o", "gpt-4.1" }, "");
        Assert.Equal(["Current", "Favourites", ModelSearch.GoingAway], groups.Select(group => group.Heading));
        Assert.Equal(["gpt-4.1"], groups[1].Models.Select(model => model.Code));
        Assert.Equal(17 - 2, groups[^1].Models.Count);
        Assert.All(groups[^1].Models, model => Assert.True(model.IsGoingAway));
    }

    [Fact]
    public void Choices_ModelsGoingAway_AreTheLastGroup()
    {
        var groups = ModelChoices.From(ModelLists.WithAccountList(new AccountModel("gpt-4o", null, true), new AccountModel("claude-4-sonnet", null, false)), alwaysIncluded: "mine-1");
        Assert.Equal(["Anthropic", ModelSearch.GoingAway], groups.Select(group => group.Label));
        Assert.Equal(["claude-4-sonnet"], groups[0].Choices.Select(choice => choice.Value));
        Assert.Contains("mine-1", groups[1].Choices.Select(choice => choice.Value));
    }

    /// <summary>Any of these models could be suggested; only one of the same family may be.</summary>
    [Theory]
    [InlineData("claude-3-7-sonnet", "claude-4-sonnet")]
    [InlineData("claude-3-5-sonnet", "claude-4-sonnet")]
    [InlineData("claude-opus-4", "claude-opus-4.1")]
    [InlineData("gemini-2.0-flash", "gemini-2.5-flash")]
    [InlineData("gpt-4o", "gpt-4.1")]
    [InlineData("gpt-4o-mini", "gpt-4.1-mini")]
    [InlineData("gemma-3n-e4b", null)]
    [InlineData("mine-1", null)]
    [InlineData("claude-4-sonnet", null)]
    [InlineData(null, null)]
    public void Replacement_IsFirstAvailableOfProviderAndFamily(string? code, string? suggested)
    {
        var models = ModelLists.WithAccountList(
            new AccountModel("gpt-4o-realtime", null, false), new AccountModel("gpt-4.1", null, false), new AccountModel("gpt-4.1-mini", null, false), new AccountModel("claude-4-sonnet", null, false),
            new AccountModel("claude-opus-4.1", null, false), new AccountModel("gemini-2.5-flash-lite", null, false), new AccountModel("gemini-2.5-flash", null, false));
        Assert.Equal(suggested, ModelReplacement.For(models, code)?.Code);
    }

    /// <summary>Without the account's list nothing is known to be available, and nothing is known to go away.</summary>
    [Fact]
    public void Replacement_AccountListUnknown_IsNone() => Assert.Null(ModelReplacement.For(ModelLists.WithoutAccountList(), "claude-3-5-sonnet"));

    [Fact]
    public void Replacement_OnlyRetiredInFamily_IsNone() => Assert.Null(ModelReplacement.For(
        ModelLists.WithAccountList(new AccountModel("claude-3-7-sonnet", null, true), new AccountModel("claude-4-sonnet", null, true)), "claude-3-7-sonnet"));

    [Theory]
    [InlineData("Claude-4-Sonnet", "son", "Claude-4-|Son|net")]
    [InlineData("Claude-4-Sonnet", "", "Claude-4-Sonnet")]
    [InlineData("Claude-4-Sonnet", "claude sonnet", "Claude|-4-|Sonnet")]
    [InlineData("GPT-4o", "zzz", "GPT-4o")]
    [InlineData("Straße Élan", "strasse elan", "Straße| |Élan")]
    [InlineData("Zoe\u0308 1", "zoe", "Zoe\u0308| 1")]
    public void Highlight_SplitsNameWithoutLosingText(string name, string query, string pieces)
    {
        var cut = ModelSearch.Highlight(name, query).ToList();
        Assert.Equal(name, string.Concat(cut.Select(piece => piece.Text)));
        Assert.Equal(pieces.Split('|').Length, cut.Count);
        Assert.Equal(query.Length > 0 && query != "zzz", cut.Exists(piece => piece.IsMatch));
    }
}
