using System.Globalization;
using Convai.Dashboard.ConvaiApi;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.JSInterop;

namespace Convai.Dashboard.Features.Editing;

/// <summary>
/// Slider and number together. While the slider is dragged the browser alone keeps number and words in step
/// (<c>TemperatureField.razor.js</c>); the server hears of it once, at the end. All inputs are bound with bind:get and
/// bind:set: a plain value attribute would be sent back with each render and undo what was typed meanwhile.
/// </summary>
public sealed partial class TemperatureField
{
    private ElementReference _root;
    private IJSObjectReference? _script;
    private string _text = "";
    private string? _error;
    private decimal? _shown;

    /// <summary>The draft's value or the saved one; null where it is not set at Convai.</summary>
    [Parameter, EditorRequired]
    public required decimal? Value { get; set; }

    /// <summary>What Convai has.</summary>
    [Parameter, EditorRequired]
    public required decimal? Saved { get; set; }

    /// <summary>Null: back to what Convai has.</summary>
    [Parameter]
    public EventCallback<decimal?> ValueChanged { get; set; }

    /// <summary>True while the typed text is no temperature; nothing may be saved then.</summary>
    [Parameter]
    public EventCallback<bool> IsInvalidChanged { get; set; }

    [Parameter]
    public bool IsDisabled { get; set; }

    private TemperatureBand? Band => Value is { } value ? TemperatureBand.Of(value) : null;

    private string ValueText => Value is { } value ? $"{Temperature.Format(value)}, {TemperatureBand.Of(value).Name}" : "Not set at Convai";

    private string RangeValue => (Value ?? 0.5m).ToString(CultureInfo.InvariantCulture);

    protected override void OnParametersSet()
    {
        // What is being typed is left alone as long as it means the value it gave.
        if (Value == _shown && (_text.Length > 0 || Value is null))
        {
            return;
        }

        _shown = Value;
        _text = Value is { } value ? Temperature.Format(value) : "";
        _error = null;
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _script = await Js.InvokeAsync<IJSObjectReference>("import", $"./{Assets["Features/Editing/TemperatureField.razor.js"]}");
            await _script.InvokeVoidAsync("attach", _root);
        }
    }

    private async Task OnSlidAsync(string? slid)
    {
        if (TemperatureText.Read(slid, Saved, out _) is { } value)
        {
            await TakeAsync(value, Temperature.Format(value));
        }
    }

    private async Task OnTypedAsync(string? typed)
    {
        if (TemperatureText.Read(typed, Saved, out var error) is { } value)
        {
            await TakeAsync(value, typed!);
        }
        else
        {
            (_text, _error) = (typed ?? "", error);
            await IsInvalidChanged.InvokeAsync(true);
        }
    }

    private async Task OnNumberKeyAsync(KeyboardEventArgs key)
    {
        if (key.Key is "Escape" && _error is not null)
        {
            await ResetAsync();
        }
        else if (key.Key is "ArrowUp" or "ArrowDown" or "PageUp" or "PageDown")
        {
            var step = key.Key.StartsWith("Page", StringComparison.Ordinal) ? 10 * Temperature.Step : Temperature.Step;
            var moved = Math.Clamp((Value ?? 0.5m) + (key.Key.EndsWith("Up", StringComparison.Ordinal) ? step : -step), Temperature.Minimum, Temperature.Maximum);
            var onStep = Math.Round(moved, 2, MidpointRounding.AwayFromZero);
            await TakeAsync(onStep, Temperature.Format(onStep));
        }
    }

    private void TidyText()
    {
        if (_error is null && Value is { } value)
        {
            _text = Temperature.Format(value);
        }
    }

    private async Task ResetAsync()
    {
        (_shown, _text, _error) = (Saved, Saved is { } saved ? Temperature.Format(saved) : "", null);
        await IsInvalidChanged.InvokeAsync(false);
        await ValueChanged.InvokeAsync(null);
    }

    private async Task TakeAsync(decimal value, string text)
    {
        (_shown, _text, _error) = (value, text, null);
        await IsInvalidChanged.InvokeAsync(false);
        await ValueChanged.InvokeAsync(value);
    }

    private static string Percent(decimal value) =>
        string.Create(CultureInfo.InvariantCulture, $"{Math.Clamp(value, Temperature.Minimum, Temperature.Maximum) * 100:0.##}%");

    // Razor takes a text element for its own and allows it no attributes.
    private static MarkupString SavedLabel(decimal saved) =>
        new($"""<text x="{Percent(saved)}" y="10" text-anchor="{Anchor(saved)}">saved {Temperature.Format(saved)}</text>""");

    private static string Anchor(decimal value) => value switch
    {
        < 0.12m => "start",
        > 0.88m => "end",
        _ => "middle",
    };

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_script is not null)
            {
                await _script.DisposeAsync();
            }
        }
        catch (JSDisconnectedException)
        {
            // The circuit is gone, and the script with it.
        }
    }
}
