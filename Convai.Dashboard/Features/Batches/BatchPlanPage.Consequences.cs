using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Models;
using Microsoft.AspNetCore.Components;

namespace Convai.Dashboard.Features.Batches;

/// <summary>What the plan's models do to their characters. Tools are shown as far as they are cached, and read only on request.</summary>
public sealed partial class BatchPlanPage
{
    private ToolCheckProgress? _check;
    private CancellationTokenSource? _checking;

    [Inject]
    private CharacterTools Tools { get; set; } = null!;

    private List<BatchPlanItem> ModelChanges => [.. _lines.Where(line => ChangeOf(line) is not null)];

    private List<string> Unchecked => [.. ModelChanges.Select(line => line.Item.CharacterId).Where(id => Tools.Cached(id) is null)];

    private static string CheckText(int characters) => $"Check tools ({characters * CharacterTools.CallsPerCharacter} calls)";

    /// <summary>Null if no model will be written.</summary>
    private ModelChange? ChangeOf(BatchPlanItem line) => line is { IsWritten: true, Now: { } now, Missing.ModelCode: { } code }
        ? ModelChange.Between(_models ?? accountModels.Catalogue, now.ModelCode, code, cast.Last.Find(line.Item.CharacterId)?.ModerationEnabled, Tools.Cached(line.Item.CharacterId))
        : null;

    private string? ChangesText(BatchPlanItem line) =>
        ChangeOf(line) is { } change && BatchText.Consequences(ModelConsequences.For(change)) is { Length: > 0 } text ? text : null;

    private string TotalsText => BatchText.ConsequenceTotals(ModelChanges.Select(line => ModelConsequences.For(ChangeOf(line)!)));

    private Task ShowChangesAsync(BatchPlanItem line) =>
        ChangeOf(line) is { } change ? WhatChangesDialog.ShowAsync(dialogs, line.Item.CharacterName, change) : Task.CompletedTask;

    private async Task CheckToolsAsync()
    {
        // A second click can arrive before the button is gone.
        if (_checking is not null)
        {
            return;
        }

        using var checking = CancellationTokenSource.CreateLinkedTokenSource(Closing);
        (_checking, _check) = (checking, new ToolCheckProgress(0, Unchecked.Count, IsPaused: false));
        try
        {
            await Tools.ReadAllAsync(
                Unchecked,
                progress =>
                {
                    _check = progress;
                    StateHasChanged();
                },
                checking.Token);
        }
        catch (OperationCanceledException) when (checking.IsCancellationRequested)
        {
            // Stopped, or the person has left the page; what has been read stays cached.
        }
        finally
        {
            (_checking, _check) = (null, null);
        }
    }

    private Task StopCheckingAsync() => _checking?.CancelAsync() ?? Task.CompletedTask;
}
