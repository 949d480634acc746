using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Security;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;
using MudBlazor;

namespace Convai.Dashboard.Features.Team;

/// <summary>The team for Admins: everyone who can sign in, and the open invitations.</summary>
public sealed partial class TeamManagement(
    TeamDirectory directory, ProviderLinks links, IDialogService dialogs, AccessChangeNotifier changes, NavigationManager navigation, IOptions<AuthenticationOptions> authOptions)
{
    private TeamOverview? _team;
    private string? _myId;

    // Shown once, like the link of a new invitation.
    private (string Address, AccessLink Invitation)? _renewed;

    private IOptions<AuthenticationOptions> AuthOptions => authOptions;

    private string LeadText => _team switch
    {
        null => LoadError is null ? TeamText.Loading : "",
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
    private void OnChanged(string personId) => Dispatch(ReadAsync);

    private async Task InviteAsync()
    {
        _renewed = null;
        await InviteDialog.ShowAsync(dialogs);
        await ReadAsync();
    }

    private async Task RenewAsync(AccessLink invitation)
    {
        // A second click must not replace the link that the first one creates.
        if (IsBusy)
        {
            return;
        }

        _renewed = null;
        await ExecuteAsync(
            async () =>
            {
                var result = await directory.RenewInvitationAsync(User, invitation.Id, Closing);
                _renewed = result.Value is { } link ? (AccessLinks.GetAddress(navigation.BaseUri, link.Secret), invitation) : null;
                return result.WithoutValue;
            },
            TeamText.NotRenewed);
        await ReadAsync();
    }

    private async Task WithdrawAsync(AccessLink invitation)
    {
        _renewed = null;
        if (await ConfirmDialog.ShowAsync(dialogs, TeamText.Withdraw, TeamText.LinkStops(invitation.Email), "Withdraw", "Keep it"))
        {
            await ExecuteAsync(() => directory.WithdrawAsync(User, invitation.Id, Closing));
            await ReadAsync();
        }
    }

    private async Task MarkReviewedAsync(TeamMember member)
    {
        await ExecuteAsync(() => links.MarkReviewedAsync(User, member.Person.Id, Closing));
        await ReadAsync();
    }
}
