using System.Globalization;
using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Presets;

namespace Convai.Dashboard.Features.Editing;

/// <content>A preset fills the draft; the draft is saved like any other, and is a change by that preset as long as nothing else is in it.</content>
public sealed partial class CharacterEditor
{
    private IReadOnlyList<Preset> _presets = [];
    private Preset? _preset;

    private IReadOnlyList<ChoiceGroup> PresetChoices => [new("Presets", [.. _presets.Select(preset => new Choice(IdOf(preset), preset.Name))])];

    /// <summary>Shown as chosen for as long as the page shows its values.</summary>
    private string? ChosenPreset => _preset is { } preset && preset.Settings.IsMetBy(State.Shown) ? IdOf(preset) : null;

    private string? PresetHint => ChosenPreset is not null && !IsDirty ? "Convai has these values: there is nothing to save." : null;

    private ChangeRequest RequestOf(SettingsDraft draft)
    {
        var preset = PresetOf(draft);
        return new ChangeRequest(Character, draft.Opened, draft.Change)
        {
            Kind = preset is null ? ChangeKind.Edit : ChangeKind.Preset,
            PresetName = preset?.Name,
        };
    }

    /// <summary>The preset whose values the draft has, all of them and no others.</summary>
    private Preset? PresetOf(SettingsDraft draft) =>
        _preset is { } preset && !draft.Change.IsEmpty && SettingsDraft.Of(preset.Settings, draft.Opened).Change == draft.Change ? preset : null;

    // Before the first picture, so that nothing moves when they come.
    protected override async Task OnInitializedAsync()
    {
        await Task.WhenAll(ReadPresetsAsync(), ReadFavouritesAsync());
    }

    private async Task OnPresetChosenAsync(string? id)
    {
        if (!IsSaving && _presets.FirstOrDefault(preset => IdOf(preset) == id) is { } chosen)
        {
            (_preset, _invalidTemperature) = (chosen, null);
            var state = chosen.ModelCode is { } code ? State.WithModel(code) : State;
            await ChangeAsync(
                chosen.Temperature is { } temperature ? state.WithTemperature(temperature) : state,
                FieldsOf(chosen.Settings));
        }
    }

    private async Task ReadPresetsAsync()
    {
        try
        {
            _presets = await presets.ReadAsync(By, Closing) ?? [];
            // Changed meanwhile, the draft is not by it any more.
            _preset = _presets.FirstOrDefault(preset => preset.Id == _preset?.Id && preset.Name == _preset.Name && preset.Settings == _preset.Settings);
            StateHasChanged();
        }
        catch (Exception exception) when (Closing.IsCancellationRequested || DatabaseTrouble.Of(exception) is not null)
        {
            // The page was left, or there is no telling now: everything can be set without a preset.
        }
    }

    private static IEnumerable<SettingsField> FieldsOf(SettingsPatch change)
    {
        if (change.ModelCode is not null)
        {
            yield return SettingsField.Model;
        }

        if (change.Temperature is not null)
        {
            yield return SettingsField.Temperature;
        }
    }

    private static string IdOf(Preset preset) => preset.Id.ToString(CultureInfo.InvariantCulture);
}
