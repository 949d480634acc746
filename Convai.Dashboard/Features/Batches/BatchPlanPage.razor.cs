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
public sealed partial class BatchPlanPage(BatchService batches, CastDirectory cast, CharacterPictures pictures, AccountModels accountModels, CharacterTools tools, IPlanPresets presets, AccountUsage usage, IChangeFeed feed, IDialogService dialogs, NavigationManager navigation)
{
    private const int RowsWithoutVirtualizing = 100;

    private const string All = "all";
    private const string ToCheck = "check";
    private const string Excluded = "excluded";
    private const string InWarning = "warning";

    private IReadOnlyList<PlanWarning> _warnings = [];
    private List<BatchPlanItem> _shown = [];
    private HashSet<string> _toCheck = [];
    private HashSet<string>? _inWarning;
    private string _filter = All;
    private string _search = "";
    private BatchReport? _report;
    private BulkChange? _change;
    private CastReading? _cast;
    private ModelList? _models;
    private List<BatchPlanItem> _items = [];
    private List<BatchPlanItem> _withModelChange = [];

    // The characters that get another model and whose tools are not known.
    private List<string> _withoutTools = [];
    private string _totals = "";
    private IReadOnlyDictionary<string, PlanPreset> _presets = new Dictionary<string, PlanPreset>();
    private bool _hasModel;
    private bool _hasTemperature;
    private bool _hasReasoning;

    // Keyed by character; null until it was read. The changes to undo no longer change.
    private Dictionary<string, string>? _undoLimitations;
    private ConvaiFailure? _stale;
    private UsageLeft? _callsLeft;
    private bool _isMissing;

    [Parameter]
    public required long Id { get; set; }

    private ModelList Models => _models ?? accountModels.Catalogue;

    private Choice[] Filters =>
    [
        new(All, $"All {_items.Count}"),
        new(ToCheck, $"To check {_toCheck.Count}"),
        new(Excluded, $"Excluded {_items.Count(item => item.IsExcluded)}"),
        .. _inWarning is null ? [] : new Choice[] { new(InWarning, $"In this warning {_inWarning.Count}") },
    ];

    private int ToWrite => _items.Count(item => item.IsWritten);

    private int ChangedSince => _items.Count(item => item is { HasChangedSince: true, IsExcluded: false });

    protected override async Task OnInitializedAsync()
    {
        RefreshOn<ChangeEvent>(feed.Subscribe, changeEvent => changeEvent is ChangeEvent.Recorded or ChangeEvent.BatchUpdated or ChangeEvent.Resynchronized, ReadAsync);

        await ReadAsync();
        if (RendererInfo.IsInteractive && _report is not null)
        {
            await ReadAsync(async () => _callsLeft = await usage.ReadCallsLeftAsync(User, Closing));
        }
    }

    private Task ReadAsync() => ReadAsync(async () =>
    {
        var report = await batches.ReadAsync(User, Id, Closing);
        _isMissing = report is null;
        if (report is { Batch.State: not BatchState.Planned })
        {
            navigation.NavigateTo($"batches/{Id}", new NavigationOptions { ReplaceHistoryEntry = true });
        }
        else if (report is not null && await ReadCastAsync(forceRefresh: false))
        {
            await ReadUndoLimitationsAsync(report);
            _presets = await presets.ReadAsync(User, Closing);
            (_report, _change) = (report, BatchService.GetRule(report.Batch));
            BuildItems();
        }
    });

