using System.Globalization;
using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Batches;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Features.Models;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace Convai.Dashboard.Features.History;

/// <summary>Everything that was done, newest first, by day and by entry. The filter and the page are in the address, so that a view can be shared.</summary>
public sealed partial class HistoryPage(
    HistoryReader reader, ChangeHistory history, AccountModels accountModels, CastDirectory cast, CharacterPictures pictures, BatchService batches, IChangeFeed feed, ChangeDialogs dialogs, PageClock clock,
    NavigationManager navigation)
{
    // An open batch shows a few of its changes, and more of them only if they are asked for.
    private const int InitialBatchChanges = 10;
    private const int MaxBatchChanges = 100;

    private readonly Dictionary<long, IReadOnlyList<HistoryEntry>> _expanded = [];
    private HistoryFilter _filter = new();
    private HistoryCursor _cursor = HistoryCursor.Newest;
    private IReadOnlyList<HistoryPerson> _people = [];
    private HistoryResult? _result;
    private UndoneChange? _undone;
    private bool _isFiltering;
    private bool _isChoosingDates;
    private bool _hasTurnedPage;
    private readonly AddressSync<(HistoryFilter Filter, HistoryCursor Cursor)> _address = new();
    private ElementReference _top;

    private PageClock Clock => clock;

    /// <summary>The number of filters set that a phone hides.</summary>
    private string FilterText => (_filter with { Character = null }).ToQuery().Values.Count(value => value is not null) is > 0 and var count ? $"Filters · {count}" : "Filters";

    private bool HasDays => _filter.Period is not null || ShowsDates;

    private bool ShowsDates => _isChoosingDates || (_filter.From ?? _filter.To) is not null;

    private string LeadText => _result switch
    {
        null => LoadError is null ? "Loading the history…" : "",
        { } result => HistoryText.Count(result, isFiltered: !_filter.IsEmpty, clock.Local.FormatZone(clock.Now)),
    };

    /// <summary>A day of the page. Its oldest entry identifies it, because new ones come on top.</summary>
    /// <param name="Changes">Null if more of its entries are on another page.</param>
    private sealed record HistoryDay(long Key, string Name, string Date, int? Changes, IReadOnlyList<HistoryEntry> Items);

    /// <param name="Key">The same while the row is in the page, whatever is added above it: the focus stays in it.</param>
    private sealed record HistoryRow(string Key, string Css, RenderFragment Cells);

    protected override async Task OnInitializedAsync()
    {
        if (RendererInfo.IsInteractive)
        {
            var refresh = new CoalescedRefresh(ReloadAsync);
            RegisterForDispose(feed.Subscribe(changeEvent =>
            {
                if (changeEvent is ChangeEvent.Recorded or ChangeEvent.BatchUpdated or ChangeEvent.Resynchronized)
                {
                    Dispatch(refresh.RequestAsync);
                }
            }));
            navigation.LocationChanged += OnLocationChanged;
            accountModels.Updated += OnModelsUpdated;
            // The days move on while the page is open.
            var today = clock.Local.GetDay(clock.Now);
            RegisterForDispose(clock.Subscribe(() =>
            {
                if (clock.Local.GetDay(clock.Now) is var day && day != today)
                {
                    today = day;
                    Dispatch(refresh.RequestAsync);
                }
            }));
            Closing.Register(() =>
            {
                navigation.LocationChanged -= OnLocationChanged;
                accountModels.Updated -= OnModelsUpdated;
            });
        }

        var view = ParseView(navigation.Uri);
        _address.Read(view);
        (_filter, _cursor) = view;
        await ReloadAsync();
    }

    // The address changes only in its query, so the router leaves the focus and the scroll position at the end of the page.
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_hasTurnedPage && _result is { Total: > 0 } && LoadError is null)
        {
            _hasTurnedPage = false;
            await _top.FocusAsync();
        }
    }

    private void OnModelsUpdated() => Dispatch(() =>
    {
        StateHasChanged();
        return Task.CompletedTask;
    });

    private static (HistoryFilter Filter, HistoryCursor Cursor) ParseView(string address)
    {
        var query = QueryHelpers.ParseQuery(new Uri(address).Query);
        return (HistoryFilter.Parse(Value), new HistoryCursor(Id(Value("before")), Id(Value("after"))));

        StringValues Value(string name) => query.TryGetValue(name, out var values) ? values : default;

        static long? Id(StringValues values) => long.TryParse(values.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
    }

    private Task ShowAsync(HistoryFilter filter)
    {
        if (filter == _filter)
        {
            return Task.CompletedTask;
        }

        // Set at once, not when the address comes back: a second control may be changed first.
        SetView(filter, HistoryCursor.Newest);
        if (_address.Write((filter, HistoryCursor.Newest)))
        {
            navigation.NavigateTo(GetAddress(filter, HistoryCursor.Newest), new NavigationOptions { ReplaceHistoryEntry = true });
        }

        return ReloadAsync();
    }

    private Task ShowAllAsync()
    {
        _isChoosingDates = false;
        return ShowAsync(new HistoryFilter());
    }

    private Task ShowDaysAsync(HistoryPeriod? period)
    {
        _isChoosingDates = false;
        return ShowAsync(_filter with { Period = period, From = null, To = null });
    }

    private Task ChooseDatesAsync()
    {
        _isChoosingDates = !ShowsDates;
        return ShowAsync(_filter with { Period = null, From = null, To = null });
    }

    private void SetView(HistoryFilter filter, HistoryCursor cursor)
    {
        (_filter, _cursor, _undone) = (filter, cursor, null);
        _expanded.Clear();
    }

    private void OnLocationChanged(object? sender, Microsoft.AspNetCore.Components.Routing.LocationChangedEventArgs change) => Dispatch(
        async () =>
        {
            var view = ParseView(change.Location);
            if (_address.Read(view))
            {
                _hasTurnedPage = view.Cursor != _cursor;
                SetView(view.Filter, view.Cursor);
                await ReloadAsync();
            }
        });

    private async Task ReloadAsync() => await ReadAsync(async () =>
    {
        var (filter, cursor) = (_filter, _cursor);
        var people = await history.ListPeopleAsync(User, Closing);
        var result = await reader.ReadAsync(User, filter, clock.Local, cursor, Closing);
        var expanded = new Dictionary<long, IReadOnlyList<HistoryEntry>>();
        foreach (var (batch, shown) in _expanded.ToList())
        {
            expanded[batch] = await reader.ReadBatchAsync(User, filter, clock.Local, batch, shown.Count > InitialBatchChanges ? MaxBatchChanges : InitialBatchChanges, Closing);
        }

        // The person may have changed a filter during this reading.
        if (filter == _filter && cursor == _cursor)
        {
            (_people, _result) = (people, result);
            foreach (var (batch, changes) in expanded.Where(batch => _expanded.ContainsKey(batch.Key)))
            {
                _expanded[batch] = changes;
            }
        }
    });

    private Task ExpandAsync(BatchEntry batch) => _expanded.Remove(batch.Id) ? Task.CompletedTask : ReadBatchAsync(batch, InitialBatchChanges);

    private Task ShowMoreAsync(BatchEntry batch) => ReadBatchAsync(batch, MaxBatchChanges);

    private Task ReadBatchAsync(BatchEntry batch, int take) => ReadAsync(async () =>
    {
        var filter = _filter;
        var changes = await reader.ReadBatchAsync(User, filter, clock.Local, batch.Id, take, Closing);
        if (filter == _filter)
        {
            _expanded[batch.Id] = changes;
        }
    });

    private async Task RevertAsync(ChangeRecord change)
    {
        _undone = null;
        _undone = await dialogs.RevertAsync(change);
    }

    private async Task UndoAsync(BatchEntry batch) => await ExecuteAsync(async () => navigation.OpenPlan(await batches.UndoAsync(User, batch.Id, Closing)), BatchText.PlanNotCreated);

    /// <summary>The entries in their order, under the day of the first change of each.</summary>
    private IEnumerable<HistoryDay> Days(HistoryResult result)
    {
        var today = clock.Local.GetDay(clock.Now);
        for (var start = 0; start < result.Items.Count;)
        {
            var date = clock.Local.GetDay(result.Items[start].First.At);
            var ofDay = result.Items.Skip(start).TakeWhile(entry => clock.Local.GetDay(entry.First.At) == date).ToList();
            var isWhole = (start > 0 || !result.HasNewer) && (start + ofDay.Count < result.Items.Count || !result.HasOlder);
            var (name, text) = HistoryText.Day(date, today);
            yield return new HistoryDay(ofDay[^1].First.Id, name, text, isWhole ? ofDay.Sum(entry => entry.Count) : null, ofDay);
            start += ofDay.Count;
        }
    }

    private IEnumerable<HistoryRow> Rows(HistoryEntry entry)
    {
        if (entry.Batch is not { } batch)
        {
            yield return ChangeRow(entry, isOfBatch: false);
            yield break;
        }

        yield return BatchRow(entry, batch);
        if (_expanded.TryGetValue(batch.Id, out var changes))
        {
            foreach (var change in changes)
            {
                yield return ChangeRow(change, isOfBatch: true);
            }

            if (batch.Count > changes.Count)
            {
                yield return RemainderRow(batch, changes.Count);
            }
        }
    }

    private static string ShowMoreText(BatchEntry batch) => batch.Count <= MaxBatchChanges ? $"Show all {batch.Count}" : $"Show the first {MaxBatchChanges}";

    private static string GetAddress(HistoryFilter filter, HistoryCursor cursor) => QueryHelpers.AddQueryString(
        "history",
        filter.ToQuery().Append(new("before", cursor.Before)).Append(new("after", cursor.After))
            .Where(part => part.Value is not null)
            .ToDictionary(part => part.Key, part => Convert.ToString(part.Value, CultureInfo.InvariantCulture)));

    private string PageAddress(HistoryCursor cursor) => GetAddress(_filter, cursor);

    private string ExportAddress(string format) =>
        QueryHelpers.AddQueryString($"history/export.{format}", _filter.ToQuery().Where(part => part.Value is not null).ToDictionary(part => part.Key, part => part.Value as string));

    private static string? Text(ChangeEventArgs change) => FilterValue.ParseText(change.Value as string, HistoryFilter.MaxTextLength);

    private static T? Name<T>(ChangeEventArgs change)
        where T : struct, Enum => FilterValue.ParseName<T>(change.Value as string);
}
