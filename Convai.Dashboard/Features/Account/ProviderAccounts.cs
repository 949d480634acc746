using System.Net;
using System.Security.Claims;
using System.Text;
using Convai.Dashboard.Data;
using Convai.Dashboard.Security;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Convai.Dashboard.Features.Account;

/// <summary>
/// Finds the account of an identity at the organisation's provider. An email decides that only if the provider has verified it:
/// otherwise anyone could enter someone else's there and get, or prepare, their account. Call it within the transaction of the sign-in.
/// </summary>
public sealed class ProviderAccounts(UserManager<Person> users, DashboardDbContext db, SecurityLog log, IOptions<AuthenticationOptions> authOptions, TimeProvider time)
{
    private OidcOptions Oidc => authOptions.Value.Oidc;

    /// <summary>Finds the account for an identity that is not linked yet; null if one has to be created.</summary>
    public async Task<(Person? Person, OidcProblem Problem)> FindAsync(ClaimsPrincipal principal, Claim subject, CancellationToken cancellationToken)
    {
        if (GetEmail(principal) is not { } email || await users.FindByEmailAsync(email.Address) is not { } person)
        {
            return (null, OidcProblem.None);
        }

        var isLinked = await db.UserLogins.AnyAsync(login => login.UserId == person.Id && login.LoginProvider == subject.Issuer, cancellationToken);
        return (person, !email.IsVerified ? OidcProblem.EmailTaken : isLinked ? OidcProblem.LinkedToAnother : OidcProblem.None);
    }

    public async Task<Person> CreateAsync(ClaimsPrincipal principal, Claim subject, Role role, IPAddress? remoteAddress, CancellationToken cancellationToken)
    {
        var person = new Person { Role = role, CreatedAt = time.GetUtcNow() };
        SetEmail(person, GetVerifiedEmail(principal));
        await AssignUniqueNameAsync(person, GetName(principal) ?? GetVerifiedEmail(principal) ?? "Nameless", cancellationToken);
        EnsureSucceeded(await users.CreateAsync(person));
        EnsureSucceeded(await users.AddLoginAsync(person, CreateLogin(subject)));
        db.Add(log.CreateEvent(SecurityEventKind.AccountCreated, person, address: remoteAddress?.ToString(), detail: $"{role}, by {Oidc.Name}"));
        return person;
    }

    /// <summary>Links an identity and ends earlier sessions: until now, someone else may have used the account.</summary>
    public async Task LinkAsync(Person person, Claim subject, IPAddress? remoteAddress)
    {
        EnsureSucceeded(await users.AddLoginAsync(person, CreateLogin(subject)));
        EnsureSucceeded(await users.UpdateSecurityStampAsync(person));
        db.Add(log.CreateEvent(SecurityEventKind.Linked, person, Oidc.Name, remoteAddress?.ToString()));
    }

    /// <summary>Updates the name and email to the provider's present ones.</summary>
    public async Task UpdateAsync(Person person, ClaimsPrincipal principal, CancellationToken cancellationToken)
    {
        var verified = GetVerifiedEmail(principal);
        var isSame = verified is not null && person.Email is not null && EmailAddress.Normalize(verified) == EmailAddress.Normalize(person.Email);
        if (isSame)
        {
            person.EmailConfirmed = true;
        }
        else if (person is { Email: { } unconfirmed, EmailConfirmed: false, PasswordHash: null })
        {
            // An earlier version stored any email that the provider sent, so the owner of the email could not have an account.
            db.Add(log.CreateEvent(SecurityEventKind.EmailRemoved, person, Oidc.Name, detail: $"{unconfirmed} is not verified"));
            SetEmail(person, null);
        }

        if (verified is not null && person.Email is null && await users.FindByEmailAsync(verified) is null)
        {
            SetEmail(person, verified);
        }

        await users.UpdateNormalizedEmailAsync(person);
        await users.UpdateNormalizedUserNameAsync(person);
        var before = person.Name;
        await AssignUniqueNameAsync(person, GetName(principal) ?? person.Name, cancellationToken);
        if (person.Name != before)
        {
            db.Add(log.CreateEvent(SecurityEventKind.Renamed, person, Oidc.Name, detail: $"{before} → {person.Name}"));
        }
    }

    /// <summary>No one is refused because of a namesake: an email, or else a number, distinguishes the two.</summary>
    private async Task AssignUniqueNameAsync(Person person, string name, CancellationToken cancellationToken)
    {
        string[] suffixes = person.Email is { Length: <= 60 } email ? ["", $" ({email})"] : [""];
        foreach (var suffix in suffixes.Concat(Enumerable.Range(2, 10_000).Select(number => $" ({number})")))
        {
            if (await db.TrySetNameAsync(person, $"{PersonNames.Cut(name, PersonNames.MaxLength - suffix.Length)}{suffix}", cancellationToken))
            {
                return;
            }
        }
    }

    /// <summary>Null if the provider sends no valid email, or contradicts itself.</summary>
    private (string Address, bool IsVerified)? GetEmail(ClaimsPrincipal principal)
    {
        var addresses = principal.FindAll("email").Select(claim => claim.Value).DistinctBy(EmailAddress.Normalize).ToList();
        var verdicts = principal.FindAll("email_verified").Select(claim => bool.TryParse(claim.Value, out var isVerified) && isVerified).ToList();
        return addresses is [var address] && EmailAddress.IsPlausible(address)
            ? (address, verdicts.Count == 0 ? Oidc.TrustEmail : verdicts.TrueForAll(isVerified => isVerified))
            : null;
    }

    private string? GetVerifiedEmail(ClaimsPrincipal principal) => GetEmail(principal) is { IsVerified: true, Address: var address } ? address : null;

    private UserLoginInfo CreateLogin(Claim subject) => new(subject.Issuer, subject.Value, Oidc.Name);

    private static string? GetName(ClaimsPrincipal principal)
    {
        var name = PersonNames.Clean(principal.FindFirstValue("name") ?? principal.FindFirstValue("preferred_username"));
        return name.EnumerateRunes().Any(Rune.IsLetterOrDigit) ? name : null;
    }

    private static void SetEmail(Person person, string? verified) =>
        (person.Email, person.UserName, person.EmailConfirmed) = (verified, verified ?? person.Id, verified is not null);

    private static void EnsureSucceeded(IdentityResult result)
    {
        if (!result.Succeeded)
        {
            throw new InvalidOperationException($"The account could not be stored: {string.Join(", ", result.Errors.Select(error => error.Code))}.");
        }
    }
}
