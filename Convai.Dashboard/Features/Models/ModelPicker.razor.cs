using Convai.Dashboard.Components.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace Convai.Dashboard.Features.Models;

/// <summary>
/// The model picker: an ARIA combobox over a list grouped by provider. Choosing puts a model into the draft and writes
/// nothing. The list opens below the box while that has the focus; as a popup it is open for as long as the picker exists
/// (<see cref="ModelField"/>).
/// </summary>
public sealed partial class ModelPicker
{
    private readonly ComponentScript _script = new();
    private readonly Dictionary<string, RowActions> _actions = new(StringComparer.Ordinal);
    private ElementReference _root;
    private string? _query;
    private string? _activeCode;

    // The active row when the focus moved to the button below.
    private string? _blurredCode;
    private string? _toggledCode;
    private bool _isOpen;

    /// <summary>The start of every id in it, for a page with several.</summary>
    [Parameter]
    public string Id { get; set; } = "model";

    /// <summary>Whether the list opens over the page: beside a dialog if there is room, else below the box.</summary>
    [Parameter]
    public bool IsPopup { get; set; }

    /// <summary>The person has chosen, pressed Esc or moved on.</summary>
    [Parameter]
    public EventCallback OnClosed { get; set; }

    /// <summary>How many characters use each model, by model code; null if that is not shown.</summary>
    [Parameter]
    public IReadOnlyDictionary<string, int>? UsedBy { get; set; }

    [Parameter, EditorRequired]
    public required ModelList Models { get; set; }

    /// <summary>Convai's present code; it comes first and may be one that no list knows.</summary>
    [Parameter, EditorRequired]
    public required string? Saved { get; set; }

    /// <summary>The code in the draft, or the saved one.</summary>
    [Parameter, EditorRequired]
    public required string? Value { get; set; }

    /// <summary>Whether Convai's model is no model code; there is no value then.</summary>
    [Parameter]
    public bool IsUnreadable { get; set; }

    [Parameter]
    public EventCallback<string> ValueChanged { get; set; }

    [Parameter]
    public bool IsDisabled { get; set; }

    /// <summary>The id of the element that names the picker.</summary>
    [Parameter, EditorRequired]
    public required string LabelledBy { get; set; }

    /// <summary>The codes of the person's favourites; null if they are not known.</summary>
    [Parameter]
    public IReadOnlySet<string>? Favourites { get; set; }

    /// <summary>Why the last favourite was not added or removed.</summary>
    [Parameter]
    public string? FavouriteProblem { get; set; }

    [Parameter]
    public EventCallback<string> OnToggleFavourite { get; set; }

    /// <summary>How long models took to answer in rehearsals, by model code; null if that is not known.</summary>
    [Parameter]
    public IReadOnlyDictionary<string, RehearsedTimes>? Times { get; set; }

    /// <summary>The team's notes by model code; null if they are not known.</summary>
    [Parameter]
    public IReadOnlyDictionary<string, ModelNote>? Notes { get; set; }

    /// <summary>Asks for the note on a model.</summary>
    [Parameter]
    public EventCallback<string> OnEditNote { get; set; }

    /// <summary>The person turns to the list; what others may have changed can be read again.</summary>
    [Parameter]
    public EventCallback OnOpened { get; set; }

    private IReadOnlyList<ModelGroup> Groups => ModelSearch.Group(Models, Saved, Favourites, _query ?? "");

    private List<string> VisibleCodes => [.. Groups.SelectMany(group => group.Models).Select(model => model.Code)];

    private string ChosenName => Value is { } code ? Models.Describe(code).Name : "";

    private string BoxText => _query ?? ChosenName;

    private int MatchCount => Models.Models.Count(model => ModelSearch.Matches(model, _query ?? ""));

    private string SearchQuery => _query ?? "";

    private string CountText => _query is null ? $"{Models.Models.Count} models" : $"{MatchCount} of {Models.Models.Count}";

