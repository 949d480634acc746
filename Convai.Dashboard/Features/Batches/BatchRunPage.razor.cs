using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Convai.Dashboard.Features.Batches;

/// <summary>Shows the progress of a batch, item by item, live and afterwards.</summary>
public sealed partial class BatchRunPage(BatchRuns runs, IChangeFeed feed, IDialogService dialogs, NavigationManager navigation)
{
    private BatchReport? _report;
    private Batch? _undo;
    private BatchLineState? _shown;
    private bool _isMissing;

    [Parameter]
    public required long Id { get; set; }

    private int Failed => _report!.Count(BatchLineState.Failed);

    private int Ended => _report!.Lines.Count(line => line.State is not (BatchLineState.Waiting or BatchLineState.Writing or BatchLineState.ReadingBack));

    private List<BatchLine> Shown => [.. _report!.Lines.Where(line => _shown is null || line.State == _shown)];

    private string ProgressWords => string.Join(" · ", Enum.GetValues<BatchLineState>()
        .Select(state => (State: state, Count: _report!.Count(state)))
        .Where(part => part.Count > 0)
        .Select(part => $"{part.Count} {BatchWords.State(part.State).ToLowerInvariant()}")
        .Prepend($"{Ended} of {_report!.Lines.Count} done"));

    protected override async Task OnInitializedAsync()
    {
        if (RendererInfo.IsInteractive)
        {
            var refresh = new Refresh(ReadAsync);
            UntilClosing(feed.Listen(news =>
            {
                if (IsOfThis(news))
                {
                    Run(refresh.AskAsync);
                }
            }));
        }

        await ReadAsync();
    }

    private bool IsOfThis(ChangeNews news) => news switch
    {
        ChangeNews.Recorded { Change.BatchId: var batch } => batch == Id,
        ChangeNews.BatchMoved { BatchId: var batch } => batch == Id || batch == _undo?.Id,
        _ => news is ChangeNews.Missed,
    };

    private Task ReadAsync() => ReadAsync(async () =>
    {
        var report = await runs.ReadAsync(By, Id, Closing);
        _isMissing = report is null;
        if (report is { Batch.State: BatchState.Planned })
        {
            navigation.NavigateTo(BatchPlans.AddressOf(Id), new NavigationOptions { ReplaceHistoryEntry = true });
            return;
        }

        // A running batch is read again and again, and cannot be undone.
        _undo = report is null or { Batch.State: BatchState.Running } ? null : await runs.FindUndoAsync(By, Id, Closing);
        _report = report;
        _shown = _shown is { } shown && report?.Count(shown) > 0 ? shown : null;
    });

    /// <summary>Whether it was undone or is being undone; a stopped undo can be started again.</summary>
    private bool IsUndone => _undo is { State: BatchState.Running or BatchState.Paused or BatchState.Done };

    /// <summary>The fields that were written; if none were, those that would be.</summary>
    private static IReadOnlyList<FieldChange> Fields(BatchLine line) => line.Change is { } change
        ? ChangeWords.Fields(change.Before, change.Asked)
        : ChangeWords.Fields(line.Row.Before, line.Row.Asked.Without(line.Row.Before));

    private Task PauseAsync() => DoAsync(() => runs.PauseAsync(By, Id, Closing));

    private Task ResumeAsync() => DoAsync(() => runs.ResumeAsync(By, Id, Closing));

    private Task RetryAsync() => DoAsync(() => runs.RetryAsync(By, Id, Closing));

    private async Task StopAsync()
    {
        if (await ConfirmDialog.AskAsync(
            dialogs, "Stop this batch?", $"{_report!.Count(BatchLineState.Waiting)} characters are still waiting and will not be changed. Changes already made stay, and can be undone.", "Stop the batch", _report.Batch.State == BatchState.Paused ? "Keep paused" : "Keep running"))
        {
            await DoAsync(() => runs.StopAsync(By, Id, Closing));
        }
    }

    private Task UndoAsync() => DoAsync(async () => BatchPlans.Open(await runs.UndoAsync(By, Id, Closing), navigation));

    private async Task DoAsync(Func<Task<Result>> act)
    {
        await ActAsync(act, "");
        await ReadAsync();
    }
}
