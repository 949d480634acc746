using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Models;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web.Virtualization;
using Microsoft.AspNetCore.WebUtilities;

namespace Convai.Dashboard.Features.History;

/// <summary>Every change, newest first. The filter is in the address, so that a view can be shared.</summary>
public sealed partial class HistoryPage(ChangeHistory history, AccountModels accountModels, IChangeFeed feed, ChangeDialogs dialogs, PageClock clock, NavigationManager navigation)
{
    private HistoryFilter _filter = new();
    private IReadOnlyList<HistoryPerson> _people = [];
    private Virtualize<ChangeRecord>? _list;
    private int? _total;
    private bool _isFiltering;

    // The filters that this page wrote into the address: by the time one comes back, the next control may have been changed.
    private readonly List<HistoryFilter> _echoes = [];

    private ChangeDialogs Dialogs => dialogs;

    /// <summary>The number of filters set that a phone hides.</summary>
    private string FilterText => (_filter with { Character = null }).ToQuery().Values.Count(value => value is not null) is > 0 and var count ? $"Filters · {count}" : "Filters";

    private string LeadText => _total switch
    {
        null => Trouble is null ? "Loading the history…" : "",
        { } total => HistoryText.Count(total, isFiltered: !_filter.IsEmpty),
    };

    protected override async Task OnInitializedAsync()
    {
        if (RendererInfo.IsInteractive)
        {
            var refresh = new Refresh(ReadAgainAsync);
            UntilClosing(feed.Subscribe(changeEvent =>
            {
                if (changeEvent is ChangeEvent.Recorded)
                {
                    Run(refresh.AskAsync);
                }
            }));
            navigation.LocationChanged += OnLocationChanged;
            Closing.Register(() => navigation.LocationChanged -= OnLocationChanged);
        }

        _filter = FilterIn(navigation.Uri);
        await ReadAgainAsync();
    }

    private static HistoryFilter FilterIn(string address)
    {
        var query = QueryHelpers.ParseQuery(new Uri(address).Query);
        return HistoryFilter.Parse(name => query.TryGetValue(name, out var values) ? values : default);
    }

    private Task ShowAsync(HistoryFilter filter)
    {
        if (filter == _filter)
        {
            return Task.CompletedTask;
        }

        // Set at once, not when the address comes back: a second control may be changed first.
        _filter = filter;
        _echoes.Add(filter);
        navigation.NavigateTo(navigation.GetUriWithQueryParameters(filter.ToQuery()), new NavigationOptions { ReplaceHistoryEntry = true });
        return ReadAgainAsync();
    }

    private void OnLocationChanged(object? sender, Microsoft.AspNetCore.Components.Routing.LocationChangedEventArgs change) => Run(
        async () =>
        {
            if (FilterIn(change.Location) is var filter && !_echoes.Remove(filter) && filter != _filter)
            {
                _filter = filter;
                await ReadAgainAsync();
            }
        });

    private async Task ReadAgainAsync()
    {
        await ReadAsync(async () =>
        {
            _people = await history.PeopleAsync(User, Closing);
            _total = (await history.ReadAsync(User, _filter, clock.Local, 0, 0, Closing)).Total;
        });
        if (Trouble is null && _list is not null)
        {
            await _list.RefreshDataAsync();
            // The list only reads its rows again; the page has to render them.
            StateHasChanged();
        }
    }

    private async ValueTask<ItemsProviderResult<ChangeRecord>> ProvideAsync(ItemsProviderRequest request)
    {
        try
        {
            var part = await history.ReadAsync(User, _filter, clock.Local, request.StartIndex, request.Count, request.CancellationToken);
            return new ItemsProviderResult<ChangeRecord>(part.Changes, part.Total);
        }
        catch (OperationCanceledException) when (request.CancellationToken.IsCancellationRequested)
        {
            // Thrown with the list's own token, or the list and the page would take it for an error: PostgreSQL's client cancels with its own.
            throw new OperationCanceledException(request.CancellationToken);
        }
        catch (Exception exception) when (TroubleOf(exception) is { } trouble)
        {
            Trouble = trouble;
            _ = InvokeAsync(StateHasChanged);
            return new ItemsProviderResult<ChangeRecord>([], _total ?? 0);
        }
    }

    private string ExportAddress(string format) =>
        QueryHelpers.AddQueryString($"history/export.{format}", _filter.ToQuery().Where(part => part.Value is not null).ToDictionary(part => part.Key, part => part.Value as string));

    private static string? Text(ChangeEventArgs change) => change.Value is string { Length: > 0 } text ? text.Trim() : null;

    private static T? Word<T>(ChangeEventArgs change)
        where T : struct, Enum => Enum.TryParse<T>(change.Value as string, out var value) ? value : null;
}
