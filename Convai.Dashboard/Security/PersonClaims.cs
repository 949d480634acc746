using System.Security.Claims;
using Convai.Dashboard.Data;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Convai.Dashboard.Security;

/// <summary>What a sign-in says about a person: who, which role, and the stamp that "sign out everywhere" changes.</summary>
public static class PersonClaims
{
    public const string Stamp = "stamp";

    public static string? PersonId(this ClaimsPrincipal principal) => principal.FindFirstValue(ClaimTypes.NameIdentifier);

    public static string PersonName(this ClaimsPrincipal principal) => principal.FindFirstValue(ClaimTypes.Name) ?? "";

    /// <summary>
    /// For what is offered on a page. Not for the decision itself, which <see cref="Access"/> makes on what the database says now.
    /// </summary>
    public static bool IsAtLeast(this ClaimsPrincipal principal, Role role) =>
        Enum.TryParse<Role>(principal.FindFirstValue(ClaimTypes.Role), out var has) && has >= role;

    internal static ClaimsPrincipal ToPrincipal(this Person person) => new(new ClaimsIdentity(
        [
            new Claim(ClaimTypes.NameIdentifier, person.Id),
            new Claim(ClaimTypes.Name, person.Name),
            new Claim(ClaimTypes.Role, person.Role.ToString()),
            new Claim(Stamp, person.SecurityStamp ?? ""),
        ],
        IdentityConstants.ApplicationScheme));
}

internal sealed class PersonPrincipalFactory : IUserClaimsPrincipalFactory<Person>
{
    public Task<ClaimsPrincipal> CreateAsync(Person user) => Task.FromResult(user.ToPrincipal());
}

/// <summary>A disabled account cannot come in by any way.</summary>
internal sealed class PersonSignInManager(
    UserManager<Person> users,
    IHttpContextAccessor httpContext,
    IUserClaimsPrincipalFactory<Person> principals,
    IOptions<IdentityOptions> options,
    ILogger<SignInManager<Person>> logger,
    Microsoft.AspNetCore.Authentication.IAuthenticationSchemeProvider schemes,
    IUserConfirmation<Person> confirmation)
    : SignInManager<Person>(users, httpContext, principals, options, logger, schemes, confirmation)
{
    public override async Task<bool> CanSignInAsync(Person user) => !user.IsDisabled && await base.CanSignInAsync(user);
}
