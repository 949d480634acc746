using System.Text.Json;
using Convai.Dashboard.ConvaiApi.Contracts;
using Convai.Dashboard.Domain;

namespace Convai.Dashboard.ConvaiApi;

public sealed class TolerantContractTests
{
    [Theory]
    [InlineData("0.07", "0.07")]
    [InlineData("\"0.07\"", "0.07")]
    [InlineData("7e-2", "0.07")]
    [InlineData("\"NULL\"", null)]
    [InlineData("\" \"", null)]
    [InlineData("null", null)]
    [InlineData("[0.07]", "?")]
    [InlineData("{\"value\": 0.07}", "?")]
    [InlineData("true", "?")]
    [InlineData("1e400", "?")]
    [InlineData("1e300", "?")]
    [InlineData("\"0,7\"", "?")]
    [InlineData("\"NaN\"", "?")]
    [InlineData("\"warm\"", "?")]
    [InlineData("\"\\ud800\"", "?")]
    public void Temperature_AnyType_IsNumberNotSetOrUnreadable(string value, string? expected) =>
        Assert.Equal(
            expected is "?" ? new Field<decimal?>(null, IsUnreadable: true) : new Field<decimal?>(expected is null ? null : decimal.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), false),
            Read($$"""{"TEMPERATURE": {{value}}}""")!.PromptConfig!.Temperature);

    [Theory]
    [InlineData("\"gpt-4o\"", "gpt-4o", false)]
    [InlineData("\"\"", null, false)]
    [InlineData("\"NULL\"", null, false)]
    [InlineData("null", null, false)]
    [InlineData("4", null, true)]
    [InlineData("[\"gpt-4o\"]", null, true)]
    [InlineData("{\"name\": \"gpt-4o\"}", null, true)]
    [InlineData("false", null, true)]
    [InlineData("\"\\ud800\"", null, true)]
    public void Model_AnyType_IsCodeNotSetOrUnreadable(string value, string? code, bool isUnreadable) =>
        Assert.Equal(new Field<string?>(code, isUnreadable), Read($$"""{"MODEL": {{value}}}""")!.PromptConfig!.Model);

    [Fact]
    public void Settings_Missing_AreNotSet() => Assert.Equal((default, default), (Read("{}")!.PromptConfig!.Model, Read("{}")!.PromptConfig!.Temperature));

    [Theory]
    [InlineData("true", true)]
    [InlineData("\"true\"", true)]
    [InlineData("\"False\"", false)]
    [InlineData("\"NULL\"", null)]
    [InlineData("{\"a\":[1]}", null)]
    public void Moderation_AnyType_IsFlagOrAbsent(string value, bool? expected) =>
        Assert.Equal(expected, Read($$"""{"MODERATION_ENABLED": {{value}}}""")!.PromptConfig!.ModerationEnabled);

    [Theory]
    [InlineData("\"NULL\"")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("7")]
    public void PromptConfig_NotAnObject_IsAbsent(string config) => Assert.Null(Read(config)!.PromptConfig);

    [Theory]
    [InlineData("""{"model_details": {"modelPlaceholder": "https://pictures.example/a.png?token=x"}}""", true)]
    [InlineData("""{"model_details": {"modelPlaceholder": "NULL"}}""", false)]
    [InlineData("""{"model_details": {"modelPlaceholder": null}}""", false)]
    [InlineData("""{"model_details": {"modelPlaceholder": ["https://pictures.example/a.png"]}}""", false)]
    [InlineData("""{"model_details": {"modelPlaceholder": "/a.png"}}""", false)]
    [InlineData("""{"model_details": {"modelPlaceholder": "//pictures.example/a.png"}}""", false)]
    [InlineData("""{"model_details": {"modelPlaceholder": "http://pictures.example/a.png"}}""", false)]
    [InlineData("""{"model_details": {"modelPlaceholder": "javascript:alert(1)"}}""", false)]
    [InlineData("""{"model_details": {"modelPlaceholder": "data:image/png;base64,iVBORw0KGgo="}}""", false)]
    [InlineData("""{"model_details": {"modelPlaceholder": "file:///etc/passwd"}}""", false)]
    [InlineData("""{"model_details": {"modelType": "3d"}}""", false)]
    [InlineData("""{"model_details": "NULL"}""", false)]
    [InlineData("""{"model_details": [1]}""", false)]
    [InlineData("{}", false)]
    public void Picture_AnyType_IsFetchableAddressOrAbsent(string json, bool isThere)
    {
        var picture = PictureAddress.Read(JsonSerializer.Deserialize(json, ConvaiJsonContext.Default.CharacterResponse)!.ModelDetails?.Placeholder);
        Assert.Equal(isThere, picture is not null);
        Assert.DoesNotContain("pictures.example", $"{picture}{new Character("a", "", new CharacterCoreSettings(null, null), null, null) { Picture = picture }}", StringComparison.Ordinal);
    }

    [Fact]
    public void Characters_InvalidEntries_AreSkipped()
    {
        var answer = JsonSerializer.Deserialize(
            """{"characters": ["x", null, {"character_id": "a", "new_field": {"deep": [1, 2]}}, 5, {"character_name": ["odd"], "character_id": 7}]}""",
            ConvaiJsonContext.Default.ListCharactersResponse)!;
        Assert.Equal(["a", "7"], answer.Characters!.Select(character => character.CharacterId));
    }

    [Theory]
    [InlineData("""{"STATUS": "[{\"model_group_name\": \"gpt-4o\", \"is_active\": \"true\"}]"}""")]
    [InlineData("""{"STATUS": [{"model_group_name": "gpt-4o", "is_active": true, "reasoning": {"levels": ["low"]}}]}""")]
    public void SupportedModels_EncodedOrPlainArray_AreEquivalent(string json)
    {
        var model = Assert.Single(JsonSerializer.Deserialize(json, ConvaiJsonContext.Default.SupportedModelsResponse)!.Models!);
        Assert.Equal("gpt-4o", model.ModelCode);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"STATUS": 7}""")]
    [InlineData("""{"STATUS": "{}"}""")]
    public void SupportedModels_NotAnArray_AreAbsent(string json) =>
        Assert.Null(JsonSerializer.Deserialize(json, ConvaiJsonContext.Default.SupportedModelsResponse)!.Models);

    [Theory]
    [InlineData("""{"STATUS": "SUCCESS"}""")]
    [InlineData("""{"STATUS": "[{"}""")]
    public void SupportedModels_InvalidJson_Throws(string json) =>
        Assert.ThrowsAny<JsonException>(() => JsonSerializer.Deserialize(json, ConvaiJsonContext.Default.SupportedModelsResponse));

    [Theory]
    [InlineData("\"x\\ud83d\"")]
    [InlineData("[1]")]
    public void Name_Unreadable_IsAbsentAndCharacterIsKept(string name)
    {
        var answer = JsonSerializer.Deserialize($$"""{"characters": [{"character_id": "a", "character_name": {{name}}}]}""", ConvaiJsonContext.Default.ListCharactersResponse)!;
        Assert.Null(Assert.Single(answer.Characters!).CharacterName);
    }

    [Fact]
    public void UnknownField_DeeplyNested_IsIgnored()
    {
        var deep = new string('[', 200) + new string(']', 200);
        var answer = JsonSerializer.Deserialize($$"""{"characters": [{"new_field": {{deep}}, "character_id": "a"}]}""", ConvaiJsonContext.Default.ListCharactersResponse)!;
        Assert.Equal("a", Assert.Single(answer.Characters!).CharacterId);
    }

    [Theory]
    [InlineData("""{"ERROR": "a"}""", "a")]
    [InlineData("""{"API_ERROR": "b"}""", "b")]
    [InlineData("""{"INTERNAL_ERROR": "c"}""", "c")]
    [InlineData("""{"detail": "d"}""", "d")]
    [InlineData("""{"status": "error", "message": "e"}""", "e")]
    [InlineData("""{"status": "ok", "message": "f"}""", null)]
    [InlineData("""{"ERROR": "NULL"}""", null)]
    [InlineData("""{"ERROR": null, "detail": false}""", null)]
    [InlineData("""{"detail": [{"loc": ["body", "temperature"], "msg": "field required"}, {"msg": "value is no number"}]}""", "field required; value is no number")]
    [InlineData("""{"detail": [{"msg": 7}, "x"]}""", "[{\"msg\": 7}, \"x\"]")]
    [InlineData("""{"detail": {"message": "\ud83d"}}""", "{\"message\": \"\\ud83d\"}")]
    public void ErrorText_EveryShape_IsFound(string json, string? words) =>
        Assert.Equal(words, JsonSerializer.Deserialize(json, ConvaiJsonContext.Default.ConvaiResponse)!.ErrorText);

    private static CharacterResponse? Read(string config) =>
        JsonSerializer.Deserialize($$"""{"personalised_prompt_config": {{config}}}""", ConvaiJsonContext.Default.CharacterResponse);
}
