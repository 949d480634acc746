using Convai.Dashboard.Domain;

namespace Convai.Dashboard.Features.Presets;

/// <summary>What is said of a character next to its preset: by hand, an earlier version, or nothing.</summary>
public sealed class CharacterPresetTests
{
    private static readonly SettingsPatch First = new("gpt-4o", 0.6m);

    [Theory]
    [InlineData(2, "gpt-4o", 0.7, PresetMatch.Matches, null)]
    [InlineData(2, "gpt-4o", 0.9, PresetMatch.Differs, 0.7)]
    [InlineData(1, "gpt-4o", 0.6, PresetMatch.EarlierVersion, 0.7)]
    [InlineData(1, "gpt-4o", 0.9, PresetMatch.Differs, 0.7)]
    // It has got the new values by hand: nothing is left to do.
    [InlineData(1, "gpt-4o", 0.7, PresetMatch.Matches, null)]
    // What it had is unknown, so no one is said to have changed it.
    [InlineData(0, "gpt-4o", 0.1, PresetMatch.EarlierVersion, 0.7)]
    public void From_EditedPresetOrChangedCharacter_IsDistinguished(int version, string model, double temperature, PresetMatch match, double? missing)
    {
        var found = CharacterPreset.From(Preset("gpt-4o", 0.7m), version, version == 0 ? null : version == 1 ? First : new SettingsPatch("gpt-4o", 0.7m), new CharacterCoreSettings(model, (decimal)temperature));
        Assert.Equal((match, (decimal?)missing), (found.Match, found.Missing.Temperature));
    }

    [Fact]
    public void From_FieldNotInPreset_NeverDiffers()
    {
        var found = CharacterPreset.From(Preset(null, 0.7m), 2, null, new CharacterCoreSettings("anything", 0.7m));
        Assert.Equal(PresetMatch.Matches, found.Match);
    }

    [Fact]
    public void From_FieldAddedByEdit_IsEarlierVersion()
    {
        var edited = Preset("gpt-4o", 0.6m, "low");
        Assert.Equal((PresetMatch.EarlierVersion, "low"), Of(CharacterPreset.From(edited, 1, First, new CharacterCoreSettings("gpt-4o", 0.6m))));
        // Applied with the level, which Convai does not report.
        Assert.Equal((PresetMatch.Matches, null), Of(CharacterPreset.From(edited, 2, edited.Settings, new CharacterCoreSettings("gpt-4o", 0.6m))));
        Assert.Equal((PresetMatch.Differs, "low"), Of(CharacterPreset.From(edited, 2, edited.Settings, new CharacterCoreSettings("gpt-4o", 0.6m) { Reasoning = "high" })));

        static (PresetMatch Match, string? Reasoning) Of(CharacterPreset preset) => (preset.Match, preset.Missing.Reasoning);
    }

    private static Preset Preset(string? model, decimal? temperature, string? reasoning = null) => new()
    {
        Id = 1,
        Name = "Shopkeeper",
        NormalizedName = "SHOPKEEPER",
        ModelCode = model,
        Temperature = temperature,
        Reasoning = reasoning,
        Version = 2,
        ChangedAt = DateTimeOffset.UnixEpoch,
        ChangedByName = "Ana",
    };
}
