using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Testing;

namespace Convai.Dashboard.Features.Models;

/// <summary>What a change of the model does, rule by rule; the sources are part of the rules.</summary>
public sealed class ModelConsequencesTests
{
    private const string Page = "Convai's page of 9 Jul 2026";
    private const string Catalogue = "The dashboard's catalogue";
    private const string AccountList = "Your account's list";
    private const string Documentation = "Convai's documentation";
    private const string OnlySome = "Only tool-capable models call them; your account's list doesn't say which.";

    private static readonly DateTimeOffset At = new(2026, 11, 3, 10, 0, 0, TimeSpan.Zero);

    // The account of the tests lists these; the catalogue has the first four.
    private static readonly ModelList Models = ModelLists.WithAccountList(
        [.. new[] { "gpt-4.1", "gpt-4o", "gpt-4o-mini", "claude-4-sonnet", "gpt-5.x", "claude-sonnet", "grok-4.3", "gpt-realtime-mini", "some-live-model", "house-model" }
            .Select(code => new AccountModel(code, null, false)), new AccountModel("gemini-2.0-flash", null, true)]);

    /// <summary>From, to, the topic, the effect, the source, and whether it is a warning; a dash for a line that is not there.</summary>
    public static TheoryData<string?, string, ConsequenceTopic, string, string, bool> Lines => new()
    {
        // Flagship, with who says so.
        { "gpt-4o-mini", "gpt-5.x", ConsequenceTopic.Cost, "A Flagship model: every interaction also counts against the plan's Flagship cap.", Page, true },
        { "gpt-4o-mini", "gpt-4o", ConsequenceTopic.Cost, "A Flagship model: every interaction also counts against the plan's Flagship cap.", $"{Catalogue}; {Page} doesn't mark it", true },
        { "gpt-4o-mini", "claude-opus-4.1", ConsequenceTopic.Cost, "A Flagship model: every interaction also counts against the plan's Flagship cap.", $"{Catalogue}; {Page} doesn't list it", true },
        { null, "gpt-5.x", ConsequenceTopic.Cost, "A Flagship model: every interaction also counts against the plan's Flagship cap.", Page, true },
        { "gpt-5.x", "gpt-4o-mini", ConsequenceTopic.Cost, "Not a Flagship model: interactions no longer count against the plan's Flagship cap.", Page, false },
        { "gpt-4o", "gpt-4.1", ConsequenceTopic.Cost, "-", "", false },
        { "gpt-4o-mini", "claude-4-sonnet", ConsequenceTopic.Cost, "-", "", false },

        // Changes without notice.
        { "gpt-4o", "gpt-5.x", ConsequenceTopic.Stability, "Convai moves this code to newer models, so the character can change without an edit and without notice.", Page, true },
        { "gpt-5.x", "gpt-4o", ConsequenceTopic.Stability, "Unlike gpt-5.x, it isn't marked “latest”, which means changes without notice.", Page, false },
        { "gpt-5.x", "claude-sonnet", ConsequenceTopic.Stability, "-", "", false },

        // Live voice.
        { "gpt-4o", "gpt-realtime-mini", ConsequenceTopic.Voice, "Live voice only: it may not answer in text.", Page, true },
        { "gpt-4o", "some-live-model", ConsequenceTopic.Voice, "Live voice only: it may not answer in text.", "The code some-live-model; for this one not documented by Convai", true },
        { "gpt-realtime-mini", "gpt-4o", ConsequenceTopic.Voice, "No longer live voice only.", Page, false },
        { "gpt-realtime-mini", "some-live-model", ConsequenceTopic.Voice, "-", "", false },

        // On its way out.
        { "gpt-4o", "gemini-2.0-flash", ConsequenceTopic.Availability, "Convai is retiring this model.", AccountList, true },
        { "gemini-2.0-flash", "gpt-4o", ConsequenceTopic.Availability, "Leaves Gemini-2.0-Flash, which Convai is retiring.", AccountList, false },
        { "gpt-4o", "claude-opus-4", ConsequenceTopic.Availability, "Not available to your account, so Convai may reject it.", AccountList, true },
        { "claude-opus-4", "gpt-4o", ConsequenceTopic.Availability, "Leaves Claude-Opus-4, which is not available to your account.", AccountList, false },
        { "gpt-4o", "gpt-4.1", ConsequenceTopic.Availability, "-", "", false },

        // Little or nothing known.
        { "gpt-4o", "claude-3-5-sonnet", ConsequenceTopic.Unknown, "Convai no longer lists this model. Nothing is known about its cost, its tools or its voice.", $"{AccountList}; the dashboard's catalogue; {Page}", true },
        { "gpt-4o", "house-model", ConsequenceTopic.Unknown, "Only your account's list contains this model. Nothing is known about its cost and about changes without notice.", $"{Catalogue} and {Page} don't list it", false },
        { "gpt-4o", "grok-4.3", ConsequenceTopic.Unknown, "-", "", false },
        { "claude-3-5-sonnet", "gpt-4o", ConsequenceTopic.Unknown, "-", "", false },

        // Whatever the models are.
        { "gpt-4o", "gpt-4.1", ConsequenceTopic.Knowledge, "In-Context knowledge may fall back to retrieval, text only. It works on some models only; your account's list doesn't say which.", Documentation, false },
    };

    [Theory]
    [MemberData(nameof(Lines))]
    public void For_TwoModels_ListsEffectsWithSource(string? from, string to, ConsequenceTopic topic, string effect, string source, bool isWarning)
    {
        var line = Single(ModelChange.Between(Models, from, to, isModerated: true, None), topic);
        Assert.Equal(effect is "-" ? "" : $"{effect} | {source} | {isWarning}", line is null ? "" : $"{line.Effect} | {line.Source} | {line.IsWarning}");
    }

