using Convai.Dashboard.Domain;
using Microsoft.AspNetCore.Components;

namespace Convai.Dashboard.Features.Cast;

/// <summary>The search, and the filters that need more than one button.</summary>
public sealed partial class CastFilterBar
{
    private const string Unset = "unset";
    private const string Tenth = "tenth";

    private ElementReference _search;

    [Parameter, EditorRequired]
    public required CastFilter Filter { get; set; }

    [Parameter]
    public EventCallback<CastFilter> FilterChanged { get; set; }

    /// <summary>The search as typed, including spaces.</summary>
    [Parameter, EditorRequired]
    public required string Search { get; set; }

    [Parameter]
    public EventCallback<string> SearchChanged { get; set; }

    /// <summary>Null until the cast has been read.</summary>
    [Parameter]
    public CastOverview? Overview { get; set; }

    private IEnumerable<string> Providers => (Overview?.Providers ?? []).Union(Filter.Provider is { } provider ? [provider] : [], StringComparer.Ordinal);

    private string TemperatureWord => Filter.HasNoTemperature ? Unset : Filter.Tenth is null ? Filter.Band?.Name ?? "" : Tenth;

    private string SortWord => Filter.Sort.ToString();

    public ValueTask FocusSearchAsync() => _search.FocusAsync();

    private Task SearchForAsync(string? search) => SearchChanged.InvokeAsync(search ?? "");

    private Task ShowAsync(CastFilter filter) => FilterChanged.InvokeAsync(filter);

    private Task OnTemperature(ChangeEventArgs change) => ShowAsync(Text(change) is Tenth ? Filter : Filter.WithoutTemperature with
    {
        Band = TemperatureBand.All.FirstOrDefault(band => band.Name == Text(change)),
        HasNoTemperature = Text(change) is Unset,
    });

    private Task OnSort(ChangeEventArgs change) => ShowAsync(Filter.SortedBy(Word<CastSort>(change) ?? CastSort.Name));

    private static string? Text(ChangeEventArgs change) => change.Value is string { Length: > 0 and <= CastFilter.MaxTextLength } text ? text : null;

    private static T? Word<T>(ChangeEventArgs change)
        where T : struct, Enum => Enum.TryParse<T>(change.Value as string, out var value) && Enum.IsDefined(value) ? value : null;
}
