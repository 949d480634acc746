using System.Globalization;
using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Models;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Convai.Dashboard.Features.Batches;

/// <summary>Shows the progress of a batch, item by item, live and afterwards.</summary>
public sealed partial class BatchRunPage(BatchService batches, AccountModels accountModels, IChangeFeed feed, IDialogService dialogs, NavigationManager navigation)
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

    private List<BatchItemStatus> Shown => [.. _report!.Items.Where(item => _shown is null || item.State == _shown)];

    protected override async Task OnInitializedAsync()
    {
        RefreshOn<ChangeEvent>(feed.Subscribe, ConcernsThisBatch, ReadAsync);

        await ReadAsync();
    }

    private bool ConcernsThisBatch(ChangeEvent changeEvent) => changeEvent switch
    {
        ChangeEvent.Recorded { Change.BatchId: var batch } => batch == Id,
        ChangeEvent.BatchUpdated { BatchId: var batch } => batch == Id || batch == _undo?.Id,
        _ => changeEvent is ChangeEvent.Resynchronized,
    };

    private Task ReadAsync() => ReadAsync(async () =>
    {
        var report = await batches.ReadAsync(User, Id, Closing);
        _isMissing = report is null;
        if (report is { Batch.State: BatchState.Planned })
        {
            navigation.NavigateTo(BatchPlanner.GetAddress(Id), new NavigationOptions { ReplaceHistoryEntry = true });
            return;
        }

        // A running batch is read again and again, and cannot be undone.
        _undo = report is null or { Batch.State: BatchState.Running } ? null : await batches.FindUndoAsync(User, Id, Closing);
        _report = report;
        _shown = _shown is { } shown && report?.Count(shown) > 0 ? shown : null;
    });

    /// <summary>Whether it was undone or is being undone; a stopped undo can be started again.</summary>
    private bool IsUndone => _undo is { State: BatchState.Running or BatchState.Paused or BatchState.Done };

    /// <summary>The fields that were written; if none were, those that would be.</summary>
    private static IReadOnlyList<FieldChange> Fields(BatchItemStatus item) => item.Change is { } change
        ? ChangeText.Fields(change.Before, change.Asked)
        : ChangeText.Fields(item.Item.Before, item.Item.Asked.MissingFrom(item.Item.Before));

    private Task PauseAsync() => ExecuteAndReloadAsync(() => batches.PauseAsync(User, Id, Closing));

    private Task ResumeAsync() => ExecuteAndReloadAsync(() => batches.ResumeAsync(User, Id, Closing));

    private Task RetryAsync() => ExecuteAndReloadAsync(() => batches.RetryAsync(User, Id, Closing));

    private async Task StopAsync()
    {
        if (await ConfirmDialog.ShowAsync(
            dialogs, BatchText.StopBatch, BatchText.StillWaiting(_report!.Count(BatchItemState.Waiting)), "Stop the batch", _report.Batch.State == BatchState.Paused ? "Keep paused" : "Keep running"))
        {
            await ExecuteAndReloadAsync(() => batches.StopAsync(User, Id, Closing));
        }
    }

    private Task UndoAsync() => ExecuteAndReloadAsync(async () => navigation.OpenPlan(await batches.UndoAsync(User, Id, Closing)));

    private async Task ExecuteAndReloadAsync(Func<Task<Result>> act)
    {
        await ExecuteAsync(act, "");
        await ReadAsync();
    }
}
