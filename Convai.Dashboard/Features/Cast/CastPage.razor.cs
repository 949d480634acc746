using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Models;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace Convai.Dashboard.Features.Cast;

/// <summary>The whole cast in one table. What is searched for stands in the address, so that a view can be shared.</summary>
public sealed partial class CastPage(CastDirectory directory, AccountModels accountModels, ChangeHistory history, IChangeFeed feed, LastCastView lastView, NavigationManager navigation)
{
    private const int RowsWithoutVirtualizing = 60;

    private readonly CancellationTokenSource _closing = new();
    private CastReading? _cast;
    private ModelList? _models;
    private List<CastRow> _rows = [];
    private bool _isReading;
    private int _drifted;
    private IDisposable? _listening;
    private ElementReference _searchBox;

    private string _search = "";
    private string _searchInAddress = "";

    // What this page wrote into the address itself: by the time it comes back, more may have been typed.
    private readonly List<string> _echoes = [];

    [SupplyParameterFromQuery(Name = "q")]
    private string? SearchParameter { get; set; }

    [CascadingParameter]
    private Task<AuthenticationState> AuthenticationState { get; set; } = null!;

    protected override async Task OnInitializedAsync()
    {
        if (RendererInfo.IsInteractive)
        {
            directory.Updated += OnUpdated;
            var refresh = new Refresh(CountDriftedAsync);
            _listening = feed.Listen(news => _ = news is ChangeNews.Recorded ? InvokeAsync(refresh.AskAsync) : null);
        }

        await LoadAsync(again: false);
        await CountDriftedAsync();
    }

    /// <summary>A colleague has saved, or somebody has read the cast anew: this page shows it too.</summary>
    private void OnUpdated() => _ = InvokeAsync(() =>
    {
        if (_cast is not null && !_closing.IsCancellationRequested)
        {
            _cast = directory.Last;
            ShowRows();
            StateHasChanged();
        }
    });

    private async Task CountDriftedAsync()
    {
        try
        {
            _drifted = await history.CountDriftedAsync((await AuthenticationState).User, _closing.Token) ?? 0;
            StateHasChanged();
        }
        catch (Exception exception) when (_closing.IsCancellationRequested || DatabaseTrouble.Of(exception) is not null)
        {
            // The page was left, or there is no telling now; the cast itself is here.
        }
    }

    protected override void OnParametersSet()
    {
        var inAddress = SearchParameter ?? "";
        if (!string.Equals(inAddress, _searchInAddress, StringComparison.Ordinal))
        {
            _searchInAddress = inAddress;
            _search = _echoes.Remove(inAddress) ? _search : inAddress;
        }

        lastView.Remember(navigation.Uri);

        ShowRows();
    }

    private async Task LoadAsync(bool again)
    {
        var reading = directory.ReadAsync(again, _closing.Token);
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
            ShowRows();
            StateHasChanged();
            await ReadAccountListAsync();
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            // The page was left while it loaded.
        }
    }

    private async Task ReadAccountListAsync()
    {
        if (_cast?.ForAccountList is not { } asked)
        {
            return;
        }

        var reading = accountModels.ReadForCastAsync(asked.Id, _closing.Token);
        if (RendererInfo.IsInteractive || reading.IsCompleted)
        {
            _models = (await reading).Models;
            ShowRows();
        }
    }

    private void ShowRows() =>
        _rows = _cast?.Characters is { } characters ? CastFilter.Rows(characters, _models ?? accountModels.Catalogue, _search) : [];

    private void SearchFor(string? search)
    {
        _search = search ?? "";
        ShowRows();
        var inAddress = _search.Trim();
        if (string.Equals(inAddress, _echoes.LastOrDefault() ?? _searchInAddress, StringComparison.Ordinal))
        {
            return;
        }

        _echoes.Add(inAddress);
        var address = navigation.GetUriWithQueryParameter("q", inAddress.Length == 0 ? null : inAddress);
        lastView.Remember(address);
        navigation.NavigateTo(address, new NavigationOptions { ReplaceHistoryEntry = true });
    }

    private async Task ShowAllAsync()
    {
        SearchFor("");
        // The button that had the focus is gone.
        await _searchBox.FocusAsync();
    }

    private string LeadWords => _cast switch
    {
        null => "Reading the cast from Convai…",
        { Characters: { } all } when _search.Trim().Length > 0 => $"{_rows.Count} of {CountWords(all.Count)}",
        { Characters: { } all } => CountWords(all.Count),
        _ => "",
    };

    private static string CountWords(int count) => count == 1 ? "1 character" : $"{count} characters";

    public void Dispose()
    {
        directory.Updated -= OnUpdated;
        _listening?.Dispose();
        _closing.Cancel();
        _closing.Dispose();
    }
}
