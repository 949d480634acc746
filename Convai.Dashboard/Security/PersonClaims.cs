using System.Globalization;
using System.Security.Claims;
using Convai.Dashboard.Data;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Convai.Dashboard.Security;

/// <summary>What a sign-in says about a person: who, which role, and the stamp that "sign out everywhere" changes.</summary>
public static class PersonClaims
{
    public const string Stamp = "stamp";

    /// <summary>When the sign-in ends whatever happens, in Unix seconds; only one through the organisation has it.</summary>
    private const string Ends = "ends";

    public static string? PersonId(this ClaimsPrincipal principal) => principal.FindFirstValue(ClaimTypes.NameIdentifier);

    public static string PersonName(this ClaimsPrincipal principal) => principal.FindFirstValue(ClaimTypes.Name) ?? "";

    /// <summary>
    /// For what is offered on a page. Not for the decision itself, which <see cref="Access"/> makes on what the database says now.
    /// </summary>
    public static bool IsAtLeast(this ClaimsPrincipal principal, Role role) =>
        Enum.TryParse<Role>(principal.FindFirstValue(ClaimTypes.Role), out var has) && has >= role;

    /// <summary>UTC; null for a sign-in that lasts for as long as it is used.</summary>
    public static DateTimeOffset? SignInEnds(this ClaimsPrincipal principal) =>
        long.TryParse(principal.FindFirstValue(Ends), CultureInfo.InvariantCulture, out var seconds) ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    internal static ClaimsPrincipal ToPrincipal(this Person person, DateTimeOffset? ends = null) => new(new ClaimsIdentity(
        [
            new Claim(ClaimTypes.NameIdentifier, person.Id),
            new Claim(ClaimTypes.Name, person.Name),
            new Claim(ClaimTypes.Role, person.Role.ToString()),
            new Claim(Stamp, person.SecurityStamp ?? ""),
            .. ends is { } end ? [new Claim(Ends, end.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture))] : Array.Empty<Claim>(),
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
