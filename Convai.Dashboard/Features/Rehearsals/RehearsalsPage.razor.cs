using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Features.Models;
using Convai.Dashboard.Security;
using Microsoft.Extensions.Options;
using MudBlazor;

namespace Convai.Dashboard.Features.Rehearsals;

/// <summary>Lists the team's rehearsals and scripts; two runs of one character can be compared from here.</summary>
public sealed partial class RehearsalsPage(RehearsalService rehearsals, AccountModels accountModels, IOptions<RehearsalOptions> options, IChangeFeed feed, IDialogService dialogs)
{
    private readonly List<long> _selected = [];
    private IReadOnlyList<RehearsalSummary>? _rehearsals;
    private RehearsalFilter _filter;
    private string _query = "";

    private ModelList Models => accountModels.Last;

    private IReadOnlyList<RehearsalSummary> Shown
    {
        get
        {
            var words = SearchText.SplitWords(_query);
            return [.. _rehearsals!.Where(summary => IsShown(summary, _filter) && SearchText.ContainsAll(SearchText.Fold(RehearsalText.SearchableText(summary, Models)), words))];
        }
    }

    /// <summary>The two selected runs, the older one first; null unless they are two of the same character.</summary>
    private (long First, long Second)? Compared =>
        _rehearsals!.Where(summary => _selected.Contains(summary.Rehearsal.Id)).Select(summary => summary.Rehearsal).ToList() is [var newer, var older]
            && string.Equals(newer.CharacterId, older.CharacterId, StringComparison.Ordinal)
            ? (older.Id, newer.Id)
            : null;

    protected override async Task OnInitializedAsync()
    {
        RefreshOn<ChangeEvent>(
            feed.Subscribe,
            changeEvent => changeEvent is ChangeEvent.RehearsalUpdated or ChangeEvent.Resynchronized or ChangeEvent.Recorded { Change.RehearsalId: not null },
            ReadAsync);

        await ReadAsync();
    }

    private Task ReadAsync() => ReadAsync(async () => _rehearsals = await rehearsals.ListAsync(User, Closing));

    private bool IsShown(RehearsalSummary summary, RehearsalFilter filter) => filter switch
    {
        RehearsalFilter.Running => summary.Rehearsal.State == RehearsalState.Running,
        RehearsalFilter.Undecided => summary.IsUndecided,
        RehearsalFilter.Used => summary.Used is not null,
        RehearsalFilter.Mine => summary.Rehearsal.PersonId == User.PersonId(),
        _ => true,
    };

    private void ShowAll() => (_filter, _query) = (RehearsalFilter.All, "");

    private void Select(long id)
    {
        if (!_selected.Remove(id))
        {
            _selected.Add(id);
        }
    }
}
