using System.Security.Claims;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Security;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Convai.Dashboard.Features.Team;

/// <summary>What is, or may be, wrong with an account that an earlier version created.</summary>
public enum LinkConcern
{
    /// <summary>Several identities of one provider sign in to it. Earlier versions linked them by an unverified email.</summary>
    SeveralIdentities,

    /// <summary>It is linked, and the provider has not confirmed that its email is the person's.</summary>
    UnconfirmedEmail,

    /// <summary>Its email contains a letter that earlier versions took for another one.</summary>
    LookalikeEmail,

    /// <summary>Someone else has the same name. Names are checked now, so this no longer happens.</summary>
    SharedName,
}

/// <summary>Shows Admins which links between accounts and the organisation's provider look wrong, and lets them fix those.</summary>
public sealed class ProviderLinks(TeamDirectory team, SecurityLog log, IOptions<AuthenticationOptions> authOptions, TimeProvider time)
{
    /// <summary>Lists an account's concerns; none if it looks right or an Admin has reviewed it.</summary>
    public static IReadOnlyList<LinkConcern> GetConcerns(TeamMember member)
    {
        if (member.Person.LinksReviewedAt is not null)
        {
            return [];
        }

        var concerns = new List<LinkConcern>();
        if (member.Logins.GroupBy(login => login.Issuer).Any(issuer => issuer.Count() > 1))
        {
            concerns.Add(LinkConcern.SeveralIdentities);
        }

        if (member is { IsFromOrganisation: true, Person: { Email: not null, EmailConfirmed: false } })
        {
            concerns.Add(LinkConcern.UnconfirmedEmail);
        }

        if (member.Person.Email is { } email && EmailAddress.HasLookalike(email))
        {
            concerns.Add(LinkConcern.LookalikeEmail);
        }

        if (member.HasNamesake)
        {
            concerns.Add(LinkConcern.SharedName);
        }

        return concerns;
    }

    public Task<Result> MarkReviewedAsync(ClaimsPrincipal user, string personId, CancellationToken cancellationToken) =>
        team.ChangeAsync(user, personId, endsSessions: false, (person, admin, _) =>
        {
            person.LinksReviewedAt = time.GetUtcNow();
            return log.CreateEvent(SecurityEventKind.LinksReviewed, person, admin.Name);
        }, cancellationToken);

    /// <summary>
    /// Removes a provider identity from an account, together with everything that it could have left there to sign in again: every
    /// session, the password, the authenticator app, the passkeys, and an email that was never confirmed.
    /// </summary>
    public Task<Result> RemoveAsync(ClaimsPrincipal user, string personId, ProviderLogin removed, CancellationToken cancellationToken) =>
        team.ChangeAsync(user, personId, endsSessions: true, async (person, admin, db) =>
        {
            var link = db.UserLogins.Where(login => login.UserId == personId && login.LoginProvider == removed.Issuer && login.ProviderKey == removed.Subject);
            if (await link.ExecuteDeleteAsync(cancellationToken) == 0)
            {
                return TeamText.LinkGone;
            }

            var now = time.GetUtcNow();
            await db.UserPasskeys.Where(passkey => passkey.UserId == personId).ExecuteDeleteAsync(cancellationToken);
            await db.UserTokens.Where(token => token.UserId == personId).ExecuteDeleteAsync(cancellationToken);
            await db.Set<AccessLink>().Where(open => open.PersonId == personId && open.EndedAt == null).ExecuteUpdateAsync(set => set.SetProperty(open => open.EndedAt, now), cancellationToken);
            (person.PasswordHash, person.TwoFactorEnabled) = (null, false);
            if (!person.EmailConfirmed)
            {
                (person.Email, person.NormalizedEmail) = (null, null);
                (person.UserName, person.NormalizedUserName) = (person.Id, EmailAddress.Normalize(person.Id));
            }

            return new TeamDirectory.AccountChange(log.CreateEvent(SecurityEventKind.LinkRemoved, person, admin.Name, detail: removed.Subject), Error: null, MayLockOut: true);
        }, cancellationToken);

    /// <summary>
    /// Turns the role into one given here, so that a password or a passkey is enough again, until the next sign-in through the provider.
    /// </summary>
    public Task<Result> AllowLocalSignInAsync(ClaimsPrincipal user, string personId, CancellationToken cancellationToken) =>
        team.ChangeAsync(user, personId, endsSessions: false, (person, admin, _) =>
        {
            if (person.RoleClaim is null)
            {
                return TeamText.RoleNotFrom(person.Name, authOptions.Value.Oidc.Name);
            }

            (person.RoleClaim, person.RoleRule, person.LocalSignInDisabledAt) = (null, null, null);
            return log.CreateEvent(SecurityEventKind.LocalSignInAllowed, person, admin.Name, detail: $"{person.Role} without {authOptions.Value.Oidc.Name}");
        }, cancellationToken);
}
