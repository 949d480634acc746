using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Models;
using Microsoft.AspNetCore.Components;

namespace Convai.Dashboard.Features.Editing;

/// <summary>What the draft's model does to the character, and which model Convai would use now.</summary>
public sealed partial class CharacterEditor
{
    private IReadOnlyDictionary<string, ModelNote>? _notes;
    private CharacterToolCounts? _tools;
    private bool _areToolsRequested;
    private bool _isReadingTools;
    private RunningOnCheck? _runningOn;
    private bool _isCheckingModel;

    [Inject]
    private CharacterTools Tools { get; set; } = null!;

    [Inject]
    private ConvaiClient Convai { get; set; } = null!;

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    /// <summary>The model that the draft changes to; null if it changes none, or nothing is left to save.</summary>
    private string? DraftModel => State.IsBeingVerified ? null : State.Draft.Change.ModelCode;

    private ModelChange ChangeTo(string code) => ModelChange.Between(Models, State.Saved.ModelCode, code, Character.ModerationEnabled, _tools ?? Tools.Cached(Character.Id)) with
    {
        IsReadingTools = _isReadingTools,
    };

    private string ChangeLead(string code) => $"when {ShownName} moves to {Models.Describe(code).Name}";

    /// <summary>Requests the tools once per visit, when an edit first changes the model; a draft that the browser stored shows what is cached.</summary>
    private void RequestTools(IEnumerable<SettingsField> edited)
    {
        if (!_areToolsRequested && DraftModel is not null && edited.Contains(SettingsField.Model))
        {
            Run(ReadToolsAsync);
        }
    }

    private async Task ReadToolsAsync()
    {
        (_areToolsRequested, _isReadingTools) = (true, true);
        try
        {
            _tools = await Tools.ReadAsync(Character.Id, Closing);
        }
        catch (OperationCanceledException) when (Closing.IsCancellationRequested)
        {
            // The person has left the page.
        }
        finally
        {
            _isReadingTools = false;
        }

        StateHasChanged();
    }

    private async Task CheckModelAsync()
    {
        // A second click can arrive before the button is shown as disabled.
        if (_isCheckingModel)
        {
            return;
        }

        (_isCheckingModel, _runningOn) = (true, null);
        var saved = State.Saved.ModelCode;
        try
        {
            var answer = await Convai.GetModelInUseAsync(Character.Id, Closing);
            // An answer about a model that has been replaced since says nothing about the saved one.
            _runningOn = State.Saved.ModelCode == saved ? new RunningOnCheck(saved, answer.Value, answer.Failure, Time.GetUtcNow()) : null;
        }
        catch (OperationCanceledException) when (Closing.IsCancellationRequested)
        {
            // The person has left the page.
        }
        finally
        {
            _isCheckingModel = false;
        }
    }

    private void ForgetCheckUnlessSaved(string? modelCode) => _runningOn = _runningOn is { } check && check.SavedCode == modelCode ? check : null;
}
