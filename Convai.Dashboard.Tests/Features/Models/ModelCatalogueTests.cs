using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Testing;

namespace Convai.Dashboard.Features.Models;

public sealed class ModelCatalogueTests
{
    [Fact]
    public void Shipped_MatchesSeedPageExactly()
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
    public void Merge_WithoutAccountList_MarksNothingUnavailable() =>
        Assert.All(ModelLists.WithoutAccountList().Models, model => Assert.Equal(Availability.Unknown, model.Availability));

    [Fact]
    public void Merge_WithAccountList_ListTakesPrecedence()
    {
        var models = ModelLists.WithAccountList(
            new AccountModel("gpt-4o", "Something else", IsDeprecated: true),
            new AccountModel("gpt-5.1", "GPT-5.1", false),
            new AccountModel("fast-gemma-4-31b-it", null, false));

        var known = models.Describe("gpt-4o");
        Assert.Equal(("Something else", Availability.Listed, true), (known.Name, known.Availability, known.IsDeprecated));
        Assert.Equal(Availability.NotListed, models.Describe("gpt-4.1").Availability);

        var account = models.Describe("gpt-5.1");
        Assert.Equal(("OpenAI", Availability.Listed, false, false), (account.Provider.Name, account.Availability, account.IsInCatalogue, account.IsUnknown));
    }

    /// <summary>Convai offers fewer models for a character whose moderation is off; that says nothing about the account.</summary>
    [Fact]
    public void Merge_ListOfCharacter_IsDistinctFromAccounts()
    {
        var cast = ModelLists.WithAccountList(new AccountModel("gpt-4o", null, false), new AccountModel("llama-3-70B", null, false));
        var character = ModelLists.Shipped().Merge([new AccountModel("llama-3-70B", null, false)], cast);
        Assert.Equal(Availability.Listed, character.Describe("llama-3-70B").Availability);
        Assert.Equal(Availability.NotForCharacter, character.Describe("gpt-4o").Availability);
        Assert.Equal(Availability.NotListed, character.Describe("claude-4-sonnet").Availability);
        Assert.Contains(ModelBadges.For(character.Describe("gpt-4o")), badge => badge.Text == "Not offered for this character");
        Assert.True(character.Describe("gpt-4o").IsGoingAway);
    }

    [Fact]
    public void Merge_CodeWithoutFamily_IsLastUnderOther()
    {
        var models = ModelLists.WithAccountList(new AccountModel("olive-1", null, false), new AccountModel("mixtral-8x22b", null, false));
        Assert.Equal(("olive-1", ModelProvider.Other), (models.Models[^1].Code, models.Models[^1].Provider));
    }

    [Theory]
    [InlineData("gpt-4o", "Chatty", "Chatty")]
    [InlineData("gpt-4o", null, "GPT-4o")]
    [InlineData("gpt-4o", "\u200b", "GPT-4o")]
    [InlineData("realtime-gemma-4-31b-it", "Gemma", "Gemma")]
    [InlineData("realtime-gemma-4-31b-it", null, "Gemma 4 31B Fast")]
    [InlineData("gpt-5.4", null, "gpt-5.4")]
    public void Name_PrefersAccountThenCatalogueThenPublishedTable(string code, string? displayName, string expected) =>
        Assert.Equal(expected, ModelLists.WithAccountList(new AccountModel(code, displayName, false)).Describe(code).Name);

    [Fact]
    public void PublishedTable_AddsNoChoices()
    {
        Assert.Equal(17, ModelLists.WithAccountList().Models.Count);
        Assert.Equal(17, ModelLists.WithoutAccountList().Models.Count);
        var unlisted = ModelLists.WithAccountList().Describe("gpt-5.x");
        Assert.Equal((true, 0, null), (unlisted.IsUnknown, unlisted.Flags.Count, unlisted.Published));
    }

