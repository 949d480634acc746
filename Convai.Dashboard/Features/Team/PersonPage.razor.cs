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
public sealed partial class PersonPage(TeamDirectory directory, ProviderLinks links, SecurityLog log, IDialogService dialogs, NavigationManager navigation, IOptions<AuthenticationOptions> authOptions)
{
    private TeamMember? _member;
    private IReadOnlyList<SecurityEvent> _entries = [];
    private bool _isLoaded;

    // The role that is chosen on the page; it is the person's own until it is confirmed.
    private Role _role;
    private string? _successMessage;
    private string? _resetAddress;

    [Parameter]
    public required string Id { get; set; }

    private IOptions<AuthenticationOptions> AuthOptions => authOptions;

    protected override async Task OnParametersSetAsync()
    {
        if (_member?.Person.Id != Id)
        {
            (_isLoaded, _successMessage, ActionError, _resetAddress) = (false, null, null, null);
            await ReadAsync();
        }
    }

    private Task ReadAsync() => ReadAsync(async () =>
    {
        _member = (await directory.ReadAsync(User, Closing)).People.FirstOrDefault(member => member.Person.Id == Id);
        _role = _member?.Person.Role ?? default;
        _entries = await log.ReadAsync(User, Id, before: null, Closing);
        _isLoaded = true;
    });

    private async Task ChangeRoleAsync()
    {
        var (person, role) = (_member!.Person, _role);
        if (await ConfirmDialog.ShowAsync(dialogs, TeamText.AskRole(person.Name, role), TeamText.RoleChanges(person, role, person.Id == User.PersonId()), "Change role", "Cancel"))
        {
            await ExecuteAndReloadAsync(() => directory.ChangeRoleAsync(User, Id, role, Closing), TeamText.HasRole(person.Name, role));
        }
    }

    private async Task SignOutEverywhereAsync()
    {
        if (await ConfirmDialog.ShowAsync(dialogs, TeamText.SignOut(_member!.Person.Name), TeamText.DraftsAreLost, "Sign out", "Cancel"))
        {
            await ExecuteAndReloadAsync(() => directory.SignOutEverywhereAsync(User, Id, Closing), TeamText.IsSignedOut(_member.Person.Name));
        }
    }

    private Task EnableAsync() =>
        ExecuteAndReloadAsync(() => directory.EnableAsync(User, Id, Closing), TeamText.MaySignIn(_member!.Person.Name));

    private async Task DisableAsync()
    {
        if (await ConfirmDialog.ShowAsync(dialogs, TeamText.Disable(_member!.Person.Name), TeamText.WillBeSignedOut, "Disable", "Cancel"))
        {
            await ExecuteAndReloadAsync(() => directory.DisableAsync(User, Id, Closing), TeamText.IsDisabled(_member.Person.Name));
        }
    }

    private Task AllowLocalSignInAsync() =>
        ExecuteAndReloadAsync(() => links.AllowLocalSignInAsync(User, Id, Closing), TeamText.SignsInWithout(_member!.Person.Name, AuthOptions.Value.Oidc.Name));

    private Task MarkReviewedAsync() =>
        ExecuteAndReloadAsync(() => links.MarkReviewedAsync(User, Id, Closing), TeamText.LinksReviewed);

    private async Task RemoveLinkAsync(ProviderLogin login)
    {
        if (await ConfirmDialog.ShowAsync(dialogs, TeamText.RemoveLink, TeamText.LinkIsRemoved(login.Subject), "Remove", "Keep it"))
        {
            await ExecuteAndReloadAsync(() => links.RemoveAsync(User, Id, login, Closing), TeamText.LinkRemoved);
        }
    }

    private Task ResetAsync() => ExecuteAndReloadAsync(
        async () =>
        {
            var result = await directory.CreateResetLinkAsync(User, Id, Closing);
            _resetAddress = result.Value is { } link ? AccessLinks.GetAddress(navigation.BaseUri, link.Secret) : null;
            return result.WithoutValue;
        },
        TeamText.ResetLinkCreated);

    private async Task ExecuteAndReloadAsync(Func<Task<Result>> act, string successMessage)
    {
        // A second click must not hide the link that the first one creates.
        if (IsBusy)
        {
            return;
        }

        (_successMessage, _resetAddress) = (null, null);
        _successMessage = await ExecuteAsync(act) ? successMessage : null;
        await ReadAsync();
    }
}
