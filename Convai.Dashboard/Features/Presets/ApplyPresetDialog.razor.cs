using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Batches;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Features.Models;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using MudBlazor;

namespace Convai.Dashboard.Features.Presets;

/// <summary>Which characters to put a preset on. It makes a plan and writes nothing.</summary>
public sealed partial class ApplyPresetDialog(BatchPlans plans, AccountModels accountModels)
{
    private const int RowHeight = 40;

    private readonly HashSet<string> _chosen = new(StringComparer.Ordinal);
    private CharacterSearch _characters = null!;
    private List<Character> _shown = [];
    private string _search = "";
    private string _reason = "";
    private string? _problem;
    private bool _isBusy;

    [CascadingParameter]
    private IMudDialogInstance Dialog { get; set; } = null!;

    [CascadingParameter]
    private Task<AuthenticationState> AuthenticationState { get; set; } = null!;

    [Parameter, EditorRequired]
    public required Preset Preset { get; set; }

    [Parameter, EditorRequired]
    public required IReadOnlyList<Character> Characters { get; set; }

    private string CountWords => $"{_chosen.Count} of {BatchWords.Characters(Characters.Count)} chosen";

    /// <summary>The id of the plan that was made; null for none.</summary>
    public static async Task<long?> AskAsync(IDialogService dialogs, Preset preset, IReadOnlyList<Character> characters)
    {
        var parameters = new DialogParameters<ApplyPresetDialog> { { apply => apply.Preset, preset }, { apply => apply.Characters, characters } };
        return await dialogs.OpenAsync(MaxWidth.Small, parameters, isForm: true) is { Canceled: false, Data: long batchId } ? batchId : null;
    }

    protected override void OnInitialized()
    {
        _characters = new CharacterSearch(Characters, character => character.Settings.ModelCode is { } code ? ModelSearch.WordsOf(accountModels.Catalogue.Describe(code)) : "");
        SearchFor("");
    }

    private void SearchFor(string? search)
    {
        _search = search ?? "";
        _shown = _characters.Find(_search);
    }

    private void Choose(Character character, bool isChosen)
    {
        if (isChosen)
        {
            _chosen.Add(character.Id);
        }
        else
        {
            _chosen.Remove(character.Id);
        }
    }

    private void ChooseShown() => _chosen.UnionWith(_shown.Select(character => character.Id));

    private string Now(Character character) => Preset.Settings.IsMetBy(character.Settings)
        ? "has it already"
        : $"{ChangeWords.Model(character.Settings)} · {ChangeWords.TemperatureOf(character.Settings)}";

    private async Task MakeAsync()
    {
        if (_isBusy || _chosen.Count == 0)
        {
            return;
        }

        (_isBusy, _problem) = (true, null);
        try
        {
            var request = new PlanRequest(
                $"Preset “{Preset.Name}”",
                ChangeKind.Preset,
                [.. Characters.Where(character => _chosen.Contains(character.Id)).Select(character => PlannedRow.Of(character, Preset.Settings))],
                _reason.Trim() is { Length: > 0 } reason ? reason : null,
                Preset.Name);
            switch (await plans.MakeAsync((await AuthenticationState).User, request, CancellationToken.None))
            {
                case PlanOutcome.Made made:
                    Dialog.Close(DialogResult.Ok(made.BatchId));
                    break;
                case PlanOutcome.Refused refused:
                    _problem = refused.Sentence;
                    break;
            }
        }
        catch (Exception exception) when (DatabaseTrouble.Of(exception) is { } trouble)
        {
            _problem = $"{trouble} The plan could not be stored.";
        }
        finally
        {
            _isBusy = false;
        }
    }
}
