using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Security;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.JSInterop;
using MudBlazor;

namespace Convai.Dashboard.Features.Palette;

/// <summary>"Go to…": finds everything there is and does what can be done from anywhere. One per window; it holds no data while it is closed.</summary>
public sealed partial class CommandPalette(
    IEnumerable<IPaletteSource> sources, CastDirectory directory, Access access, IDialogService dialogs, NavigationManager navigation, IJSRuntime js)
{
    private readonly ComponentScript _script = new();
    private ElementReference _dialog;
    private Task<bool>? _attaching;
    private Task _loading = Task.CompletedTask;
    private bool _isOpen;
    private bool _isReading;
    private Role _role;
    private string _query = "";
    private string? _trouble;
    private PaletteSearch? _search;
    private PaletteResults _results = PaletteResults.None;
    private PaletteEntry? _active;

    private bool IsTyped => _query.Trim().Length > 0;

    private string? Status => !_isOpen ? null : string.Join(' ', new[] { ResultsText, _isReading ? CharacterText.LoadingCast : _trouble }.OfType<string>());

    private string? ResultsText => _search is null || !IsTyped ? null : PaletteText.Found(_query.Trim(), _results);

    /// <summary>The browser has opened the dialog: its input has the focus.</summary>
    private async Task OpenAsync()
    {
        if (_isOpen)
        {
            return;
        }

        _isOpen = true;
        _attaching ??= _script.AttachAsync(js, Assets, "Features/Palette/CommandPalette.razor.js", _dialog);
        try
        {
            if (await access.FindAsync(User, Role.Viewer, Closing) is not { } person)
            {
                _trouble = SecurityText.SignedOut;
                return;
            }

            _role = person.Role;
            var search = _search = new PaletteSearch();
            var known = directory.Last;
            _loading = LoadEntriesAsync(search, known, onlyCast: false);
            await _loading;
            if (await ReadCastAsync(search) is { } cast && cast != known)
            {
                await LoadEntriesAsync(search, cast, onlyCast: true);
            }
        }
        catch (Exception) when (Closing.IsCancellationRequested)
        {
            // The window was closed.
        }
        catch (Exception exception) when (DescribeError(exception) is { } trouble)
        {
            _trouble = trouble;
        }
        finally
        {
            _isReading = false;
        }
    }

    /// <summary>Null if the palette was closed before Convai answered.</summary>
    private async Task<CastReading?> ReadCastAsync(PaletteSearch search)
    {
        var reading = directory.ReadAsync(forceRefresh: false, Closing);
        if (!reading.IsCompleted)
        {
            _isReading = true;
            StateHasChanged();
        }

        var cast = await reading;
        if (search != _search)
        {
            return null;
        }

        _trouble ??= cast.Failure?.Sentence;
        return cast;
    }

    /// <summary>Asks the sources at the same time, and shows each one's entries as they arrive. One that fails takes nothing from the others.</summary>
    private async Task LoadEntriesAsync(PaletteSearch search, CastReading cast, bool onlyCast)
    {
        var context = new PaletteContext(User, _role, cast, navigation.ToBaseRelativePath(navigation.Uri).Split('?', '#')[0]);
        var pending = sources.Index().Where(source => !onlyCast || source.Item.UsesCast)
            .Select(async source => (source.Index, source.Item, Entries: await source.Item.ReadAsync(context, Closing))).ToList();
        await foreach (var answer in Task.WhenEach(pending))
        {
            try
            {
                var (index, source, entries) = await answer;
                search.Set(index, source.Heading, source.Visibility, entries);
            }
            catch (Exception exception) when (!Closing.IsCancellationRequested && DescribeError(exception) is { } trouble)
            {
                _trouble = search == _search ? trouble : _trouble;
            }

            if (search == _search)
            {
                Find(_active);
            }
        }
    }

    private void Search(string? query)
    {
        _query = query ?? "";
        Find(null);
    }

    /// <param name="active">The entry that stays active if it is still among those found: Enter may be on its way.</param>
    private void Find(PaletteEntry? active)
    {
        _results = _search?.Find(_query) ?? PaletteResults.None;
        _active = _results.VisibleEntries.FirstOrDefault(entry => entry.Action == active?.Action) ?? (_results.VisibleEntries is [var best, ..] ? best : null);
    }

    private async Task OnKeyAsync(KeyboardEventArgs key)
    {
        if (key.CtrlKey || key.AltKey || key.MetaKey)
        {
            return;
        }

        switch (key.Key)
        {
            case "ArrowDown":
                Activate(IndexOf(_active) + 1);
                break;
            case "ArrowUp":
                Activate(IndexOf(_active) - 1);
                break;
            case "Home":
                Activate(0);
                break;
            case "End":
                Activate(int.MaxValue);
                break;
            case "Enter":
                // Typed and sent before the entries have arrived: the best of all of them counts.
                await _loading;
                if (_active is { } entry)
                {
                    await RunEntryAsync(entry);
                }

                break;
        }
    }

    private void Activate(int index) => _active = _results.VisibleEntries.Count == 0 ? null : _results.VisibleEntries[Math.Clamp(index, 0, _results.VisibleEntries.Count - 1)];

    private async Task RunEntryAsync(PaletteEntry entry)
    {
        // Ignores a second Enter, or a click on an entry that is no longer there.
        if (!_isOpen || !_results.VisibleEntries.Contains(entry))
        {
            return;
        }

        await CloseAsync(isLeaving: entry.Action is PaletteAction.Navigate);
        switch (entry.Action)
        {
            case PaletteAction.Navigate target:
                navigation.NavigateTo(target.Address);
                break;
            case PaletteAction.Download file:
                await _script.InvokeVoidAsync("download", file.Address);
                break;
            case PaletteAction.Click control:
                await _script.InvokeVoidAsync("click", control.Selector);
                break;
            case PaletteAction.OpenDialog dialog when await dialog.Open(dialogs) is { } address:
                navigation.NavigateTo(address);
                break;
        }
    }

    private Task OnCloseAsync() => CloseAsync(isLeaving: false);

    private async Task CloseAsync(bool isLeaving)
    {
        Reset();
        if (_attaching is not null && await _attaching)
        {
            await _script.InvokeVoidAsync("close", isLeaving);
        }
    }

    private void Reset() =>
        (_isOpen, _query, _trouble, _search, _results, _active) = (false, "", null, null, PaletteResults.None, null);

    private int IndexOf(PaletteEntry? entry) => entry is null ? -1 : _results.VisibleEntries.Index().First(shown => shown.Item == entry).Index;

    // By its place: an address may hold an id that is no one's business in the page.
    private string OptionId(PaletteEntry entry) => $"palette-option-{IndexOf(entry)}";

    public async ValueTask DisposeAsync()
    {
        Dispose();
        await _script.DisposeAsync();
    }
}
