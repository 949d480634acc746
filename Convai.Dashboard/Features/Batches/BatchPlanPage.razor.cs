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
public sealed partial class BatchPlanPage(BatchService runs, CastDirectory cast, CharacterPictures pictures, AccountModels accountModels, CharacterTools tools, AccountUsage usage, IChangeFeed feed, IDialogService dialogs, NavigationManager navigation)
{
    private const int RowsWithoutVirtualizing = 100;

    private const string All = "all";
    private const string WithNotes = "notes";
    private const string Excluded = "excluded";
    private const string OfWarning = "warning";

    private IReadOnlyList<PlanWarning> _warnings = [];
    private List<BatchPlanItem> _shown = [];
    private HashSet<string> _noted = [];
    private HashSet<string>? _ofWarning;
    private string _filter = All;
    private string _search = "";
    private BatchReport? _report;
    private BulkChange? _change;
    private CastReading? _cast;
    private ModelList? _models;
    private List<BatchPlanItem> _lines = [];
    private List<BatchPlanItem> _withModel = [];

    // Keyed by character; null until it was read. The changes to undo no longer change.
    private Dictionary<string, string>? _stays;
    private ConvaiFailure? _stale;
    private UsageLeft? _callsLeft;
    private bool _isMissing;

    [Parameter]
    public required long Id { get; set; }

    private ModelList Models => _models ?? accountModels.Catalogue;

    private bool HasReasoning => _lines.Exists(line => line.Item.ReasoningAfter is not null);

    private Choice[] Filters =>
    [
        new(All, $"All {_lines.Count}"),
        new(WithNotes, $"With notes {_noted.Count}"),
        new(Excluded, $"Excluded {_lines.Count(line => line.IsExcluded)}"),
        .. _ofWarning is null ? [] : new Choice[] { new(OfWarning, $"From the list {_ofWarning.Count}") },
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
        _warnings = PlanWarning.For(_lines, Models);
        _noted = [.. _lines.Where(line => line.HasChangedSince || Note(line) is not null).Select(line => line.Item.CharacterId), .. _warnings.SelectMany(warning => warning.CharacterIds)];
        ShowMatching();
        _withModel = _lines.FindAll(line => ChangeOf(line) is not null);
    }

    private void ShowMatching()
    {
        var words = SearchText.Words(_search);
        _shown = _lines.FindAll(line => _filter switch
        {
            WithNotes => HasNote(line),
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

    private bool HasNote(BatchPlanItem line) => _noted.Contains(line.Item.CharacterId);

    private string? PictureOf(BatchPlanItem line) => cast.Last.Find(line.Item.CharacterId) is { } character ? pictures.SourceOf(character) : null;

    private string? Note(BatchPlanItem line) => BatchText.Note(line, _stays?.GetValueOrDefault(line.Item.CharacterId), _change, accountModels.Last);

    private Task<bool> ExcludeAsync(IReadOnlyList<string> characterIds, bool isExcluded) => DoAsync(() => runs.ExcludeAsync(User, Id, characterIds, isExcluded, Closing));

    private Task<bool> UpdatePlanAsync() => DoAsync(() => runs.UpdatePlanAsync(User, Id, Closing));

    private async Task StartAsync()
    {
        if (await DoAsync(() => runs.StartAsync(User, Id, Closing)))
        {
            navigation.NavigateTo($"batches/{Id}", new NavigationOptions { ReplaceHistoryEntry = true });
        }
    }

    private async Task DiscardAsync()
    {
        if (await ConfirmDialog.AskAsync(dialogs, BatchText.DiscardPlan, BatchText.WillBeDiscarded(_report!.Batch.Title, _lines.Count), "Discard plan", "Keep it")
            && await DoAsync(() => runs.DiscardAsync(User, Id, Closing)))
        {
            navigation.NavigateTo("batches");
        }
    }

    private async Task<bool> DoAsync(Func<Task<Result>> act)
    {
        var isDone = await ActAsync(act, BatchText.NothingWritten);
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
