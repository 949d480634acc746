using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Features.Models;
using Convai.Dashboard.Security;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.JSInterop;

namespace Convai.Dashboard.Features.Palette;

/// <summary>"Go to…": opens a character, a page, or the characters on a model, from anywhere. One per window; it holds no data while it is closed.</summary>
public sealed partial class CommandPalette(CastDirectory directory, AccountModels accountModels, Access access, NavigationManager navigation, IJSRuntime js)
{
    private readonly ComponentScript _script = new();
    private ElementReference _dialog;
    private Task<bool>? _attaching;
    private bool _isOpen;
    private bool _isReading;
    private bool _isAdmin;
    private string _query = "";
    private string? _trouble;
    private PaletteSearch? _search;
    private PaletteFound _found = PaletteFound.Nothing;
    private PaletteEntry? _active;

    private string? Status => !_isOpen ? null : string.Join(' ', new[] { FoundText, _isReading ? PaletteText.Loading : _trouble }.OfType<string>());

    private string? FoundText => _search is null || _query.Trim().Length == 0 ? null : PaletteText.Found(_query.Trim(), _found.Count);

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

            _isAdmin = person.Role >= Role.Admin;
            Prepare(directory.Last);
            await ReadAsync();
        }
        catch (Exception) when (Closing.IsCancellationRequested)
        {
            // The window was closed.
        }
        catch (Exception exception) when (TroubleOf(exception) is { } trouble)
        {
            _trouble = trouble;
        }
        finally
        {
            _isReading = false;
        }
    }

    private async Task ReadAsync()
    {
        var reading = directory.ReadAsync(forceRefresh: false, Closing);
        if (!reading.IsCompleted)
        {
            _isReading = true;
            StateHasChanged();
        }

        var cast = await reading;
        _trouble = cast.Failure?.Sentence;
        Prepare(cast);
    }

    private void Prepare(CastReading cast)
    {
        if (_isOpen)
        {
            _search = PaletteSearch.From(cast.Characters, accountModels.Last, _isAdmin);
            Find(_active);
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
        _found = _search?.Find(_query) ?? PaletteFound.Nothing;
        _active = _found.Shown.FirstOrDefault(entry => entry.Address == active?.Address) ?? (_found.Shown is [var best, ..] ? best : null);
    }

    private async Task OnKeyAsync(KeyboardEventArgs key)
    {
        if (key.CtrlKey || key.AltKey || key.MetaKey)
        {
            return;
        }

        var at = _active is null ? -1 : _found.Shown.ToList().IndexOf(_active);
        switch (key.Key)
        {
            case "ArrowDown":
                Activate(at + 1);
                break;
            case "ArrowUp":
                Activate(at - 1);
                break;
            case "Home":
                Activate(0);
                break;
            case "End":
                Activate(int.MaxValue);
                break;
            case "Enter" when _active is { } entry:
                await GoAsync(entry);
                break;
        }
    }

    private void Activate(int index) => _active = _found.Shown.Count == 0 ? null : _found.Shown[Math.Clamp(index, 0, _found.Shown.Count - 1)];

    private async Task GoAsync(PaletteEntry entry)
    {
        // Ignores a second Enter, or a click on an entry that is no longer there.
        if (_isOpen && _found.Shown.Contains(entry))
        {
            await CloseAsync(isLeaving: true);
            navigation.NavigateTo(entry.Address);
        }
    }

    private Task OnCloseAsync() => CloseAsync(isLeaving: false);

    private async Task CloseAsync(bool isLeaving)
    {
        Forget();
        if (_attaching is not null && await _attaching)
        {
            await _script.TellAsync("close", isLeaving);
        }
    }

    private void Forget() =>
        (_isOpen, _query, _trouble, _search, _found, _active) = (false, "", null, null, PaletteFound.Nothing, null);

    private static string OptionId(PaletteEntry entry) => $"go-{entry.Address}";

    public async ValueTask DisposeAsync()
    {
        Dispose();
        await _script.DisposeAsync();
    }
}
