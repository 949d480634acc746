using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Features.Models;
using Convai.Dashboard.Features.Usage;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Convai.Dashboard.Features.Batches;

/// <summary>Shows what a batch would do to each character, next to Convai's present values. It writes nothing.</summary>
public sealed partial class BatchPlanPage(BatchService runs, CastDirectory cast, CharacterPictures pictures, AccountModels accountModels, CharacterTools tools, IPlanPresets presets, AccountUsage usage, IChangeFeed feed, IDialogService dialogs, NavigationManager navigation)
{
    private const int RowsWithoutVirtualizing = 100;

    private const string All = "all";
    private const string ToCheck = "check";
    private const string Excluded = "excluded";
    private const string OfWarning = "warning";

    private IReadOnlyList<PlanWarning> _warnings = [];
    private List<BatchPlanItem> _shown = [];
    private HashSet<string> _toCheck = [];
    private HashSet<string>? _ofWarning;
    private string _filter = All;
    private string _search = "";
    private BatchReport? _report;
    private BulkChange? _change;
    private CastReading? _cast;
    private ModelList? _models;
    private List<BatchPlanItem> _lines = [];
    private List<BatchPlanItem> _withModel = [];

    // The characters that get another model and whose tools are not known.
    private List<string> _withoutTools = [];
    private string _totals = "";
    private IReadOnlyDictionary<string, PlanPreset> _presets = new Dictionary<string, PlanPreset>();
    private bool _hasModel;
    private bool _hasTemperature;
    private bool _hasReasoning;

    // Keyed by character; null until it was read. The changes to undo no longer change.
    private Dictionary<string, string>? _stays;
    private ConvaiFailure? _stale;
    private UsageLeft? _callsLeft;
    private bool _isMissing;

    [Parameter]
    public required long Id { get; set; }

    private ModelList Models => _models ?? accountModels.Catalogue;

    private Choice[] Filters =>
    [
        new(All, $"All {_lines.Count}"),
        new(ToCheck, $"To check {_toCheck.Count}"),
        new(Excluded, $"Excluded {_lines.Count(line => line.IsExcluded)}"),
        .. _ofWarning is null ? [] : new Choice[] { new(OfWarning, $"In this warning {_ofWarning.Count}") },
    ];

    private int ToWrite => _lines.Count(line => line.IsWritten);

    private int Moved => _lines.Count(line => line is { HasChangedSince: true, IsExcluded: false });

    protected override async Task OnInitializedAsync()
    {
        RefreshOn<ChangeEvent>(feed.Subscribe, changeEvent => changeEvent is ChangeEvent.Recorded or ChangeEvent.BatchUpdated or ChangeEvent.Resynchronized, ReadAsync);

        await ReadAsync();
        if (RendererInfo.IsInteractive && _report is not null)
        {
            await ReadAsync(async () => _callsLeft = await usage.CallsLeftAsync(User, Closing));
        }
    }

    private Task ReadAsync() => ReadAsync(async () =>
    {
        var report = await runs.ReadAsync(User, Id, Closing);
        _isMissing = report is null;
        if (report is { Batch.State: not BatchState.Planned })
        {
            navigation.NavigateTo($"batches/{Id}", new NavigationOptions { ReplaceHistoryEntry = true });
        }
        else if (report is not null && await ReadCastAsync(forceRefresh: false))
        {
            await ReadWhatStaysAsync(report);
            _presets = await presets.ReadAsync(User, Closing);
            (_report, _change) = (report, BatchService.RuleOf(report.Batch));
            BuildItems();
        }
    });

    private async Task ReadWhatStaysAsync(BatchReport report)
    {
        if (report.Batch.UndoesBatchId is { } undone && _stays is null)
        {
            _stays = (await runs.ReadAsync(User, undone, Closing))?.Items
                .Where(line => line.Change is not null)
                .Select(line => (line.Item.CharacterId, Text: BatchText.Stays(line.Change!, accountModels.Last)))
                .Where(line => line.Text is not null)
                .ToDictionary(line => line.CharacterId, line => line.Text!, StringComparer.Ordinal) ?? [];
        }
    }

    /// <summary>False if the first response would have to wait for Convai; the circuit that follows finds the same answer.</summary>
    private async Task<bool> ReadCastAsync(bool forceRefresh)
    {
        var reading = cast.ReadAsync(forceRefresh, Closing);
        if (!RendererInfo.IsInteractive && !reading.IsCompleted)
        {
            return false;
        }

        _cast = await reading;
        _stale = _cast.Failure;
        if (_models is null && RendererInfo.IsInteractive && _cast.ForAccountList is { } asked)
        {
            _models = (await accountModels.ReadForCastAsync(asked.Id, Closing)).Models;
        }

        return true;
    }

    private async Task ReadCastAgainAsync()
    {
        await ReadCastAsync(forceRefresh: true);
        BuildItems();
    }

