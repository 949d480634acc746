using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Security;
using Microsoft.Extensions.Options;
using MudBlazor;

namespace Convai.Dashboard.Features.Team;

/// <summary>Shows everyone who can sign in, and the open invitations.</summary>
public sealed partial class TeamPage(TeamDirectory directory, ProviderLinks links, IDialogService dialogs, AccessChangeNotifier changes, IOptions<AuthenticationOptions> ways)
{
    private TeamReading? _team;
    private string? _myId;

    private IOptions<AuthenticationOptions> Ways => ways;

    private string LeadText => _team switch
    {
        null => Trouble is null ? "Loading the team…" : "",
        { } team => TeamText.Count(team),
    };

    protected override async Task OnInitializedAsync()
    {
        changes.Changed += OnChanged;
        Closing.Register(() => changes.Changed -= OnChanged);
        await ReadAsync();
    }

    private Task ReadAsync() => ReadAsync(async () =>
    {
        _myId = User.PersonId();
        _team = await directory.ReadAsync(User, Closing);
    });

    // Another Admin has changed something, or someone has just joined.
    private void OnChanged(string personId) => Run(ReadAsync);

    private async Task InviteAsync()
    {
        await InviteDialog.AskAsync(dialogs);
        await ReadAsync();
    }

    private async Task WithdrawAsync(AccessLink invitation)
    {
        if (await ConfirmDialog.AskAsync(dialogs, TeamText.Withdraw, TeamText.LinkStops(invitation.Email), "Withdraw", "Keep it"))
        {
            await ActAsync(() => directory.WithdrawAsync(User, invitation.Id, Closing));
            await ReadAsync();
        }
    }

    private async Task MarkReviewedAsync(TeamMember member)
    {
        await ActAsync(() => links.MarkReviewedAsync(User, member.Person.Id, Closing));
        await ReadAsync();
    }
}
