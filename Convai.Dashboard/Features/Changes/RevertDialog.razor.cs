using System.Security.Claims;
using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Features.Cast;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using MudBlazor;

namespace Convai.Dashboard.Features.Changes;

/// <summary>What reverting a change would do now: an ordinary change over what Convai has, shown before it is made.</summary>
public sealed partial class RevertDialog(CastDirectory cast, ChangeWriter writer) : IDisposable
{
    private readonly CancellationTokenSource _closing = new();
    private MudButton? _close;
    private Character? _now;
    private ChangeOutcome? _outcome;
    private string? _problem;
    private string _reason = "";
    private bool _hasLostFocus;

    [CascadingParameter]
    private IMudDialogInstance Dialog { get; set; } = null!;

    [CascadingParameter]
    private Task<AuthenticationState> AuthenticationState { get; set; } = null!;

    [Parameter, EditorRequired]
    public required Change Change { get; set; }

    private bool IsBusy { get; set; }

    private bool IsDone => _outcome is ChangeOutcome.Confirmed || (_now is not null && Plan.IsEmpty);

    private SettingsChange Plan => _now is { } now ? Change.Inverse.Without(now.Settings) : new SettingsChange(null, null);

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            // The safe choice has the focus: Enter pressed in a hurry must not revert anything.
            await _close!.FocusAsync();
            await LookAsync();
        }
        else if (_hasLostFocus && !IsBusy)
        {
            // The button that had it was disabled while it worked.
            _hasLostFocus = false;
            await _close!.FocusAsync();
        }
    }

    private async Task LookAsync()
    {
        try
        {
            var reading = await cast.ReadAsync(again: false, _closing.Token);
            _now = reading.Find(Change.CharacterId);
            _problem = _now is not null ? null : reading.Failure?.Sentence ?? "Convai does not know this character any more.";
            StateHasChanged();
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            // Closed while it was looking.
        }
    }

    private async Task RevertAsync()
    {
        if (IsBusy || _now is not { } now)
        {
            return;
        }

        IsBusy = true;
        // Whoever closes it meanwhile would never learn how it ended.
        await Dialog.SetOptionsAsync(Dialog.Options with { CloseOnEscapeKey = false, BackdropClick = false });
        try
        {
            ClaimsPrincipal by = (await AuthenticationState).User;
            var reason = _reason.Trim() is { Length: > 0 } words ? words : null;
            _outcome = await writer.WriteAsync(by, new ChangeRequest(now, now.Settings, Plan, reason, Change.Id), null, _closing.Token);
            _now = _outcome switch
            {
                ChangeOutcome.Confirmed confirmed => confirmed.After,
                ChangeOutcome.NotConfirmed notConfirmed => notConfirmed.Reported,
                ChangeOutcome.Conflict conflict => conflict.Now,
                _ => now,
            };
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            return;
        }
        finally
        {
            IsBusy = false;
        }

        if (!_closing.IsCancellationRequested)
        {
            await Dialog.SetOptionsAsync(Dialog.Options with { CloseOnEscapeKey = true, BackdropClick = true });
            _hasLostFocus = true;
        }
    }

    public void Dispose()
    {
        _closing.Cancel();
        _closing.Dispose();
    }
}
