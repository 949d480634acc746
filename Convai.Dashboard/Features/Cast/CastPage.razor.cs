using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Batches;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Features.Models;
using Convai.Dashboard.Features.Presets;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;

namespace Convai.Dashboard.Features.Cast;

/// <summary>The whole cast in one table. Search, filters and order are in the address, so that a view can be shared.</summary>
public sealed partial class CastPage(
    CastDirectory directory, AccountModels accountModels, ChangeHistory history, CharacterPresets characterPresets, ChangeJournal journal, BatchPlanner plans, BatchService batches, CastViews views, CharacterGroups groups, BatchDialogs dialogs, IChangeFeed feed,
    LastCastView lastView, NavigationManager navigation, TimeProvider time)
{
    // A batch writes several characters a second: an open page need not sort 5,000 rows for each of them.
    private static readonly TimeSpan RefreshDelay = TimeSpan.FromMilliseconds(400);

    private readonly CastSelection _selection = new();
    private CoalescedRefresh? _refresh;
    private CastFilterBar? _filterBar;
    private RowEditing? _editing;

    private CastReading? _cast;
    private ModelList? _models;
    private CastChanges? _changes;
    private GroupList? _groups;
    private CastPresets? _presets;
    private IReadOnlyList<BatchSummary> _paused = [];
    private CastOverview? _overview;
    private CastFigures? _figures;
    private List<CastRow> _rows = [];
    private bool _isChartsOpen;
    private IReadOnlySet<CastColumn> _hidden = CastViews.HiddenByDefault;
    private string? _trouble;
    private bool _isReading;
    private bool _isInitializing = true;

    private string _search = "";
    private CastFilter _filter = new();
    private readonly AddressSync<CastFilter> _address = new();

    private string LeadText => _cast switch
    {
        null => CharacterText.LoadingCast,
        { Characters: { } all } when !_filter.IsEmpty => $"{_rows.Count} of {CharacterText.Count(all.Count)}",
        { Characters: { } all } => CharacterText.Count(all.Count),
        _ => "",
    };

    private string ShareableAddress => $"{navigation.BaseUri}{CastViews.LinkTo(_filter, _hidden)}";

    private ModelList Models => _models ?? accountModels.Catalogue;

    /// <summary>A cast without a model that takes a reasoning effort has no use for its column, and a team without groups or presets none for theirs.</summary>
    private HashSet<CastColumn> HiddenColumns =>
    [
        .. _hidden,
        .. _overview?.Reasonings.Count > 0 ? (CastColumn[])[] : [CastColumn.Reasoning],
        .. _overview?.Groups.All.Count > 0 ? (CastColumn[])[] : [CastColumn.Groups],
        .. _overview?.Presets.Count > 0 ? (CastColumn[])[] : [CastColumn.Preset],
    ];

    protected override async Task OnInitializedAsync()
    {
        TryApplyAddress(navigation.Uri);
        if (RendererInfo.IsInteractive)
        {
            directory.Updated += OnUpdated;
            navigation.LocationChanged += OnLocationChanged;
            Closing.Register(() =>
            {
                directory.Updated -= OnUpdated;
                navigation.LocationChanged -= OnLocationChanged;
            });
            RegisterForDispose(feed.Subscribe(changeEvent =>
            {
                if (changeEvent is ChangeEvent.Recorded or ChangeEvent.GroupsUpdated or ChangeEvent.PresetsUpdated or ChangeEvent.Resynchronized)
                {
                    OnUpdated();
                }
            }));
            RefreshOn<ChangeEvent>(feed.Subscribe, changeEvent => changeEvent is ChangeEvent.BatchUpdated or ChangeEvent.Resynchronized, async () =>
            {
                await ReadPausedAsync();
                StateHasChanged();
            });
        }

        await Task.WhenAll(LoadAsync(forceRefresh: false), ReadHiddenAsync(), ReadJournalAsync(), ReadPresetsAsync(), ReadGroupsAsync(), ReadPausedAsync());
        _isInitializing = !RendererInfo.IsInteractive;
        Prepare();
    }

    /// <summary>Refreshes this page after a colleague has saved or someone has read the cast again.</summary>
    private void OnUpdated() => Dispatch(() => (_refresh ??= new CoalescedRefresh(RefreshAsync)).RequestAsync());

    private async Task RefreshAsync()
    {
        if (_cast is null || Closing.IsCancellationRequested)
        {
            return;
        }

        await Task.WhenAll(ReadJournalAsync(), ReadPresetsAsync(), ReadGroupsAsync());
        // Read after the journal, so that the cast includes every change that is named.
        _cast = directory.Last;
        Prepare();
        StateHasChanged();
        await Task.Delay(RefreshDelay, Closing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    private async Task LoadAsync(bool forceRefresh)
    {
        var reading = directory.ReadAsync(forceRefresh, Closing);
        if (!RendererInfo.IsInteractive && !reading.IsCompleted)
        {
            // The first response shows the skeleton at once; the circuit that follows finds the same answer waiting.
            return;
        }

        _isReading = true;
        try
        {
            _cast = await reading;
            _isReading = false;
            Prepare();
            StateHasChanged();
            await ReadAccountListAsync();
        }
        catch (OperationCanceledException) when (Closing.IsCancellationRequested)
        {
            // The person left the page while it loaded.
        }
    }

    private async Task ReadAccountListAsync()
    {
        if (_cast?.AccountListCharacter is not { } asked)
        {
            return;
        }

        var reading = accountModels.ReadForCastAsync(asked.Id, Closing);
        if (RendererInfo.IsInteractive || reading.IsCompleted)
        {
            _models = (await reading).Models;
            Prepare();
        }
    }

    private Task ReadJournalAsync() => TryAsync(async () => _changes = await history.ReadForCastAsync(User, Closing), CastText.ChangesNotLoaded);

    private Task ReadPresetsAsync() => TryAsync(async () => _presets = await characterPresets.ReadAsync(User, Closing), CastText.PresetsNotLoaded);

    private Task ReadGroupsAsync() => TryAsync(async () => _groups = await groups.ReadAsync(User, Closing), GroupText.NotLoaded);

    private Task ReadPausedAsync() => TryAsync(async () => _paused = await batches.ListPausedAsync(User, Closing), CastText.PausedNotLoaded);

    // A link may bring columns of its own; the person's stay remembered.
    private Task ReadHiddenAsync() => TryAsync(
        async () =>
        {
            (_hidden, _isChartsOpen) = await views.ReadLayoutAsync(User, Closing);
            _hidden = CastViews.ParseHiddenColumns(new Uri(navigation.Uri).Query) ?? _hidden;
        },
        CastText.ColumnsNotLoaded);

    private Task OpenChartsAsync(bool isOpen)
    {
        _isChartsOpen = isOpen;
        return TryAsync(() => views.SaveChartsOpenAsync(User, isOpen, Closing), CastText.ChartsNotSaved);
    }

    private Task HideAsync(IReadOnlySet<CastColumn> hidden)
    {
        _hidden = hidden;
        return TryAsync(() => views.SaveHiddenColumnsAsync(User, hidden, Closing), CastText.ColumnsNotSaved);
    }

    /// <param name="consequence">What the loss of the database means here; the cast itself comes from Convai and is shown anyway.</param>
    private async Task TryAsync(Func<Task> act, string consequence)
    {
        try
        {
            await act();
            // Clears only its own problem; that of another act stays.
            _trouble = _trouble?.EndsWith(consequence, StringComparison.Ordinal) == true ? null : _trouble;
        }
        catch (Exception) when (Closing.IsCancellationRequested)
        {
            // The person has left the page.
        }
        catch (Exception exception) when (DescribeError(exception) is { } trouble)
        {
            _trouble = $"{trouble} {consequence}";
        }
    }

    /// <summary>Prepares the readings for display.</summary>
    private void Prepare()
    {
        if (_cast?.Characters is { } characters)
        {
            _overview = new CastOverview(characters, Models, _changes, time.GetUtcNow(), _groups, _presets);
            _selection.RemoveMissing(id => _cast.Find(id) is not null);
            ShowRows();
        }
    }

    private void ShowRows()
    {
        (_rows, _figures) = (_overview?.Select(_filter) ?? [], _overview?.Figures(_filter));
        if (_overview is not null)
        {
            lastView.Remember([.. _rows.Select(row => row.Character.Id)]);
        }
    }

    private bool TryApplyAddress(string address)
    {
        var filter = CastFilter.Parse(new Uri(address).Query);
        if (!_address.Read(filter))
        {
            return false;
        }

        (_filter, _search) = (filter, filter.Search);
        lastView.Remember(address);
        return true;
    }

    private void OnLocationChanged(object? sender, LocationChangedEventArgs change) => _ = InvokeAsync(() =>
    {
        var isHere = navigation.ToBaseRelativePath(change.Location).Split('?', '#')[0].Length == 0;
        if (isHere && !Closing.IsCancellationRequested && TryApplyAddress(change.Location))
        {
            _hidden = CastViews.ParseHiddenColumns(new Uri(change.Location).Query) ?? _hidden;
            ShowRows();
            StateHasChanged();
        }
    });

    private void SearchFor(string search)
    {
        _search = search;
        var text = _search.Trim();
        SetFilter(_filter with { Search = text.Length > CastFilter.MaxTextLength ? text[..CastFilter.MaxTextLength].Trim() : text });
    }

    private void SetFilter(CastFilter filter)
    {
        // Set at once, not when the address comes back: a second control may be changed first.
        _filter = filter;
        _search = filter.Search == _search.Trim() ? _search : filter.Search;
        ShowRows();
        if (_address.Write(filter))
        {
            var address = $"{navigation.BaseUri}{filter.ToQuery()}";
            lastView.Remember(address);
            navigation.NavigateTo(address, new NavigationOptions { ReplaceHistoryEntry = true });
        }
    }

    private async Task ShowAllAsync()
    {
        SetFilter(_filter.Cleared);
        // The button that had the focus has disappeared.
        await (_filterBar?.FocusSearchAsync() ?? ValueTask.CompletedTask);
    }

    private Task ChangeSelectedAsync() => ChangeAsync([.. _overview!.Select(new CastFilter()).Where(_selection.Contains).Select(row => row.Character)]);

    /// <summary>Accepts what was changed in Convai, as this page shows it; a later change stays unreviewed.</summary>
    private Task KeepAllAsync() => ExecuteAsync(async () =>
    {
        foreach (var row in _overview!.Drifted)
        {
            await journal.AcceptAsync(User, row.Character.Id, [.. row.Drift!.Changes.Select(change => change.Id)], Closing);
        }
    }, CastText.OthersStayUnreviewed);

    /// <summary>Makes a plan that restores the values known before the changes made in Convai; a field that was not set then stays as it is.</summary>
    private Task<bool> RestoreAllAsync() => ExecuteAsync(
        async () => navigation.OpenPlan(
            await plans.CreateAsync(
                User,
                new PlanRequest(
                    CastText.RestorePlan,
                    ChangeKind.Undo,
                    [.. _overview!.Drifted.Where(row => !row.Drift!.Ours.IsEmpty).Select(row => BatchItemRequest.From(row.Character, row.Drift!.Ours, row.Drift.Changes[^1].Id))]),
                Closing)),
        BatchText.PlanNotCreated);

    private Task ChangeAsync(IReadOnlyList<Character> characters) => dialogs.ChangeAsync(characters);
}
