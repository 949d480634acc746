using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Testing;

namespace Convai.Dashboard.Features.Batches;

public sealed class BatchTextTests
{
    [Theory]
    [InlineData("gpt-4o", null, "Model → GPT-4o (gpt-4o)")]
    [InlineData("gone-1", 0.5, "Model → gone-1 · Temperature → 0.50")]
    public void Title_Model_UsesNameOrElseCode(string model, double? temperature, string title) =>
        Assert.Equal(title, BatchText.Title(new SettingsPatch(model, (decimal?)temperature), ModelLists.WithoutAccountList()));

    [Theory]
    [InlineData(null, 0.5, "Model stays GPT-4o (gpt-4o): it had no value before, and Convai can't unset it")]
    [InlineData("gpt-4.1", null, "Temperature stays 0.42: it had no value before, and Convai can't unset it")]
    [InlineData(null, null, "Model stays GPT-4o (gpt-4o), Temperature stays 0.42: they had no value before, and Convai can't unset them")]
    [InlineData("gpt-4.1", 0.5, null)]
    public void Stays_SettingHadNoValue_IsNamed(string? modelBefore, double? temperatureBefore, string? stays) => Assert.Equal(
        stays,
        BatchText.UndoLimitation(
            new ChangeRecord
            {
                At = default,
                Kind = ChangeKind.Batch,
                CharacterId = "mira",
                CharacterName = "Mira",
                ModelBefore = modelBefore,
                ModelAfter = "gpt-4o",
                TemperatureBefore = (decimal?)temperatureBefore,
                TemperatureAfter = 0.42m,
                State = ChangeState.Confirmed,
            },
            ModelLists.WithoutAccountList()));

    [Fact]
    public void WasWhenPlanned_NamesChangedValues()
    {
        var row = new BatchItem { BatchId = 1, CharacterId = "mira", Position = 0, CharacterName = "Mira", ModelBefore = "gpt-4o", ModelAfter = "gpt-4.1", TemperatureAfter = 0.42m };
        var item = new BatchPlanItem(row, new CharacterCoreSettings("claude-4-sonnet", 0.9m), row.Asked, HasChangedSince: true, LacksLevel: false);
        Assert.Equal("It was GPT-4o (gpt-4o) · not set when the plan was created", BatchText.WasWhenPlanned(item, ModelLists.WithoutAccountList()));
    }

    /// <summary>The bound that <see cref="BatchExecutionTests"/> holds a run to.</summary>
    [Theory]
    [InlineData(1, "Needs about 3 calls to Convai.")]
    [InlineData(49, "Needs about 51 calls to Convai.")]
    [InlineData(116, "Needs about 120 calls to Convai.")]
    [InlineData(5_000, "Needs about 5,102 calls to Convai.")]
    public void Calls_CountWritesAndReads(int writes, string words) => Assert.Equal(words, BatchText.Calls(writes));

    [Fact]
    public void Stays_LevelNeverSetBefore_IsExplained() => Assert.Equal(
        "Reasoning level stays low: none was set here before",
        BatchText.UndoLimitation(
            new ChangeRecord
            {
                At = default,
                Kind = ChangeKind.Batch,
                CharacterId = "mira",
                CharacterName = "Mira",
                TemperatureBefore = 0.5m,
                TemperatureAfter = 0.42m,
                ReasoningAfter = "low",
                State = ChangeState.SentNotConfirmed,
            },
            ModelLists.WithoutAccountList()));

    [Theory]
    [InlineData("low", "Reasoning level → low")]
    [InlineData("", "Reasoning level → Model default")]
    [InlineData("auto", "Reasoning level → Auto")]
    public void Title_Level_UsesItsName(string value, string title) => Assert.Equal(title, BatchText.Title(new SettingsPatch(null, null, value), ModelLists.WithoutAccountList()));
}
