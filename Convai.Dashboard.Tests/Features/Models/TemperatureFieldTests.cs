using Bunit;
using Convai.Dashboard.Testing;
using Microsoft.AspNetCore.Components.Web;

namespace Convai.Dashboard.Features.Models;

public sealed class TemperatureFieldTests : DashboardTestContext
{
    private readonly List<decimal?> _values = [];
    private string? _invalidText;

    [Fact]
    public void Field_HasAccessibleNames()
    {
        var field = Render(0.42m);
        var slider = field.Find("input[type=range]");
        Assert.Equal("heading", slider.GetAttribute("aria-labelledby"));
        Assert.Equal("0.42, balanced", slider.GetAttribute("aria-valuetext"));
        Assert.NotNull(field.Find("input[aria-label='Temperature value']"));
    }

    [Theory]
    [InlineData("0.333", "0.333")]
    [InlineData("0.7", "0.70")]
    [InlineData("0.4199999", "0.4199999")]
    public void Open_NeitherRoundsNorChangesTheValue(string stored, string shown)
    {
        var field = Render(decimal.Parse(stored, System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(shown, Number(field));
        Assert.Contains($"saved {shown}", field.Markup, StringComparison.Ordinal);
        Assert.Empty(_values);
    }

    [Theory]
    [InlineData("0.42")]
    [InlineData("0,42")]
    public void Type_PointOrComma_ReturnsNumber(string typed)
    {
        var field = Render(0.7m);
        field.Find("[data-number]").Input(typed);
        Assert.Equal([0.42m], _values);
        Assert.Equal(typed, Number(field));
        Assert.Equal("0.42", field.Find("[data-range]").GetAttribute("value"));
    }

    [Theory]
    [InlineData("1.5", "between 0 and 1")]
    [InlineData("warm", "Enter a value")]
    [InlineData("0.425", "two decimals")]
    [InlineData("", "Enter a value")]
    public void Type_InvalidTemperature_ShowsErrorAndKeepsText(string typed, string error)
    {
        var field = Render(0.7m);
        field.Find("[data-number]").Input(typed);
        Assert.Contains(error, field.Find("#temperature-error").TextContent, StringComparison.Ordinal);
        Assert.Equal("true", field.Find("[data-number]").GetAttribute("aria-invalid"));
        Assert.Equal(typed, Number(field));
        Assert.Equal(typed, _invalidText);
        Assert.Empty(_values);
    }

    [Fact]
    public void Slider_Released_ReportsValueOnce()
    {
        var field = Render(0.7m);
        field.Find("[data-range]").Change("0.35");
        Assert.Equal([0.35m], _values);
        Assert.Equal("0.35", Number(field));
        Assert.Equal("balanced", field.Find(".temperature").GetAttribute("data-band"));
    }

    [Theory]
    [InlineData("ArrowUp", "0.71")]
    [InlineData("ArrowDown", "0.69")]
    [InlineData("PageUp", "0.80")]
    [InlineData("PageDown", "0.60")]
    public void NumberField_ArrowKeys_Step(string key, string expected)
    {
        var field = Render(0.7m);
        field.Find("[data-number]").KeyDown(new KeyboardEventArgs { Key = key });
        Assert.Equal(expected, Number(field));
    }

    [Fact]
    public void NumberField_ShortcutKeys_ChangeNothing()
    {
        var field = Render(0.7m);
        field.Find("[data-number]").KeyDown(new KeyboardEventArgs { Key = "ArrowUp", CtrlKey = true });
        field.Find("[data-number]").KeyDown(new KeyboardEventArgs { Key = "PageUp", MetaKey = true });
        Assert.Empty(_values);
    }

    [Theory]
    [InlineData("0.9", null, "saved 0.90")]
    [InlineData(null, "0.6", "preset 0.60")]
    [InlineData("0.9", "0.6", "saved 0.90|preset 0.60")]
    [InlineData("0.6", "0.6", "saved and preset 0.60")]
    [InlineData("0.6", "0.7", "saved 0.60 · preset 0.70|")]
    public void Ticks_NameSavedAndPresetValue_WithoutOverlap(string? saved, string? preset, string labels) =>
        Assert.Equal(labels, string.Join('|', TemperatureTick.For(ToDecimal(saved), ToDecimal(preset)).Select(tick => tick.Label)));

    [Theory]
    [InlineData("0.02", "2%", "start")]
    [InlineData("0.5", "50%", "middle")]
    [InlineData("0.99", "99%", "end")]
    [InlineData("1.2", "100%", "end")]
    public void Tick_AtEnd_StaysOnTrack(string saved, string place, string anchor)
    {
        var tick = Assert.Single(TemperatureTick.For(ToDecimal(saved), null));
        Assert.Equal((place, anchor), (tick.Place, tick.Anchor));
    }

    [Fact]
    public void Reset_ByButtonOrDoubleClick_RestoresSavedValue()
    {
        var field = Render(0.333m);
        Assert.Empty(field.FindAll("button"));
        field.Find("[data-range]").Change("0.9");
        Assert.Equal("Restore 0.333", field.Find("button").TextContent.Trim());
        field.Find("button").Click();
        Assert.Empty(field.FindAll("button"));
        field.Find("[data-range]").Change("0.9");
        field.Find("[data-range]").DoubleClick();
        Assert.Equal([0.9m, null, 0.9m, null], _values);
        Assert.Equal("0.333", Number(field));
    }

    [Fact]
    public void NotSet_ShowsNoNumberOrTickUntilMoved()
    {
        var field = Render(null);
        Assert.Equal("", Number(field));
        Assert.Equal("Not set", field.Find("[data-range]").GetAttribute("aria-valuetext"));
        Assert.Empty(field.FindAll("line"));
        Assert.Null(field.Find(".temperature").GetAttribute("data-band"));
        field.Find("[data-range]").Change("0.5");
        Assert.Equal([0.5m], _values);
    }

    [Fact]
    public void StoredValueOutOfRange_IsShownUnchanged() => Assert.Equal("1.20", Number(Render(1.2m)));

    private IRenderedComponent<TemperatureField> Render(decimal? saved)
    {
        var field = Render<TemperatureField>(parameters => parameters
            .Add(field => field.LabelledBy, "heading")
            .Add(field => field.Saved, saved)
            .Add(field => field.Value, saved));
        field.Render(parameters => parameters
            .Add(part => part.ValueChanged, (decimal? value) =>
            {
                _values.Add(value);
                field.Render(changed => changed.Add(part => part.Value, value ?? saved));
            })
            .Add(part => part.InvalidTextChanged, (string? text) =>
            {
                _invalidText = text;
                field.Render(changed => changed.Add(part => part.InvalidText, text));
            }));
        return field;
    }

    private static decimal? ToDecimal(string? text) => text is null ? null : decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private static string? Number(IRenderedComponent<TemperatureField> field) => field.Find("[data-number]").GetAttribute("value");
}