    protected override void OnParametersSet()
    {
        // The account's list may arrive during a search for its model; without an active row Enter would choose nothing.
        if (_query is not null && !VisibleCodes.Contains(_activeCode ?? "", StringComparer.Ordinal))
        {
            OnSearch(_query);
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            await _script.AttachAsync(Js, Assets, "Features/Models/ModelPicker.razor.js", _root);
        }
    }

    private Task OpenAsync()
    {
        if (_isOpen)
        {
            return Task.CompletedTask;
        }

        Open();
        return OnOpened.InvokeAsync();
    }

    private void Open()
    {
        if (!_isOpen)
        {
            (_isOpen, _activeCode) = (true, Value ?? ModelReplacement.For(Models, Saved)?.Code ?? VisibleCodes.FirstOrDefault());
        }
    }

    private void Close() => (_isOpen, _query, _activeCode, _blurredCode) = (false, null, null, null);

    private Task OnBlurAsync()
    {
        var left = _activeCode;
        Close();
        _blurredCode = left;
        return OnClosed.InvokeAsync();
    }

    private void OnSearch(string? input)
    {
        _isOpen = true;
        _query = input ?? "";
        // The model that was typed in full, else the first match; the current model is listed even if it does not match.
        var matching = Groups.SelectMany(group => group.Models).Where(model => ModelSearch.Matches(model, _query)).ToList();
        _activeCode = (matching.Find(model => ModelSearch.IsNamed(model, _query))
            ?? matching.Find(model => !string.Equals(model.Code, Saved, StringComparison.Ordinal))
            ?? matching.FirstOrDefault())?.Code;
    }

    private async Task OnKeyAsync(KeyboardEventArgs key)
    {
        if (key.CtrlKey || key.AltKey || key.MetaKey)
        {
            return;
        }

        switch (key.Key)
        {
            case "ArrowDown" or "ArrowUp" or "Home" or "End" or "PageDown" or "PageUp" when !_isOpen:
                Open();
                break;
            case "ArrowDown":
                Move(1);
                break;
            case "ArrowUp":
                Move(-1);
                break;
            case "Home":
                _activeCode = VisibleCodes.FirstOrDefault();
                break;
            case "End":
                _activeCode = VisibleCodes.LastOrDefault();
                break;
            case "PageDown":
                MoveGroup(1);
                break;
            case "PageUp":
                MoveGroup(-1);
                break;
            case "Enter" when _isOpen && _activeCode is { } code:
                await PickAsync(code);
                break;
            case "Enter":
                Open();
                break;
            case "Escape":
                Close();
                await OnClosed.InvokeAsync();
                break;
        }
    }

    private void Move(int by)
    {
        var codes = VisibleCodes;
        if (codes.Count > 0)
        {
            var at = codes.FindIndex(code => string.Equals(code, _activeCode, StringComparison.Ordinal));
            _activeCode = codes[Math.Clamp(at + by, 0, codes.Count - 1)];
        }
    }

    /// <summary>Moves to the first model of the next provider, or of this one and then the previous one.</summary>
    private void MoveGroup(int by)
    {
        var groups = Groups.Select(group => group.Models.Select(model => model.Code).ToList()).ToList();
        var at = groups.FindIndex(codes => codes.Contains(_activeCode ?? "", StringComparer.Ordinal));
        var isInside = by < 0 && at >= 0 && !string.Equals(groups[at][0], _activeCode, StringComparison.Ordinal);
        if (groups.Count > 0)
        {
            _activeCode = groups[isInside ? at : Math.Clamp(at + by, 0, groups.Count - 1)][0];
        }
    }

    private async Task PickAsync(string code)
    {
        // A click can arrive for a row that is no longer there: only models that the lists or Convai name may be chosen.
        if (!IsDisabled && (Models.Knows(code) || string.Equals(code, Saved, StringComparison.Ordinal)))
        {
            Close();
            await ValueChanged.InvokeAsync(code);
            await OnClosed.InvokeAsync();
        }
    }

