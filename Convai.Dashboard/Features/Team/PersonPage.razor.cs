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
    private string? _done;
    private string? _resetAddress;

    [Parameter]
    public required string Id { get; set; }

    private IOptions<AuthenticationOptions> Ways => ways;

    protected override async Task OnParametersSetAsync()
    {
        if (_member?.Person.Id != Id)
        {
            (_hasRead, _done, Problem, _resetAddress) = (false, null, null, null);
            await ReadAsync();
        }
    }

    private Task ReadAsync() => ReadAsync(async () =>
    {
        _member = (await directory.ReadAsync(User, Closing)).People.FirstOrDefault(member => member.Person.Id == Id);
        _lines = await log.ReadAsync(User, Id, before: null, Closing);
        _hasRead = true;
    });

    private static string Why(Person person) => person.RoleClaim is null
        ? "An Admin assigned it, in the invitation or here; the security log shows who and when."
        : $"Given at the last sign-in: {person.RoleClaim}, by {person.RoleRule}. It is updated at each sign-in and can't be changed here.";

    private Task ChangeRoleAsync(Role role) =>
        DoAsync(() => directory.ChangeRoleAsync(User, Id, role, Closing), $"{_member!.Person.Name} is now {role}.");

    private Task SignOutEverywhereAsync() =>
        DoAsync(() => directory.SignOutEverywhereAsync(User, Id, Closing), $"{_member!.Person.Name} is signed out everywhere.");

    private Task EnableAsync() =>
        DoAsync(() => directory.EnableAsync(User, Id, Closing), $"{_member!.Person.Name} can sign in again.");

    private async Task DisableAsync()
    {
        if (await ConfirmDialog.AskAsync(dialogs, $"Disable {_member!.Person.Name}'s account?", "They will be signed out everywhere at once. An Admin can enable the account again.", "Disable", "Cancel"))
        {
            await DoAsync(() => directory.DisableAsync(User, Id, Closing), $"{_member.Person.Name}'s account is disabled.");
        }
    }

    private string LocalText(Person person) => person.LocalSignInDisabledAt is null
        ? $"The role comes from {Ways.Value.Oidc.Name}: a password, a passkey or a reset link lets {person.Name} in only for {ProviderRoles.HoldFor.TotalHours} hours after each sign-in there. If you allow local sign-in, they always work, and the role becomes one that you manage here."
        : $"{Ways.Value.Oidc.Name} no longer gives {person.Name} a role, so they cannot sign in. If you allow local sign-in, a password, a passkey or a reset link works again, with the role that {person.Name} had.";

    private Task AllowLocalSignInAsync() =>
        DoAsync(() => links.AllowLocalSignInAsync(User, Id, Closing), $"{_member!.Person.Name} can sign in without {Ways.Value.Oidc.Name}.");

    private Task MarkReviewedAsync() =>
        DoAsync(() => links.MarkReviewedAsync(User, Id, Closing), "The links were marked as reviewed.");

    private async Task RemoveLinkAsync(ProviderLogin login)
    {
        if (await ConfirmDialog.AskAsync(dialogs, "Remove this link?", $"{login.Subject} will no longer be able to sign in to this account. Everyone is signed out of this account, and its password, authenticator app and passkeys are removed too, because that person may have set them up.", "Remove", "Keep it"))
        {
            await DoAsync(() => links.RemoveAsync(User, Id, login, Closing), "The link was removed.");
        }
    }

    private Task ResetAsync() => DoAsync(
        async () =>
        {
            var made = await directory.MakeResetLinkAsync(User, Id, Closing);
            _resetAddress = made.Value is { } link ? AccessLinks.AddressOf(navigation.BaseUri, link.Secret) : null;
            return made.WithoutValue;
        },
        "The reset link has been created.");

    private async Task DoAsync(Func<Task<Result>> act, string done)
    {
        // A second click must not hide the link that the first one creates.
        if (IsBusy)
        {
            return;
        }

        (_done, _resetAddress) = (null, null);
        _done = await ActAsync(act) ? done : null;
        await ReadAsync();
    }
}
