using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Models;
using Convai.Dashboard.Testing;

namespace Convai.Dashboard.Features.Batches;

public sealed class PlanWarningTests
{
    private static readonly ModelList Models = ModelLists.WithAccountList(
        new AccountModel("gpt-4o", null, false), new AccountModel("gpt-4.1", null, false), new AccountModel("claude-3-7-sonnet", null, true), new AccountModel("claude-4-sonnet", null, false));

    [Fact]
    public void For_MovesOntoModelsGoingAway_WarnsFirstOncePerModel() => Assert.Equal(
        [
            "Mira moves onto Claude-3-7-Sonnet, which Convai is retiring.",
            "2 characters move onto Claude-Opus-4, which is not available to your account, so Convai may reject it.",
            "Tobias has no temperature now, so setting one can't be undone.",
        ],
        Texts(
            Line("Tobias", new CharacterCoreSettings("gpt-4o", null), new SettingsPatch(null, 0.5m)),
            Line("Mira", new CharacterCoreSettings("gpt-4o", 0.5m), new SettingsPatch("claude-3-7-sonnet", null)),
            Line("Pip", new CharacterCoreSettings("gpt-4o", 0.5m), new SettingsPatch("claude-opus-4", null)),
            Line("Wren", new CharacterCoreSettings("gpt-4o", 0.5m), new SettingsPatch("claude-opus-4", null))));

    [Fact]
    public void For_ItemsNotWritten_ReturnsNoWarning() => Assert.Empty(Texts(
        Line("Mira", new CharacterCoreSettings("gpt-4o", 0.5m), new SettingsPatch("claude-3-7-sonnet", null), BatchItemMark.Excluded),
        Line("Pip", new CharacterCoreSettings("claude-3-7-sonnet", 0.5m), new SettingsPatch("claude-3-7-sonnet", null)),
        Line("Wren", new CharacterCoreSettings("claude-3-7-sonnet", 0.5m), new SettingsPatch("claude-4-sonnet", 0.6m))));

    /// <summary>Each is counted once, in one place.</summary>
    [Fact]
    public void For_ModelsThatNoListKnows_SaysBothInOneSentence() => Assert.Equal(
        ["Mira moves onto claude-3-5-sonnet, which is not available to your account and about which nothing is known, so Convai may reject it."],
        Texts(Line("Mira", new CharacterCoreSettings("gpt-4o", 0.5m), new SettingsPatch("claude-3-5-sonnet", null))));

    [Fact]
    public void For_SeveralModels_AreOneWarningForEachTopic() => Assert.Equal(
        [
            "2 characters move onto Flagship models: every interaction also counts against the Flagship cap of your Convai plan.",
            "2 characters have tools that their new models may not call.",
        ],
        PlanWarning.For(
            [Line("Mira", new CharacterCoreSettings("claude-4-sonnet", 0.5m), new SettingsPatch("gpt-4o", null)), Line("Pip", new CharacterCoreSettings("claude-4-sonnet", 0.5m), new SettingsPatch("gpt-4.1", null))],
            line => ModelChange.Between(Models, line.Now!.ModelCode, line.Missing.ModelCode!, true, new CharacterToolCounts(1, 0, default))).Select(warning => warning.Text));

    private static IEnumerable<string> Texts(params BatchPlanItem[] lines) => PlanWarning.For(
        lines,
        line => line is { IsWritten: true, Missing.ModelCode: { } code } ? ModelChange.Between(Models, line.Now!.ModelCode, code, true, new CharacterToolCounts(0, 0, default)) : null).Select(warning => warning.Text);

    private static BatchPlanItem Line(string name, CharacterCoreSettings now, SettingsPatch after, BatchItemMark mark = BatchItemMark.ToWrite) => new(
        new BatchItem
        {
            BatchId = 1,
            CharacterId = name,
            Position = 0,
            CharacterName = name,
            ModelBefore = now.ModelCode,
            TemperatureBefore = now.Temperature,
            ModelAfter = after.ModelCode,
            TemperatureAfter = after.Temperature,
            Mark = mark,
        },
        now,
        after.MissingFrom(now),
        HasChangedSince: false,
        LacksLevel: false);
}
