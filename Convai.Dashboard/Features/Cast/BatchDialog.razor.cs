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
public sealed partial class BatchDialog(BatchPlanner plans, PresetLibrary presets, AccountModels accountModels, CastDirectory cast, NavigationManager navigation)
{
    private IReadOnlyList<ChoiceGroup> _models = [];
    private IReadOnlyList<Preset> _presets = [];
    private Preset? _preset;
    private string? _model;
    private string _temperature = "";
    private string? _reasoning;
    private ModelList _list = null!;
    private string _reason = "";

    [CascadingParameter]
    private IMudDialogInstance Dialog { get; set; } = null!;

    [Parameter, EditorRequired]
    public required IReadOnlyList<Character> Characters { get; set; }

    /// <summary>The preset to start from.</summary>
    [Parameter]
    public long? PresetId { get; set; }

    private IReadOnlyList<ChoiceGroup> PresetChoices =>
        [new("Presets", [.. _presets.Select(preset => new Choice(preset.Id.ToString(CultureInfo.InvariantCulture), preset.Name))])];

    protected override async Task OnInitializedAsync()
    {
        _list = accountModels.Last;
        _models = ModelChoices.From(accountModels.Catalogue);
        try
        {
            _presets = await presets.ReadAsync(User, Closing);
            if (_presets.FirstOrDefault(preset => preset.Id == PresetId) is { } preset)
            {
                Fill(preset);
            }
        }
        catch (Exception exception) when (TroubleOf(exception) is { } trouble)
        {
            Problem = CastText.PresetsNotLoaded(trouble);
        }

        if ((cast.Last.ForAccountList ?? (Characters is [var first, ..] ? first : null)) is { } asked)
        {
            _list = (await accountModels.ReadForCastAsync(asked.Id, CancellationToken.None)).Models;
            _models = ModelChoices.From(_list, also: _model);
        }
    }

    private void OnPreset(string? id)
    {
        if (_presets.FirstOrDefault(preset => preset.Id.ToString(CultureInfo.InvariantCulture) == id) is { } preset)
        {
            Fill(preset);
        }
        else
        {
            _preset = null;
        }
    }

    private void Fill(Preset preset) =>
        (_preset, _model, _temperature, _reasoning) = (preset, preset.ModelCode, preset.Temperature is { } temperature ? TemperatureRules.Format(temperature) : "", preset.Reasoning);

    // Values edited by hand are no longer the preset's.
    private void OnModel(string? code)
    {
        (_preset, _model) = (null, code);
        _reasoning = _reasoning is { } level && Reasoning?.Offers(level) == true ? level : null;
    }

    private void OnReasoning(string? value) => (_preset, _reasoning) = (null, value);

    /// <summary>The levels of the model to set; without one, those of the models that the characters use.</summary>
    private ModelReasoning? Reasoning => _model is not null || Characters.Any(character => character.Settings.ModelCode is { } code && _list.Describe(code).Reasoning is not null)
        ? _list.ReasoningOf(_model, also: _preset?.Reasoning)
        : null;

    private void OnTemperature(string? text) => (_preset, _temperature) = (null, text ?? "");

    private Task<bool> MakeAsync() => ActAsync(
        async () =>
        {
            var temperature = TemperatureParser.ReadOptional(_temperature, _preset?.Temperature, out var complaint);
            var change = new SettingsPatch(_model, temperature, _reasoning);
            if ((complaint ?? (change.IsEmpty ? ChangeText.NothingChosen : null)) is { } refusal)
            {
                return refusal;
            }

            var request = new PlanRequest(
                _preset is { } preset ? PresetText.Title(preset.Name) : BatchText.Title(change, accountModels.Last),
                _preset is null ? ChangeKind.Batch : ChangeKind.Preset,
                [.. Characters.Select(character => BatchItemRequest.From(character, change))],
                _reason.Trim() is { Length: > 0 } reason ? reason : null,
                _preset?.Applied);
            return BatchPlanner.Open(await plans.MakeAsync(User, request, Closing), navigation);
        },
        BatchText.PlanNotStored);
}
