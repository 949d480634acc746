using System.Globalization;

namespace Convai.Dashboard.Domain;

public sealed class TemperatureRulesTests
{
    [Theory]
    [InlineData("0", "0.00")]
    [InlineData("0.7", "0.70")]
    [InlineData("0.07", "0.07")]
    [InlineData("0.333", "0.333")]
    [InlineData("0.4200000001", "0.4200000001")]
    [InlineData("1.0", "1.00")]
    public void Format_ShowsEveryDecimal(string value, string shown) => Assert.Equal(shown, TemperatureRules.Format(Number(value)));

    [Theory]
    [InlineData("0.42", "0.41999998", true)]
    [InlineData("0.42", "0.420", true)]
    [InlineData("0.42", "0.421", false)]
    [InlineData("0.42", "0.420001", false)]
    [InlineData("0.123456789", "0.12345679104328156", true)]
    [InlineData("0.123456", "0.123457", false)]
    [InlineData("79228162514264337593543950335", "-79228162514264337593543950335", false)]
    public void AreSame_ToleratesOnlySinglePrecision(string left, string right, bool same) =>
        Assert.Equal(same, TemperatureRules.AreSame(Number(left), Number(right)));

    [Fact]
    public void UndoSinglePrecision_EveryTwoDecimalValue_IsRestored() =>
        Assert.All(Enumerable.Range(0, 101).Select(hundredths => hundredths / 100m), value =>
        {
            Assert.Equal(value, TemperatureRules.UndoSinglePrecision(decimal.Parse(((double)(float)value).ToString("R", CultureInfo.InvariantCulture), NumberStyles.Float, CultureInfo.InvariantCulture)));
            Assert.Equal(value, TemperatureRules.UndoSinglePrecision(value));
        });

    [Theory]
    [InlineData("0.123456789")]
    [InlineData("0.333")]
    [InlineData("0.3301")]
    [InlineData("0.33000005")]
    public void UndoSinglePrecision_OtherValue_IsUnchanged(string value) => Assert.Equal(Number(value), TemperatureRules.UndoSinglePrecision(Number(value)));

    [Fact]
    public void AreSame_NotSet_EqualsOnlyNotSet()
    {
        Assert.True(TemperatureRules.AreSame(null, null));
        Assert.False(TemperatureRules.AreSame(null, 0m));
    }

    private static decimal Number(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);
}
