using System.Globalization;
using Convai.Dashboard.Domain;

namespace Convai.Dashboard.Features.Models;

/// <summary>A mark on the track of a temperature slider.</summary>
/// <param name="Label">Such as "saved 0.90"; empty if the label of the other tick names both.</param>
/// <param name="Anchor">Where the label stands at the tick, as SVG's text-anchor.</param>
internal sealed record TemperatureTick(decimal Value, string Label, string Anchor)
{
    // A label takes up to a quarter of the narrowest track.
    private const decimal LabelWidth = 0.24m;

    /// <summary>The place on the track, in percent; a value outside 0 to 1 stands at the nearest end.</summary>
    public string Place => GetPosition(Value);

    public static string GetPosition(decimal value) => string.Create(CultureInfo.InvariantCulture, $"{Clamp(value) * 100:0.##}%");

    /// <summary>The ticks of Convai's value and of a preset's; null for none. Labels that would overlap become one.</summary>
    public static IReadOnlyList<TemperatureTick> For(decimal? saved, decimal? preset) => (saved, preset) switch
    {
        (null, null) => [],
        (null, { } only) => [new(only, Preset(only), AnchorAt(only, LabelWidth))],
        ({ } only, null) => [new(only, Saved(only), AnchorAt(only, LabelWidth))],
        ({ } one, { } other) when TemperatureRules.AreSame(one, other) => [new(one, $"saved and preset {TemperatureRules.Format(one)}", AnchorAt(one, 2 * LabelWidth))],
        ({ } one, { } other) when Math.Abs(Clamp(one) - Clamp(other)) < LabelWidth => [new(one, $"{Saved(one)} · {Preset(other)}", AnchorAt(one, 2 * LabelWidth)), new(other, "", "middle")],
        ({ } one, { } other) => [new(one, Saved(one), AnchorAt(one, LabelWidth)), new(other, Preset(other), AnchorAt(other, LabelWidth))],
    };

    private static string Saved(decimal value) => $"saved {TemperatureRules.Format(value)}";

    private static string Preset(decimal value) => $"preset {TemperatureRules.Format(value)}";

    private static string AnchorAt(decimal value, decimal width) => value < width / 2 ? "start" : value > 1 - (width / 2) ? "end" : "middle";

    private static decimal Clamp(decimal value) => Math.Clamp(value, TemperatureRules.Minimum, TemperatureRules.Maximum);
}
