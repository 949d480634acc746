using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Testing;

namespace Convai.Dashboard.Features.Models;

public sealed class ModelCatalogueTests
{
    [Fact]
    public void Shipped_IsTheTableOfTheSeedPage_Exactly()
    {
        string[] expected =
        [
            "OpenAI|GPT-4.1|gpt-4.1|Flagship", "OpenAI|GPT-4.1-mini|gpt-4.1-mini|", "OpenAI|GPT-4.1-nano|gpt-4.1-nano|",
            "OpenAI|GPT-4o|gpt-4o|Flagship", "OpenAI|GPT-4o-mini|gpt-4o-mini|",
            "Anthropic|Claude-Opus-4.1|claude-opus-4.1|Flagship", "Anthropic|Claude-Opus-4|claude-opus-4|Flagship",
            "Anthropic|Claude-4-Sonnet|claude-4-sonnet|", "Anthropic|Claude-3-7-Sonnet|claude-3-7-sonnet|",
            "Google|Gemini-2.5-Flash|gemini-2.5-flash|", "Google|Gemini-2.5-Flash-Lite|gemini-2.5-flash-lite|",
            "Google|Gemini-2.0-Flash|gemini-2.0-flash|", "Google|Gemma-3n-e4b|gemma-3n-e4b|", "Google|Gemma-3n-e2b|gemma-3n-e2b|",
            "Llama|LLama-4-Maverick|llama-4-maverick|Flagship", "Llama|LLama-4-Scout|llama-4-scout|", "Llama|LLama-3.3-70B|llama-3-70B|Uncensored",
        ];
        var models = ModelLists.WithoutAccountList().Models;
        Assert.Equal(expected, models.Select(model => $"{model.Provider.Name}|{model.Name}|{model.Code}|{string.Join(',', model.Flags)}"));
    }

    [Fact]
    public void Merge_WithoutAccountList_ClaimsNothingAboutTheAccount() =>
        Assert.All(ModelLists.WithoutAccountList().Models, model => Assert.Equal(Availability.Unknown, model.Availability));

    [Fact]
    public void Merge_WithAccountList_TheListOutranksTheCatalogue()
    {
        var models = ModelLists.WithAccountList(
            new AccountModel("gpt-4o", "Something else", IsDeprecated: true),
            new AccountModel("gpt-5.1", "GPT-5.1", false),
            new AccountModel("fast-gemma-4-31b-it", null, false));

        var known = models.Describe("gpt-4o");
        Assert.Equal(("GPT-4o", Availability.Listed, true), (known.Name, known.Availability, known.IsDeprecated));
        Assert.Equal(Availability.NotListed, models.Describe("gpt-4.1").Availability);

        var account = models.Describe("gpt-5.1");
        Assert.Equal(("OpenAI", Availability.Listed, false, false), (account.Provider.Name, account.Availability, account.IsInCatalogue, account.IsUnknown));
        Assert.Equal("fast-gemma-4-31b-it", models.Models[^1].Code);
        Assert.Equal(ModelProvider.Other, models.Models[^1].Provider);
    }

    [Theory]
    [InlineData("claude-3-5-sonnet", "Anthropic")]
    [InlineData("gemma-9", "Google")]
    [InlineData("llama3-70b", "Llama")]
    [InlineData("qwen3.6-27b", "Qwen")]
    [InlineData("grok-4.3", "Grok")]
    [InlineData("fast-gemma-4-31b-it", "Other")]
    public void Describe_CodeThatNoListKnows_IsNamedByItsCodeInItsFamily(string code, string provider)
    {
        var model = ModelLists.WithAccountList().Describe(code);
        Assert.Equal((code, provider, true), (model.Name, model.Provider.Name, model.IsUnknown));
    }

    [Fact]
    public void Describe_CodeInAnotherCase_IsAnotherCode() => Assert.True(ModelLists.WithoutAccountList().Describe("llama-3-70b").IsUnknown);

    [Fact]
    public void Badges_EachStateHasItsWord()
    {
        var models = ModelLists.WithAccountList(new AccountModel("gpt-5.1", null, IsDeprecated: true), new AccountModel("llama-3-70B", null, false));
        Assert.Equal(["Deprecated", "Not in the catalogue"], Words(models.Describe("gpt-5.1")));
        Assert.Equal(["Uncensored"], Words(models.Describe("llama-3-70B")));
        Assert.Equal(["Flagship", "Not in the account's list"], Words(models.Describe("gpt-4o")));
        Assert.Equal(["Not in the account's list"], Words(models.Describe("claude-3-5-sonnet")));
        Assert.Equal(["Not in the catalogue"], Words(ModelLists.WithoutAccountList().Describe("claude-3-5-sonnet")));
    }

    private static IEnumerable<string> Words(LanguageModel model) => ModelBadges.Of(model).Select(badge => badge.Text);
}