    private async Task ReadUndoLimitationsAsync(BatchReport report)
    {
        if (report.Batch.UndoesBatchId is { } undone && _undoLimitations is null)
        {
            _undoLimitations = (await batches.ReadAsync(User, undone, Closing))?.Items
                .Where(item => item.Change is not null)
                .Select(item => (item.Item.CharacterId, Text: BatchText.UndoLimitation(item.Change!, accountModels.Last)))
                .Where(item => item.Text is not null)
                .ToDictionary(item => item.CharacterId, item => item.Text!, StringComparer.Ordinal) ?? [];
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
        if (_models is null && RendererInfo.IsInteractive && _cast.AccountListCharacter is { } asked)
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
        _items = [.. _report!.Items.Select(item => BatchPlanItem.From(item.Item, newest, Models))];
        _hasModel = _items.Exists(item => item.Item.ModelAfter is not null);
        _hasTemperature = _items.Exists(item => item.Item.TemperatureAfter is not null);
        _hasReasoning = _items.Exists(item => item.Item.ReasoningAfter is not null);
        _withModelChange = _items.FindAll(item => GetModelChange(item) is not null);
        FindItemsToCheck();
    }

    /// <summary>A plan may have ten thousand items: they are counted when it changes, not each time that something is drawn.</summary>
    private void FindItemsToCheck()
    {
        _warnings = PlanWarning.For(_items, GetModelChange);
        _withoutTools = [.. _withModelChange.Select(item => item.Item.CharacterId).Where(id => tools.Cached(id) is null or { IsComplete: false, HasAny: false })];
        _totals = BatchText.ConsequenceTotals(_withModelChange.Select(item => ModelConsequences.For(GetModelChange(item)!)));
        _toCheck =
        [
            .. _items.Where(item => item is { HasChangedSince: true, IsExcluded: false }).Select(item => item.Item.CharacterId),
            .. _warnings.SelectMany(warning => warning.CharacterIds),
            .. _withoutTools,
        ];
        ShowMatching();
    }

    private void ShowMatching()
    {
        var words = SearchText.SplitWords(_search);
        _shown = _items.FindAll(item => _filter switch
        {
            ToCheck => _toCheck.Contains(item.Item.CharacterId),
            Excluded => item.IsExcluded,
            InWarning => _inWarning?.Contains(item.Item.CharacterId) == true,
            _ => true,
        } && (words.Length == 0 || SearchText.ContainsAll(SearchText.Fold(item.Item.CharacterName), words)));
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
        (_search, _inWarning) = ("", warning.CharacterIds.ToHashSet(StringComparer.Ordinal));
        Filter(InWarning);
        return Task.CompletedTask;
    }

    private void ShowAll()
    {
        _search = "";
        Filter(All);
    }

    private string? GetPicture(BatchPlanItem item) => cast.Last.Find(item.Item.CharacterId) is { } character ? pictures.GetSource(character) : null;

    /// <summary>What to check comes first, and how the values come about last: the cell shows only so much.</summary>
    private string Note(BatchPlanItem item) => string.Join(
        " · ",
        new[] { BatchText.Note(item, _undoLimitations?.GetValueOrDefault(item.Item.CharacterId), accountModels.Last), ChangesText(item), PresetText(item), BatchText.TemperatureReason(_change, item.Item) }.OfType<string>());

    private string? PresetText(BatchPlanItem item) => _presets.GetValueOrDefault(item.Item.CharacterId)?.WillDifferAfter(item, _report!.Batch) is { } preset ? BatchText.WillDiffer(preset) : null;

    private Task<bool> ExcludeAsync(IReadOnlyList<string> characterIds, bool isExcluded) => ExecuteAndReloadAsync(() => batches.ExcludeAsync(User, Id, characterIds, isExcluded, Closing));

    private Task<bool> UpdatePlanAsync() => ExecuteAndReloadAsync(() => batches.UpdatePlanAsync(User, Id, Closing));

    private async Task StartAsync()
    {
        if (await ExecuteAndReloadAsync(() => batches.StartAsync(User, Id, Closing)))
        {
            navigation.NavigateTo($"batches/{Id}", new NavigationOptions { ReplaceHistoryEntry = true });
        }
    }

    private async Task DiscardAsync()
    {
        if (await ConfirmDialog.ShowAsync(dialogs, BatchText.DiscardPlan, BatchText.WillBeDiscarded(_report!.Batch.Title, _items.Count), "Discard plan", "Keep it")
            && await ExecuteAndReloadAsync(() => batches.DiscardAsync(User, Id, Closing)))
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
    private ModelChange? GetModelChange(BatchPlanItem item) => item is { IsWritten: true, Now: { } now, Missing.ModelCode: { } code }
        ? ModelChange.Between(Models, now.ModelCode, code, cast.Last.Find(item.Item.CharacterId)?.ModerationEnabled, tools.Cached(item.Item.CharacterId))
        : null;

    private string? ChangesText(BatchPlanItem item) =>
        GetModelChange(item) is { } change && BatchText.Consequences(ModelConsequences.For(change)) is { Length: > 0 } text ? text : null;

    private Task ShowChangesAsync(BatchPlanItem item) =>
        GetModelChange(item) is { } change ? WhatChangesDialog.ShowAsync(dialogs, item.Item.CharacterName, change) : Task.CompletedTask;
}
