using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Editing;
using Convai.Dashboard.Features.Models;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using MudBlazor;

namespace Convai.Dashboard.Features.Cast;

/// <summary>
/// Edits one character at a time in its row of the cast, with the same draft, save, confirmation and undo as on the character's page. The
/// draft is kept here, because the row leaves the page when it is scrolled out of view.
/// </summary>
public sealed partial class RowEditing(ChangeWriter writer, IChangeFeed feed, IDialogService dialogs, NavigationManager navigation)
{
    private bool _isAsking;

    /// <summary>Raised when the row has to be drawn again.</summary>
    [Parameter]
    public EventCallback OnChanged { get; set; }

    /// <summary>The names of the models.</summary>
    [Parameter, EditorRequired]
    public required ModelList Models { get; set; }

    /// <summary>The id of the character whose row is open; null if none is.</summary>
    public string? OpenId { get; private set; }

    /// <inheritdoc cref="EditSession.Character"/>
    public Character? Character => Session.Character;

    /// <summary>The field that the person wanted to edit.</summary>
    public CastColumn InitialField { get; private set; }

    public EditingState State => Session.State;

    public string Reason
    {
        get => Session.Reason;
        set => Session.Reason = value;
    }

    /// <inheritdoc cref="EditSession.InvalidTemperature"/>
    public string? InvalidTemperature => Session.InvalidTemperature;

    public ChangeStep? Step => Session.Step;

    public bool IsSaving => Session.IsSaving;

    private EditSession Session => field ??= new EditSession(writer, () => User, Dispatch, ShowAsync, Closing);

    private bool IsDirty => OpenId is not null && Session.IsDirty;

    private string? Hint => InvalidTemperature is null ? null : EditingText.TemperatureNeedsCorrecting;

    protected override void OnInitialized()
    {
        if (RendererInfo.IsInteractive)
        {
            RegisterForDispose(feed.Subscribe(changeEvent =>
            {
                if (changeEvent is ChangeEvent.Recorded { Change: var change })
                {
                    Dispatch(() => Session.ApplyAsync(change, isShownElsewhere: true, Models));
                }
            }));
        }
    }

    /// <summary>Opens the row of a character, unless another one has a draft that the person wants to keep.</summary>
    public async Task OpenAsync(Character character, CastColumn initialField)
    {
        if (IsSaving || OpenId == character.Id || !await ConfirmDiscardAsync())
        {
            return;
        }

        Session.Open(character);
        (OpenId, InitialField) = (character.Id, initialField);
        await OnChanged.InvokeAsync();
    }

    public Task CancelAsync() => IsSaving ? Task.CompletedTask : CloseAsync();

    public Task PickModelAsync(string? code) => code is null ? Task.CompletedTask : EditAsync(State.WithModel(code));

    public Task SetTemperatureAsync(decimal? temperature) => EditAsync(State.WithTemperature(temperature));

    public Task SetInvalidTemperatureAsync(string? text)
    {
        Session.InvalidTemperature = text;
        return OnChanged.InvokeAsync();
    }

    /// <summary>Saves the draft; a row without one is closed.</summary>
    public Task SaveAsync() => Session.IsDirty ? Session.SaveAsync() : CancelAsync();

    private Task AcceptRemoteAsync() => Session.AcceptRemote() && !Session.IsDirty ? CloseAsync() : OnChanged.InvokeAsync();

    private Task EditAsync(EditingState next)
    {
        Session.Edit(next);
        return OnChanged.InvokeAsync();
    }

    private Task ShowAsync(EditingState before)
    {
        // A save begins without an outcome. If it ends with one of these, nothing is left to edit.
        if (before.Outcome is null && State.Outcome is ChangeOutcome.Confirmed or ChangeOutcome.Verifying)
        {
            (OpenId, Reason) = (null, "");
        }
        else if (State.Outcome is not null && Session.IsDirty)
        {
            // A failed undo, or a save that is not confirmed after all, leaves a draft in a row that was closed.
            OpenId = Character?.Id;
        }

        StateHasChanged();
        return OnChanged.InvokeAsync();
    }

    private Task CloseAsync()
    {
        Session.Discard();
        (OpenId, Reason) = (null, "");
        return OnChanged.InvokeAsync();
    }

    private async Task OnLeavingAsync(LocationChangingContext context)
    {
        // Filters and order change the address, but not the page.
        var isHere = navigation.ToBaseRelativePath(navigation.ToAbsoluteUri(context.TargetLocation).AbsoluteUri).Split('?', '#')[0].Length == 0;
        if (isHere)
        {
            return;
        }

        // A save runs to its end and is reported before the page goes.
        await Session.Saving;
        if (_isAsking || !await ConfirmDiscardAsync())
        {
            context.PreventNavigation();
        }
    }

    private async Task<bool> ConfirmDiscardAsync()
    {
        if (!IsDirty)
        {
            return true;
        }

        _isAsking = true;
        try
        {
            var isDiscarded = await ConfirmDialog.ShowAsync(dialogs, CastText.DiscardRow, CastText.RowNotSaved(GetName(Session.Character!)), "Discard", "Keep editing");
            if (isDiscarded)
            {
                await CloseAsync();
            }

            return isDiscarded;
        }
        finally
        {
            _isAsking = false;
        }
    }

    private static string GetName(Character character) => ChangeText.CharacterName(character.Name);
}
