using System.Globalization;
using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Models;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Convai.Dashboard.Features.Batches;

/// <summary>Shows the progress of a batch, item by item, live and afterwards.</summary>
public sealed partial class BatchRunPage(BatchService runs, AccountModels accountModels, IChangeFeed feed, IDialogService dialogs, NavigationManager navigation)
{
    private BatchReport? _report;
    private Batch? _undo;
    private BatchItemState? _shown;
    private bool _isMissing;

    [Parameter]
    public required long Id { get; set; }

    private int Failed => _report!.Count(BatchItemState.Failed);

    private int Confirmed => _report!.Count(BatchItemState.Confirmed);

    private string Share(int count) => string.Create(CultureInfo.InvariantCulture, $"{100m * count / Math.Max(1, _report!.ToWrite):0.##}%");

    private List<BatchItemStatus> Shown => [.. _report!.Items.Where(line => _shown is null || line.State == _shown)];

    protected override async Task OnInitializedAsync()
    {
        RefreshOn<ChangeEvent>(feed.Subscribe, IsOfThis, ReadAsync);

        await ReadAsync();
    }

    private bool IsOfThis(ChangeEvent changeEvent) => changeEvent switch
    {
        ChangeEvent.Recorded { Change.BatchId: var batch } => batch == Id,
        ChangeEvent.BatchUpdated { BatchId: var batch } => batch == Id || batch == _undo?.Id,
        _ => changeEvent is ChangeEvent.Resynchronized,
    };

    private Task ReadAsync() => ReadAsync(async () =>
    {
        var report = await runs.ReadAsync(User, Id, Closing);
        _isMissing = report is null;
        if (report is { Batch.State: BatchState.Planned })
        {
            navigation.NavigateTo(BatchPlanner.AddressOf(Id), new NavigationOptions { ReplaceHistoryEntry = true });
            return;
        }

        // A running batch is read again and again, and cannot be undone.
        _undo = report is null or { Batch.State: BatchState.Running } ? null : await runs.FindUndoAsync(User, Id, Closing);
        _report = report;
        _shown = _shown is { } shown && report?.Count(shown) > 0 ? shown : null;
    });

    /// <summary>Whether it was undone or is being undone; a stopped undo can be started again.</summary>
    private bool IsUndone => _undo is { State: BatchState.Running or BatchState.Paused or BatchState.Done };

    /// <summary>The fields that were written; if none were, those that would be.</summary>
    private static IReadOnlyList<FieldChange> Fields(BatchItemStatus line) => line.Change is { } change
        ? ChangeText.Fields(change.Before, change.Asked)
        : ChangeText.Fields(line.Item.Before, line.Item.Asked.MissingFrom(line.Item.Before));

    private Task PauseAsync() => ExecuteAndReloadAsync(() => runs.PauseAsync(User, Id, Closing));

    private Task ResumeAsync() => ExecuteAndReloadAsync(() => runs.ResumeAsync(User, Id, Closing));

    private Task RetryAsync() => ExecuteAndReloadAsync(() => runs.RetryAsync(User, Id, Closing));

    private async Task StopAsync()
    {
        if (await ConfirmDialog.ShowAsync(
            dialogs, BatchText.StopBatch, BatchText.StillWaiting(_report!.Count(BatchItemState.Waiting)), "Stop the batch", _report.Batch.State == BatchState.Paused ? "Keep paused" : "Keep running"))
        {
            await ExecuteAndReloadAsync(() => runs.StopAsync(User, Id, Closing));
        }
    }

    private Task UndoAsync() => ExecuteAndReloadAsync(async () => navigation.OpenPlan(await runs.UndoAsync(User, Id, Closing)));

    private async Task ExecuteAndReloadAsync(Func<Task<Result>> act)
    {
        await ExecuteAsync(act, "");
        await ReadAsync();
    }
}
