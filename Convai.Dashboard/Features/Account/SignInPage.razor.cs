using Convai.Dashboard.Security;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;

namespace Convai.Dashboard.Features.Account;

/// <summary>The page for everyone who is not signed in.</summary>
public sealed partial class SignInPage(PersonSignIn signIn, NavigationManager navigation, IOptions<AuthenticationOptions> options)
{
    private static readonly Dictionary<string, object> Focused = new() { ["autofocus"] = true };
    private static readonly Dictionary<string, object> NotFocused = [];
    private string? _problem;

    [SupplyParameterFromForm]
    private SignInForm Input { get; set; } = null!;

    [SupplyParameterFromForm]
    private PasskeyForm Passkey { get; set; } = null!;

    [SupplyParameterFromQuery(Name = SignInSchemes.ReturnParameter)]
    private string? ReturnUrl { get; set; }

    [SupplyParameterFromQuery(Name = "signedOut")]
    private string? SignedOut { get; set; }

    [SupplyParameterFromQuery(Name = "problem")]
    private string? ProblemCode { get; set; }

    [CascadingParameter]
    private HttpContext Context { get; set; } = null!;

    private IOptions<AuthenticationOptions> Ways => options;

    // After a refusal the email is already filled in.
    private Dictionary<string, object> EmailFocus => string.IsNullOrEmpty(Input.Email) ? Focused : NotFocused;

    private Dictionary<string, object> PasswordFocus => string.IsNullOrEmpty(Input.Email) ? NotFocused : Focused;

    protected override void OnInitialized()
    {
        Input ??= new SignInForm();
        Passkey ??= new PasskeyForm();
        Input.ReturnUrl = LocalAddress.OrHome(Input.ReturnUrl is { Length: > 0 } posted ? posted : ReturnUrl);
        _problem = Enum.TryParse<OidcProblem>(ProblemCode, out var problem) && Enum.IsDefined(problem) ? Sentence(problem) : null;
        if (HttpMethods.IsGet(Context.Request.Method) && Context.User.Identity?.IsAuthenticated == true)
        {
            GoOn(Input.ReturnUrl);
        }
    }

    private async Task SignInAsync()
    {
        var outcome = await signIn.WithPasswordAsync(Input.Email ?? "", Input.Password ?? "", Input.Stay, Context.Connection.RemoteIpAddress, Context.RequestAborted);
        if (outcome == SignInOutcome.NeedsCode)
        {
            navigation.NavigateTo(Link($"{AccountFeature.TwoStepPath}?{SignInSchemes.ReturnParameter}={Uri.EscapeDataString(Input.ReturnUrl)}&stay={Input.Stay}"));
            return;
        }

        // A typed password is never sent back to the page.
        Input.Password = "";
        Settle(outcome, Input.ReturnUrl);
    }

    private async Task SignInWithPasskeyAsync()
    {
        var outcome = await signIn.WithPasskeyAsync(Passkey.Credential ?? "", Context.Connection.RemoteIpAddress, Context.RequestAborted);
        Settle(outcome, LocalAddress.OrHome(Passkey.ReturnUrl), "This passkey doesn't belong to an account that can sign in here.");
    }

    private void Settle(SignInOutcome outcome, string returnUrl, string? refusal = null)
    {
        if (outcome == SignInOutcome.Done)
        {
            GoOn(returnUrl);
            return;
        }

        _problem = outcome switch
        {
            SignInOutcome.TooManyAttempts => "Too many attempts with this email. Wait five minutes, then try again.",
            SignInOutcome.Expired => "That took too long. Try again.",
            SignInOutcome.NeedsProvider => NeedsProvider(options.Value.Oidc),
            _ => refusal ?? "Wrong email or password. After too many attempts an account is locked for a while: wait, or ask an Admin for a reset link.",
        };
    }

    internal static string NeedsProvider(OidcOptions oidc) => $"Your role comes from {oidc.Name}, so this works only for {ProviderRoles.HoldFor.TotalHours} hours after signing in there. Continue with {oidc.Name}, or ask an Admin.";

    private void GoOn(string returnUrl) => navigation.NavigateTo(Link(returnUrl));

    private string Link(string path) => $"{Context.Request.PathBase}{path}";

    private string? Sentence(OidcProblem problem) => problem switch
    {
        OidcProblem.None => null,
        OidcProblem.Unreachable => $"{Capitalised} cannot be reached at the moment.{(options.Value.LocalAccounts ? " Signing in with email and password still works." : " Try again in a minute.")}",
        OidcProblem.Failing => $"{Capitalised} answered with an error. Nothing was changed. Try again in a minute.",
        OidcProblem.DetailsRefused => $"{Capitalised} signed you in, but refuses to tell this dashboard who you are. Nothing was changed. Ask the person who runs the dashboard to check what it may read there.",
        OidcProblem.Cancelled => "Signing in was cancelled.",
        OidcProblem.NoRole => $"{Capitalised} knows you, but has given you no role in this dashboard. Ask the person who manages its groups.",
        OidcProblem.RoleUnknown => $"{Capitalised} knows you, but its answer does not show your role: you may be in more groups than fit into it. Nothing was changed. Ask the person who runs the dashboard.",
        OidcProblem.LinkedToAnother => $"The account with your email belongs to another identity at {options.Value.Oidc.Name}. Ask an Admin to check it: the Team page shows the account's links.",
        OidcProblem.StillSignedIn => $"You are signed out here. {Capitalised} could not be notified, so you may still be signed in there.",
        OidcProblem.EmailTaken => $"An account with your email already exists, and {options.Value.Oidc.Name} does not say that the email is verified. {(options.Value.LocalAccounts ? "Sign in with email and password, or ask an Admin." : "Ask an Admin.")}",
        OidcProblem.Disabled => "Your account is disabled. Ask an Admin of your team.",
        _ => $"{Capitalised} sent an answer that the dashboard didn't understand. Try again.",
    };

    private string Capitalised => $"{char.ToUpperInvariant(options.Value.Oidc.Name[0])}{options.Value.Oidc.Name[1..]}";

    public sealed class SignInForm
    {
        public string? Email { get; set; }

        public string? Password { get; set; }

        public bool Stay { get; set; }

        public string ReturnUrl { get; set; } = "";
    }

    public sealed class PasskeyForm
    {
        public string? Credential { get; set; }

        public string ReturnUrl { get; set; } = "";
    }
}
