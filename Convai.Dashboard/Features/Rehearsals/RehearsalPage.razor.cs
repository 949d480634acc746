using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Models;
using Convai.Dashboard.Security;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Convai.Dashboard.Features.Rehearsals;

/// <summary>Shows a rehearsal while it runs and afterwards: what each column said to each line, side by side.</summary>
public sealed partial class RehearsalPage(RehearsalService rehearsals, AccountModels accountModels, IChangeFeed feed, IDialogService dialogs, NavigationManager navigation)
{
    private RehearsalView? _view;
    private bool _isMissing;
    private ModelList _models = null!;

    [Parameter]
    public required long Id { get; set; }

    private bool MayDelete => _view is { AnswersDeletedAt: null } view && (User.IsAtLeast(Role.Admin) || (MayChange && view.PersonId == User.PersonId()));

    protected override async Task OnInitializedAsync()
    {
        RefreshOn<ChangeEvent>(
            feed.Subscribe,
            changeEvent => changeEvent is ChangeEvent.Resynchronized || (changeEvent is ChangeEvent.RehearsalUpdated { RehearsalId: var updated } && updated == Id),
            ReadAsync);

        await ReadAsync();
    }

    private Task ReadAsync() => ReadAsync(async () =>
    {
        var view = await rehearsals.ReadAsync(User, Id, Closing);
        (_view, _isMissing, _models) = (view, view is null, accountModels.Last);
    });

    /// <summary>Puts the column's settings into the character's draft. Hidden names are revealed first, if the person agrees.</summary>
    private async Task UseAsync(ColumnView column)
    {
        if (_view!.IsHidden && !await RevealAsync())
        {
            return;
        }

        if (_view.Columns.FirstOrDefault(revealed => revealed.Position == column.Position) is { IsNow: false })
        {
            navigation.NavigateTo($"{CharacterAddress.ForPage(_view.CharacterId)}?rehearsal={Id}&column={column.Position}");
        }
        else
        {
            ActionError = RehearsalText.WasNow;
        }
    }

    private async Task<bool> RevealAsync()
    {
        if (!await ConfirmDialog.ShowAsync(dialogs, RehearsalText.RevealTitle, RehearsalText.RevealWarning, "Reveal", "Keep hidden"))
        {
            return false;
        }

        await ExecuteAndReloadAsync(() => rehearsals.RevealAsync(User, Id, Closing));
        return _view is { IsHidden: false };
    }

    private Task StopAsync() => ExecuteAndReloadAsync(() => rehearsals.StopAsync(User, Id, Closing));

    private async Task DeleteAsync()
    {
        if (await ConfirmDialog.ShowAsync(dialogs, RehearsalText.DeleteTitle, RehearsalText.DeleteWarning, "Delete answers", "Keep them"))
        {
            await ExecuteAndReloadAsync(() => rehearsals.DeleteAnswersAsync(User, Id, Closing));
        }
    }

    private async Task ExecuteAndReloadAsync(Func<Task<Result>> act)
    {
        await ExecuteAsync(act, "");
        await ReadAsync();
    }
}
