using System.Security.Claims;
using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Security;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using MudBlazor;

namespace Convai.Dashboard.Features.Batches;

/// <summary>How far a batch has come, row by row, as it happens and afterwards.</summary>
public sealed partial class BatchRunPage(BatchRuns runs, IChangeFeed feed, IDialogService dialogs, NavigationManager navigation)
{
    private readonly CancellationTokenSource _closing = new();
    private IDisposable? _listening;
    private ClaimsPrincipal _by = new();
    private BatchReport? _report;
    private Batch? _undo;
    private BatchLineState? _shown;
    private string? _trouble;
    private string? _problem;
    private bool _isMissing;
    private bool _isBusy;

    [Parameter]
    public required long Id { get; set; }

    [CascadingParameter]
    private Task<AuthenticationState> AuthenticationState { get; set; } = null!;

    private bool MayChange => _by.IsAtLeast(Role.Designer);

    private int Failed => _report!.Count(BatchLineState.Failed);

    private int Ended => _report!.Lines.Count(line => line.State is not (BatchLineState.Waiting or BatchLineState.Writing or BatchLineState.ReadingBack));

    private List<BatchLine> Shown => [.. _report!.Lines.Where(line => _shown is null || line.State == _shown)];

    private string ProgressWords => string.Join(" · ", Enum.GetValues<BatchLineState>()
        .Select(state => (State: state, Count: _report!.Count(state)))
        .Where(part => part.Count > 0)
        .Select(part => $"{part.Count} {BatchWords.State(part.State).ToLowerInvariant()}")
        .Prepend($"{Ended} of {_report!.Lines.Count} ended"));

    protected override async Task OnInitializedAsync()
    {
        _by = (await AuthenticationState).User;
        if (RendererInfo.IsInteractive)
        {
            var refresh = new Refresh(ReadAsync);
            _listening = feed.Listen(news =>
            {
                if (IsOfThis(news))
                {
                    Run(refresh.AskAsync, _closing.Token);
                }
            });
        }

        await ReadAsync();
    }

    private bool IsOfThis(ChangeNews news) => news switch
    {
        ChangeNews.Recorded { Change.BatchId: var batch } => batch == Id,
        ChangeNews.BatchMoved { BatchId: var batch } => batch == Id || batch == _undo?.Id,
        _ => news is ChangeNews.Missed,
    };

    private async Task ReadAsync()
    {
        try
        {
            var report = await runs.ReadAsync(_by, Id, _closing.Token);
            (_isMissing, _trouble) = (report is null, null);
            if (report is { Batch.State: BatchState.Planned })
            {
                navigation.NavigateTo(BatchPlans.AddressOf(Id), new NavigationOptions { ReplaceHistoryEntry = true });
                return;
            }

            // While it runs it is read again and again, and nobody can undo it.
            _undo = report is null or { Batch.State: BatchState.Running } ? null : await runs.FindUndoAsync(_by, Id, _closing.Token);
            _report = report;
            _shown = _shown is { } shown && report?.Count(shown) > 0 ? shown : null;
        }
        catch (Exception) when (_closing.IsCancellationRequested)
        {
            return;
        }
        catch (Exception exception) when (DatabaseTrouble.Of(exception) is { } trouble)
        {
            (_report, _trouble) = (null, trouble);
        }

        StateHasChanged();
    }

    /// <summary>It was taken back, or is being; one that was stopped in the middle can be begun anew.</summary>
    private bool IsUndone => _undo is { State: BatchState.Running or BatchState.Paused or BatchState.Done };

    /// <summary>What was written where something was, else what would be.</summary>
    private static IReadOnlyList<FieldChange> Fields(BatchLine line) => line.Change is { } change
        ? ChangeWords.Fields(change.Before, change.Asked)
        : ChangeWords.Fields(line.Row.Before, line.Row.Asked.Without(line.Row.Before));

    private Task PauseAsync() => ActAsync(() => runs.PauseAsync(_by, Id, _closing.Token));

    private Task ResumeAsync() => ActAsync(() => runs.ResumeAsync(_by, Id, _closing.Token));

    private Task RetryAsync() => ActAsync(() => runs.RetryAsync(_by, Id, _closing.Token));

    private async Task StopAsync()
    {
        if (await ConfirmDialog.AskAsync(
            dialogs, "Stop this batch?", $"{_report!.Count(BatchLineState.Waiting)} rows that wait are not written any more. What was written stays, and can be undone.", "Stop the batch", "Let it go on"))
        {
            await ActAsync(() => runs.StopAsync(_by, Id, _closing.Token));
        }
    }

    private Task UndoAsync() => ActAsync(async () =>
    {
        switch (await runs.UndoAsync(_by, Id, _closing.Token))
        {
            case PlanOutcome.Made made:
                navigation.NavigateTo(BatchPlans.AddressOf(made.BatchId));
                return null;
            case PlanOutcome.Refused refused:
                return refused.Sentence;
            default:
                throw new InvalidOperationException("A plan is made or refused.");
        }
    });

    private async Task ActAsync(Func<Task<string?>> act)
    {
        if (_isBusy)
        {
            return;
        }

        _isBusy = true;
        try
        {
            _problem = await act();
        }
        catch (Exception exception) when (DatabaseTrouble.Of(exception) is { } trouble)
        {
            _problem = trouble;
        }
        finally
        {
            _isBusy = false;
        }

        await ReadAsync();
    }

    public void Dispose()
    {
        _listening?.Dispose();
        _closing.Cancel();
    }
}
