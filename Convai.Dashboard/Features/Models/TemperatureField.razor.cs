using System.Globalization;
using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Domain;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace Convai.Dashboard.Features.Models;

/// <summary>
/// A number with a slider. While the slider is dragged, only the browser keeps number and words in step
/// (<c>TemperatureField.razor.js</c>); the server is told once, at the end. All inputs are bound with bind:get and
/// bind:set: a plain value attribute would be sent back with each render and overwrite later typing.
/// </summary>
public sealed partial class TemperatureField
{
    private readonly ComponentScript _script = new();
    private ElementReference _root;

    // The typed text ("0,4") is kept as it is for as long as it means the value.
    private (string Text, decimal Value)? _typed;

    // Shown until the parent has taken it. Before that, the field is drawn with half of what the parent knows, or with none of it where
    // the rows of a table are drawn later than what is in them; shown then, that would overwrite what is being typed.
    private string? _pendingText;
    private int _pendingCalls;

    /// <summary>The draft's value or the saved one; null if it is not set in Convai.</summary>
    [Parameter, EditorRequired]
    public required decimal? Value { get; set; }

    /// <summary>Convai's value.</summary>
    [Parameter, EditorRequired]
    public required decimal? Saved { get; set; }

    /// <summary>The temperature of the preset that the draft came from, marked on the track; null for none.</summary>
    [Parameter]
    public decimal? Preset { get; set; }

    /// <summary>Whether Convai's value is not a temperature; there is no saved value then.</summary>
    [Parameter]
    public bool IsUnreadable { get; set; }

    /// <summary>Null returns to Convai's value.</summary>
    [Parameter]
    public EventCallback<decimal?> ValueChanged { get; set; }

    /// <summary>Typed text that is not a temperature; nothing may be saved while there is such text.</summary>
    [Parameter]
    public string? InvalidText { get; set; }

    [Parameter]
    public EventCallback<string?> InvalidTextChanged { get; set; }

    [Parameter]
    public bool IsDisabled { get; set; }

    /// <summary>The start of the ids in it.</summary>
    [Parameter]
    public string Id { get; set; } = "temperature";

    /// <summary>The id of the element that names the slider; null if it names itself.</summary>
    [Parameter]
    public string? LabelledBy { get; set; }

    /// <summary>Whether it is the number and the slider alone, without what the value means and without <em>Restore</em>.</summary>
    [Parameter]
    public bool IsBare { get; set; }

    /// <summary>Values of characters, shown above the slider; each value once.</summary>
    [Parameter]
    public IReadOnlyList<TemperatureMark> Marks { get; set; } = [];

    private TemperatureBand? Band => Value is { } value ? TemperatureBand.For(value) : null;

    private string ValueText => Value is { } value ? $"{TemperatureRules.Format(value)}, {TemperatureBand.For(value).Name}" : IsUnreadable ? "Not understood" : "Not set";

    private string RangeValue => (Value ?? 0.5m).ToString(CultureInfo.InvariantCulture);

    private string Text => _pendingText ?? InvalidText ?? (_typed is { } typed && typed.Value == Value ? typed.Text : Value is { } value ? TemperatureRules.Format(value) : "");

    private string? Error
    {
        get
        {
            string? error = null;
            _ = InvalidText is null ? null : TemperatureParser.Parse(InvalidText, Saved, out error);
            return error;
        }
    }

    protected override void OnParametersSet()
    {
        if (_pendingCalls == 0)
        {
            _pendingText = null;
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            await _script.AttachAsync(Js, Assets, "Features/Models/TemperatureField.razor.js", _root);
        }
    }

    private async Task OnSliderChangedAsync(string? text)
    {
        if (TemperatureParser.Parse(text, Saved, out _) is { } value)
        {
            DiscardTypedText();
            await SetValueAsync(value);
        }
    }

    private async Task OnTypedAsync(string? typed)
    {
        _pendingText = typed ?? "";
        _pendingCalls++;
        try
        {
            if (TemperatureParser.Parse(typed, Saved, out _) is { } value)
            {
                _typed = (typed!, value);
                await SetValueAsync(value);
            }
            else
            {
                await InvalidTextChanged.InvokeAsync(typed ?? "");
            }
        }
        finally
        {
            _pendingCalls--;
        }
    }

    private async Task OnNumberKeyAsync(KeyboardEventArgs key)
    {
        if (key.CtrlKey || key.AltKey || key.MetaKey)
        {
            // Another shortcut, such as the one to the next character.
            return;
        }

        if (key.Key is "Escape" && InvalidText is not null)
        {
            await ResetAsync();
        }
        else if (key.Key is "ArrowUp" or "ArrowDown" or "PageUp" or "PageDown")
        {
            var step = key.Key.StartsWith("Page", StringComparison.Ordinal) ? 10 * TemperatureRules.Step : TemperatureRules.Step;
            var moved = Math.Clamp((Value ?? 0.5m) + (key.Key.EndsWith("Up", StringComparison.Ordinal) ? step : -step), TemperatureRules.Minimum, TemperatureRules.Maximum);
            DiscardTypedText();
            await SetValueAsync(Math.Round(moved, 2, MidpointRounding.AwayFromZero));
        }
    }

    private void DiscardTypedText() => (_typed, _pendingText) = (null, null);

    private async Task ResetAsync()
    {
        DiscardTypedText();
        await InvalidTextChanged.InvokeAsync(null);
        await ValueChanged.InvokeAsync(null);
    }

    private async Task SetValueAsync(decimal value)
    {
        await InvalidTextChanged.InvokeAsync(null);
        await ValueChanged.InvokeAsync(value);
    }

    // Razor treats a text element as its own and allows it no attributes.
    private static MarkupString Label(TemperatureTick tick) => new($"""<text x="{tick.Place}" y="10" text-anchor="{tick.Anchor}">{tick.Label}</text>""");

    public ValueTask DisposeAsync() => _script.DisposeAsync();
}

/// <param name="WillChange">Whether the characters that have this value would get another.</param>
public sealed record TemperatureMark(decimal Value, bool WillChange);
