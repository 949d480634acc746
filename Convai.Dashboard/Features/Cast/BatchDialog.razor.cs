using System.Globalization;
using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Batches;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Features.Models;
using Convai.Dashboard.Features.Presets;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Convai.Dashboard.Features.Cast;

/// <summary>Asks what to change on many characters. It makes a plan and writes nothing.</summary>
public sealed partial class BatchDialog(
    BatchPlanner plans, PresetLibrary presets, AccountModels accountModels, FavouriteModels favouriteModels, CastDirectory cast, CharacterPictures pictures, NavigationManager navigation)
{
    private const string Keep = "keep";
    private const string SetAll = "set";
    private const string Replace = "replace";
    private const string Raise = "raise";
    private const string Lower = "lower";

    private static readonly Choice[] TemperatureModes =
    [
        new(Keep, ModelText.LeaveUnchanged),
        new(nameof(TemperatureOperation.SetTo), "Set to"),
        new(nameof(TemperatureOperation.ChangeBy), "Raise or lower by"),
        new(nameof(TemperatureOperation.AtMost), "At most"),
        new(nameof(TemperatureOperation.AtLeast), "At least"),
    ];

    private static readonly Choice[] ModelModes = [new(Keep, ModelText.LeaveUnchanged), new(SetAll, "Set all to"), new(Replace, "Replace models")];

    private readonly Dictionary<string, string> _replacements = new(StringComparer.Ordinal);
    private IReadOnlyList<Preset> _presets = [];
    private IReadOnlySet<string>? _favourites;
    private IReadOnlyDictionary<string, int>? _uses;
    private Preset? _preset;
    private string _temperatureMode = Keep;
    private decimal? _temperature;
    private string? _invalidTemperature;
    private string _direction = Raise;
    private string _step = "0.10";
    private bool _isStepChecked;
    private string _modelMode = Keep;
    private string? _model;
    private string? _reasoning;
    private ModelList _list = null!;
    private string _reason = "";
    private DialogFrame _frame = null!;

    [CascadingParameter]
    private IMudDialogInstance Dialog { get; set; } = null!;

    protected override object? FormState => (_preset?.Id, _temperatureMode, _temperature, _invalidTemperature, _direction, _step, _modelMode, _model, _reasoning, _reason, string.Join('\n', _replacements));

    [Parameter, EditorRequired]
    public required IReadOnlyList<Character> Characters { get; set; }

    /// <summary>The preset to start from.</summary>
    [Parameter]
    public long? PresetId { get; set; }

    /// <summary>Whether to start at "replace models".</summary>
    [Parameter]
    public bool ReplacesModels { get; set; }

    private IReadOnlyList<ChoiceGroup> PresetChoices =>
        [new("Presets", [.. _presets.Select(preset => new Choice(preset.Id.ToString(CultureInfo.InvariantCulture), preset.Name))])];

    private IReadOnlyList<decimal?> Temperatures => [.. Characters.Select(character => character.Settings.Temperature)];

    private IReadOnlyList<TemperatureMark> Marks
    {
        get
        {
            var rule = BuildTemperatureRule(out _);
            return [.. Temperatures.OfType<decimal>().Distinct().Order().Select(value => new TemperatureMark(value, rule?.Changes(value) == true))];
        }
    }

    /// <summary>The models of these characters: those that are going away first, then the most used.</summary>
    private IEnumerable<(LanguageModel Model, IReadOnlyList<Character> Characters)> Uses => Characters
        .Where(character => character.Settings.ModelCode is not null)
        .GroupBy(character => character.Settings.ModelCode!, StringComparer.Ordinal)
        .Select(use => (Model: _list.Describe(use.Key), Characters: (IReadOnlyList<Character>)[.. use]))
        .OrderByDescending(use => use.Model.IsGoingAway)
        .ThenByDescending(use => use.Characters.Count)
        .ThenBy(use => use.Model.Name, StringComparer.CurrentCultureIgnoreCase);

    /// <summary>The levels of the model to set; without one, those of the models that the characters use.</summary>
    private ModelReasoning? Reasoning => ChosenModel is not null || Characters.Any(character => character.Settings.ModelCode is { } code && _list.Describe(code).Reasoning is not null)
        ? _list.GetReasoning(ChosenModel, alwaysIncluded: _preset?.Reasoning)
        : null;

    private string? ChosenModel => _modelMode == SetAll ? _model : null;

    private string LevelNote
    {
        get
        {
            var lacking = _reasoning is not { } level || !_list.IsAccountListKnown ? 0
                : Characters.Count(character => !_list.OffersLevel(BuildChange(out _)?.For(character.Settings).ModelCode ?? character.Settings.ModelCode, level));
            return lacking == 0 ? "" : BatchText.WillLackLevel(lacking, Characters.Count);
        }
    }

    protected override async Task OnInitializedAsync()
    {
        (_list, _uses) = (accountModels.Last, cast.Last.UsageByModel);
        _modelMode = ReplacesModels ? Replace : Keep;
        MarkAsUnmodified();
        try
        {
            _favourites = await favouriteModels.ReadAsync(User, Closing);
            _presets = await presets.ReadAsync(User, Closing);
            if (_presets.FirstOrDefault(preset => preset.Id == PresetId) is { } preset)
            {
                ApplyPreset(preset);
                MarkAsUnmodified();
            }
        }
        catch (Exception exception) when (DescribeError(exception) is { } trouble)
        {
            LoadError = $"{trouble} {CastText.PresetsNotLoaded}";
        }

        if ((cast.Last.AccountListCharacter ?? (Characters is [var first, ..] ? first : null)) is { } asked)
        {
            _list = (await accountModels.ReadForCastAsync(asked.Id, CancellationToken.None)).Models;
        }
    }

    private void OnPreset(string? id)
    {
        if (_presets.FirstOrDefault(preset => preset.Id.ToString(CultureInfo.InvariantCulture) == id) is { } preset)
        {
            ApplyPreset(preset);
        }
        else
        {
            ClearPreset();
        }
    }

    private void ApplyPreset(Preset preset)
    {
        (_preset, _reasoning, _invalidTemperature) = (preset, preset.Reasoning, null);
        (_modelMode, _model) = (preset.ModelCode is null ? Keep : SetAll, preset.ModelCode);
        (_temperatureMode, _temperature) = (preset.Temperature is null ? Keep : nameof(TemperatureOperation.SetTo), preset.Temperature);
    }

    // Values edited by hand are no longer the preset's.
    private void ClearPreset() => _preset = null;

    private void OnTemperatureMode(string mode) => (_preset, _temperatureMode) = (null, mode);

    private void OnTemperature(decimal? value) => (_preset, _temperature) = (null, value);

    private void OnInvalidTemperature(string? text) => (_preset, _invalidTemperature) = (text is null ? _preset : null, text);

    private void OnStep(string? text) => (_preset, _step, _isStepChecked) = (null, text ?? "", false);

    private void OnDirection(string? direction) => (_direction, _isStepChecked) = (direction ?? Raise, false);

    /// <summary>Shown at the field, once the person has asked for the plan and until they change it.</summary>
    private string? StepProblem => _isStepChecked && _temperatureMode == nameof(TemperatureOperation.ChangeBy) && BuildTemperatureRule(out var error) is null ? error : null;

    private void OnModelMode(string mode)
    {
        (_preset, _modelMode) = (null, mode);
        KeepOfferedLevel();
    }

    private void OnModel(string? code)
    {
        (_preset, _model) = (null, code);
        KeepOfferedLevel();
    }

    private void OnReplacement(string code, string? replacement)
    {
        ClearPreset();
        if (replacement is null || string.Equals(code, replacement, StringComparison.Ordinal))
        {
            _replacements.Remove(code);
        }
        else
        {
            _replacements[code] = replacement;
        }
    }

    /// <summary>The models in use for which a replacement is suggested.</summary>
    private List<(string Code, string Suggested)> Suggestions =>
        [.. Uses.Select(use => (use.Model.Code, Suggested: ModelReplacement.For(_list, use.Model.Code)?.Code)).Where(use => use.Suggested is not null).Select(use => (use.Code, use.Suggested!))];

    private Task ApplySuggestionsAsync()
    {
        // What the person has chosen otherwise stays.
        foreach (var (code, suggested) in Suggestions.Where(suggestion => !_replacements.ContainsKey(suggestion.Code)))
        {
            OnReplacement(code, suggested);
        }

        return Task.CompletedTask;
    }

    private void OnReasoning(string? value) => (_preset, _reasoning) = (null, value);

    private void KeepOfferedLevel() => _reasoning = _reasoning is { } level && Reasoning?.Offers(level) == true ? level : null;

    /// <summary>What was chosen for the temperature; null if it stays, or if something is missing, which <paramref name="error"/> says.</summary>
    private TemperatureRule? BuildTemperatureRule(out string? error)
    {
        error = null;
        if (!Enum.TryParse<TemperatureOperation>(_temperatureMode, out var operation))
        {
            return null;
        }

        if (operation == TemperatureOperation.ChangeBy)
        {
            var step = TemperatureParser.Parse(_step, null, out error);
            error = error == TemperatureParser.Hint ? BatchText.NoStep(_direction == Lower) : step == 0 ? BatchText.StepOutOfRange : error;
            return error is null ? new TemperatureRule(operation, _direction == Lower ? -step!.Value : step!.Value) : null;
        }

        if (_invalidTemperature is not null)
        {
            TemperatureParser.Parse(_invalidTemperature, _preset?.Temperature, out error);
            return null;
        }

        error = _temperature is null ? BatchText.NoTemperature : null;
        return _temperature is { } value ? new TemperatureRule(operation, value) : null;
    }

    /// <summary>What was chosen; null if something is missing, which <paramref name="error"/> says.</summary>
    private BulkChange? BuildChange(out string? error)
    {
        var temperature = BuildTemperatureRule(out error);
        error ??= (_modelMode, _model, _replacements.Count) switch
        {
            (SetAll, null, _) => BatchText.NoModel,
            (Replace, _, 0) when temperature is null && _reasoning is null => BatchText.NoReplacement,
            _ => null,
        };
        return error is not null ? null : new BulkChange
        {
            ModelCode = ChosenModel,
            Replacements = _modelMode == Replace && _replacements.Count > 0 ? _replacements : null,
            Temperature = temperature,
            Reasoning = _reasoning,
        };
    }

    private Task SubmitAsync()
    {
        _isStepChecked = true;
        return StepProblem is null ? PlanAsync() : Task.CompletedTask;
    }

    private Task<bool> PlanAsync() => ExecuteAsync(
        async () =>
        {
            if (BuildChange(out var error) is not { } change)
            {
                return error!;
            }

            var request = PlanRequest.From(
                _preset is { } preset ? PresetText.Title(preset.Name) : BatchText.Title(change, _list),
                _preset is null ? ChangeKind.Batch : ChangeKind.Preset,
                Characters,
                change,
                _reason.Trim() is { Length: > 0 } reason ? reason : null,
                _preset?.Applied);
            return navigation.OpenPlan(await plans.CreateAsync(User, request, Closing));
        },
        BatchText.PlanNotCreated);
}
