namespace Convai.Dashboard.Domain;

public sealed class SettingsPatchTests
{
    [Fact]
    public void Reasoning_Unknown_NeitherDiffersNorAgrees()
    {
        var (patch, settings) = (new SettingsPatch(null, null, "low"), new CharacterCoreSettings("gpt-4o", 0.5m));
        Assert.True(patch.DifferencesFrom(settings).IsEmpty);
        Assert.False(patch.AgreesWith(settings));
        Assert.True(patch.AgreesWith(settings.WithLastReasoning("low")));
        Assert.False(patch.AgreesWith(settings.WithLastReasoning("high")));
    }
}
