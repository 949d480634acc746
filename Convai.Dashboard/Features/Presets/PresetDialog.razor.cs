using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Batches;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Features.Models;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using MudBlazor;

namespace Convai.Dashboard.Features.Presets;

/// <summary>Makes a preset, or changes one. It writes nothing to Convai.</summary>
public sealed partial class PresetDialog(PresetLibrary library, AccountModels accountModels, CastDirectory cast)
{
    private IReadOnlyList<ChoiceGroup> _models = [];
    private Preset? _opened;
    private string _name = "";
    private string _note = "";
    private string? _model;
    private string _temperature = "";
    private string? _problem;
    private bool _isBusy;

    [CascadingParameter]
    private IMudDialogInstance Dialog { get; set; } = null!;

    [CascadingParameter]
    private Task<AuthenticationState> AuthenticationState { get; set; } = null!;

    /// <summary>Null for a new one.</summary>
    [Parameter]
    public Preset? Preset { get; set; }

    public static Task AskAsync(IDialogService dialogs, Preset? preset) =>
        dialogs.OpenAsync(MaxWidth.Small, new DialogParameters<PresetDialog> { { edit => edit.Preset, preset } }, isForm: true);

    protected override async Task OnInitializedAsync()
    {
        (_opened, _name, _note, _model) = (Preset, Preset?.Name ?? "", Preset?.Note ?? "", Preset?.ModelCode);
        _temperature = Preset?.Temperature is { } temperature ? TemperatureRules.Format(temperature) : "";
        _models = ModelChoices.Of(accountModels.Catalogue, also: _model);
        if (cast.Last.ForAccountList is { } asked)
        {
            _models = ModelChoices.Of((await accountModels.ReadForCastAsync(asked.Id, CancellationToken.None)).Models, also: _model);
        }
    }

    private async Task SaveAsync()
    {
        if (_isBusy)
        {
            return;
        }

        (_problem, var temperature) = (null, (decimal?)null);
        if (_temperature.Trim().Length > 0)
        {
            temperature = TemperatureParser.Read(_temperature, _opened?.Temperature, out _problem);
        }

        if (_problem is not null)
        {
            return;
        }

        _isBusy = true;
        try
        {
            var values = new PresetValues(_name, _note, _model, temperature);
            Settle(await library.SaveAsync((await AuthenticationState).User, _opened, values, CancellationToken.None));
        }
        catch (Exception exception) when (DatabaseTrouble.Of(exception) is { } trouble)
        {
            _problem = $"{trouble} The preset was not saved.";
        }
        finally
        {
            _isBusy = false;
        }
    }

    private void Settle(PresetOutcome outcome)
    {
        switch (outcome)
        {
            case PresetOutcome.Moved moved:
                // What was typed stays. Whoever saves once more has read what it replaces.
                _opened = moved.Now;
                _problem = $"{moved.Now.ChangedByName} has changed it since you opened it: “{moved.Now.Name}”, {BatchWords.Title(moved.Now.Settings)}. Nothing was saved; save again to replace that.";
                break;
            case PresetOutcome.Refused refused:
                _problem = refused.Sentence;
                break;
            default:
                Dialog.Close();
                break;
        }
    }
}
