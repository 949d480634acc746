using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Features.Models;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Convai.Dashboard.Features.History;

/// <summary>Shows what reverting a change would do now: an ordinary change over Convai's values, shown before it is made.</summary>
public sealed partial class RevertDialog(CastDirectory cast, AccountModels accountModels, ChangeHistory history, ChangeWriter writer, IChangeFeed feed)
{
    private Character? _now;
    private IReadOnlyList<ChangeRecord> _laterChanges = [];
    private ChangeOutcome? _outcome;
    private IReadOnlyList<FieldChange> _fields = [];
    private string _reason = "";
    private DialogFrame _frame = null!;

    [CascadingParameter]
    private IMudDialogInstance Dialog { get; set; } = null!;

    protected override object? FormState => IsDone ? "" : _reason.Trim();

    [Parameter, EditorRequired]
    public required ChangeRecord Change { get; set; }

    /// <summary>Whether others have since changed the values that it would revert.</summary>
    private bool OverwritesLaterChanges => _laterChanges.Count > 0 || _outcome is ChangeOutcome.Conflict;

    private string RevertText => IsBusy ? "Undoing…" : OverwritesLaterChanges ? "Undo anyway" : _outcome is null ? "Undo change" : "Try again";

    private bool IsDone => _outcome is ChangeOutcome.Confirmed or ChangeOutcome.Verifying || (_now is not null && Plan.IsEmpty);

    private SettingsPatch Plan => _now is { } now ? Change.Inverse.MissingFrom(now.Settings) : new SettingsPatch(null, null);

    protected override void OnInitialized() => MarkAsUnmodified();

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            RefreshOn<ChangeEvent>(feed.Subscribe, ConcernsCharacter, () => IsBusy || _outcome is ChangeOutcome.Confirmed ? Task.CompletedTask : CompareAsync());
            await CompareAsync();
        }
    }

    private bool ConcernsCharacter(ChangeEvent changeEvent) =>
        changeEvent is ChangeEvent.Recorded { Change: { Applied.IsEmpty: false } change } && change.CharacterId == Change.CharacterId;

    private async Task CompareAsync()
    {
        try
        {
            var reading = await cast.ReadAsync(forceRefresh: false, Closing);
            _now = reading.Find(Change.CharacterId);
            ActionError = _now is not null ? null : reading.Failure?.Sentence ?? ConvaiText.UnknownCharacter;
            await ReadLaterChangesAsync();
            StateHasChanged();
        }
        catch (Exception) when (Closing.IsCancellationRequested)
        {
            // The person closed the dialog during the reading.
        }
    }

    private async Task ReadLaterChangesAsync()
    {
        try
        {
            var since = await history.ListLaterChangesAsync(User, Change, Closing);
            // Values that have been restored already need no warning.
            _laterChanges = [.. since.Where(change => !change.Applied.IntersectFields(Plan).IsEmpty)];
        }
        catch (Exception exception) when (DescribeError(exception) is not null)
        {
            // The author cannot be read now; Convai's values are shown anyway.
        }
    }

    private async Task RevertAsync()
    {
        await ExecuteAsync(async () =>
        {
            if (_now is not { } now)
            {
                return;
            }

            _fields = ChangeText.Fields(now.Settings, Plan);
            var reason = _reason.Trim() is { Length: > 0 } text ? text : null;
            _outcome = await writer.WriteAsync(User, new ChangeRequest(now, now.Settings, Plan, reason, Change.Id), null, Closing);
            _now = _outcome.LastRead ?? now;
            if (_outcome is ChangeOutcome.Verifying verifying)
            {
                Dispatch(() => verifying.ShowVerdictAsync(() => _outcome == verifying, ShowVerdictAsync, Closing));
            }
        }, "");
        if (CloseIfConfirmed() || Closing.IsCancellationRequested)
        {
            return;
        }

        await ReadLaterChangesAsync();
    }

    /// <summary>There is nothing left to decide: the page says what was undone.</summary>
    private bool CloseIfConfirmed()
    {
        if (_outcome is not ChangeOutcome.Confirmed { WasWritten: true, Unconfirmed.IsEmpty: true } || Closing.IsCancellationRequested)
        {
            return false;
        }

        Dialog.Close(DialogResult.Ok(new UndoneChange(Change, _fields)));
        return true;
    }

    private Task ShowVerdictAsync(ChangeOutcome verdict)
    {
        _outcome = verdict;
        return CloseIfConfirmed() ? Task.CompletedTask : CompareAsync();
    }
}
