using System.Security.Claims;
using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Security;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;
using MudBlazor;

namespace Convai.Dashboard.Features.Team;

/// <summary>Shows Admins one person: the role and its reason, the sign-in methods, and the entries in the security log.</summary>
public sealed partial class PersonPage(TeamDirectory directory, ProviderLinks links, SecurityLog log, IDialogService dialogs, NavigationManager navigation, IOptions<AuthenticationOptions> ways)
{
    private TeamMember? _member;
    private IReadOnlyList<SecurityEvent> _lines = [];
    private bool _hasRead;

    // The role that is chosen on the page; it is the person's own until it is confirmed.
    private Role _role;
    private string? _done;
    private string? _resetAddress;

    [Parameter]
    public required string Id { get; set; }

    private IOptions<AuthenticationOptions> Ways => ways;

    protected override async Task OnParametersSetAsync()
    {
        if (_member?.Person.Id != Id)
        {
            (_hasRead, _done, ActionError, _resetAddress) = (false, null, null, null);
            await ReadAsync();
        }
    }

    private Task ReadAsync() => ReadAsync(async () =>
    {
        _member = (await directory.ReadAsync(User, Closing)).People.FirstOrDefault(member => member.Person.Id == Id);
        _role = _member?.Person.Role ?? default;
        _lines = await log.ReadAsync(User, Id, before: null, Closing);
        _hasRead = true;
    });

    private async Task ChangeRoleAsync()
    {
        var (person, role) = (_member!.Person, _role);
        if (await ConfirmDialog.ShowAsync(dialogs, TeamText.AskRole(person.Name, role), TeamText.RoleChanges(person, role, person.Id == User.PersonId()), "Change role", "Cancel"))
        {
            await DoAsync(() => directory.ChangeRoleAsync(User, Id, role, Closing), TeamText.HasRole(person.Name, role));
        }
    }

    private async Task SignOutEverywhereAsync()
    {
        if (await ConfirmDialog.ShowAsync(dialogs, TeamText.SignOut(_member!.Person.Name), TeamText.DraftsAreLost, "Sign out", "Cancel"))
        {
            await DoAsync(() => directory.SignOutEverywhereAsync(User, Id, Closing), TeamText.IsSignedOut(_member.Person.Name));
        }
    }

    private Task EnableAsync() =>
        DoAsync(() => directory.EnableAsync(User, Id, Closing), TeamText.MaySignIn(_member!.Person.Name));

    private async Task DisableAsync()
    {
        if (await ConfirmDialog.ShowAsync(dialogs, TeamText.Disable(_member!.Person.Name), TeamText.WillBeSignedOut, "Disable", "Cancel"))
        {
            await DoAsync(() => directory.DisableAsync(User, Id, Closing), TeamText.IsDisabled(_member.Person.Name));
        }
    }

    private Task AllowLocalSignInAsync() =>
        DoAsync(() => links.AllowLocalSignInAsync(User, Id, Closing), TeamText.SignsInWithout(_member!.Person.Name, Ways.Value.Oidc.Name));

    private Task MarkReviewedAsync() =>
        DoAsync(() => links.MarkReviewedAsync(User, Id, Closing), TeamText.LinksReviewed);

    private async Task RemoveLinkAsync(ProviderLogin login)
    {
        if (await ConfirmDialog.ShowAsync(dialogs, TeamText.RemoveLink, TeamText.LinkIsRemoved(login.Subject), "Remove", "Keep it"))
        {
            await DoAsync(() => links.RemoveAsync(User, Id, login, Closing), TeamText.LinkRemoved);
        }
    }

    private Task ResetAsync() => DoAsync(
        async () =>
        {
            var made = await directory.MakeResetLinkAsync(User, Id, Closing);
            _resetAddress = made.Value is { } link ? AccessLinks.GetAddress(navigation.BaseUri, link.Secret) : null;
            return made.WithoutValue;
        },
        TeamText.ResetLinkCreated);

    private async Task DoAsync(Func<Task<Result>> act, string done)
    {
        // A second click must not hide the link that the first one creates.
        if (IsBusy)
        {
            return;
        }

        (_done, _resetAddress) = (null, null);
        _done = await ExecuteAsync(act) ? done : null;
        await ReadAsync();
    }
}
