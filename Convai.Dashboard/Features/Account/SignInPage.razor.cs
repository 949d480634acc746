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

    private IOptions<AuthenticationOptions> AuthOptions => options;

    // After a refusal the email is already filled in.
    private Dictionary<string, object> EmailFocus => string.IsNullOrEmpty(Input.Email) ? Focused : NotFocused;

    private Dictionary<string, object> PasswordFocus => string.IsNullOrEmpty(Input.Email) ? NotFocused : Focused;

    protected override void OnInitialized()
    {
        Input ??= new SignInForm();
        Passkey ??= new PasskeyForm();
        Input.ReturnUrl = LocalAddress.OrRoot(Input.ReturnUrl is { Length: > 0 } posted ? posted : ReturnUrl);
        _problem = Enum.TryParse<OidcProblem>(ProblemCode, out var problem) && Enum.IsDefined(problem) ? AccountText.Problem(problem, options.Value) : null;
        if (HttpMethods.IsGet(Context.Request.Method) && Context.User.Identity?.IsAuthenticated == true)
        {
            RedirectTo(Input.ReturnUrl);
        }
    }

    private async Task SignInAsync()
    {
        var outcome = await signIn.PasswordSignInAsync(Input.Email ?? "", Input.Password ?? "", Input.Stay, Context.Connection.RemoteIpAddress, Context.RequestAborted);
        if (outcome == SignInOutcome.NeedsCode)
        {
            navigation.NavigateTo(Context.LinkTo($"{AccountFeature.TwoStepPath}?{SignInSchemes.ReturnParameter}={Uri.EscapeDataString(Input.ReturnUrl)}&stay={Input.Stay}"));
            return;
        }

        // A typed password is never sent back to the page.
        Input.Password = "";
        HandleOutcome(outcome, Input.ReturnUrl);
    }

    private async Task SignInWithPasskeyAsync()
    {
        var outcome = await signIn.PasskeySignInAsync(Passkey.Credential ?? "", Context.Connection.RemoteIpAddress, Context.RequestAborted);
        HandleOutcome(outcome, LocalAddress.OrRoot(Passkey.ReturnUrl), AccountText.WrongPasskey);
    }

    private void HandleOutcome(SignInOutcome outcome, string returnUrl, string? refusal = null)
    {
        if (outcome == SignInOutcome.Done)
        {
            RedirectTo(returnUrl);
            return;
        }

        _problem = AccountText.Refusal(outcome, options.Value.Oidc, refusal ?? AccountText.WrongPassword, AccountText.TooManyAttemptsWithEmail);
    }

    private void RedirectTo(string returnUrl) => navigation.NavigateTo(Context.LinkTo(returnUrl));

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
