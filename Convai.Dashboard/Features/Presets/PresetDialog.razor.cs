using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Batches;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Features.Models;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Convai.Dashboard.Features.Presets;

/// <summary>Creates or changes a preset. It writes nothing to Convai.</summary>
public sealed partial class PresetDialog(PresetLibrary library, AccountModels accountModels, FavouriteModels favouriteModels, CastDirectory cast)
{
    private const string Keep = "keep";
    private const string Set = "set";

    private static readonly Choice[] TemperatureModes = [new(Keep, ModelText.LeaveUnchanged), new(Set, "Set to")];

    private IReadOnlySet<string>? _favourites;
    private Preset? _opened;
    private string _name = "";
    private string _note = "";
    private string? _model;
    private string _temperatureMode = Keep;
    private decimal? _temperature;
    private string? _invalidTemperature;
    private string? _reasoning;
    private ModelList _list = null!;
    private DialogFrame _frame = null!;

    [CascadingParameter]
    private IMudDialogInstance Dialog { get; set; } = null!;

    protected override object? FormState => (_name, _note, _model, _temperatureMode, _temperature, _invalidTemperature, _reasoning);

    /// <summary>Null for a new one.</summary>
    [Parameter]
    public Preset? Preset { get; set; }

    /// <returns>Whether it was saved.</returns>
    public static async Task<bool> ShowAsync(IDialogService dialogs, Preset? preset) =>
        await dialogs.OpenAsync(MaxWidth.Small, new DialogParameters<PresetDialog> { { edit => edit.Preset, preset } }, isForm: true) is { Canceled: false };

    protected override async Task OnInitializedAsync()
    {
        (_opened, _name, _note, _model) = (Preset, Preset?.Name ?? "", Preset?.Note ?? "", Preset?.ModelCode);
        (_temperature, _reasoning) = (Preset?.Temperature, Preset?.Reasoning);
        _temperatureMode = _temperature is null ? Keep : Set;
        MarkAsUnmodified();
        _list = accountModels.Last;
        // If they cannot be read now, every model can be chosen without them.
        await ReadAsync(async () => _favourites = await favouriteModels.ReadAsync(User, Closing));
        if (cast.Last.AccountListCharacter is { } asked)
        {
            _list = (await accountModels.ReadForCastAsync(asked.Id, Closing)).Models;
        }
    }

    /// <summary>The levels of the preset's model; without a model, those of all models.</summary>
    private ModelReasoning? Reasoning => _list.GetReasoning(_model, alwaysIncluded: _reasoning);

    private void OnModel(string? code)
    {
        _model = code;
        _reasoning = _reasoning is { } level && _list.GetReasoning(code)?.Offers(level) == true ? level : null;
    }

    private Task SaveAsync() => ExecuteAsync(
        async () =>
        {
            var temperature = ReadTemperature(out var error);
            if (error is null)
            {
                HandleOutcome(await library.SaveAsync(User, _opened, new PresetValues(_name, _note, _model, temperature, _reasoning), Closing));
            }

            ActionError ??= error;
        },
        PresetText.NotSaved);

    private decimal? ReadTemperature(out string? error)
    {
        error = null;
        if (_temperatureMode == Keep)
        {
            return null;
        }

        if (_invalidTemperature is not null)
        {
            return TemperatureParser.Parse(_invalidTemperature, _opened?.Temperature, out error);
        }

        error = _temperature is null ? BatchText.NoTemperature : null;
        return _temperature;
    }

    private void HandleOutcome(PresetOutcome outcome)
    {
        switch (outcome)
        {
            case PresetOutcome.Conflict conflict:
                // The typed text stays. A person who saves once more has read what it replaces.
                _opened = conflict.Current;
                ActionError = PresetText.ChangedByOthers(conflict.Current, accountModels.Last);
                break;
            case PresetOutcome.Refused refused:
                ActionError = refused.Sentence;
                break;
            default:
                Dialog.Close();
                break;
        }
    }
}
