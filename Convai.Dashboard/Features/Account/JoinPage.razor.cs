using Convai.Dashboard.Data;
using Convai.Dashboard.Security;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Identity;

namespace Convai.Dashboard.Features.Account;

/// <summary>
/// The page that every access link opens: the set-up link, an invitation, a reset. The secret follows the # of the
/// address, so the page itself has to send it (<c>account.js</c>); without scripts the person pastes it.
/// </summary>
public sealed partial class JoinPage(JoinService joinService, PersonSignIn signIn, SignInManager<Person> session, NavigationManager navigation)
{
    private AccessLink? _link;
    private string? _problem;

    [SupplyParameterFromForm]
    private OpenForm Opening { get; set; } = null!;

    [SupplyParameterFromForm]
    private JoinForm Joining { get; set; } = null!;

    [CascadingParameter]
    private HttpContext Context { get; set; } = null!;

    private string Heading => AccountText.Heading(_link?.Kind);

    protected override async Task OnInitializedAsync()
    {
        Opening ??= new OpenForm();
        Joining ??= new JoinForm();
        // A whole link, or only the part after its #.
        Joining.Secret ??= Opening.Link?.Trim().Split('#')[^1];
        _link = await joinService.FindAsync(Joining.Secret, Context.RequestAborted);
        Joining.Email = _link?.Email ?? Joining.Email;
    }

    /// <summary>One form for every step: only a form that the page first rendered can be submitted, and the link may have expired since.</summary>
    private Task SubmitAsync() => (_link, Opening.Link) switch
    {
        (null, _) => HandleOutcomeAsync(JoinService.DeadLink),
        (_, not null) => Task.CompletedTask,
        ({ Kind: AccessLinkKind.Reset }, _) => ResetAsync(),
        _ => JoinAsync(),
    };

    private async Task JoinAsync() =>
        await HandleOutcomeAsync(await joinService.CreateAccountAsync(Joining.Secret, Joining.Name ?? "", Joining.Email ?? "", Joining.Password ?? "", Context.Connection.RemoteIpAddress, Context.RequestAborted));

    private async Task ResetAsync() =>
        await HandleOutcomeAsync(await joinService.ResetAsync(Joining.Secret, Joining.Password ?? "", Context.Connection.RemoteIpAddress, Context.RequestAborted));

    private async Task HandleOutcomeAsync(JoinOutcome outcome)
    {
        (Opening.Link, Joining.Password) = ("", "");
        (_problem, _link) = (outcome.Problem, outcome.IsLinkDead ? null : _link);
        if (outcome.Person is { } person)
        {
            await session.SignInAsync(person, isPersistent: false, authenticationMethod: "Password");
            await signIn.RecordSignInAsync(person, "Password", Context.Connection.RemoteIpAddress, Context.RequestAborted);
            navigation.NavigateTo(Context.LinkTo("/"));
        }
    }

    public sealed class OpenForm
    {
        public string? Link { get; set; }
    }

    public sealed class JoinForm
    {
        public string? Secret { get; set; }

        public string? Name { get; set; }

        public string? Email { get; set; }

        public string? Password { get; set; }
    }
}
