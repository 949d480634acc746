using System.Globalization;
using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Features.Models;
using Convai.Dashboard.Features.Presets;
using Convai.Dashboard.Features.Usage;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.AspNetCore.Components.Web;
using MudBlazor;

namespace Convai.Dashboard.Features.Rehearsals;

/// <summary>Asks what to rehearse, and says what it costs before anything is spent.</summary>
public sealed partial class RehearsalSetupPage(
    RehearsalService rehearsals, CastDirectory directory, CharacterPictures pictures, AccountModels accountModels, PresetLibrary presets, ScriptLibrary scripts, LineSuggestions suggestions, AccountUsage usage, NavigationManager navigation, IDialogService dialogs)
{
    private const int MaxJudgeNames = 20;

    private readonly List<CandidateForm> _candidates = [];
    private readonly List<Line> _lines = [new()];
    private CastReading? _cast;
    private Character? _character;
    private AccountModelsReading? _accountModels;
    private IReadOnlyList<Preset> _presets = [];
    private IReadOnlyList<ScriptInUse> _scripts = [];
    private UsageLeft? _interactionsLeft;
    private Line? _focused;
    private int _repeats = 1;
    private bool _includesKnowledge = true;
    private bool _hidesNames;
    private bool _isSuggesting;
    private bool _hasJudge;
    private string _judge = "";
    private string _rubric = RehearsalText.DefaultRubric;
    private string _suggested = "";
    private bool _isStarted;
    private bool _isAskingToLeave;

    /// <summary>The id as encoded in the address.</summary>
    [Parameter]
    public required string Id { get; set; }

    /// <summary>The draft of the character's page, which becomes candidate 1.</summary>
    [SupplyParameterFromQuery]
    private string? Model { get; set; }

    [SupplyParameterFromQuery]
    private string? Temperature { get; set; }

    [SupplyParameterFromQuery]
    private string? Reasoning { get; set; }

    private ModelList Models => _accountModels?.Models ?? accountModels.Catalogue;

    private RehearsalCost Cost => RehearsalCost.For(
        [_character!.Settings.ModelCode, .. _candidates.Select(candidate => candidate.ModelCode ?? _character.Settings.ModelCode)],
        _lines.Count(line => !string.IsNullOrWhiteSpace(line.Text)),
        _repeats,
        _hasJudge,
        Models);

    /// <summary>The candidate that the page opened with: the draft of the character's page.</summary>
    private CandidateForm Opened => new() { ModelCode = Model, Temperature = Temperature ?? "", Reasoning = Reasoning };

    /// <summary>Whether something was entered that would be lost.</summary>
    private bool IsDirty => MayChange && !_isStarted
        && (_lines.Exists(line => !string.IsNullOrWhiteSpace(line.Text)) || _candidates is not [var only] || !only.IsSameAs(Opened));

    protected override object? FormState => string.Join(
        '\n', [.. _lines.Select(line => line.Text), .. _candidates.Select(candidate => $"{candidate.ModelCode} {candidate.Temperature} {candidate.Reasoning}"), $"{_repeats} {_hasJudge} {_judge} {_rubric}"]);

    protected override async Task OnInitializedAsync()
    {
        // An address can hold anything: the service checks the model and the level, and a temperature that is none is shown as typed.
        _candidates.Add(Opened);
        await LoadAsync(forceRefresh: false);
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        // A render that began earlier may end after the line was added: it has no element yet, and the next render has.
        if (_focused is { Input.Context: not null } line)
        {
            _focused = null;
            await line.Input.FocusAsync();
        }
    }

    private async Task OnLeavingAsync(LocationChangingContext context)
    {
        if (!IsDirty)
        {
            return;
        }

        if (_isAskingToLeave || !await ConfirmLeaveAsync())
        {
            context.PreventNavigation();
        }
    }

    private async Task<bool> ConfirmLeaveAsync()
    {
        _isAskingToLeave = true;
        try
        {
            return await ConfirmDialog.ShowAsync(dialogs, RehearsalText.Leave, RehearsalText.SetupIsLost, "Discard and leave", "Stay");
        }
        finally
        {
            _isAskingToLeave = false;
        }
    }

    private async Task LoadAsync(bool forceRefresh)
    {
        var id = CharacterAddress.Decode(Id);
        var reading = directory.ReadAsync(forceRefresh, Closing);
        if (!RendererInfo.IsInteractive && !reading.IsCompleted)
        {
            // The first response shows the skeleton at once; the circuit that follows finds the same answer waiting.
            return;
        }

        _cast = await reading;
        _character = _cast.Find(id);
        if (_character is not null && RendererInfo.IsInteractive)
        {
            StateHasChanged();
            _accountModels = await accountModels.ReadForCharacterAsync(id, forceRefresh, Closing);
            await ReadAsync(async () => _presets = await presets.ReadAsync(User, Closing));
            await ReadAsync(async () => _scripts = await scripts.ReadAsync(User, Closing));
            await ReadAsync(async () => _interactionsLeft = await usage.ReadInteractionsLeftAsync(User, Closing));
        }
    }

    /// <summary>The names that the typed one could become; a browser offers them below the field.</summary>
    private IEnumerable<string> JudgeNames => CharacterSearch.Sort(_cast!.Characters!).Select(character => character.Name)
        .Where(name => name.Contains(_judge, StringComparison.CurrentCultureIgnoreCase)).Take(MaxJudgeNames);

    /// <summary>The character with the typed name; null if there is none, or several.</summary>
    private Character? FindJudge() => _cast!.Characters!.Where(character => string.Equals(character.Name, _judge.Trim(), StringComparison.OrdinalIgnoreCase)).ToList() is [var only] ? only : null;

    private IReadOnlyList<ChoiceGroup> ScriptChoices =>
        [new("Scripts of the team", [.. _scripts.Select(used => new Choice(used.Script.Id.ToString(CultureInfo.InvariantCulture), $"{used.Script.Name} ({RehearsalText.Plural(used.Script.Lines.Count, "line")})"))])];

    /// <summary>Replaces the lines by those of a script.</summary>
    private void UseScript(string? id)
    {
        if (_scripts.FirstOrDefault(used => used.Script.Id.ToString(CultureInfo.InvariantCulture) == id)?.Script is { } script)
        {
            _lines.Clear();
            _lines.AddRange(script.Lines.Select(text => new Line { Text = text }));
        }
    }

    /// <summary>Adds suggested lines to those that are there.</summary>
    private Task SuggestAsync() => ExecuteAsync(
        async () =>
        {
            _isSuggesting = true;
            try
            {
                var suggested = await suggestions.SuggestAsync(User, _character!.Id, _includesKnowledge, Closing);
                ActionError = suggested.Error;
                if (suggested.Value is { } lines)
                {
                    _lines.RemoveAll(line => string.IsNullOrWhiteSpace(line.Text));
                    var added = lines.Except(_lines.Select(line => line.Text), StringComparer.Ordinal).Take(Rehearsal.MaxLines - _lines.Count).ToList();
                    _lines.AddRange(added.Select(text => new Line { Text = text }));
                    _suggested = $"{RehearsalText.Plural(added.Count, "line")} added";
                }
            }
            finally
            {
                _isSuggesting = false;
            }
        },
        RehearsalText.NoneSuggested);

    private async Task SaveScriptAsync()
    {
        await ScriptDialog.ShowAsync(dialogs, null, ScriptLibrary.Clean([.. _lines.Select(line => line.Text)]));
        await ReadAsync(async () => _scripts = await scripts.ReadAsync(User, Closing));
    }

    private void AddCandidate()
    {
        if (_candidates.Count < Rehearsal.MaxCandidates)
        {
            _candidates.Add(new CandidateForm());
        }
    }

    private void AddLine()
    {
        if (_lines.Count < Rehearsal.MaxLines)
        {
            _focused = new Line();
            _lines.Add(_focused);
        }
    }

    private void RemoveLine(Line line)
    {
        if (_lines.Count > 1)
        {
            var at = _lines.IndexOf(line);
            _lines.Remove(line);
            _focused = _lines[Math.Min(at, _lines.Count - 1)];
        }
    }

    // Enter goes to the next line, or adds one after the last.
    private void OnKey(KeyboardEventArgs key, Line line)
    {
        if (key.Key == "Enter")
        {
            if (line == _lines[^1])
            {
                AddLine();
            }
            else
            {
                _focused = _lines[_lines.IndexOf(line) + 1];
            }
        }
    }

    private Task StartAsync() => ExecuteAsync(
        async () =>
        {
            var candidates = new List<SettingsPatch>();
            foreach (var (index, form) in _candidates.Index())
            {
                candidates.Add(form.ToPatch(_character!.Settings, out var error));
                if (error is not null)
                {
                    ActionError = RehearsalText.CandidateWrong(index + 1, error);
                    return;
                }
            }

            var judge = _hasJudge ? FindJudge() : null;
            if (_hasJudge && judge is null)
            {
                ActionError = RehearsalText.JudgeMissing;
                return;
            }

            var request = new RehearsalRequest(_character!.Id, candidates, [.. _lines.Select(line => line.Text)], _repeats, _includesKnowledge, _hidesNames)
            {
                Judge = judge is null ? null : new JudgeRequest(judge.Id, _rubric),
            };
            var started = await rehearsals.StartAsync(User, request, Closing);
            ActionError = started.Error;
            if (started.Value is { Id: var id })
            {
                _isStarted = true;
                navigation.NavigateTo(RehearsalService.GetAddress(id));
            }
        },
        RehearsalText.NotStarted);

    private sealed class Line
    {
        public string Text { get; set; } = "";

        public ElementReference Input { get; set; }
    }
}
