using System.Globalization;

namespace Convai.Dashboard.Domain;

public sealed class TemperatureParserTests
{
    [Theory]
    [InlineData("0.42", "0.42")]
    [InlineData("0,42", "0.42")]
    [InlineData(" .5 ", "0.5")]
    [InlineData("1", "1")]
    [InlineData("1,00", "1")]
    [InlineData("0", "0")]
    [InlineData("0.", "0")]
    public void Parse_PointOrComma_ReturnsNumber(string text, string expected)
    {
        Assert.Equal(Number(expected), TemperatureParser.Parse(text, saved: null, out var error));
        Assert.Null(error);
    }

    [Theory]
    [InlineData("")]
    [InlineData("warm")]
    [InlineData("-0.1")]
    [InlineData("-0")]
    [InlineData("1.01")]
    [InlineData("0.425")]
    [InlineData("1e-1")]
    [InlineData("0.4.2")]
    [InlineData("0,4,2")]
    [InlineData("٠٫٤")]
    [InlineData("0000000000000000000000000000.42")]
    public void Parse_InvalidTemperature_ReturnsError(string text)
    {
        Assert.Null(TemperatureParser.Parse(text, saved: null, out var error));
        Assert.EndsWith(".", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_SavedValueBetweenSteps_IsAccepted() => Assert.Equal(0.333m, TemperatureParser.Parse("0,333", saved: 0.333m, out _));

    [Theory]
    [InlineData("0", "predictable")]
    [InlineData("0.299", "predictable")]
    [InlineData("0.3", "balanced")]
    [InlineData("0.69", "balanced")]
    [InlineData("0.7", "inventive")]
    [InlineData("1", "inventive")]
    public void Band_ForTemperature_HasExpectedName(string temperature, string band) => Assert.Equal(band, TemperatureBand.For(Number(temperature)).Name);

    private static decimal Number(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);
}
