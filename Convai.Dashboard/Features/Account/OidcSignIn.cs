using System.Net;
using System.Security.Claims;
using Convai.Dashboard.Data;
using Convai.Dashboard.Security;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Convai.Dashboard.Features.Account;

/// <summary>Why a sign-in or sign-out through the organisation's provider failed; the sign-in page has a sentence for each.</summary>
public enum OidcProblem
{
    None,

    /// <summary>Nothing answers at the provider's address.</summary>
    Unreachable,

    /// <summary>The provider answers with an error of its own.</summary>
    Failing,

    /// <summary>The provider refuses to return the person's details.</summary>
    DetailsRefused,
    Cancelled,

    /// <summary>The answer could not be understood, or was an error.</summary>
    Failed,

    /// <summary>No rule gives this person a role.</summary>
    NoRole,

    /// <summary>The answer does not show the person's role, and there is none to keep.</summary>
    RoleUnknown,

    /// <summary>An account has the email, and the provider has not verified it.</summary>
    EmailTaken,

    /// <summary>The account with the email belongs to another identity at the same provider.</summary>
    LinkedToAnother,
    Disabled,

    /// <summary>Signed out here, but not at the provider.</summary>
    StillSignedIn,
}

/// <summary>The team member that the provider's answer belongs to, or why there is none.</summary>
public sealed record OidcOutcome(Person? Person, OidcProblem Problem = OidcProblem.None);

