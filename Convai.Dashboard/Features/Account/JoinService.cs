using System.Net;
using Convai.Dashboard.Data;
using Convai.Dashboard.Security;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Convai.Dashboard.Features.Account;

/// <param name="Person">The person who has signed in; null if it failed.</param>
/// <param name="Problem">Why it failed, as a sentence.</param>
/// <param name="IsLinkDead">True if no other input would help.</param>
public sealed record JoinOutcome(Person? Person, string? Problem = null, bool IsLinkDead = false);

/// <summary>Turns a link into an account, or into a new password. A link whose use fails stays usable.</summary>
public sealed class JoinService(
    DashboardDbContext db,
    UserManager<Person> users,
    AccessLinks links,
    ProviderRoles roles,
    AccessChangeNotifier changes,
    SecurityLog log,
    IOptions<AuthenticationOptions> authOptions,
    TimeProvider time)
{
    public static readonly JoinOutcome DeadLink = new(null, AccountText.DeadLink, IsLinkDead: true);

    /// <summary>Creates an account: the set-up link creates the first Admin, an invitation gives the role it was created for.</summary>
    /// <param name="email">Used only with the set-up link; an invitation has its own.</param>
    public async Task<JoinOutcome> CreateAccountAsync(string? secret, string name, string email, string password, IPAddress? remoteAddress, CancellationToken cancellationToken)
    {
        if (await FindAsync(secret, cancellationToken) is not { Kind: not AccessLinkKind.Reset } link)
        {
            return DeadLink;
        }

        var person = NewPerson(link.Email ?? email, link.Kind == AccessLinkKind.SetUp ? Role.Admin : link.Role);
        if ((PersonNames.Validate(name) ?? Problem(person)) is { } problem)
        {
            return new JoinOutcome(null, problem);
        }

        await using var transaction = await db.Database.BeginSerialTransactionAsync(cancellationToken);
        var isTaken = link.Kind == AccessLinkKind.SetUp && await db.Users.AnyAsync(cancellationToken);
        if (isTaken || !await links.TryUseAsync(db, link, cancellationToken))
        {
            return DeadLink;
        }

        if (!await db.TrySetNameAsync(person, PersonNames.Clean(name), cancellationToken))
        {
            return new JoinOutcome(null, PersonNames.Taken);
        }

        var result = await users.CreateAsync(person, password);
        if (!result.Succeeded)
        {
            return new JoinOutcome(null, GetErrorMessage(result));
        }

        db.Add(log.CreateEvent(SecurityEventKind.AccountCreated, person, link.CreatedByName, remoteAddress?.ToString(), $"{person.Role}, by {(link.Kind == AccessLinkKind.SetUp ? "the set-up link" : "invitation")}"));
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new JoinOutcome(person);
    }

    /// <summary>Sets a new password, removes the authenticator app and the passkeys, and ends every session.</summary>
    public async Task<JoinOutcome> ResetAsync(string? secret, string password, IPAddress? remoteAddress, CancellationToken cancellationToken)
    {
        if (await FindAsync(secret, cancellationToken) is not { Kind: AccessLinkKind.Reset } link)
        {
            return DeadLink;
        }

        await using var transaction = await db.Database.BeginSerialTransactionAsync(cancellationToken);
        if (await users.FindByIdAsync(link.PersonId!) is not { IsDisabled: false } person)
        {
            return DeadLink;
        }

        if (!await roles.IsRoleValidAsync(db, person, cancellationToken))
        {
            return new JoinOutcome(null, AccountText.NeedsProvider(authOptions.Value.Oidc));
        }

        if (!await links.TryUseAsync(db, link, cancellationToken))
        {
            return DeadLink;
        }

        await users.RemovePasswordAsync(person);
        var result = await users.AddPasswordAsync(person, password);
        if (!result.Succeeded)
        {
            return new JoinOutcome(null, GetErrorMessage(result));
        }

        foreach (var passkey in await users.GetPasskeysAsync(person))
        {
            await users.RemovePasskeyAsync(person, passkey.CredentialId);
        }

        await users.SetTwoFactorEnabledAsync(person, false);
        await users.ResetAuthenticatorKeyAsync(person);
        await users.SetLockoutEndDateAsync(person, null);
        await users.ResetAccessFailedCountAsync(person);
        db.Add(log.CreateEvent(SecurityEventKind.PasswordChanged, person, link.CreatedByName, remoteAddress?.ToString(), "by a reset link; authenticator app and passkeys removed"));
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        changes.Notify(person.Id);
        return new JoinOutcome(person);
    }

    /// <summary>Creates the first Admin of an unattended start. Null if it was created; otherwise why not, as a sentence.</summary>
    internal async Task<string?> CreateFirstAdminAsync(string email, string password, CancellationToken cancellationToken)
    {
        var person = NewPerson(email, Role.Admin);
        await using var transaction = await db.Database.BeginSerialTransactionAsync(cancellationToken);
        if (await db.Users.AnyAsync(cancellationToken))
        {
            return null;
        }

        if (!await db.TrySetNameAsync(person, PersonNames.Clean(email.Split('@')[0]), cancellationToken))
        {
            await db.TrySetNameAsync(person, PersonNames.Clean(email), cancellationToken);
        }

        var result = await users.CreateAsync(person, password);
        if (!result.Succeeded)
        {
            return GetErrorMessage(result);
        }

        db.Add(log.CreateEvent(SecurityEventKind.AccountCreated, person, detail: "Admin, by the settings Setup:AdminEmail and Setup:AdminPassword"));
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return null;
    }

    public async Task<AccessLink?> FindAsync(string? secret, CancellationToken cancellationToken) =>
        authOptions.Value.LocalAccounts ? await links.FindAsync(secret, cancellationToken) : null;

    private Person NewPerson(string email, Role role) => new()
    {
        Email = email.Trim(),
        UserName = email.Trim(),
        Role = role,
        CreatedAt = time.GetUtcNow(),
    };

    private static string? Problem(Person person) =>
        EmailAddress.IsPlausible(person.Email!) ? null : AccountText.EnterEmail;

    private static string GetErrorMessage(IdentityResult result) => result.Errors.First() switch
    {
        { Code: nameof(IdentityErrorDescriber.DuplicateEmail) or nameof(IdentityErrorDescriber.DuplicateUserName) } => AccountText.EmailTaken,
        var error => error.Description,
    };
}
