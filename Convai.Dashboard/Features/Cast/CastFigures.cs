using Convai.Dashboard.Features.Models;

namespace Convai.Dashboard.Features.Cast;

/// <summary>The share of a provider's models in the cast.</summary>
/// <param name="Start">Where its part of the bar begins, from 0 to 100.</param>
/// <param name="Width">From 0 to 100.</param>
public sealed record ProviderShare(ModelProvider Provider, int Count, decimal Start, decimal Width);

/// <summary>
/// The figures of the characters that match a filter. The models are counted without the filter's own choice of a model, and the
/// temperatures without its choice of a temperature: a chart of which only the chosen part is left could not be used to choose another.
/// </summary>
public sealed class CastFigures
{
    /// <param name="models">The rows that match the filter without its model.</param>
    /// <param name="temperatures">The rows that match the filter without its temperature.</param>
    internal CastFigures(IEnumerable<CastRow> models, IReadOnlyCollection<CastRow> temperatures)
    {
        Models = [.. models.GroupBy(row => (row.Model?.Code, row.Character.Settings.IsModelUnreadable))
            .Select(use => new ModelUse(use.First().Model, [.. use.Select(row => row.Character)]))
            .OrderByDescending(use => use.Characters.Count)
            .ThenBy(use => use.Model is null)
            .ThenBy(use => use.Model?.Provider.Position is { } position and > 0 ? position : int.MaxValue)
            .ThenBy(use => use.Model?.Name, StringComparer.CurrentCultureIgnoreCase)
            .ThenBy(use => use.Model?.Code, StringComparer.Ordinal)];
        Providers = [.. GetShares(Models)];
        var tenths = new int[10];
        var values = new List<decimal>(temperatures.Count);
        foreach (var row in temperatures)
        {
            if (row.Character.Settings.Temperature is { } temperature)
            {
                tenths[CastOverview.GetTenth(temperature)]++;
                values.Add(temperature);
            }
            else if (!row.Character.Settings.IsTemperatureUnreadable)
            {
                WithoutTemperature++;
            }
        }

        Tenths = tenths;
        values.Sort();
        Median = values.Count == 0 ? null : (values[(values.Count - 1) / 2] + values[values.Count / 2]) / 2;
    }

    /// <summary>The most used first.</summary>
    public IReadOnlyList<ModelUse> Models { get; }

    /// <summary>In catalogue order; characters without a model are left out.</summary>
    public IReadOnlyList<ProviderShare> Providers { get; }

    /// <summary>How many characters have a temperature in each tenth of the scale.</summary>
    public IReadOnlyList<int> Tenths { get; }

    public int WithoutTemperature { get; }

    /// <summary>Null if no character has a temperature.</summary>
    public decimal? Median { get; }

    private static IEnumerable<ProviderShare> GetShares(IReadOnlyList<ModelUse> models)
    {
        var known = models.Where(use => use.Model is not null).ToList();
        decimal total = known.Sum(use => use.Characters.Count);
        var start = 0m;
        foreach (var provider in known.GroupBy(use => use.Model!.Provider.Name, StringComparer.Ordinal).OrderBy(provider => provider.First().Model!.Provider.Position is var position and > 0 ? position : int.MaxValue))
        {
            var count = provider.Sum(use => use.Characters.Count);
            yield return new ProviderShare(provider.First().Model!.Provider, count, start, 100 * count / total);
            start += 100 * count / total;
        }
    }
}
