using Convai.Dashboard.Data;
using Convai.Dashboard.Security;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Convai.Dashboard.Features.Account;

/// <summary>Everyone's own account settings. A change to a sign-in method ends the person's other sessions.</summary>
public sealed partial class AccountPage(
    UserManager<Person> users,
    SignInManager<Person> signIn,
    Confirmation confirmation,
    SignInSessions sessions,
    SignInChanges changes,
    RenameService renameService,
    NavigationManager navigation,
    IOptions<AuthenticationOptions> options)
{
    private const int MaximumPasskeys = 20;

    // The id of each section's heading, which an address leads to.
    private const string PasskeysSection = "passkeys-title";
    private const string SessionsSection = "everywhere-title";

    private Person _person = null!;
    private IList<UserPasskeyInfo> _passkeys = [];
    private IReadOnlyList<SignInSession> _sessions = [];
    private int _codesLeft;
    private string? _successMessage;
    private string? _problem;

    [SupplyParameterFromForm]
    private PasswordForm Password { get; set; } = null!;

    [SupplyParameterFromForm]
    private NameForm Name { get; set; } = null!;

    [SupplyParameterFromForm]
    private PasskeyForm Passkey { get; set; } = null!;

    /// <summary>The section whose change the person has just confirmed their identity for; null in a form's answer.</summary>
    [SupplyParameterFromQuery(Name = ConfirmPage.ConfirmedParameter)]
    private string? ConfirmedSection { get; set; }

    private string? Confirmed => HttpMethods.IsGet(Context.Request.Method) ? ConfirmedSection : null;

    [CascadingParameter]
    private HttpContext Context { get; set; } = null!;

    private IOptions<AuthenticationOptions> AuthOptions => options;

    protected override async Task OnInitializedAsync()
    {
        Password ??= new PasswordForm();
        Passkey ??= new PasskeyForm();
        _person = (await users.GetUserAsync(Context.User))!;
        Name ??= new NameForm { Name = _person.Name };
        await ReadAsync();
    }

    private async Task ReadAsync()
    {
        _passkeys = await users.GetPasskeysAsync(_person);
        _sessions = await sessions.ListAsync(_person, Context.RequestAborted);
        _codesLeft = _person.TwoFactorEnabled ? await users.CountRecoveryCodesAsync(_person) : 0;
    }

    /// <summary>Someone at an unattended browser must not be able to lock its owner out.</summary>
    /// <param name="section">Where the person is led back to, since a form that was not accepted is not repeated.</param>
    private async Task IfConfirmedAsync(Func<Task> act, string section)
    {
        if (await confirmation.IsRecentAsync(Context))
        {
            await act();
        }
        else
        {
            navigation.NavigateTo(Context.LinkTo(ConfirmPage.PathFor(GetPath(section))));
        }
    }

    private async Task ChangePasswordAsync()
    {
        if (await confirmation.ConfirmPasswordAsync(_person, Password.Current ?? "", Context) is var confirmed and not SignInOutcome.Done)
        {
            Password = new PasswordForm();
            _problem = confirmed == SignInOutcome.TooManyAttempts
                ? AccountText.PasswordNotChanged
                : AccountText.WrongCurrentPassword;
            return;
        }

        var result = await users.ChangePasswordAsync(_person, Password.Current ?? "", Password.New ?? "");
        Password = new PasswordForm();
        if (result.Succeeded)
        {
            await EndOtherSignInsAsync(SecurityEventKind.PasswordChanged, AccountText.PasswordChanged);
        }
        else
        {
            _problem = result.Errors.First().Description;
        }
    }

    private async Task ChangeNameAsync()
    {
        _problem = (await renameService.RenameAsync(_person.Id, Name.Name, Context.Connection.RemoteIpAddress, Context.RequestAborted)).Error;
        if (_problem is null)
        {
            _person = (await users.GetUserAsync(Context.User))!;
            _successMessage = AccountText.Renamed(_person.Name);
        }
    }

    private async Task AddPasskeyAsync()
    {
        if (!options.Value.LocalAccounts || _passkeys.Count >= MaximumPasskeys)
        {
            _problem = AccountText.TooManyPasskeys(MaximumPasskeys);
            return;
        }

        try
        {
            var attestation = await signIn.PerformPasskeyAttestationAsync(Passkey.Credential ?? "");
            if (attestation.Succeeded)
            {
                attestation.Passkey.Name = GetPasskeyName(Passkey.Name);
                await users.AddOrUpdatePasskeyAsync(_person, attestation.Passkey);
                await EndOtherSignInsAsync(SecurityEventKind.PasskeyAdded, AccountText.PasskeyAdded(attestation.Passkey.Name));
                return;
            }
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
        {
            // The challenge's cookie is missing, because it expired or was never requested; or nothing was sent.
        }

        _problem = AccountText.PasskeyNotAdded;
    }

    private async Task SignOutEverywhereElseAsync() =>
        await EndOtherSignInsAsync(SecurityEventKind.SignedOutEverywhere, AccountText.SignedOutElsewhere);

    private async Task SignOutThereAsync(SignInSession session)
    {
        await sessions.EndAsync(_person.Id, session.IdHash, Context.RequestAborted);
        await changes.LogAsync(Context, _person, SecurityEventKind.SignedOut, session.Device);
        await ReadAsync();
        _successMessage = AccountText.SignedOutThere(GetDeviceName(session));
    }

    private async Task EndOtherSignInsAsync(SecurityEventKind kind, string successMessage)
    {
        await changes.EndOtherSignInsAsync(Context, _person, kind);
        await ReadAsync();
        _successMessage = successMessage;
    }

    private bool IsThisBrowser(SignInSession session) => session.IdHash == RandomSecret.Hash(Context.User.SessionId()!);

    private static string GetDeviceName(SignInSession session) => session.Device ?? "Unknown browser";

    private static string GetPath(string section) => $"{AccountFeature.AccountPath}?{ConfirmPage.ConfirmedParameter}={section}#{section}";

    private static string GetPasskeyName(string? name) => PersonNames.Clean(name) is { Length: > 0 } given ? given : "Passkey";

    public sealed class NameForm
    {
        public string? Name { get; set; }
    }

    public sealed class PasswordForm
    {
        public string? Current { get; set; }

        public string? New { get; set; }
    }

    public sealed class PasskeyForm
    {
        public string? Credential { get; set; }

        public string? Name { get; set; }
    }
}
