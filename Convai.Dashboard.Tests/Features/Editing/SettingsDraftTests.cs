using Convai.Dashboard.Domain;

namespace Convai.Dashboard.Features.Editing;

public sealed class SettingsDraftTests
{
    private static readonly SettingsDraft Draft = new(new CharacterCoreSettings("gpt-4o", 0.333m));

    [Fact]
    public void New_IsEmptyAndShowsConvaisValuesUnrounded()
    {
        Assert.True(Draft.Change.IsEmpty);
        Assert.Equal(new CharacterCoreSettings("gpt-4o", 0.333m), Draft.Current);
    }

    [Fact]
    public void WithModel_ChangesOnlyTheModel() => Assert.Equal(new SettingsPatch("gpt-4.1", null), Draft.WithModel("gpt-4.1").Change);

    [Fact]
    public void WithTemperature_ChangesOnlyTheTemperature() => Assert.Equal(new SettingsPatch(null, 0.5m), Draft.WithTemperature(0.5m).Change);

    [Fact]
    public void ResetToOpenedValue_IsNotAChange() =>
        Assert.True(Draft.WithModel("gpt-4.1").WithTemperature(0.5m).WithModel("gpt-4o").WithTemperature(0.333m).Change.IsEmpty);

    [Fact]
    public void WithModel_DifferentCase_IsAChange() => Assert.Equal("GPT-4o", Draft.WithModel("GPT-4o").Change.ModelCode);

    [Fact]
    public void From_PatchOverNewValues_KeepsRemainingEdits()
    {
        var draft = SettingsDraft.From(new SettingsPatch("gpt-4.1", 0.5m), new CharacterCoreSettings("gpt-4.1", 0.9m));
        Assert.Equal(new SettingsPatch(null, 0.5m), draft.Change);
        Assert.Equal(new CharacterCoreSettings("gpt-4.1", 0.9m), draft.Opened);
    }

    [Fact]
    public void Stored_RoundTrip_IsEqual()
    {
        var draft = new SettingsDraft(new CharacterCoreSettings(null, 0.7m)).WithModel("llama-3-70B").WithTemperature(0.07m);
        var stored = StoredDraft.Deserialize(StoredDraft.Serialize(draft, "calmer for the demo"))!;
        Assert.Equal(draft, stored.ToDraft());
        Assert.Equal("calmer for the demo", stored.Reason);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"Temperature\": 7}")]
    [InlineData("{\"Temperature\": \"0.5\"}")]
    [InlineData("{\"ModelCode\": \"\"}")]
    [InlineData("{\"ModelCode\"")]
    public void Stored_InvalidDraft_IsIgnored(string? json) => Assert.Null(StoredDraft.Deserialize(json));
}