    private bool MayToggleFavourite => !IsDisabled && Favourites is not null && OnToggleFavourite.HasDelegate;

    /// <summary>The model that is explained below the list, and that its button acts on.</summary>
    private LanguageModel? ActiveModel => (_activeCode ?? _blurredCode ?? Value) is { } code ? Models.Describe(code) : null;

    private LanguageModel? ActiveFavourite => ActiveModel is { } model && (Models.Knows(model.Code) || IsFavourite(model.Code)) ? model : null;

    private string FavouriteStatus => FavouriteProblem
        ?? (_toggledCode is { } code ? ModelText.FavouriteToggled(Models.Describe(code).Name, IsFavourite(code)) : "");

    private bool IsFavourite(string code) => Favourites?.Contains(code) == true;

    // One delegate for all models: Ctrl+D may invoke it before the browser has rendered which model is active now.
    private Task ToggleActiveFavouriteAsync() => ToggleFavouriteAsync(ActiveFavourite?.Code);

    private async Task ToggleFavouriteAsync(string? code)
    {
        if (MayToggleFavourite && code is not null)
        {
            await OnToggleFavourite.InvokeAsync(code);
            _toggledCode = code;
        }
    }

    // The same in each render: new ones would be sent to the browser for every row with every typed key.
    private RowActions GetRowActions(LanguageModel model)
    {
        if (!_actions.TryGetValue(model.Code, out var actions))
        {
            var code = model.Code;
            _actions[code] = actions = new(() => PickAsync(code), () => ToggleFavouriteAsync(code));
        }

        return actions;
    }

    private bool IsChosen(LanguageModel model) => string.Equals(model.Code, Value, StringComparison.Ordinal);

    private bool IsActive(LanguageModel model) => _isOpen && string.Equals(model.Code, _activeCode, StringComparison.Ordinal);

    private string Star(LanguageModel model) => IsFavourite(model.Code) ? "★" : "☆";

    private string FavouriteText(LanguageModel model) => ModelText.ToggleFavourite(model.Name, IsFavourite(model.Code));

    /// <summary>The badges' meanings and the team's note.</summary>
    private string? Meanings(LanguageModel model)
    {
        var meanings = ModelBadges.For(model).Select(badge => badge.Meaning);
        meanings = Times?.GetValueOrDefault(model.Code) is { } times ? meanings.Append($"{RehearsedTimes.Source}: {times.Text}.") : meanings;
        meanings = FindNote(model.Code) is { } note ? meanings.Append($"Team note: {note.Text}") : meanings;
        return meanings.Any() ? string.Join(' ', meanings) : null;
    }

    private ModelNote? FindNote(string code) => Notes?.GetValueOrDefault(code);

    /// <summary>The model whose note the button edits; null if the person may not write one, or the model can't have one.</summary>
    private LanguageModel? ActiveNoteModel =>
        !IsDisabled && Notes is not null && OnEditNote.HasDelegate && ActiveModel is { } model && (Models.Knows(model.Code) || FindNote(model.Code) is not null) ? model : null;

    private string NoteText(LanguageModel model) => FindNote(model.Code) is null ? $"Add a note on {model.Name}…" : "Edit note";

    private string NoteLabel(LanguageModel model) => FindNote(model.Code) is null ? NoteText(model) : $"Edit note on {model.Name}";

    private string OptionId(string code) => $"{Id}-{code}";

    private string GroupId(ModelGroup group) => $"{Id}s-of-{group.Provider?.Position.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? group.Heading.Replace(' ', '-')}";

    private static string UnknownReason(LanguageModel model) => model.Availability == Availability.NotListed ? ModelText.NoLongerListed : ModelText.Unknown;

    public ValueTask DisposeAsync() => _script.DisposeAsync();

    private sealed record RowActions(Func<Task> Pick, Func<Task> ToggleFavourite);
}
