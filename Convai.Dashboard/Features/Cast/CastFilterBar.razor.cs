using System.Security.Cryptography;
using System.Text;
using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Models;
using Microsoft.AspNetCore.Components;

namespace Convai.Dashboard.Features.Cast;

/// <summary>The search, and the filters that need more than one button.</summary>
public sealed partial class CastFilterBar
{
    private const string Unset = "unset";
    private const string Tenth = "tenth";
    private const string Provider = "provider:";
    private const string Code = "code:";

    private ElementReference _search;
    private CastOverview? _listed;
    private IReadOnlyList<ChoiceGroup> _models = [];

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

    private string ModelValue => Filter.HasNoModel ? Unset : Filter.ModelCode is { } code ? GetOptionValue(code) : Filter.Provider is { } provider ? $"{Provider}{provider}" : "";

    private string TemperatureValue => Filter.HasNoTemperature ? Unset : Filter.Tenth is null ? Filter.Band?.Name ?? "" : Tenth;

    private string SortValue => Filter.Sort.ToString();

    protected override void OnParametersSet()
    {
        if (_listed != Overview)
        {
            (_listed, _models) = (Overview, Overview is null ? [] : GetModelGroups(Overview));
        }
    }

    public ValueTask FocusSearchAsync() => _search.FocusAsync();

    private Task SearchForAsync(string? search) => SearchChanged.InvokeAsync(search ?? "");

    private Task ShowAsync(CastFilter filter) => FilterChanged.InvokeAsync(filter);

    private Task OnModel(ChangeEventArgs change)
    {
        var value = change.Value as string ?? "";
        return ShowAsync(Filter.WithoutModel with
        {
            HasNoModel = value == Unset,
            ModelCode = value.StartsWith(Code, StringComparison.Ordinal) ? FindCode(value) : null,
            Provider = value.StartsWith(Provider, StringComparison.Ordinal) ? FilterValue.ParseText(value[Provider.Length..], CastFilter.MaxTextLength) : null,
        });
    }

    private Task OnTemperature(ChangeEventArgs change) => ShowAsync(change.Value is Tenth ? Filter : Filter.WithoutTemperature with
    {
        Band = TemperatureBand.All.FirstOrDefault(band => band.Name == change.Value as string),
        HasNoTemperature = change.Value is Unset,
    });

    private Task OnSort(ChangeEventArgs change) => ShowAsync(Filter.SortedBy(FilterValue.ParseName<CastSort>(change.Value as string) ?? CastSort.Name));

    /// <summary>The models that the cast uses, by provider; those that are going away come last.</summary>
    private static List<ChoiceGroup> GetModelGroups(CastOverview overview)
    {
        var known = overview.Models.Where(use => use.Model is not null).OrderBy(use => use.Model!.Name, StringComparer.CurrentCultureIgnoreCase).ToLookup(use => use.Model!.IsGoingAway);
        var groups = overview.Providers.Select(provider => new ChoiceGroup(
            provider,
            [new Choice($"{Provider}{provider}", $"All {provider}"), .. known[false].Where(use => use.Model!.Provider.Name == provider).Select(ToChoice)])).ToList();
        if (known[true].Any())
        {
            groups.Add(new ChoiceGroup(ModelSearch.GoingAway, [.. known[true].Select(ToChoice)]));
        }

        if (overview.Models.Any(use => use is { Model: null, IsUnreadable: false }))
        {
            groups.Add(new ChoiceGroup("No model", [new Choice(Unset, CastText.NotSet)]));
        }

        return groups;

        static Choice ToChoice(ModelUse use) => new(GetOptionValue(use.Model!.Code), $"{use.Model.Name} ({use.Characters.Count})");
    }

    /// <summary>A code may be of any length and hold any letters; a value in the page must not.</summary>
    private static string GetOptionValue(string code) => $"{Code}{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(code)))[..16]}";

    private string? FindCode(string value) => Overview?.Models.Select(use => use.Model?.Code).Append(Filter.ModelCode).FirstOrDefault(code => code is not null && GetOptionValue(code) == value);

    private static string? Text(ChangeEventArgs change) => FilterValue.ParseText(change.Value as string, CastFilter.MaxTextLength);
}
