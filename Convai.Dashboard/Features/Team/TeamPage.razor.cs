using System.Security.Claims;
using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Security;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.Options;
using MudBlazor;

namespace Convai.Dashboard.Features.Team;

/// <summary>Everybody who may sign in, and who is expected.</summary>
public sealed partial class TeamPage(TeamDirectory directory, ProviderLinks links, IDialogService dialogs, AccessChanges changes, IOptions<WaysInOptions> ways)
{
    private readonly CancellationTokenSource _closing = new();
    private TeamReading? _team;
    private string? _myId;
    private string? _problem;

    [CascadingParameter]
    private Task<AuthenticationState> AuthenticationState { get; set; } = null!;

    private IOptions<WaysInOptions> Ways => ways;

    private string LeadWords => _team switch
    {
        null => "Reading the team…",
        { Invitations.Count: 0 } => CountWords,
        { Invitations.Count: var invited } => $"{CountWords} · {invited} invited",
    };

    private string CountWords => _team!.People.Count == 1 ? "1 person" : $"{_team.People.Count} people";

    protected override async Task OnInitializedAsync()
    {
        changes.Changed += OnChanged;
        await ReadAsync();
    }

    private async Task ReadAsync()
    {
        var by = await ByAsync();
        _myId = by.PersonId();
        _team = await directory.ReadAsync(by, _closing.Token);
    }

    // Somebody else's act, or somebody who has just joined.
    private void OnChanged(string personId) => Run(
        async () =>
        {
            await ReadAsync();
            StateHasChanged();
        },
        _closing.Token);

    private async Task InviteAsync()
    {
        await InviteDialog.AskAsync(dialogs);
        await ReadAsync();
    }

    private async Task WithdrawAsync(AccessLink invitation)
    {
        if (await ConfirmDialog.AskAsync(dialogs, "Withdraw the invitation?", $"The link for {invitation.Email} stops working.", "Withdraw", "Keep it"))
        {
            _problem = (await directory.WithdrawAsync(await ByAsync(), invitation.Id, _closing.Token)).Refusal;
            await ReadAsync();
        }
    }

    private async Task MarkReviewedAsync(TeamMember member)
    {
        _problem = (await links.MarkReviewedAsync(await ByAsync(), member.Person.Id, _closing.Token)).Refusal;
        await ReadAsync();
    }

    private async Task<ClaimsPrincipal> ByAsync() => (await AuthenticationState).User;

    public void Dispose()
    {
        changes.Changed -= OnChanged;
        _closing.Cancel();
    }
}
