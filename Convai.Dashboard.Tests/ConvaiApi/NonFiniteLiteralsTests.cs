using System.Text;
using System.Text.Json;
using Convai.Dashboard.ConvaiApi.Contracts;
using Convai.Dashboard.Testing;
using FsCheck.Xunit;

namespace Convai.Dashboard.ConvaiApi;

public sealed class NonFiniteLiteralsTests
{
    [Theory]
    [InlineData("""{"a": NaN}""", """{"a": { }}""")]
    [InlineData("""{"a":[Infinity,-Infinity,1]}""", """{"a":[{      },{       },1]}""")]
    [InlineData("""{"NaN": "Infinity", "b": "\\\"NaN", "c": NaN}""", """{"NaN": "Infinity", "b": "\\\"NaN", "c": { }}""")]
    public void Literals_OutsideStrings_BecomeObjects(string json, string readable)
    {
        Assert.Equal((true, readable), Replaced(json));
        using var document = JsonDocument.Parse(readable);
    }

    [Property(Arbitrary = [typeof(HostileValues)])]
    public void ValidJson_IsUnchanged(string[] texts)
    {
        var json = JsonSerializer.Serialize(texts.Append("NaN").Append("\\\"Infinity"));
        Assert.Equal((false, json), Replaced(json));
    }

    [Property(Arbitrary = [typeof(HostileValues)])]
    public void AnyText_KeepsItsLength(string text) => Assert.Equal(Encoding.UTF8.GetByteCount(text), Encoding.UTF8.GetByteCount(Replaced($"NaN{text}").Json) - 3);

    private static (bool Found, string Json) Replaced(string json)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        return (NonFiniteLiterals.Replace(bytes), Encoding.UTF8.GetString(bytes));
    }
}
