using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Batches;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Features.Models;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Convai.Dashboard.Features.Presets;

/// <summary>Asks which characters to apply a preset to. It makes a plan and writes nothing.</summary>
public sealed partial class ApplyPresetDialog(BatchPlanner plans, AccountModels accountModels, NavigationManager navigation)
{
    private const int RowHeight = 40;

    private readonly HashSet<string> _chosen = new(StringComparer.Ordinal);
    private CharacterSearch _characters = null!;
    private List<Character> _shown = [];
    private string _search = "";
    private string _reason = "";

    [CascadingParameter]
    private IMudDialogInstance Dialog { get; set; } = null!;

    [Parameter, EditorRequired]
    public required Preset Preset { get; set; }

    [Parameter, EditorRequired]
    public required IReadOnlyList<Character> Characters { get; set; }

    private string CountText => PresetText.Selected(_chosen.Count, Characters.Count);

    public static Task AskAsync(IDialogService dialogs, Preset preset, IReadOnlyList<Character> characters)
    {
        var parameters = new DialogParameters<ApplyPresetDialog> { { apply => apply.Preset, preset }, { apply => apply.Characters, characters } };
        return dialogs.OpenAsync(MaxWidth.Small, parameters, isForm: true);
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

    private async Task MakeAsync()
    {
        if (_chosen.Count > 0)
        {
            var request = new PlanRequest(
                PresetText.Title(Preset.Name),
                ChangeKind.Preset,
                [.. Characters.Where(character => _chosen.Contains(character.Id)).Select(character => BatchItemRequest.From(character, Preset.Settings))],
                _reason.Trim() is { Length: > 0 } reason ? reason : null,
                Preset.Applied);
            await ActAsync(async () => BatchPlanner.Open(await plans.MakeAsync(User, request, Closing), navigation), BatchText.PlanNotStored);
        }
    }
}