    [Fact]
    public void For_UnknownModelWithoutAccountList_IsUnknown()
    {
        var change = ModelChange.Between(ModelLists.WithoutAccountList(), "gpt-4o", "house-model", null, None);
        Assert.StartsWith("The dashboard doesn't know this model, and your account's models could not be loaded.", Single(change, ConsequenceTopic.Unknown)!.Effect, StringComparison.Ordinal);
        Assert.Null(Single(change, ConsequenceTopic.Availability));
    }

    [Theory]
    [InlineData(2, 1, "2 active functions, 1 MCP server.", "2 active functions, 1 MCP server", true)]
    [InlineData(1, 0, "1 active function.", "1 active function", true)]
    [InlineData(0, 3, "3 MCP servers.", "3 MCP servers", true)]
    [InlineData(2, null, "2 active functions, MCP servers unknown.", "2 active functions, MCP servers unknown", true)]
    [InlineData(null, 2, "Active functions unknown, 2 MCP servers.", "active functions unknown, 2 MCP servers", true)]
    [InlineData(null, 0, "Active functions unknown, no MCP servers.", "tools unknown", false)]
    [InlineData(0, null, "No active functions, MCP servers unknown.", "tools unknown", false)]
    [InlineData(null, null, "Active functions and MCP servers unknown.", "tools unknown", false)]
    public void For_Tools_ShowsCountsOrUnknown(int? functions, int? servers, string effect, string inShort, bool isWarning)
    {
        var line = Single(Change(new CharacterToolCounts(functions, servers, At)), ConsequenceTopic.Tools)!;
        Assert.Equal(($"{effect} {OnlySome}", "Read from this character; Convai's documentation", inShort, isWarning), (line.Effect, line.Source, line.Summary, line.IsWarning));
    }

    [Fact]
    public void For_ToolsNoneOrUnread_AreDistinct()
    {
        Assert.Null(Single(Change(None), ConsequenceTopic.Tools));
        Assert.Equal($"Active functions and MCP servers: not checked. {OnlySome}", Single(Change(null), ConsequenceTopic.Tools)!.Effect);
        Assert.Equal("Checking for active functions and MCP servers…", Single(Change(null) with { IsReadingTools = true }, ConsequenceTopic.Tools)!.Effect);
    }

    [Theory]
    [InlineData(false, "Moderation is off, so Convai offers only some models.", "Doesn't work while moderation is off.", "Multilingual support doesn't work while moderation is off.")]
    [InlineData(true)]
    [InlineData(null)]
    public void For_ModerationOff_ListsWhatStopsWorking(bool? isModerated, params string[] effects)
    {
        var lines = ModelConsequences.For(ModelChange.Between(Models, "gpt-4o", "gpt-4.1", isModerated, None))
            .Where(line => line.Topic is ConsequenceTopic.Moderation or ConsequenceTopic.NarrativeDesign or ConsequenceTopic.Languages).ToList();
        Assert.Equal(effects, lines.Select(line => line.Effect));
        Assert.All(lines, line => Assert.Equal(Documentation, line.Source));
    }

    [Fact]
    public void For_ReasoningModel_NotesUndocumentedTemperature()
    {
        Assert.Null(Single(Change(None), ConsequenceTopic.Temperature));
        var line = Single(Reasoning(Change(None)), ConsequenceTopic.Temperature)!;
        Assert.Equal(("Convai doesn't say whether this model uses temperature.", "Not documented by Convai"), (line.Effect, line.Source));
    }

    [Fact]
    public void For_ManyWarnings_MarksTwoMostSerious()
    {
        var change = Reasoning(ModelChange.Between(Models, "gpt-4o-mini", "gpt-5.x", isModerated: false, new CharacterToolCounts(2, 1, At)));
        Assert.Equal(
            [
                (ConsequenceTopic.Cost, true), (ConsequenceTopic.Stability, true), (ConsequenceTopic.Tools, false), (ConsequenceTopic.Knowledge, false),
                (ConsequenceTopic.Moderation, false), (ConsequenceTopic.NarrativeDesign, false), (ConsequenceTopic.Languages, false), (ConsequenceTopic.Temperature, false),
            ],
            ModelConsequences.For(change).Select(line => (line.Topic, line.IsWarning)));
    }

    [Fact]
    public void For_AnyTwoModels_EveryLineNamesItsSource()
    {
        var codes = Models.Models.Select(model => (string?)model.Code).Append("claude-3-5-sonnet").Append(null).ToList();
        foreach (var (from, to) in codes.SelectMany(from => codes.OfType<string>().Select(to => (from, to))))
        {
            var lines = ModelConsequences.For(Reasoning(ModelChange.Between(Models, from, to, isModerated: false, null)));
            Assert.All(lines, line => Assert.NotEqual("", line.Source));
            Assert.InRange(lines.Count(line => line.IsWarning), 0, ModelConsequences.MaxWarnings);
            Assert.Equal(lines.Count, lines.Select(line => line.Topic).Distinct().Count());
        }
    }

    private static ModelChange Reasoning(ModelChange change) => change with { To = change.To with { Reasoning = new ModelReasoning(["low", "high"], SupportsAuto: true, "low") } };

    private static CharacterToolCounts None => new(0, 0, At);

    private static ModelChange Change(CharacterToolCounts? tools) => ModelChange.Between(Models, "gpt-4o", "gpt-4.1", isModerated: true, tools);

    private static ModelConsequence? Single(ModelChange change, ConsequenceTopic topic) => ModelConsequences.For(change).SingleOrDefault(line => line.Topic == topic);
}