    private void BuildItems()
    {
        // The newest reading already contains the most recent changes made here.
        var newest = cast.Last;
        _lines = [.. _report!.Items.Select(line => BatchPlanItem.From(line.Item, newest, Models))];
        _hasModel = _lines.Exists(line => line.Item.ModelAfter is not null);
        _hasTemperature = _lines.Exists(line => line.Item.TemperatureAfter is not null);
        _hasReasoning = _lines.Exists(line => line.Item.ReasoningAfter is not null);
        _withModel = _lines.FindAll(line => ChangeOf(line) is not null);
        FindWhatToCheck();
    }

    /// <summary>A plan may have ten thousand items: they are counted when it changes, not each time that something is drawn.</summary>
    private void FindWhatToCheck()
    {
        _warnings = PlanWarning.For(_lines, ChangeOf);
        _withoutTools = [.. _withModel.Select(line => line.Item.CharacterId).Where(id => tools.Cached(id) is null or { IsComplete: false, HasAny: false })];
        _totals = BatchText.ConsequenceTotals(_withModel.Select(line => ModelConsequences.For(ChangeOf(line)!)));
        _toCheck =
        [
            .. _lines.Where(line => line is { HasChangedSince: true, IsExcluded: false }).Select(line => line.Item.CharacterId),
            .. _warnings.SelectMany(warning => warning.CharacterIds),
            .. _withoutTools,
        ];
        ShowMatching();
    }

    private void ShowMatching()
    {
        var words = SearchText.Words(_search);
        _shown = _lines.FindAll(line => _filter switch
        {
            ToCheck => _toCheck.Contains(line.Item.CharacterId),
            Excluded => line.IsExcluded,
            OfWarning => _ofWarning?.Contains(line.Item.CharacterId) == true,
            _ => true,
        } && (words.Length == 0 || SearchText.HasAll(SearchText.Fold(line.Item.CharacterName), words)));
    }

    private void Search(string? text)
    {
        _search = text ?? "";
        ShowMatching();
    }

    private void Filter(string filter)
    {
        _filter = filter;
        ShowMatching();
    }

    private Task ShowOnlyAsync(PlanWarning warning)
    {
        (_search, _ofWarning) = ("", warning.CharacterIds.ToHashSet(StringComparer.Ordinal));
        Filter(OfWarning);
        return Task.CompletedTask;
    }

    private void ShowAll()
    {
        _search = "";
        Filter(All);
    }

    private string? PictureOf(BatchPlanItem line) => cast.Last.Find(line.Item.CharacterId) is { } character ? pictures.SourceOf(character) : null;

    /// <summary>What to check comes first, and how the values come about last: the cell shows only so much.</summary>
    private string Note(BatchPlanItem line) => string.Join(
        " · ",
        new[] { BatchText.Note(line, _stays?.GetValueOrDefault(line.Item.CharacterId), accountModels.Last), ChangesText(line), PresetText(line), BatchText.How(_change, line.Item) }.OfType<string>());

    private string? PresetText(BatchPlanItem line) => _presets.GetValueOrDefault(line.Item.CharacterId)?.WillDifferAfter(line, _report!.Batch) is { } preset ? BatchText.WillDiffer(preset) : null;

    private Task<bool> ExcludeAsync(IReadOnlyList<string> characterIds, bool isExcluded) => ExecuteAndReloadAsync(() => runs.ExcludeAsync(User, Id, characterIds, isExcluded, Closing));

    private Task<bool> UpdatePlanAsync() => ExecuteAndReloadAsync(() => runs.UpdatePlanAsync(User, Id, Closing));

    private async Task StartAsync()
    {
        if (await ExecuteAndReloadAsync(() => runs.StartAsync(User, Id, Closing)))
        {
            navigation.NavigateTo($"batches/{Id}", new NavigationOptions { ReplaceHistoryEntry = true });
        }
    }

    private async Task DiscardAsync()
    {
        if (await ConfirmDialog.ShowAsync(dialogs, BatchText.DiscardPlan, BatchText.WillBeDiscarded(_report!.Batch.Title, _lines.Count), "Discard plan", "Keep it")
            && await ExecuteAndReloadAsync(() => runs.DiscardAsync(User, Id, Closing)))
        {
            navigation.NavigateTo("batches");
        }
    }

    private async Task<bool> ExecuteAndReloadAsync(Func<Task<Result>> act)
    {
        var isDone = await ExecuteAsync(act);
        await ReadAsync();
        return isDone;
    }

    /// <summary>Null if no model will be written.</summary>
    private ModelChange? ChangeOf(BatchPlanItem line) => line is { IsWritten: true, Now: { } now, Missing.ModelCode: { } code }
        ? ModelChange.Between(Models, now.ModelCode, code, cast.Last.Find(line.Item.CharacterId)?.ModerationEnabled, tools.Cached(line.Item.CharacterId))
        : null;

    private string? ChangesText(BatchPlanItem line) =>
        ChangeOf(line) is { } change && BatchText.Consequences(ModelConsequences.For(change)) is { Length: > 0 } text ? text : null;

    private Task ShowChangesAsync(BatchPlanItem line) =>
        ChangeOf(line) is { } change ? WhatChangesDialog.ShowAsync(dialogs, line.Item.CharacterName, change) : Task.CompletedTask;
}