/// <summary>Maps the organisation's provider's claims to a person with a role, again at every sign-in.</summary>
public sealed partial class OidcSignIn(
    UserManager<Person> users,
    DashboardDbContext db,
    ProviderAccounts accounts,
    ProviderRoles roles,
    PersonSignIn signIn,
    AccessChangeNotifier changes,
    SecurityLog log,
    IOptions<AuthenticationOptions> authOptions,
    TimeProvider time,
    ILogger<OidcSignIn> logger)
{
    private OidcOptions Oidc => authOptions.Value.Oidc;

    /// <param name="principal">The provider's claims, under their original names.</param>
    public async Task<OidcOutcome> AuthenticateAsync(ClaimsPrincipal principal, IPAddress? remoteAddress, CancellationToken cancellationToken)
    {
        // No longer than the protocol allows, which is also the size of the column.
        if (principal.FindFirst("sub") is not { Value.Length: <= 255 } subject)
        {
            return new OidcOutcome(null, OidcProblem.Failed);
        }

        var result = RoleClaimResult.From(Oidc, principal);
        await using var transaction = await db.Database.BeginSerialTransactionAsync(cancellationToken);
        var known = await users.FindByLoginAsync(subject.Issuer, subject.Value);
        if (result is RoleClaimResult.None)
        {
            return await WithdrawAsync(known, remoteAddress, cancellationToken);
        }

        var (person, problem) = known is null ? await accounts.FindAsync(principal, subject, cancellationToken) : (known, OidcProblem.None);
        problem = (result, person) switch
        {
            _ when problem != OidcProblem.None => problem,
            (_, { IsDisabled: true }) => OidcProblem.Disabled,
            // A role that the provider withdrew cannot be kept.
            (RoleClaimResult.Unknown, null or { LocalSignInDisabledAt: not null }) => OidcProblem.RoleUnknown,
            _ => OidcProblem.None,
        };
        if (problem != OidcProblem.None)
        {
            return await RefuseAsync(problem, person, remoteAddress, cancellationToken);
        }

        if (person is null)
        {
            person = await accounts.CreateAsync(principal, subject, ((RoleClaimResult.Granted)result).Role, remoteAddress, cancellationToken);
        }
        else if (known is null)
        {
            await accounts.LinkAsync(person, subject, remoteAddress);
        }

        await accounts.UpdateAsync(person, principal, cancellationToken);
        await ApplyAsync(result, person, cancellationToken);
        person.ProviderSignInAt = time.GetUtcNow();
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        await signIn.RecordSignInAsync(person, Oidc.Name, remoteAddress, cancellationToken);
        return new OidcOutcome(person);
    }

    private async Task ApplyAsync(RoleClaimResult result, Person person, CancellationToken cancellationToken)
    {
        if (result is RoleClaimResult.Granted given)
        {
            if (person.LocalSignInDisabledAt is not null)
            {
                person.LocalSignInDisabledAt = null;
                db.Add(log.CreateEvent(SecurityEventKind.LocalSignInAllowed, person, Oidc.Name, detail: "the provider gives a role again"));
            }

            (person.RoleClaim, person.RoleRule) = (given.Claim, given.Rule);
            await ChangeRoleAsync(person, given.Role, cancellationToken);
        }
        else if (result is RoleClaimResult.Unknown unknown)
        {
            LogRoleUnknown(person.Id, unknown.Reason);
            db.Add(log.CreateEvent(SecurityEventKind.RoleUnknown, person, Oidc.Name, detail: $"{Describe(unknown.Reason)}; {person.Role} is kept"));
        }
    }

    /// <summary>The last Admin stays one, whatever the provider says: otherwise no one could manage people.</summary>
    private async Task ChangeRoleAsync(Person person, Role role, CancellationToken cancellationToken)
    {
        if (person.Role == role)
        {
            return;
        }

        if (person.Role == Role.Admin && !await roles.HasOtherAdminAsync(db, person.Id, cancellationToken))
        {
            person.RoleRule = $"the last Admin stays Admin (otherwise {role} by {person.RoleRule})";
            return;
        }

        db.Add(log.CreateEvent(SecurityEventKind.RoleChanged, person, Oidc.Name, detail: $"{person.Role} → {role}: {person.RoleClaim}"));
        person.Role = role;
    }

    /// <summary>
    /// Withdraws a role that came from the provider: every session ends, and no password, passkey or link lets the person in. The provider
    /// cannot withdraw a role that an Admin gave.
    /// </summary>
    private async Task<OidcOutcome> WithdrawAsync(Person? known, IPAddress? remoteAddress, CancellationToken cancellationToken)
    {
        var isWithdrawn = known is { RoleClaim: not null, LocalSignInDisabledAt: null }
            && (known.Role != Role.Admin || await roles.HasOtherAdminAsync(db, known.Id, cancellationToken));
        if (isWithdrawn)
        {
            known!.LocalSignInDisabledAt = time.GetUtcNow();
            (known.SecurityStamp, known.ConcurrencyStamp) = (Guid.NewGuid().ToString(), Guid.NewGuid().ToString());
            db.Add(log.CreateEvent(SecurityEventKind.LocalSignInDisabled, known, Oidc.Name, detail: "no role rule matched; all sessions ended"));
        }

        var outcome = await RefuseAsync(OidcProblem.NoRole, known, remoteAddress, cancellationToken);
        if (isWithdrawn)
        {
            changes.Notify(known!.Id);
        }

        return outcome;
    }

    private async Task<OidcOutcome> RefuseAsync(OidcProblem problem, Person? person, IPAddress? remoteAddress, CancellationToken cancellationToken)
    {
        // Written through the transaction's own connection: SQLite has one writer at a time.
        db.Add(log.CreateEvent(SecurityEventKind.SignInFailed, person, address: remoteAddress?.ToString(), detail: $"{Oidc.Name}: {Describe(problem)}"));
        await db.SaveChangesAsync(cancellationToken);
        await db.Database.CommitTransactionAsync(cancellationToken);
        return new OidcOutcome(null, problem);
    }

    private static string Describe(OidcProblem problem) => problem switch
    {
        OidcProblem.NoRole => "no role rule matched",
        OidcProblem.RoleUnknown => "the answer does not show the role",
        OidcProblem.EmailTaken => "an account has this email, and it is not verified",
        OidcProblem.LinkedToAnother => "the account with this email belongs to another identity there",
        OidcProblem.Disabled => "disabled account",
        _ => problem.ToString(),
    };

    private string Describe(RoleUnknownReason reason) => reason switch
    {
        RoleUnknownReason.Overage => $"more values of “{Oidc.RoleClaim}” than fit into an answer, so all were left out",
        _ => $"“{Oidc.RoleClaim}” cannot be read",
    };

    [LoggerMessage(2, LogLevel.Warning, "The organisation's provider did not show the role of person {PersonId}, who keeps the one they had: {Doubt}.")]
    private partial void LogRoleUnknown(string personId, RoleUnknownReason doubt);
}
