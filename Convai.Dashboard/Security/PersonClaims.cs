using System.Security.Claims;
using Convai.Dashboard.Data;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Convai.Dashboard.Security;

/// <summary>What a sign-in says about a person: who they are, their role, and which <see cref="SignInSession"/> it is.</summary>
public static class PersonClaims
{
    internal const string Session = "session";

    public static string? PersonId(this ClaimsPrincipal principal) => principal.FindFirstValue(ClaimTypes.NameIdentifier);

    public static string PersonName(this ClaimsPrincipal principal) => principal.FindFirstValue(ClaimTypes.Name) ?? "";

    /// <summary>
    /// For what a page offers, not for the decision itself, which <see cref="Access"/> makes from the current state of the database.
    /// </summary>
    public static bool IsAtLeast(this ClaimsPrincipal principal, Role role) =>
        Enum.TryParse<Role>(principal.FindFirstValue(ClaimTypes.Role), out var has) && has >= role;

    /// <summary>The id of the <see cref="SignInSession"/>: as secret as the cookie that holds it.</summary>
    internal static string? SessionId(this ClaimsPrincipal principal) => principal.FindFirstValue(Session);

    /// <param name="sessionId">Null while the session is being started; without it, <see cref="Access"/> grants nothing.</param>
    internal static ClaimsPrincipal ToPrincipal(this Person person, string? sessionId) => new(new ClaimsIdentity(
        [
            new Claim(ClaimTypes.NameIdentifier, person.Id),
            new Claim(ClaimTypes.Name, person.Name),
            new Claim(ClaimTypes.Role, person.Role.ToString()),
            .. sessionId is null ? Array.Empty<Claim>() : [new Claim(Session, sessionId)],
        ],
        IdentityConstants.ApplicationScheme));
}

internal sealed class PersonPrincipalFactory : IUserClaimsPrincipalFactory<Person>
{
    public Task<ClaimsPrincipal> CreateAsync(Person user) => Task.FromResult(user.ToPrincipal(sessionId: null));
}

/// <summary>
/// Gives every sign-in a session of its own, whatever the method. A disabled account cannot sign in with a password, a code or a
/// passkey, nor can one whose role the organisation's provider gave and has not confirmed lately.
/// </summary>
internal sealed class PersonSignInManager(
    SignInSessions sessions,
    UserManager<Person> users,
    IHttpContextAccessor httpContext,
    IUserClaimsPrincipalFactory<Person> principals,
    IOptions<IdentityOptions> options,
    ILogger<SignInManager<Person>> logger,
    IAuthenticationSchemeProvider schemes,
    IUserConfirmation<Person> confirmation,
    DashboardDbContext db,
    ProviderRoles roles)
    : SignInManager<Person>(users, httpContext, principals, options, logger, schemes, confirmation)
{
    public override async Task<bool> CanSignInAsync(Person user) =>
        !user.IsDisabled && await roles.IsRoleValidAsync(db, user, Context.RequestAborted) && await base.CanSignInAsync(user);

    /// <param name="authenticationProperties">An expiry there ends the session earlier than usual.</param>
    public override async Task SignInWithClaimsAsync(Person user, AuthenticationProperties? authenticationProperties, IEnumerable<Claim> additionalClaims)
    {
        var properties = authenticationProperties ?? new AuthenticationProperties();
        await EndSessionAsync();
        var claims = additionalClaims.ToList();
        // A password and a code add the one claim; every other method that asks the person for something adds the other.
        var isConfirmed = claims.Any(claim => claim.Type is "amr" or ClaimTypes.AuthenticationMethod);
        var device = DeviceName.From(Context.Request.Headers.UserAgent);
        // If the provider gives the role, a session that begins here ends with the one that began there.
        var (session, endsAt) = await sessions.StartAsync(user, properties.IsPersistent, isConfirmed, properties.ExpiresUtc ?? roles.GetRoleEnd(user), device, Context.RequestAborted);
        // The session alone knows how long it lasts without use; the cookie is issued once.
        (properties.ExpiresUtc, properties.AllowRefresh) = (endsAt, false);
        await base.SignInWithClaimsAsync(user, properties, [.. claims, new Claim(PersonClaims.Session, session)]);
    }

    public override async Task SignOutAsync()
    {
        await EndSessionAsync();
        await base.SignOutAsync();
    }

    // The request's own user is not known yet when a provider sends the browser back.
    private async Task EndSessionAsync()
    {
        if ((await Context.AuthenticateAsync(IdentityConstants.ApplicationScheme)).Principal is { } current)
        {
            await sessions.EndAsync(current, Context.RequestAborted);
        }
    }
}