    [Fact]
    public void PublishedTable_EveryCodeHasAProvider()
    {
        var models = ModelLists.WithAccountList([.. PublishedModels.Shipped.Models.Select(model => new AccountModel(model.Code, null, false))]);
        Assert.Equal(35, PublishedModels.Shipped.Models.Count);
        Assert.DoesNotContain(models.Models, model => model.Provider == ModelProvider.Other);
        Assert.Equal(
            ["claude-haiku", "claude-sonnet", "gemini-flash", "gemini-flash-lite", "gpt-5.x", "gpt-5.x-mini", "gpt-5.x-nano"],
            models.Models.Where(model => !model.IsInCatalogue && model.Flags.Contains(ModelFlag.Flagship)).Select(model => model.Code).Order(StringComparer.Ordinal));
        Assert.Equal(
            PublishedModels.Shipped.Models.Where(model => model.Is(PublishedMark.Realtime)).Select(model => model.Code).Order(StringComparer.Ordinal),
            models.Models.Where(model => model.IsLiveVoiceOnly).Select(model => model.Code).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("gpt-4.1", "Convai's page of 9 Jul 2026 no longer marks it Flagship.")]
    [InlineData("claude-opus-4.1", "Convai's page of 9 Jul 2026 no longer lists this model.")]
    [InlineData("llama-3-70B", "Convai's page of 9 Jul 2026 no longer lists this model.")]
    public void Badge_CatalogueModel_ExplainsDifferenceToLaterPage(string code, string difference)
    {
        var badge = ModelBadges.For(ModelLists.WithAccountList(new AccountModel(code, null, false)).Describe(code))[0];
        Assert.EndsWith($"Source: the dashboard's catalogue. {difference}", badge.Meaning, StringComparison.Ordinal);
    }

    [Fact]
    public void Badge_ListedModelInPublishedTable_NamesPageAndDate()
    {
        var models = ModelLists.WithAccountList(new AccountModel("gpt-5.x", null, false), new AccountModel("gpt-realtime-mini", null, false), new AccountModel("gemini-live-9", null, false));
        Assert.Equal(["Flagship", "Latest"], GetBadgeTexts(models.Describe("gpt-5.x")));
        Assert.Equal(["Beta", "Documented as live voice only"], GetBadgeTexts(models.Describe("gpt-realtime-mini")));
        Assert.Equal(["Documented as live voice only", "New model"], GetBadgeTexts(models.Describe("gemini-live-9")));
        Assert.All(
            ModelBadges.For(models.Describe("gpt-5.x")).Concat(ModelBadges.For(models.Describe("gpt-realtime-mini"))),
            badge => Assert.Contains("Convai's page of 9 Jul 2026", badge.Meaning, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("live-gemini", true)]
    [InlineData("olive-2", false)]
    [InlineData("gemini-2.5-flash", false)]
    [InlineData("REALTIME-gemma", true)]
    public void IsLiveVoiceOnly_DependsOnCodeSegment(string code, bool expected) => Assert.Equal(expected, ModelLists.WithAccountList().Describe(code).IsLiveVoiceOnly);

    [Theory]
    [InlineData("claude-3-5-sonnet", "Anthropic")]
    [InlineData("gemma-9", "Google")]
    [InlineData("llama3-70b", "Llama")]
    [InlineData("qwen3.6-27b", "Qwen")]
    [InlineData("grok-4.3", "xAI")]
    [InlineData("fast-gemma-4-31b-it", "Google")]
    [InlineData("realtime-gemma-4-26b-a4b-it", "Google")]
    [InlineData("realtime-fast-gpt-9", "OpenAI")]
    [InlineData("gemini-3.5-flash-lite-minimal", "Google")]
    [InlineData("gpt-5.6-luna-none", "OpenAI")]
    [InlineData("glm-5", "GLM")]
    [InlineData("fast-deepseek-v4", "DeepSeek")]
    [InlineData("mixtral-8x22b", "Mixtral")]
    [InlineData("breakfast-gemma", "Other")]
    public void Describe_UnknownCode_UsesCodeAsNameInItsFamily(string code, string provider)
    {
        var model = ModelLists.WithAccountList().Describe(code);
        Assert.Equal((code, provider, true), (model.Name, model.Provider.Name, model.IsUnknown));
    }

    [Fact]
    public void Describe_CodeInDifferentCase_IsAnotherCode() => Assert.True(ModelLists.WithoutAccountList().Describe("llama-3-70b").IsUnknown);

    [Fact]
    public void Badges_EachState_HasItsText()
    {
        var models = ModelLists.WithAccountList(new AccountModel("gpt-5.9", null, IsDeprecated: true), new AccountModel("llama-3-70B", null, false));
        Assert.Equal(["Retired soon", "New model"], GetBadgeTexts(models.Describe("gpt-5.9")));
        Assert.Equal(["Uncensored"], GetBadgeTexts(models.Describe("llama-3-70B")));
        Assert.Equal(["Flagship", "Not available to your account"], GetBadgeTexts(models.Describe("gpt-4o")));
        Assert.Equal(["Not available to your account"], GetBadgeTexts(models.Describe("claude-3-5-sonnet")));
        Assert.Equal(["New model"], GetBadgeTexts(ModelLists.WithoutAccountList().Describe("claude-3-5-sonnet")));
    }

    /// <summary>The account lists them in any order; a level that is not known comes after those that are.</summary>
    [Fact]
    public void GetReasoning_OffersLevelsByStrength_ThenAutoAndModelDefault()
    {
        var models = ModelLists.WithAccountList(new AccountModel("gpt-4o", null, false) { Reasoning = new ModelReasoning(["low", "high", "none", "odd", "minimal"], true, null) });
        Assert.Equal(["none", "minimal", "low", "high", "odd", ReasoningEffort.Auto, ReasoningEffort.ModelDefault], models.GetReasoning("gpt-4o")!.Values);
    }

    private static IEnumerable<string> GetBadgeTexts(LanguageModel model) => ModelBadges.For(model).Select(badge => badge.Text);
}
