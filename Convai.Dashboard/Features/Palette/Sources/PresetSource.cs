using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Models;
using Convai.Dashboard.Features.Presets;

namespace Convai.Dashboard.Features.Palette.Sources;

/// <summary>The team's presets, each with what it sets.</summary>
internal sealed class PresetSource(PresetLibrary library, AccountModels accountModels) : IPaletteSource
{
    public string Heading => "Presets";

    public async Task<IReadOnlyList<PaletteEntry>> ReadAsync(PaletteContext context, CancellationToken cancellationToken) =>
        [.. (await library.ReadAsync(context.User, cancellationToken)).Select(preset => new PaletteEntry(preset.Name, Detail(preset), "presets", preset.Note ?? ""))];

    private string Detail(Preset preset) => string.Join(" · ", new[]
    {
        preset.ModelCode is { } code ? accountModels.Last.Describe(code).Name : null,
        preset.Temperature is { } temperature ? TemperatureRules.Format(temperature) : null,
        preset.Reasoning is { } level ? $"reasoning {DisplayText.Sanitize(ReasoningEffort.Format(level))}" : null,
    }.OfType<string>());
}
