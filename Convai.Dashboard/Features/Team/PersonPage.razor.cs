using System.Security.Claims;
using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Data;
using Convai.Dashboard.Security;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.Options;
using MudBlazor;

namespace Convai.Dashboard.Features.Team;

/// <summary>One person, for Admins: the role and why, the ways in, and what the security log says.</summary>
public sealed partial class PersonPage(TeamDirectory directory, ProviderLinks links, SecurityLog log, IDialogService dialogs, NavigationManager navigation, IOptions<WaysInOptions> ways)
{
    private readonly CancellationTokenSource _closing = new();
    private TeamMember? _member;
    private IReadOnlyList<SecurityEvent> _lines = [];
    private bool _hasRead;
    private bool _isBusy;
    private string? _done;
    private string? _problem;
    private string? _resetAddress;

    [Parameter]
    public required string Id { get; set; }

    [CascadingParameter]
    private Task<AuthenticationState> AuthenticationState { get; set; } = null!;

    private IOptions<WaysInOptions> Ways => ways;

    protected override async Task OnParametersSetAsync()
    {
        if (_member?.Person.Id != Id)
        {
            (_hasRead, _done, _problem, _resetAddress) = (false, null, null, null);
            await ReadAsync();
        }
    }

    private async Task ReadAsync()
    {
        var by = await ByAsync();
        _member = (await directory.ReadAsync(by, _closing.Token))?.People.FirstOrDefault(member => member.Person.Id == Id);
        _lines = await log.ReadAsync(by, Id, before: null, _closing.Token) ?? [];
        _hasRead = true;
    }

    private static string Why(Person person) => person.RoleClaim is null
        ? "An Admin gave it, by the invitation or here; the security log says who and when."
        : $"Given at the last sign-in: {person.RoleClaim}, by {person.RoleRule}. It is set anew at each sign-in and cannot be changed here.";

    private Task<TeamOutcome?> ChangeRoleAsync(Role role) =>
        ActAsync(by => directory.ChangeRoleAsync(by, Id, role, _closing.Token), $"{_member!.Person.Name} is {role} now.");

    private Task<TeamOutcome?> SignOutEverywhereAsync() =>
        ActAsync(by => directory.SignOutEverywhereAsync(by, Id, _closing.Token), $"{_member!.Person.Name} is signed out everywhere.");

    private Task<TeamOutcome?> EnableAsync() =>
        ActAsync(by => directory.EnableAsync(by, Id, _closing.Token), $"{_member!.Person.Name} can sign in again.");

    private async Task DisableAsync()
    {
        if (await ConfirmDialog.AskAsync(dialogs, $"Disable {_member!.Person.Name}?", "Every sign-in ends at once. An Admin can enable the account again.", "Disable", "Keep it"))
        {
            await ActAsync(by => directory.DisableAsync(by, Id, _closing.Token), $"{_member.Person.Name} is disabled.");
        }
    }

    private string LocalWords(Person person) => person.LocalSignInDisabledAt is null
        ? $"The role comes from {Ways.Value.Oidc.Name}: a password, a passkey or a reset link lets {person.Name} in only for {ProviderRoles.HoldFor.TotalHours} hours after each sign-in there. Allowed, they work without it, and the role is one that you gave."
        : $"{Ways.Value.Oidc.Name} gives {person.Name} no role any more, so nothing lets them in until it does. Allowed, a password, a passkey or a reset link works again, with the role that {person.Name} had.";

    private Task<TeamOutcome?> AllowLocalSignInAsync() =>
        ActAsync(by => links.AllowLocalSignInAsync(by, Id, _closing.Token), $"{_member!.Person.Name} can sign in without {Ways.Value.Oidc.Name}.");

    private Task<TeamOutcome?> MarkReviewedAsync() =>
        ActAsync(by => links.MarkReviewedAsync(by, Id, _closing.Token), "The links are marked as reviewed.");

    private async Task RemoveLinkAsync(ProviderLogin login)
    {
        if (await ConfirmDialog.AskAsync(dialogs, "Remove this link?", $"{login.Subject} can't sign in to this account any longer. All its sign-ins end, and its password, authenticator app and passkeys are removed too, since they may be theirs.", "Remove", "Keep it"))
        {
            await ActAsync(by => links.RemoveAsync(by, Id, login, _closing.Token), "The link is removed.");
        }
    }

    private async Task ResetAsync()
    {
        _resetAddress = null;
        var outcome = await ActAsync(by => directory.MakeResetLinkAsync(by, Id, _closing.Token), "The reset link is made.");
        _resetAddress = outcome?.LinkSecret is { } secret ? AccessLinks.AddressOf(navigation.BaseUri, secret) : null;
    }

    private async Task<TeamOutcome?> ActAsync(Func<ClaimsPrincipal, Task<TeamOutcome>> act, string done)
    {
        // A second click can arrive before the button is shown as disabled.
        if (_isBusy)
        {
            return null;
        }

        (_isBusy, _done, _problem, _resetAddress) = (true, null, null, null);
        try
        {
            var outcome = await act(await ByAsync());
            (_done, _problem) = (outcome.Refusal is null ? done : null, outcome.Refusal);
            await ReadAsync();
            return outcome;
        }
        finally
        {
            _isBusy = false;
        }
    }

    private async Task<ClaimsPrincipal> ByAsync() => (await AuthenticationState).User;

    public void Dispose()
    {
        _closing.Cancel();
    }
}
