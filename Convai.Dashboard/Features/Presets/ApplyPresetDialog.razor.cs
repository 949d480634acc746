using System.Globalization;
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
public sealed partial class ApplyPresetDialog(BatchPlanner plans, CharacterGroups groups, AccountModels accountModels, NavigationManager navigation)
{
    private const int RowHeight = 40;

    private readonly HashSet<string> _chosen = new(StringComparer.Ordinal);
    private CharacterSearch _characters = null!;
    private List<Character> _shown = [];
    private GroupList _groups = GroupList.Empty;
    private string? _groupId;
    private string _search = "";
    private string _reason = "";
    private DialogFrame _frame = null!;

    [CascadingParameter]
    private IMudDialogInstance Dialog { get; set; } = null!;

    protected override object? FormState => (string.Join('\n', _chosen.Order(StringComparer.Ordinal)), _reason.Trim());

    [Parameter, EditorRequired]
    public required Preset Preset { get; set; }

    [Parameter, EditorRequired]
    public required IReadOnlyList<Character> Characters { get; set; }

    private string CountText => PresetText.Selected(_chosen.Count, Characters.Count);

    public static Task ShowAsync(IDialogService dialogs, Preset preset, IReadOnlyList<Character> characters)
    {
        var parameters = new DialogParameters<ApplyPresetDialog> { { apply => apply.Preset, preset }, { apply => apply.Characters, characters } };
        return dialogs.OpenAsync(MaxWidth.Small, parameters, isForm: true);
    }

    protected override async Task OnInitializedAsync()
    {
        MarkAsUnmodified();
        Prepare();
        // If they cannot be read now, every character is found without them.
        await ReadAsync(async () => _groups = await groups.ReadAsync(User, Closing));
        Prepare();
    }

    private IReadOnlyList<ChoiceGroup> GroupChoices => [new("Groups", [.. _groups.All.Select(group => new Choice(GetId(group), group.Name))])];

    private void Prepare()
    {
        _characters = new CharacterSearch(Characters, GetSearchText);
        Show();
    }

    /// <summary>A character is found by its model and by its groups.</summary>
    private string GetSearchText(Character character) => string.Join(
        '\n', _groups.GetGroups(character.Id).Select(group => group.Name).Append(character.Settings.ModelCode is { } code ? ModelSearch.GetSearchText(accountModels.Catalogue.Describe(code)) : ""));

    private void SearchFor(string? search)
    {
        _search = search ?? "";
        Show();
    }

    private void ChooseGroup(string? id)
    {
        _groupId = id;
        Show();
    }

    private void Show()
    {
        var members = _groups.All.FirstOrDefault(group => GetId(group) == _groupId) is { } chosen ? _groups.GetMembers(chosen.Id) : null;
        _shown = _characters.Find(_search).FindAll(character => members?.Contains(character.Id) != false);
    }

    private static string GetId(CharacterGroup group) => group.Id.ToString(CultureInfo.InvariantCulture);

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

    private void SelectAllShown() => _chosen.UnionWith(_shown.Select(character => character.Id));

    private async Task SubmitAsync()
    {
        if (_chosen.Count > 0)
        {
            var request = new PlanRequest(
                PresetText.Title(Preset.Name),
                ChangeKind.Preset,
                [.. Characters.Where(character => _chosen.Contains(character.Id)).Select(character => BatchItemRequest.From(character, Preset.Settings))],
                _reason.Trim() is { Length: > 0 } reason ? reason : null,
                Preset.Applied);
            await ExecuteAsync(async () => navigation.OpenPlan(await plans.CreateAsync(User, request, Closing)), BatchText.PlanNotCreated);
        }
    }
}
